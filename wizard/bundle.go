package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
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
	list, err := items(ctx, d, k)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return &EmptyError{k.Empty(d.scope())}
	}
	return d.askBundle(ctx, list)
}

// askBundle asks for a bundle until the user takes all or a part of one.
func (d *draft) askBundle(ctx context.Context, bundles []client.Bundle) error {
	value := kind.Bundles().FlagValues(bundles)
	question, stop := d.bundleList(ctx, bundles, value)
	defer stop()
	d.count(question)
	for {
		mark := d.mark()
		chosen, err := d.prompter.Select(ctx, question)
		if err != nil && !errors.Is(err, prompt.ErrOpen) {
			return err
		}
		d.bundle, d.answers.Bundle = bundles[chosen], value(bundles[chosen])
		question.Initial = []int{chosen}
		if err == nil {
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
// bundles on the screen has, as soon as that is known. The function stop ends that.
func (d *draft) bundleList(ctx context.Context, bundles []client.Bundle, value func(client.Bundle) string) (list prompt.List, stop func()) {
	k := kind.Bundles()
	ctx, stop = context.WithCancel(ctx)
	updated := make(chan struct{}, 1)
	list = prompt.List{
		Title: k.Prompt(d.scope()), EnterVerb: "takes all of it", OpenVerb: "look inside", Updated: updated,
		Prefetch: func(index int) { d.prefetchUnits(bundles[index]) },
		Details:  func(index int) []string { return k.Details(bundles[index]) },
	}
	for i, b := range bundles {
		list.Options = append(list.Options, optionOf(d, k)(b))
		if d.answers.Bundle != "" && value(b) == d.answers.Bundle {
			list.Initial = []int{i}
		}
	}
	list.Update = func(index int, option *prompt.Option) {
		contents := prefetch(d.prefetcher, kind.AccessUnits(), kind.Scope{Bundle: bundles[index]})
		if units, ok := contents.ready(); ok {
			option.Columns = []string{countResources(units)}
			return
		}
		go contents.notify(ctx, updated)
	}
	return list, stop
}

// countResources says how many resources access units give access to.
func countResources(units []client.AccessUnit) string {
	seen := map[string]bool{}
	for _, u := range units {
		seen[u.Resource.ID] = true
	}
	return render.Count(len(seen), "resource")
}

// prefetchUnits starts fetching what a bundle contains.
func (d *draft) prefetchUnits(b client.Bundle) {
	prefetch(d.prefetcher, kind.AccessUnits(), kind.Scope{Bundle: b})
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
	units, err := items(ctx, d, k)
	if err != nil {
		return err
	}
	d.units = units
	found, err := matchEach(d, k, d.given.AccessUnits, units)
	d.takePart(found)
	return err
}

// openBundle shows what the bundle contains, with everything selected, and takes the
// part of it that the user leaves selected.
func (d *draft) openBundle(ctx context.Context) error {
	units, err := items(ctx, d, kind.AccessUnits())
	if err != nil {
		return err
	}
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
		d.takePart(pick(units, chosen))
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
