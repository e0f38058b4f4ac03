package wizard

import (
	"context"
	"errors"
	"fmt"

	"apono/client"
	"apono/wizard/prompt"
)

// resourceNames are what a resource can be called after a flag: its name in the
// system it lives in first, and Apono's own ID last.
func resourceNames(r client.Resource) []string { return []string{r.SourceID, r.Path, r.Name, r.ID} }

func (d *draft) takeResources(ctx context.Context) error {
	if len(d.given.Resources) > 0 {
		return d.matchResources(ctx)
	}
	items, err := fetched(ctx, d, "resources", d.catalogue.resources(d.integration.ID, d.resourceType.ID))
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return &EmptyError{fmt.Sprintf("%s has no resources of the type %s: choose another", d.integration.Title(), d.resourceType.Name)}
	}
	value := flagNames(items)
	chosen, err := selectMany(ctx, d, "Select "+d.resourceType.Name, items, resourceOption, d.answers.Resources, value, MostResources)
	if err != nil {
		return err
	}
	d.resources = pick(items, chosen)
	d.answers.Resources = ids(d.resources, value)
	return nil
}

func resourceOption(r client.Resource) prompt.Option {
	label := r.Path
	if label == "" {
		label = r.Name
	}
	return prompt.Option{Label: label, Keywords: r.SourceID + " " + r.ID + " " + r.Name}
}

// FilterResources keeps the resources that hold every word of search, in any
// order and whatever the case, in a name or an ID. It never returns nil.
func FilterResources(items []client.Resource, search string) []client.Resource {
	kept := []client.Resource{}
	wanted := prompt.Words(search)
	for _, r := range items {
		if resourceOption(r).Matches(wanted) {
			kept = append(kept, r)
		}
	}
	return kept
}

// matchResources looks up the given resources by their source IDs, which is
// quick however many there are, and only where that does not find them all
// among everything that the type has.
func (d *draft) matchResources(ctx context.Context) error {
	names := unique(d.given.Resources)
	found, err := fetched(ctx, d, "resources", d.catalogue.resources(d.integration.ID, d.resourceType.ID, d.given.Resources...))
	if err != nil {
		return err
	}
	bySource := map[string][]client.Resource{}
	for _, r := range found {
		bySource[r.SourceID] = append(bySource[r.SourceID], r)
	}
	d.resources = nil
	for _, name := range names {
		if len(bySource[name]) == 1 {
			d.resources = append(d.resources, bySource[name][0])
			continue
		}
		r, err := d.matchResource(ctx, name)
		if err != nil {
			return err
		}
		d.resources = append(d.resources, r)
	}
	d.answers.Resources = ids(d.resources, flagNames(d.resources))
	return nil
}

func (d *draft) matchResource(ctx context.Context, name string) (client.Resource, error) {
	all, err := fetched(ctx, d, "resources", d.catalogue.resources(d.integration.ID, d.resourceType.ID))
	if err != nil {
		return client.Resource{}, err
	}
	list := "inventory resources -i " + shell().Quote(d.answers.Integration) + " -t " + shell().Quote(d.resourceType.ID)
	return match("resource", name, list, all, func(r client.Resource) []string { return idFirst(resourceNames(r)) })
}

// flagNames is flagName for a list that may be very long: it counts the names
// once, not once for each item.
func flagNames(items []client.Resource) func(client.Resource) string {
	counts := make(map[string]int, len(items))
	for _, r := range items {
		counts[r.SourceID]++
	}
	return func(r client.Resource) string {
		if counts[r.SourceID] == 1 {
			return flagName(r, []client.Resource{r}, func(r client.Resource) []string { return []string{r.SourceID, r.ID} })
		}
		return r.ID
	}
}

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

func bundleNames(b client.Bundle) []string { return []string{b.Name, b.ID} }

func matchBundle(name string, items []client.Bundle) (client.Bundle, error) {
	return match("bundle", name, "inventory bundles", items, func(b client.Bundle) []string { return idFirst(bundleNames(b)) })
}

