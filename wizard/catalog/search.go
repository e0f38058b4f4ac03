package catalog

import (
	"context"
	"slices"
	"strings"
	"time"

	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// Query is what to search for.
type Query struct {
	// Text contains words. All must match, in any order and ignoring case.
	Text string
	// Kinds are the slugs of the kinds to find; empty means all.
	Kinds []string
	// Limit is how many hits to return, the best ones; 0 means all.
	Limit int
	// Whole asks a service that must be asked for everything that matches, however much
	// that is, rather than for the first of it.
	Whole bool
}

// Hit is an item that a search found.
type Hit struct {
	kind.Item
	// Recent is true for what was requested lately on this machine.
	Recent bool
	rank   int // how well it matches, best first
}

// Found is what a search has found so far.
type Found struct {
	Hits  []Hit // the best ones first; never nil
	Total int   // of all hits
	// Loose is true if no item has every word exactly, so that words may be misspelt
	// or have letters between theirs.
	Loose bool
	// From is when the whole catalog was fetched, if it was what was searched; else zero.
	From time.Time
	// Cut is true if the service has more matches than it was asked for, so that better
	// ones may be missing.
	Cut bool
}

// words returns the words of the query.
func (q Query) words() []string { return prompt.Words(q.Text) }

func (q Query) includes(slug string) bool {
	return len(q.Kinds) == 0 || slices.Contains(q.Kinds, slug)
}

// PartialError reports that a search skipped integrations that it could not read. It is
// returned together with what the others have.
type PartialError struct {
	Places []string // the titles of the skipped integrations, sorted
	Err    error    // the error of the first of them
}

func (e *PartialError) Error() string {
	return "could not search " + strings.Join(e.Places, ", ") + ": " + e.Err.Error()
}

// Unwrap returns the error of the first of the skipped integrations.
func (e *PartialError) Unwrap() error { return e.Err }

// Search finds every item that matches all words of a query. A word matches an item's
// name or ID, or the integration and resource type that contain it. At least one word
// must match the item's own name or ID, so that the name of an integration does not find
// everything in it. Words may be misspelt if nothing has them exactly.
//
// If the store has the whole catalog, the service is not asked. Otherwise show is called
// with what the store has, and again as the service answers. The error may be a
// *PartialError, with the hits in the rest.
func (s *Source) Search(ctx context.Context, q Query, show func(Found)) (Found, error) {
	found, err := s.store.search(ctx, s.grantee, q)
	if ctx.Err() != nil {
		return found, ctx.Err()
	}
	if err == nil {
		if state := s.store.filling(ctx, s.grantee); state.isComplete() && len(state.Skipped) == 0 {
			found.From = state.Complete
			return found, nil
		}
	}
	run := &serviceSearch{source: s, query: q, words: q.words(), show: show, hits: map[hitKey]Hit{}, skipped: map[string]error{}}
	if len(run.words) == 0 {
		return found, nil
	}
	for _, hit := range found.Hits {
		run.hits[keyOfHit(hit)] = hit
	}
	run.loose = found.Loose && found.Total > 0
	if found.Total > 0 {
		show(found)
	}
	if err := run.everything(ctx); err != nil {
		return Found{Hits: []Hit{}}, err
	}
	return run.found(), run.partial()
}
