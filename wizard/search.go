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
)

// Kind is a kind of what can be asked for.
type Kind string

// The kinds, in the order in which a search lists them.
const (
	KindIntegration  Kind = "integration"
	KindResourceType Kind = "resource-type"
	KindResource     Kind = "resource"
	KindPermission   Kind = "permission"
	KindBundle       Kind = "bundle"
)

// Kinds are all kinds, in that order.
func Kinds() []Kind {
	return []Kind{KindIntegration, KindResourceType, KindResource, KindPermission, KindBundle}
}

// Hit is one thing that a search found.
type Hit struct {
	Kind Kind
	// Integration is where it is, or what it is; zero for a bundle.
	Integration client.Integration
	// ResourceType is where a resource or permission is, or what it is; zero for
	// the other kinds.
	ResourceType client.ResourceType
	ID           string
	Name         string // a resource's path, where it has one
	SourceID     string // a resource's name in its own system, such as an ARN; empty for the other kinds
	// Answers are the beginning of a request for it.
	Answers Answers
}

// SearchQuery is what a search looks for.
type SearchQuery struct {
	// Text is words that must all be there, in any order and whatever the case.
	Text string
	// Kinds limits what is found; empty means everything.
	Kinds []Kind
}

// PartialError is a search that could not look everywhere. What it found
// elsewhere comes together with it.
type PartialError struct {
	Places []string // the integrations that were left out, sorted
	Err    error    // why the first of them was
}

func (e *PartialError) Error() string {
	return "not everything could be searched (" + strings.Join(e.Places, ", ") + "): " + e.Err.Error()
}

// Unwrap returns what went wrong at the first of the places.
func (e *PartialError) Unwrap() error { return e.Err }

// Search finds everything that holds all words of a text: each in its name, an
// ID or the place where it is, and at least one of them in its own name or ID,
// so that the name of a place does not find all that is in it. Hits come in a
// stable order, and are never nil. An error may come together with hits: then
// it is a *PartialError.
func Search(ctx context.Context, api *client.Client, query SearchQuery) ([]Hit, error) {
	s := &search{api: api, words: words(query.Text), kinds: query.Kinds, hits: []Hit{}, missed: map[string]error{}}
	if len(s.words) == 0 {
		return nil, &UsageError{Message: "there is no word to search for", Hint: "To list everything, use apono inventory"}
	}
	group, ctx := errgroup.WithContext(ctx)
	if s.wants(KindBundle) {
		group.Go(func() error { return s.bundles(ctx) })
	}
	if s.wants(KindIntegration, KindResourceType, KindResource, KindPermission) {
		group.Go(func() error { return s.integrations(ctx) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	slices.SortFunc(s.hits, compareHits)
	return s.hits, s.partial()
}

// search is one search that is under way. The client bounds how many look-ups
// are sent at once.
type search struct {
	api   *client.Client
	words []string
	kinds []Kind

	mu     sync.Mutex
	hits   []Hit
	missed map[string]error // by the titles of integrations
}

func (s *search) wants(kinds ...Kind) bool {
	return len(s.kinds) == 0 || slices.ContainsFunc(kinds, func(k Kind) bool { return slices.Contains(s.kinds, k) })
}

// keep adds a hit if it is one: own is what belongs to it alone.
func (s *search) keep(hit Hit, own string) {
	place := ""
	if hit.Kind != KindBundle {
		place = hit.Integration.Title() + " " + hit.Integration.TypeDisplayName + " " + hit.ResourceType.ID + " " + hit.ResourceType.Name
	}
	isOwn := func(word string) bool { return containsFold(own, word) }
	if !s.wants(hit.Kind) || !slices.ContainsFunc(s.words, isOwn) || !(Option{Label: own, Also: place}).matches(s.words) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits = append(s.hits, hit)
}

// lookedUp passes on the errors that end a search, and notes the others: one
// integration that cannot be read does not hide the rest.
func (s *search) lookedUp(ctx context.Context, in client.Integration, err error) error {
	var e *client.Error
	if err == nil || ctx.Err() != nil || !errors.As(err, &e) || e.Unanswered() || e.Unauthorized() {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.missed[in.Title()] == nil {
		s.missed[in.Title()] = err
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

func (s *search) bundles(ctx context.Context) error {
	items, err := s.api.Bundles(ctx)
	for _, b := range items {
		answers := Answers{Bundle: flagName(b, items, bundleNames)}
		s.keep(Hit{Kind: KindBundle, ID: b.ID, Name: b.Name, Answers: answers}, b.Name+" "+b.ID)
	}
	return err
}

func (s *search) integrations(ctx context.Context) error {
	items, err := s.api.Integrations(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, in := range items {
		answers := Answers{Integration: flagName(in, items, integrationNames)}
		hit := Hit{Kind: KindIntegration, Integration: in, ID: in.ID, Name: in.Name, Answers: answers}
		s.keep(hit, in.Title()+" "+in.TypeDisplayName+" "+in.ID)
		if s.wants(KindResourceType, KindResource, KindPermission) {
			group.Go(func() error { return s.lookedUp(ctx, in, s.types(ctx, in, answers)) })
		}
	}
	return group.Wait()
}

func (s *search) types(ctx context.Context, in client.Integration, answers Answers) error {
	items, err := s.api.ResourceTypes(ctx, in.ID)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, kind := range items {
		place := Hit{Kind: KindResourceType, Integration: in, ResourceType: kind, ID: kind.ID, Name: kind.Name, Answers: answers}
		place.Answers.ResourceType = kind.ID
		s.keep(place, kind.Name+" "+kind.ID)
		if s.wants(KindResource) {
			group.Go(func() error { return s.lookedUp(ctx, in, s.resources(ctx, place)) })
		}
		if s.wants(KindPermission) {
			group.Go(func() error { return s.lookedUp(ctx, in, s.permissions(ctx, place)) })
		}
	}
	return group.Wait()
}

// resources looks through what a type has; place is the hit of the type.
func (s *search) resources(ctx context.Context, place Hit) error {
	items, err := s.api.Resources(ctx, client.ResourceQuery{IntegrationID: place.Integration.ID, ResourceTypeID: place.ResourceType.ID})
	value := flagNames(items)
	for _, r := range items {
		option, hit := resourceOption(r), place
		hit.Kind, hit.ID, hit.Name, hit.SourceID = KindResource, r.ID, option.Label, r.SourceID
		hit.Answers.Resources = []string{value(r)}
		s.keep(hit, option.Label+" "+option.Also)
	}
	return err
}

// permissions is resources for what may be done with them.
func (s *search) permissions(ctx context.Context, place Hit) error {
	items, err := s.api.Permissions(ctx, place.Integration.ID, place.ResourceType.ID)
	for _, p := range items {
		hit := place
		hit.Kind, hit.ID, hit.Name = KindPermission, p.ID, p.Name
		hit.Answers.Permissions = []string{p.ID}
		s.keep(hit, p.Name+" "+p.ID)
	}
	return err
}

// compareHits orders by kind, place and name, and by ID so that the order is
// the same each time.
func compareHits(a, b Hit) int {
	return cmp.Or(
		cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)),
		cmp.Compare(a.Integration.Title(), b.Integration.Title()),
		cmp.Compare(a.ResourceType.Name, b.ResourceType.Name),
		cmp.Compare(a.ResourceType.ID, b.ResourceType.ID),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.Integration.ID, b.Integration.ID),
	)
}
