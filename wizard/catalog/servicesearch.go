package catalog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"apono/client"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// serviceSearch asks the service for what may match. The client limits how many calls
// run at once.
type serviceSearch struct {
	source *Source
	query  Query
	words  []string
	show   func(Found)

	mu      sync.Mutex
	hits    map[hitKey]Hit
	loose   bool
	more    int              // matches that the service did not send
	cut     bool             // it did not send all
	skipped map[string]error // by the titles of integrations
}

// everything searches for resources by their names, and looks through the lists of the
// other kinds.
func (r *serviceSearch) everything(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	if r.query.includes(kind.Resources().Slug) {
		for _, word := range prompt.SplitWords(r.query.Text) {
			group.Go(func() error { return r.resources(ctx, word) })
		}
	}
	group.Go(func() error { return r.below(ctx, "", kind.Item{}) })
	return group.Wait()
}

// firstHits is how many resources are asked for if not all are wanted.
const firstHits = 200

// resources searches for the resources with a word in their name.
func (r *serviceSearch) resources(ctx context.Context, word string) error {
	api, err := r.source.client(ctx)
	if err != nil {
		return err
	}
	query := client.ResourceQuery{Search: word}
	if r.query.Whole {
		return api.EachResource(ctx, query, func(page []client.Resource, _ int) error {
			r.addResources(page)
			return nil
		})
	}
	found, total, err := api.FirstResources(ctx, query, max(firstHits, r.query.Limit))
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.cut = r.cut || total > len(found)
	if len(r.words) == 1 {
		r.more = total - len(found)
	}
	r.mu.Unlock()
	r.addResources(found)
	return nil
}

func (r *serviceSearch) addResources(found []client.Resource) {
	k := kind.Resources()
	for _, resource := range found {
		in := kind.Scope{Integration: resource.Integration, ResourceType: resource.Type}
		r.add(k.Packed(in, k.Pack(resource)))
	}
	r.showFound()
}

// below searches the kinds directly below an item, in parallel. Resources are searched
// for by their names instead.
func (r *serviceSearch) below(ctx context.Context, slug string, parent kind.Item) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, d := range kind.Below(slug) {
		if info := d.Describe(); info.Searchable && d.ScannedTexts() == 0 && r.includesBelow(info.Slug) {
			group.Go(func() error { return r.skipFailed(ctx, parent, r.kind(ctx, d, parent.Scope)) })
		}
	}
	return group.Wait()
}

// includesBelow reports whether the search looks through a kind, or any kind below it.
func (r *serviceSearch) includesBelow(slug string) bool {
	return r.query.includes(slug) || slices.ContainsFunc(kind.Searchable(), func(d kind.Descriptor) bool {
		return d.ScannedTexts() == 0 && slices.Contains(d.Describe().Parents, slug) && r.query.includes(d.Describe().Slug)
	})
}

// kind searches the items of one kind, and everything below each item.
func (r *serviceSearch) kind(ctx context.Context, d kind.Descriptor, in kind.Scope) error {
	all, err := r.source.Stored(ctx, d, in)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, item := range unpack(d, in, all) {
		r.add(*item)
		if len(kind.Below(item.Info.Slug)) > 0 {
			item.Scope = item.Scope.WithFlag(item.Info.Slug, item.FlagValue)
			group.Go(func() error { return r.below(ctx, item.Info.Slug, *item) })
		}
	}
	r.showFound()
	return group.Wait()
}

// add adds an item if it matches.
func (r *serviceSearch) add(item kind.Item) {
	if !r.query.includes(item.Info.Slug) {
		return
	}
	text, over := newOwnText(item), prompt.Fold(item.Scope.Keywords())
	total, matched := 0, false
	for _, word := range r.words {
		switch {
		case text.matches(term{word: word}):
			total, matched = total+term{word: word}.rank(item.Name, false), true
		case !strings.Contains(over, word):
			return
		}
	}
	if !matched {
		return
	}
	hit := Hit{Item: item, rank: min(total, prompt.MaxRank)}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.loose { // of what the store has
		r.hits, r.loose = map[hitKey]Hit{}, false
	}
	if before, ok := r.hits[keyOfHit(hit)]; ok {
		hit.Recent = before.Recent
		if hit.FlagValue == hit.ID {
			hit.FlagValue = before.FlagValue
		}
	}
	r.hits[keyOfHit(hit)] = hit
}

// found returns what has been found so far.
func (r *serviceSearch) found() Found {
	r.mu.Lock()
	defer r.mu.Unlock()
	hits := make([]Hit, 0, len(r.hits))
	for _, hit := range r.hits {
		hits = append(hits, hit)
	}
	slices.SortFunc(hits, compareHits())
	found := Found{Total: len(hits) + r.more, Loose: r.loose, Cut: r.cut, Hits: hits}
	if r.query.Limit > 0 && len(hits) > r.query.Limit {
		found.Hits = hits[:r.query.Limit]
	}
	return found
}

func (r *serviceSearch) showFound() {
	if found := r.found(); len(found.Hits) > 0 {
		r.show(found)
	}
}

// skipFailed returns errors that must end the search and records the others, so that an
// integration that cannot be read does not hide hits in the rest.
func (r *serviceSearch) skipFailed(ctx context.Context, parent kind.Item, err error) error {
	var e *client.Error
	if err == nil || ctx.Err() != nil || parent.ID == "" || !errors.As(err, &e) || e.Unanswered() || e.Unauthorized() {
		return err
	}
	place := parent.Scope.Integration.Title()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.skipped[place] == nil {
		r.skipped[place] = err
	}
	return nil
}

// partial returns a *PartialError if integrations were skipped, else nil.
func (r *serviceSearch) partial() error {
	if len(r.skipped) == 0 {
		return nil
	}
	places := slices.Sorted(maps.Keys(r.skipped))
	return &PartialError{Places: places, Err: r.skipped[places[0]]}
}
