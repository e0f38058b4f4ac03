package kind

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// MatchError is a name that does not identify exactly one thing.
type MatchError struct {
	Kind       string   // what was looked for, such as "integration"
	Value      string   // the name as it was given
	Candidates []string // the most similar names, or all that it may refer to
	Ambiguous  bool     // it may refer to several things
	List       string   // the command, without this program's name, that lists what there is
}

func (e *MatchError) Error() string {
	if e.Ambiguous {
		return fmt.Sprintf("%q matches more than one %s", e.Value, e.Kind)
	}
	return fmt.Sprintf("no %s matches %q", e.Kind, e.Value)
}

// Match returns the item that value names: the one with that ID, or else the only
// one with that name. Names match as a whole. The function names returns an item's
// ID first, then its other names, best first. Match fails with a *MatchError,
// whose Kind and List are kind and list.
func Match[T any](kind, value, list string, items []T, names func(T) []string) (T, error) {
	var zero T
	for _, item := range items {
		if names(item)[0] == value {
			return item, nil
		}
	}
	var found []T
	for _, item := range items {
		if slices.Contains(names(item)[1:], value) {
			found = append(found, item)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	e := &MatchError{Kind: kind, Value: value, List: list, Ambiguous: len(found) > 1}
	if e.Ambiguous {
		for _, item := range found {
			e.Candidates = append(e.Candidates, names(item)[0])
		}
		return zero, e
	}
	e.Candidates = nearest(value, items, names)
	return zero, e
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
