package wizard

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// match finds the one item that value names: by its ID, or else by a name that
// only one item has. Names match whole, never by part. names returns an item's
// ID first, then its other names in the order in which they are offered.
func match[T any](kind, value, list string, items []T, names func(T) []string) (T, error) {
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

// Nearest returns the names that are most like a misspelt one, the likest first.
func Nearest(misspelt string, names []string) []string {
	return nearest(misspelt, names, func(name string) []string { return []string{name} })
}

// mostCandidates is how many near names an error shows.
const mostCandidates = 5

// nearest returns the names that are most like value, the likest first. A name
// that several items have is no help, so it is left to their other names.
func nearest[T any](value string, items []T, names func(T) []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	value = strings.ToLower(value)
	counts := counted(items, names)
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
	for _, c := range found[:min(mostCandidates, len(found))] {
		list = append(list, c.name)
	}
	return list
}

// counted is how many items have each name.
func counted[T any](items []T, names func(T) []string) map[string]int {
	counts := map[string]int{}
	for _, item := range items {
		for _, name := range unique(names(item)) {
			counts[name]++
		}
	}
	return counts
}

// distance is how far two names in lower case are apart, and whether that is
// near enough to be a slip: one holds the other, or a third of it differs.
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
