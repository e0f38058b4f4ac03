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
	// take makes the decision: from the given answers, by asking, or because there
	// is only one choice.
	take func(*draft, context.Context) error
}

// steps returns the steps of a request in order. The account's custom fields come last,
// with a step for each.
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

// selectionSteps returns the steps that decide what is requested.
func (d *draft) selectionSteps() []step {
	integration := func(d *draft) bool { return !d.bundleChosen }
	bundle := func(d *draft) bool { return d.bundleChosen }
	return []step{
		{(*draft).matchesGrantee, (*draft).matchGrantee},
		{always, (*draft).takeRequestType},
		{func(d *draft) bool { return d.templateChosen }, (*draft).takeTemplate},
		{(*draft).asksGrantee, (*draft).askGrantee},
		{integration, (*draft).takeIntegration},
		{integration, (*draft).takeResourceType},
		{integration, (*draft).takeResources},
		{integration, (*draft).takePermissions},
		{bundle, (*draft).takeBundle},
		{bundle, (*draft).takeUnits},
	}
}

// walk takes the steps in order. Esc goes back to the previous question and keeps the
// answers after it as defaults. A choice without options prints a message and goes back
// too. Esc at the first question returns prompt.ErrBack.
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
				d.streams.Warn("%s", empty.Message)
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

// dropUnusedBranch removes the answers of the branch, integration or bundle, that was
// not chosen in the end. The user may have answered some of it before pressing Esc.
func (d *draft) dropUnusedBranch() {
	if d.bundleChosen {
		d.answers.Integration, d.answers.ResourceType, d.answers.Resources, d.answers.Permissions = "", "", nil, nil
		return
	}
	d.answers.Bundle = ""
	d.takePart(nil)
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
