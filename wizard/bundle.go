package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// takeBundle decides on a bundle: all of it, unless the user looks inside and takes a
// part.
func (d *draft) takeBundle(ctx context.Context) (err error) {
	k := kind.Bundles()
	if d.given.Bundle != "" {
		d.bundle, d.answers.Bundle, err = takeOne(ctx, d, k, d.given.Bundle, d.answers.Bundle, nil)
		return err
	}
	d.bundle = client.Bundle{}
	o, err := newOffer(ctx, d, k)
	if err != nil {
		return err
	}
	return d.askBundle(ctx, o)
}

// askBundle asks for a bundle until the user takes all or a part of one.
func (d *draft) askBundle(ctx context.Context, o *offer[client.Bundle]) error {
	refresh, stop := context.WithCancel(ctx)
	defer stop()
	before := o.named(d.answers.Bundle)
	for counted := false; ; counted = true {
		question := d.bundleList(refresh, o, before)
		if !counted {
			d.count(question)
		}
		mark := d.mark()
		chosen, err := d.prompter.Select(ctx, question)
		if err != nil && !errors.Is(err, prompt.ErrOpen) {
			return err
		}
		d.bundle = o.at(chosen)
		d.answers.Bundle = o.values([]client.Bundle{d.bundle})[0]
		before = o.among([]client.Bundle{d.bundle})
		if err == nil && d.bundle.ID != d.partOf {
			d.takePart(nil)
			return nil
		}
		if err := d.openBundle(ctx); !errors.Is(err, prompt.ErrBack) {
			return err
		}
		d.rewind(mark)
	}
}

// bundleList returns the question for a bundle. It says how many resources each of the
// bundles on the screen has, as soon as that is known, until ctx ends.
func (d *draft) bundleList(ctx context.Context, o *offer[client.Bundle], before []int) prompt.List {
	updated := make(chan struct{}, 1)
	list := o.question(ctx, updated, prompt.List{
		EnterVerb: "takes all of it", OpenVerb: "look inside",
		Prefetch: func(index int) { d.contents(o.at(index)) },
	}, before)
	list.Updated = updated
	list.Update = func(index int, option *prompt.Option) {
		contents := d.contents(o.at(index))
		if units, ok := contents.Ready(); ok {
			option.Columns = []string{countResources(units)}
			return
		}
		go contents.NotifyKnown(ctx, updated)
	}
	return list
}

// contents starts looking for what a bundle contains.
func (d *draft) contents(b client.Bundle) catalog.List[client.AccessUnit] {
	return catalog.Begin(d.source, kind.AccessUnits(), kind.Scope{Bundle: b})
}

// countResources says how many resources access units give access to.
func countResources(units catalog.Items[client.AccessUnit]) string {
	seen := map[string]bool{}
	for u := range units.All() {
		seen[u.Resource.ID] = true
	}
	return render.Count(len(seen), "resource")
}

// takeUnits decides which access units of the bundle to request, if flags name some or
// every question is asked. Otherwise it is all of them, or those that takeBundle asked
// for.
func (d *draft) takeUnits(ctx context.Context) error {
	if len(d.given.AccessUnits) == 0 {
		if d.given.Bundle != "" && d.every {
			return d.openBundle(ctx)
		}
		return nil
	}
	k := kind.AccessUnits()
	items, err := current(ctx, d, k)
	if err != nil {
		return err
	}
	d.units = slices.Collect(items.All())
	found, err := matchEach(d, k, d.given.AccessUnits, d.units)
	d.takePart(found)
	return err
}

// openBundle shows what the bundle contains, with everything selected, and takes the
// part of it that the user leaves selected.
func (d *draft) openBundle(ctx context.Context) error {
	contents := d.contents(d.bundle)
	items, err := loading(d, "access units", func() (catalog.Items[client.AccessUnit], error) { return contents.Known(ctx) })
	if err != nil {
		return err
	}
	units := slices.Collect(items.All())
	d.units = units
	if len(units) < 2 {
		return nil // there is nothing to leave out
	}
	units = slices.Clone(units)
	slices.SortStableFunc(units, func(a, b client.AccessUnit) int {
		return strings.Compare(a.Resource.Integration.Title(), b.Resource.Integration.Title())
	})
	list := d.unitList(units)
	if d.given.Bundle != "" {
		d.count(list)
		list.BackVerb = ""
	}
	chosen, err := d.prompter.MultiSelect(ctx, list)
	if err != nil {
		return err
	}
	d.takePart(nil)
	if len(chosen) < len(units) {
		var part []client.AccessUnit
		for _, i := range chosen {
			part = append(part, units[i])
		}
		d.takePart(part)
	}
	return nil
}

// takePart takes a part of the bundle; nil is all of it.
func (d *draft) takePart(units []client.AccessUnit) {
	d.part, d.answers.AccessUnits = units, nil
	if len(units) > 0 {
		d.answers.AccessUnits = each(units, kind.AccessUnits().FlagValues(units))
	}
}

// unitList returns the question which units of the bundle to request.
func (d *draft) unitList(units []client.AccessUnit) prompt.List {
	k := kind.AccessUnits()
	list := prompt.List{
		Title: kind.Bundles().Prompt(d.scope()), Subject: d.bundle.Name, BackVerb: "back to the list", AlwaysAsk: true,
		Details: func(index int) []string { return k.Details(units[index]) },
		Summary: func(chosen []int) string {
			if len(chosen) == len(units) {
				return d.bundle.Name
			}
			return fmt.Sprintf("%s, %d of %d", d.bundle.Name, len(chosen), len(units))
		},
	}
	for i, u := range units {
		option := k.Option(u)
		option.Label, option.Group = kind.Resources().Label(u.Resource), u.Resource.Integration.Title()
		option.Columns = []string{u.Permission.Name, u.Resource.Type.Name}
		list.Options = append(list.Options, option)
		if len(d.part) == 0 || slices.ContainsFunc(d.part, func(p client.AccessUnit) bool { return p.ID == u.ID }) {
			list.Initial = append(list.Initial, i)
		}
	}
	return list
}
