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

// Hit is one thing that a search found.
type Hit struct {
	kind.Item
	// Answers are the beginning of a request for it.
	Answers Answers
}

// SearchQuery says what a search looks for.
type SearchQuery struct {
	// Text is words that must all occur, in any order and case.
	Text string
	// Kinds are the slugs of the kinds to find; empty means all.
	Kinds []string
}

// PartialError is a search that could not look everywhere. What it found
// elsewhere is returned together with it.
type PartialError struct {
	Places []string // the titles of the integrations that were left out, sorted
	Err    error    // what went wrong in the first of them
}

func (e *PartialError) Error() string {
	return "could not search " + strings.Join(e.Places, ", ") + ": " + e.Err.Error()
}

// Unwrap returns what went wrong in the first of the places.
func (e *PartialError) Unwrap() error { return e.Err }

// Search finds everything that contains all words of a text: each in its name, an
// ID or the place where it is, and at least one of them in its own name or ID, so
// that the name of a place does not find all that is in it. Hits come in a stable
// order and are never nil. An error that comes together with hits is a
// *PartialError.
func Search(ctx context.Context, api *client.Client, query SearchQuery) ([]Hit, error) {
	s := &search{api: api, words: prompt.Words(query.Text), kinds: query.Kinds, hits: []Hit{}, missed: map[string]error{}}
	if len(s.words) == 0 {
		return nil, &UsageError{Message: "missing words to search for", Hint: "To list everything, use apono inventory"}
	}
	if err := s.below(ctx, "", kind.Item{}, Answers{}); err != nil {
		return nil, err
	}
	slices.SortFunc(s.hits, byPlace())
	return s.hits, s.partial()
}

// search is a search in progress. The client limits how many calls run at once.
type search struct {
	api   *client.Client
	words []string
	kinds []string

	mu     sync.Mutex
	hits   []Hit
	missed map[string]error // by the titles of integrations
}

func (s *search) wants(slug string) bool { return len(s.kinds) == 0 || slices.Contains(s.kinds, slug) }

// wantsWithin reports whether the search wants a kind, or one that is below it.
func (s *search) wantsWithin(slug string) bool {
	return s.wants(slug) || slices.ContainsFunc(kind.Searchable(), func(d kind.Descriptor) bool {
		return slices.Contains(d.Describe().Parents, slug) && s.wants(d.Describe().Slug)
	})
}

// below looks through the kinds directly below an item, side by side. answers are
// the beginning of a request for the item.
func (s *search) below(ctx context.Context, slug string, parent kind.Item, answers Answers) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, d := range kind.Below(slug) {
		if info := d.Describe(); info.Searchable && s.wantsWithin(info.Slug) {
			group.Go(func() error { return s.note(ctx, parent, s.look(ctx, d, parent.Scope, answers)) })
		}
	}
	return group.Wait()
}

// look looks through the items of one kind, and through what is below each.
func (s *search) look(ctx context.Context, d kind.Descriptor, in kind.Scope, answers Answers) error {
	items, err := d.Items(ctx, s.api, in)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, item := range items {
		hit := Hit{Item: item, Answers: answers.with(item)}
		s.keep(hit)
		if len(kind.Below(item.Info.Slug)) > 0 {
			group.Go(func() error { return s.below(ctx, item.Info.Slug, item, hit.Answers) })
		}
	}
	return group.Wait()
}

// keep adds a hit if it matches.
func (s *search) keep(hit Hit) {
	own := func(word string) bool { return prompt.ContainsFold(hit.Keywords, word) }
	if !s.wants(hit.Info.Slug) || !slices.ContainsFunc(s.words, own) {
		return
	}
	if !(prompt.Option{Label: hit.Keywords, Keywords: hit.Scope.Keywords()}).Matches(s.words) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits = append(s.hits, hit)
}

// note passes on the errors that end a search and records the others: one
// integration that cannot be read does not hide the rest.
func (s *search) note(ctx context.Context, parent kind.Item, err error) error {
	var e *client.Error
	if err == nil || ctx.Err() != nil || parent.ID == "" || !errors.As(err, &e) || e.Unanswered() || e.Unauthorized() {
		return err
	}
	place := parent.Scope.Integration.Title()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.missed[place] == nil {
		s.missed[place] = err
	}
	return nil
}

func (s *search) partial() error {
	if len(s.missed) == 0 {
		return nil
	}
	e := &PartialError{}
	for place := range s.missed {
		e.Places = append(e.Places, place)
	}
	slices.Sort(e.Places)
	e.Err = s.missed[e.Places[0]]
	return e
}

// byPlace returns the order of hits: by kind, place and name, and by ID so that
// the order is the same every time.
func byPlace() func(a, b Hit) int {
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
