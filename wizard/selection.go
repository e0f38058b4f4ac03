package wizard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// items returns the items of a kind within what has been chosen so far.
func items[T any](ctx context.Context, d *draft, k kind.Kind[T]) ([]T, error) {
	return fetched(ctx, d, k.Name+"s", prefetch(d.prefetcher, k, d.scope()))
}

// takeOne returns one item of a kind, and the flag value that identifies it: the item
// that given names, or else the one that the user selects. before is the user's previous
// answer, or empty; it is also the flag value returned with an error. ahead prefetches
// what the next question needs if an item is chosen, and may be nil.
func takeOne[T any](ctx context.Context, d *draft, k kind.Kind[T], given, before string, ahead func(T)) (T, string, error) {
	var zero T
	list, err := items(ctx, d, k)
	if err != nil {
		return zero, before, err
	}
	value := k.FlagValues(list)
	if given != "" {
		item, err := k.Match(given, d.scope(), list)
		if err != nil {
			return zero, before, err
		}
		return item, value(item), nil
	}
	if len(list) == 0 {
		return zero, before, &EmptyError{k.Empty(d.scope())}
	}
	if k.Sorted {
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b T) int { return strings.Compare(k.Label(a), k.Label(b)) })
	}
	question := prompt.List{Title: k.Prompt(d.scope()), Details: func(index int) []string { return k.Details(list[index]) }}
	if ahead != nil {
		question.Prefetch = func(index int) { ahead(list[index]) }
	}
	chosen, err := selectOne(ctx, d, question, list, optionOf(d, k), before, value)
	if err != nil {
		return zero, before, err
	}
	if ahead != nil {
		ahead(list[chosen])
	}
	return list[chosen], value(list[chosen]), nil
}

// askMany asks for any number of items of a kind, up to limit (0: no limit). before are
// the user's previous answers.
func askMany[T any](ctx context.Context, d *draft, k kind.Kind[T], list []T, before []string, limit int) ([]T, error) {
	if len(list) == 0 {
		return nil, &EmptyError{k.Empty(d.scope())}
	}
	question := prompt.List{Title: k.Prompt(d.scope()), Max: limit, Details: func(index int) []string { return k.Details(list[index]) }}
	chosen, err := selectMany(ctx, d, question, list, optionOf(d, k), before, k.FlagValues(list))
	if err != nil {
		return nil, err
	}
	return pick(list, chosen), nil
}

// matchEach returns the items that the names refer to, each once, in the order of the
// names.
func matchEach[T any](d *draft, k kind.Kind[T], names []string, list []T) ([]T, error) {
	var found []T
	for _, name := range names {
		item, err := k.Match(name, d.scope(), list)
		if err != nil {
			return nil, err
		}
		found = append(found, item)
	}
	return distinct(k, found), nil
}

// distinct removes items that are there twice, under different names, and keeps the first
// of each.
func distinct[T any](k kind.Kind[T], list []T) []T {
	seen := map[string]bool{}
	var kept []T
	for _, item := range list {
		if !seen[k.ID(item)] {
			kept = append(kept, item)
		}
		seen[k.ID(item)] = true
	}
	return kept
}

// each returns the result of f for every item.
func each[T any](list []T, f func(T) string) []string {
	words := make([]string, len(list))
	for i, item := range list {
		words[i] = f(item)
	}
	return words
}

// pick returns the items at the chosen indexes.
func pick[T any](list []T, chosen []int) []T {
	var picked []T
	for _, i := range chosen {
		picked = append(picked, list[i])
	}
	return picked
}

// unique removes duplicates and keeps the first of each.
func unique(list []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, word := range list {
		if !seen[word] {
			kept = append(kept, word)
		}
		seen[word] = true
	}
	return kept
}

// takeRequestType decides whether to request a bundle, or resources of an integration.
func (d *draft) takeRequestType(ctx context.Context) error {
	switch {
	case d.given.Bundle != "":
		d.bundleChosen = true
		return nil
	case d.given.Integration != "" || d.given.ResourceType != "" || len(d.given.Resources) > 0 || len(d.given.Permissions) > 0:
		d.bundleChosen = false
		return nil
	}
	start := 0
	if d.bundleChosen {
		start = 1
	}
	prefetch(d.prefetcher, kind.Integrations(), kind.Scope{})
	prefetch(d.prefetcher, kind.Bundles(), kind.Scope{})
	list := prompt.List{Title: "Select request type", Options: []prompt.Option{{Label: "Integration"}, {Label: "Bundle"}}, Initial: []int{start}}
	d.count(list)
	chosen, err := d.prompter.Select(ctx, list)
	d.bundleChosen = chosen == 1
	return err
}

func (d *draft) takeIntegration(ctx context.Context) (err error) {
	d.integration, d.resourceType = client.Integration{}, client.ResourceType{}
	d.integration, d.answers.Integration, err = takeOne(ctx, d, kind.Integrations(), d.given.Integration, d.answers.Integration, d.prefetchTypes)
	if err == nil {
		d.prefetchGiven()
	}
	return err
}

