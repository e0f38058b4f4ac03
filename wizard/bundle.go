package wizard

import (
	"context"
	"errors"
	"fmt"

	"apono/client"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

func (d *draft) takeBundle(ctx context.Context) (err error) {
	before := d.answers.Bundle
	d.bundle = client.Bundle{}
	d.bundle, d.answers.Bundle, err = takeOne(ctx, d, kind.Bundles(), d.given.Bundle, before, d.prefetchUnits)
	if err == nil && d.answers.Bundle != before {
		d.answers.AccessUnits = d.given.AccessUnits
	}
	return err
}

// prefetchUnits starts fetching what the question after the bundle needs.
func (d *draft) prefetchUnits(b client.Bundle) {
	prefetch(d.prefetcher, kind.AccessUnits(), kind.Scope{Bundle: b})
}

// takeUnits offers to request only part of the bundle. The default is all of it, which
// is also what a bundle named by flag means.
func (d *draft) takeUnits(ctx context.Context) error {
	if d.given.Bundle != "" && len(d.given.AccessUnits) == 0 && !d.every {
		return nil
	}
	k := kind.AccessUnits()
	var err error
	if d.units, err = items(ctx, d, k); err != nil {
		return err
	}
	if len(d.given.AccessUnits) > 0 {
		found, err := matchEach(d, k, unique(d.given.AccessUnits), d.units)
		d.answers.AccessUnits = k.IDs(found)
		return err
	}
	if len(d.units) < 2 {
		return nil // there is nothing to leave out
	}
	return d.askUnits(ctx)
}

func (d *draft) askUnits(ctx context.Context) error {
	for part := len(d.answers.AccessUnits) > 0; ; part = true {
		list := prompt.List{Title: "Select what to request", Options: []prompt.Option{{Label: fmt.Sprintf("Everything (%d access units)", len(d.units))}, {Label: "Only some of the access units"}}}
		if part {
			list.Initial = []int{1}
		}
		d.count(list)
		mark := d.mark()
		chosen, err := d.prompter.Select(ctx, list)
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

// pickUnits asks which access units of the bundle to request. At first all are picked.
func (d *draft) pickUnits(ctx context.Context) ([]string, error) {
	k := kind.AccessUnits()
	before := d.answers.AccessUnits
	if len(before) == 0 {
		before = k.IDs(d.units)
	}
	picked, err := askMany(ctx, d, k, d.units, before, 0)
	return k.IDs(picked), err
}
