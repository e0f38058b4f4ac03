package wizard

import (
	"context"
	"fmt"
	"slices"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
)

// takeOne returns one item of a kind, and the flag value that identifies it: the item
// that given names, or else the one that the user selects. before is the user's previous
// answer, or empty; it is also the flag value returned with an error. ahead prefetches
// what the next question needs if an item is chosen, and may be nil.
func takeOne[T any](ctx context.Context, d *draft, k kind.Kind[T], given, before string, ahead func(T)) (T, string, error) {
	var zero T
	if given != "" {
		found, all, err := match(ctx, d, k, []string{given})
		if err != nil {
			return zero, before, err
		}
		return found[0], k.FlagValues(all)(found[0]), nil
	}
	o, err := newOffer(ctx, d, k)
	if err != nil {
		return zero, before, err
	}
	chosen, err := o.selectOne(ctx, o.named(before), ahead)
	if err != nil {
		return zero, before, err
	}
	return chosen, o.values([]T{chosen})[0], nil
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
	if d.templateChosen { // Esc came back here
		d.templateChosen = false
		d.giveSelection(Answers{})
	}
	switch {
	case d.given.Bundle != "":
		d.bundleChosen = true
		return nil
	case d.given.Integration != "" || d.given.ResourceType != "" || len(d.given.Resources) > 0 || len(d.given.Permissions) > 0:
		d.bundleChosen = false
		return nil
	}
	initial := 0
	if d.bundleChosen {
		initial = 1
	}
	if d.asksGrantee() {
		catalog.Begin(d.own, kind.Grantees(), kind.Scope{})
	}
	catalog.Begin(d.source, kind.Integrations(), kind.Scope{})
	catalog.Begin(d.source, kind.Bundles(), kind.Scope{})
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	question := d.newRequestTypes(waiting, initial)
	d.count(question.list)
	chosen, err := d.prompter.Select(ctx, question.list)
	d.bundleChosen, d.templateChosen, d.templates = chosen == 1, chosen == 2, question.found
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
	catalog.Begin(d.source, kind.ResourceTypes(), kind.Scope{Integration: i})
}

// prefetchGiven starts every lookup that the given answers need, in parallel. It guesses
// that the resource type was given by its ID. If not, the lookups are made again later.
func (d *draft) prefetchGiven() {
	in := d.scope()
	types := catalog.Begin(d.source, kind.ResourceTypes(), in)
	if d.given.ResourceType == "" {
		return
	}
	in.ResourceType.ID = d.given.ResourceType
	permissions := catalog.Begin(d.source, kind.Permissions(), in)
	if !d.canAsk() {
		types.Refresh()
		permissions.Refresh()
	}
	if len(d.given.Resources) > 0 {
		d.resourcesBySource(in, d.given.Resources)
	}
}

// resourcesBySource starts fetching the resources that have the given source IDs.
func (d *draft) resourcesBySource(in kind.Scope, sourceIDs []string) *catalog.Result[[]client.Resource] {
	query := client.ResourceQuery{IntegrationID: in.Integration.ID, ResourceTypeID: in.ResourceType.ID, SourceIDs: sourceIDs}
	return catalog.Fetch(d.source, func(ctx context.Context, api *client.Client) ([]client.Resource, error) {
		return api.Resources(ctx, query)
	}, append([]string{"resources by source", in.Key()}, sourceIDs...)...)
}

func (d *draft) takeResourceType(ctx context.Context) (err error) {
	d.resourceType = client.ResourceType{}
	d.resourceType, d.answers.ResourceType, err = takeOne(ctx, d, kind.ResourceTypes(), d.given.ResourceType, d.answers.ResourceType, d.prefetchType)
	return err
}

// prefetchType starts fetching what the questions after the resource type need.
func (d *draft) prefetchType(t client.ResourceType) {
	in := kind.Scope{Integration: d.integration, ResourceType: t}
	catalog.Begin(d.source, kind.Resources(), in)
	catalog.Begin(d.source, kind.Permissions(), in)
}

func (d *draft) takeResources(ctx context.Context) error {
	k := kind.Resources()
	if len(d.given.Resources) > 0 {
		return d.matchResources(ctx, k)
	}
	o, err := newOffer(ctx, d, k)
	if err != nil {
		return err
	}
	chosen, err := o.selectMany(ctx, o.among(d.resources), MaxResources)
	if err != nil {
		return err
	}
	d.resources, d.answers.Resources = chosen, o.values(chosen)
	return nil
}

// matchResources looks up the given resources by their source IDs, which is fast however
// many resources there are. Only if some are not found does it list all resources of the
// type.
func (d *draft) matchResources(ctx context.Context, k kind.Kind[client.Resource]) error {
	found, err := loading(d, "resources", func() ([]client.Resource, error) {
		return d.resourcesBySource(d.scope(), d.given.Resources).Wait(ctx)
	})
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
		items, err := current(ctx, d, k)
		if err != nil {
			return err
		}
		list := slices.Collect(items.All())
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
	if len(d.given.Permissions) == 0 {
		return d.askPermissions(ctx, k)
	}
	found, all, err := match(ctx, d, k, d.given.Permissions)
	if err != nil {
		return err
	}
	if len(found) > 1 && !d.resourceType.AllowMultiplePermissions {
		return &UsageError{Message: fmt.Sprintf("%s takes one permission per request, but %d are given", d.resourceType.Name, len(found)), Hint: "Send one request for each"}
	}
	d.permissions, d.answers.Permissions = found, each(found, k.FlagValues(all))
	return nil
}

func (d *draft) askPermissions(ctx context.Context, k kind.Kind[client.Permission]) error {
	o, err := newOffer(ctx, d, k)
	if err != nil {
		return err
	}
	var chosen []client.Permission
	if d.resourceType.AllowMultiplePermissions {
		chosen, err = o.selectMany(ctx, o.among(d.permissions), 0)
	} else {
		var one client.Permission
		one, err = o.selectOne(ctx, o.among(d.permissions), nil)
		chosen = []client.Permission{one}
	}
	if err != nil {
		return err
	}
	d.permissions, d.answers.Permissions = chosen, o.values(chosen)
	return nil
}