// prefetchTypes starts fetching what the question after the integration needs.
func (d *draft) prefetchTypes(i client.Integration) {
	prefetch(d.prefetcher, kind.ResourceTypes(), kind.Scope{Integration: i})
}

// prefetchGiven starts every lookup that the given answers need, in parallel. It guesses
// that the resource type was given by its ID. If not, the lookups are made again later.
func (d *draft) prefetchGiven() {
	in := d.scope()
	prefetch(d.prefetcher, kind.ResourceTypes(), in)
	if d.given.ResourceType == "" {
		return
	}
	in.ResourceType.ID = d.given.ResourceType
	prefetch(d.prefetcher, kind.Permissions(), in)
	if len(d.given.Resources) > 0 {
		d.prefetcher.resourcesBySource(in, d.given.Resources)
	}
}

func (d *draft) takeResourceType(ctx context.Context) (err error) {
	d.resourceType = client.ResourceType{}
	d.resourceType, d.answers.ResourceType, err = takeOne(ctx, d, kind.ResourceTypes(), d.given.ResourceType, d.answers.ResourceType, d.prefetchType)
	return err
}

// prefetchType starts fetching what the questions after the resource type need.
func (d *draft) prefetchType(t client.ResourceType) {
	in := kind.Scope{Integration: d.integration, ResourceType: t}
	prefetch(d.prefetcher, kind.Resources(), in)
	prefetch(d.prefetcher, kind.Permissions(), in)
}

func (d *draft) takeResources(ctx context.Context) error {
	k := kind.Resources()
	if len(d.given.Resources) > 0 {
		return d.matchResources(ctx, k)
	}
	list, err := items(ctx, d, k)
	if err != nil {
		return err
	}
	if d.resources, err = askMany(ctx, d, k, list, d.answers.Resources, MaxResources); err != nil {
		return err
	}
	d.answers.Resources = each(d.resources, k.FlagValues(list))
	return nil
}

// matchResources looks up the given resources by their source IDs, which is fast however
// many resources there are. Only if some are not found does it list all resources of the
// type.
func (d *draft) matchResources(ctx context.Context, k kind.Kind[client.Resource]) error {
	found, err := fetched(ctx, d, "resources", d.prefetcher.resourcesBySource(d.scope(), d.given.Resources))
	if err != nil {
		return err
	}
	bySource := map[string][]client.Resource{}
	for _, r := range found {
		bySource[r.SourceID] = append(bySource[r.SourceID], r)
	}
	d.resources = nil
	value := func(r client.Resource) string { return r.SourceID } // which has just been looked up
	for _, name := range unique(d.given.Resources) {
		if len(bySource[name]) == 1 && render.IsClean(name) {
			d.resources = append(d.resources, bySource[name][0])
			continue
		}
		list, err := items(ctx, d, k)
		if err != nil {
			return err
		}
		value = k.FlagValues(list)
		r, err := k.Match(name, d.scope(), list)
		if err != nil {
			return err
		}
		d.resources = append(d.resources, r)
	}
	d.resources = distinct(k, d.resources)
	if len(d.resources) > MaxResources {
		return tooManyResources(len(d.resources))
	}
	d.answers.Resources = each(d.resources, value)
	return nil
}

func (d *draft) takePermissions(ctx context.Context) error {
	k := kind.Permissions()
	list, err := items(ctx, d, k)
	if err != nil {
		return err
	}
	if len(d.given.Permissions) > 0 {
		d.permissions, err = d.matchPermissions(k, list)
	} else {
		d.permissions, err = d.askPermissions(ctx, k, list)
	}
	if err != nil {
		return err
	}
	d.answers.Permissions = each(d.permissions, k.FlagValues(list))
	return nil
}

func (d *draft) matchPermissions(k kind.Kind[client.Permission], list []client.Permission) ([]client.Permission, error) {
	found, err := matchEach(d, k, d.given.Permissions, list)
	if err != nil {
		return nil, err
	}
	if len(found) > 1 && !d.resourceType.AllowMultiplePermissions {
		return nil, &UsageError{Message: fmt.Sprintf("%s takes one permission per request, but %d are given", d.resourceType.Name, len(found)), Hint: "Send one request for each"}
	}
	return found, nil
}

func (d *draft) askPermissions(ctx context.Context, k kind.Kind[client.Permission], list []client.Permission) ([]client.Permission, error) {
	if d.resourceType.AllowMultiplePermissions {
		return askMany(ctx, d, k, list, d.answers.Permissions, 0)
	}
	before := ""
	if len(d.answers.Permissions) > 0 {
		before = d.answers.Permissions[0]
	}
	p, _, err := takeOne(ctx, d, k, "", before, nil)
	return []client.Permission{p}, err
}
