package wizard

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"apono/client"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// Hit is one item that a search found.
type Hit struct {
	kind.Item
	// Answers are the answers that start a request for it.
	Answers Answers
}

// SearchQuery is what to search for.
type SearchQuery struct {
	// Text contains words. All must match, in any order and ignoring case.
	Text string
	// Kinds are the slugs of the kinds to find; empty means all.
	Kinds []string
}

// PartialError reports that a search skipped integrations that it could not read. It is
// returned together with the hits in the others.
type PartialError struct {
	Places []string // the titles of the skipped integrations, sorted
	Err    error    // the error of the first of them
}

func (e *PartialError) Error() string {
	return "could not search " + strings.Join(e.Places, ", ") + ": " + e.Err.Error()
}

// Unwrap returns the error of the first of the skipped integrations.
func (e *PartialError) Unwrap() error { return e.Err }

// Search finds every item that matches all words of a text. A word matches an item's
// name or ID, or the integration and resource type that contain it. At least one word
// must match the item's own name or ID, so that the name of an integration does not find
// everything in it. Hits are in a stable order and never nil. If an error is returned
// together with hits, it is a *PartialError.
func Search(ctx context.Context, api *client.Client, query SearchQuery) ([]Hit, error) {
	s := &search{api: api, words: prompt.Words(query.Text), kinds: query.Kinds, hits: []Hit{}, skipped: map[string]error{}}
	if len(s.words) == 0 {
		return nil, &UsageError{Message: "missing words to search for", Hint: "To list everything, use apono inventory"}
	}
	if err := s.searchBelow(ctx, "", kind.Item{}, Answers{}); err != nil {
		return nil, err
	}
	slices.SortFunc(s.hits, compareHits())
	return s.hits, s.partial()
}

// search is a search in progress. The client limits how many calls run at once.
type search struct {
	api   *client.Client
	words []string
	kinds []string

	mu      sync.Mutex
	hits    []Hit
	skipped map[string]error // by the titles of integrations
}

func (s *search) includes(slug string) bool {
	return len(s.kinds) == 0 || slices.Contains(s.kinds, slug)
}

// includesBelow reports whether the search includes a kind, or any kind below it.
func (s *search) includesBelow(slug string) bool {
	return s.includes(slug) || slices.ContainsFunc(kind.Searchable(), func(d kind.Descriptor) bool {
		return slices.Contains(d.Describe().Parents, slug) && s.includes(d.Describe().Slug)
	})
}

// searchBelow searches the kinds directly below an item, in parallel. answers are the
// answers that start a request for the item.
func (s *search) searchBelow(ctx context.Context, slug string, parent kind.Item, answers Answers) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, d := range kind.Below(slug) {
		if info := d.Describe(); info.Searchable && s.includesBelow(info.Slug) {
			group.Go(func() error { return s.skipFailed(ctx, parent, s.searchKind(ctx, d, parent.Scope, answers)) })
		}
	}
	return group.Wait()
}

// searchKind searches the items of one kind, and everything below each item.
func (s *search) searchKind(ctx context.Context, d kind.Descriptor, in kind.Scope, answers Answers) error {
	items, err := d.Items(ctx, s.api, in)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, item := range items {
		hit := Hit{Item: item, Answers: answers.with(item)}
		s.addMatch(hit)
		if len(kind.Below(item.Info.Slug)) > 0 {
			group.Go(func() error { return s.searchBelow(ctx, item.Info.Slug, item, hit.Answers) })
		}
	}
	return group.Wait()
}

// addMatch adds a hit if it matches.
func (s *search) addMatch(hit Hit) {
	matchesItem := func(word string) bool { return prompt.ContainsFold(hit.Keywords, word) }
	if !s.includes(hit.Info.Slug) || !slices.ContainsFunc(s.words, matchesItem) {
		return
	}
	if !(prompt.Option{Label: hit.Keywords, Keywords: hit.Scope.Keywords()}).Matches(s.words) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits = append(s.hits, hit)
}

// skipFailed returns errors that must end the search and records the others, so that an
// integration that cannot be read does not hide hits in the rest.
func (s *search) skipFailed(ctx context.Context, parent kind.Item, err error) error {
	var e *client.Error
	if err == nil || ctx.Err() != nil || parent.ID == "" || !errors.As(err, &e) || e.Unanswered() || e.Unauthorized() {
		return err
	}
	place := parent.Scope.Integration.Title()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.skipped[place] == nil {
		s.skipped[place] = err
	}
	return nil
}

// partial returns a *PartialError if integrations were skipped, else nil.
func (s *search) partial() error {
	if len(s.skipped) == 0 {
		return nil
	}
	e := &PartialError{}
	for place := range s.skipped {
		e.Places = append(e.Places, place)
	}
	slices.Sort(e.Places)
	e.Err = s.skipped[e.Places[0]]
	return e
}

// compareHits returns the function that sorts hits: by kind, integration, resource type
// and name, and then by ID, so that the order is the same every time.
func compareHits() func(a, b Hit) int {
	rank := map[string]int{}
	for i, d := range kind.Searchable() {
		rank[d.Describe().Slug] = i
	}
	return func(a, b Hit) int {
		return cmp.Or(
			cmp.Compare(rank[a.Info.Slug], rank[b.Info.Slug]),
			cmp.Compare(a.Scope.Integration.Title(), b.Scope.Integration.Title()),
			cmp.Compare(a.Scope.ResourceType.Name, b.Scope.ResourceType.Name),
			cmp.Compare(a.Scope.ResourceType.ID, b.Scope.ResourceType.ID),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.ID, b.ID),
			cmp.Compare(a.Scope.Integration.ID, b.Scope.Integration.ID),
		)
	}
}
