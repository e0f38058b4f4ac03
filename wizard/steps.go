package wizard

import (
	"context"
	"errors"

	"apono/wizard/prompt"
)

// step is one decision of a request.
type step struct {
	// when reports whether the step is needed, given the decisions before it.
	when func(*draft) bool
	// take decides: from what was given, by asking, or because there is no choice.
	take func(*draft, context.Context) error
}

// steps returns every decision in order. The account's custom fields come last,
// one step for each.
func (d *draft) steps() []step {
	list := append(d.selectionSteps(),
		step{(*draft).needsTerms, (*draft).takeTerms},
		step{always, (*draft).takeDuration},
		step{always, (*draft).takeJustification},
		step{always, (*draft).takeFields},
	)
	for _, field := range d.fields {
		list = append(list, step{always, func(d *draft, ctx context.Context) error { return d.takeField(ctx, field) }})
	}
	return list
}

func always(*draft) bool { return true }

// selectionSteps returns the decisions about what is requested.
func (d *draft) selectionSteps() []step {
	integration := func(d *draft) bool { return !d.bundleChosen }
	bundle := func(d *draft) bool { return d.bundleChosen }
	return []step{
		{always, (*draft).takeRequestType},
		{integration, (*draft).takeIntegration},
		{integration, (*draft).takeResourceType},
		{integration, (*draft).takeResources},
		{integration, (*draft).takePermissions},
		{bundle, (*draft).takeBundle},
		{bundle, (*draft).takeUnits},
	}
}

// walk takes step after step. Esc goes back to the last question that was asked
// and keeps the later answers as suggestions. A choice without options says so
// and goes back by itself. Esc at the first question is prompt.ErrBack.
func (d *draft) walk(ctx context.Context, steps func(*draft) []step) error {
	type place struct{ step, mark int }
	var asked []place
	for i := 0; i < len(steps(d)); i++ {
		s := steps(d)[i]
		if !s.when(d) {
			continue
		}
		before, mark := d.asked, d.mark()
		err := s.take(d, ctx)
		var empty *EmptyError
		if errors.Is(err, prompt.ErrBack) || errors.As(err, &empty) && len(asked) > 0 {
			if len(asked) == 0 {
				d.rewind(mark)
				return prompt.ErrBack
			}
			last := asked[len(asked)-1]
			asked = asked[:len(asked)-1]
			d.rewind(last.mark)
			if empty != nil {
				d.streams.Printf("%s %s\n", d.streams.PaletteErr().Waiting("!"), empty.Message)
			}
			i = last.step - 1
			continue
		}
		if err != nil {
			return err
		}
		if d.asked > before {
			asked = append(asked, place{i, mark})
		}
	}
	d.dropUnusedBranch()
	return nil
}

// dropUnusedBranch removes the answers of the branch that the person left with
// Esc.
func (d *draft) dropUnusedBranch() {
	if d.bundleChosen {
		d.answers.Integration, d.answers.ResourceType, d.answers.Resources, d.answers.Permissions = "", "", nil, nil
		return
	}
	d.answers.Bundle, d.answers.AccessUnits = "", nil
}

func (d *draft) mark() int {
	if r, ok := d.prompter.(prompt.Rewinder); ok {
		return r.Mark()
	}
	return 0
}

func (d *draft) rewind(mark int) {
	if r, ok := d.prompter.(prompt.Rewinder); ok {
		r.Rewind(mark)
	}
}