func (d *draft) takeBundle(ctx context.Context) error {
	items, err := fetched(ctx, d, "bundles", d.catalogue.bundles())
	if err != nil {
		return err
	}
	value := func(b client.Bundle) string { return flagName(b, items, bundleNames) }
	if name := d.given.Bundle; name != "" {
		d.bundle, err = matchBundle(name, items)
		if err != nil {
			return err
		}
	} else {
		if len(items) == 0 {
			return &EmptyError{"There is no bundle that you may ask for: choose an integration instead"}
		}
		chosen, err := selectOne(ctx, d, "Select bundle", items, func(b client.Bundle) prompt.Option { return prompt.Option{Label: b.Name, Keywords: b.ID} }, d.answers.Bundle, value, d.aheadOfBundle)
		if err != nil {
			return err
		}
		d.bundle = items[chosen]
		d.aheadOfBundle(d.bundle)
	}
	if d.answers.Bundle != value(d.bundle) {
		d.answers.AccessUnits = d.given.AccessUnits
	}
	d.answers.Bundle = value(d.bundle)
	return nil
}

// aheadOfBundle fetches what comes after the choice of a bundle.
func (d *draft) aheadOfBundle(b client.Bundle) { d.catalogue.bundleUnits(b.ID) }

// takeUnits offers a look inside the bundle and a choice of part of it. All of
// it is the default, and a bundle that was named by flag is taken whole.
func (d *draft) takeUnits(ctx context.Context) error {
	if d.given.Bundle != "" && len(d.given.AccessUnits) == 0 && !d.every {
		return nil
	}
	units, err := fetched(ctx, d, "what the bundle contains", d.catalogue.bundleUnits(d.bundle.ID))
	if err != nil {
		return err
	}
	d.units = units
	if len(d.given.AccessUnits) > 0 {
		return d.matchUnits()
	}
	if len(units) < 2 {
		return nil
	}
	return d.askUnits(ctx)
}

func (d *draft) matchUnits() error {
	d.answers.AccessUnits = nil
	for _, name := range unique(d.given.AccessUnits) {
		unit, err := match("access unit", name, "inventory access-units -b "+shell().Quote(d.answers.Bundle), d.units, func(u client.AccessUnit) []string { return []string{u.ID, unitTitle(u)} })
		if err != nil {
			return err
		}
		d.answers.AccessUnits = append(d.answers.AccessUnits, unit.ID)
	}
	return nil
}

// unitTitle says what a unit is: where, what, and what may be done with it.
func unitTitle(u client.AccessUnit) string {
	return u.Resource.Integration.Title() + ": " + resourceOption(u.Resource).Label + " (" + u.Permission.Name + ")"
}

func (d *draft) askUnits(ctx context.Context) error {
	for part := len(d.answers.AccessUnits) > 0; ; part = true {
		whole := prompt.List{Title: "Select what to request of it", Options: []prompt.Option{{Label: fmt.Sprintf("All of it (%d accesses)", len(d.units))}, {Label: "See what it contains, and pick"}}}
		if part {
			whole.Initial = []int{1}
		}
		d.count(whole)
		mark := d.mark()
		chosen, err := d.prompter.Select(ctx, whole)
		if err != nil {
			return err
		}
		if chosen == 0 {
			d.answers.AccessUnits = nil
			return nil
		}
		picked, err := d.pickUnits(ctx)
		if errors.Is(err, prompt.ErrBack) {
			d.rewind(mark)
			continue
		}
		if err == nil && len(picked) < len(d.units) {
			d.answers.AccessUnits = picked
		} else if err == nil {
			d.answers.AccessUnits = nil
		}
		return err
	}
}

// pickUnits shows what the bundle holds, all of it ticked at first.
func (d *draft) pickUnits(ctx context.Context) ([]string, error) {
	id := func(u client.AccessUnit) string { return u.ID }
	before := d.answers.AccessUnits
	if len(before) == 0 {
		before = ids(d.units, id)
	}
	chosen, err := selectMany(ctx, d, "Select accesses", d.units, func(u client.AccessUnit) prompt.Option { return prompt.Option{Label: unitTitle(u), Keywords: u.ID} }, before, id, 0)
	return ids(pick(d.units, chosen), id), err
}
