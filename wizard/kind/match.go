package kind

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"apono/render"
)

// MatchError is a name that does not identify exactly one thing.
type MatchError struct {
	Kind       string           // what was looked for, such as "integration"
	Value      string           // the name as it was given
	Candidates []string         // the most similar names, or all that it may refer to
	Ambiguous  bool             // it may refer to several things
	List       render.Arguments // of the command that lists what there is; may be empty
}

func (e *MatchError) Error() string {
	if e.Ambiguous {
		return fmt.Sprintf("%q matches more than one %s", e.Value, e.Kind)
	}
	return fmt.Sprintf("no %s matches %q", e.Kind, e.Value)
}

// Match returns the item that value names. The function names returns all names of
// an item, the strongest first: a stronger name of one item hides a weaker one of
// another. A name that is spelled exactly like value comes before one that differs in
// blanks around it, then in characters that no terminal shows, then in case. Match fails with a
// *MatchError, whose Kind and List are kind and list, if no item or several have the
// name.
func Match[T any](kind, value string, list render.Arguments, items []T, id func(T) string, names func(T) []string) (T, error) {
	var zero T
	e := &MatchError{Kind: kind, Value: value, List: list}
	for _, spelling := range spellings() {
		found := withName(spelling(value), items, names, spelling)
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			e.Ambiguous = true
			for _, item := range found {
				e.Candidates = append(e.Candidates, render.Escape(id(item)))
			}
			return zero, e
		}
	}
	e.Candidates = nearest(value, items, names)
	return zero, e
}

// spellings returns what names are turned into before they are compared, one after the
// other.
func spellings() []func(string) string {
	return []func(string) string{
		func(name string) string { return name },
		strings.TrimSpace,
		render.Escape, // as JSON and printed commands show it
		render.Clean,  // as tables show it
		func(name string) string { return strings.ToLower(render.Clean(name)) },
	}
}

// withName returns the items that have value as their name, as spelling turns it: those for which
// it is strongest.
func withName[T any](value string, items []T, names func(T) []string, spelling func(string) string) []T {
	if value == "" {
		return nil
	}
	var found []T
	strongest := -1
	for _, item := range items {
		for rank, name := range names(item) {
			if spelling(name) != value {
				continue
			}
			if strongest < 0 || rank < strongest {
				strongest, found = rank, nil
			}
			if rank == strongest {
				found = append(found, item)
			}
			break
		}
	}
	return found
}

// Nearest returns the names most similar to a misspelled one, most similar first.
func Nearest(misspelled string, names []string) []string {
	return nearest(misspelled, names, func(name string) []string { return []string{name} })
}

// maxCandidates is how many similar names an error shows.
const maxCandidates = 5

// nearest returns the names most similar to value, most similar first. A name
// that several items share would not identify one, so such an item is named by
// its other names.
func nearest[T any](value string, items []T, names func(T) []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	value = strings.ToLower(value)
	counts := countNames(items, names)
	for _, item := range items {
		best := candidate{distance: -1}
		for _, name := range names(item) {
			distance, near := distance(value, strings.ToLower(name))
			if near && counts[name] == 1 && (best.distance < 0 || distance < best.distance) {
				best = candidate{name, distance}
			}
		}
		if best.distance >= 0 {
			found = append(found, best)
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.distance - b.distance })
	var list []string
	for _, c := range found[:min(maxCandidates, len(found))] {
		list = append(list, c.name)
	}
	return list
}

// countNames counts how many items have each name.
func countNames[T any](items []T, names func(T) []string) map[string]int {
	counts := map[string]int{}
	for _, item := range items {
		seen := map[string]bool{}
		for _, name := range names(item) {
			if !seen[name] {
				counts[name]++
			}
			seen[name] = true
		}
	}
	return counts
}

// distance returns the edit distance of two lower-case names, and whether they
// are similar enough for a typing error: one contains the other, or at most a
// third of the letters differ.
func distance(value, name string) (int, bool) {
	d := levenshtein.ComputeDistance(value, name)
	switch {
	case value == "":
		return d, false
	case strings.Contains(name, value):
		return min(d, 1), true
	}
	return d, d <= max(2, utf8.RuneCountInString(name)/3)
}
