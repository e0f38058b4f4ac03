package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"apono/client"
	"apono/wizard/prompt"
)

// step is one decision of a request.
type step struct {
	// when says whether the step is needed, given what was decided before it.
	when func(*draft) bool
	// take decides: from what was given, by asking, or because there is no choice.
	take func(*draft, context.Context) error
}

// steps is every decision, in order. The account's own questions come last, one
// step for each.
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

// selectionSteps are the decisions about what is asked for.
func (d *draft) selectionSteps() []step {
	integration := func(d *draft) bool { return !d.bundleChosen }
	bundle := func(d *draft) bool { return d.bundleChosen }
	return []step{
		{always, (*draft).takeKind},
		{integration, (*draft).takeIntegration},
		{integration, (*draft).takeResourceType},
		{integration, (*draft).takeResources},
		{integration, (*draft).takePermissions},
		{bundle, (*draft).takeBundle},
		{bundle, (*draft).takeUnits},
	}
}

// walk takes step after step. Esc goes back to the last question that was put,
// with the answers after it kept as suggestions; a choice without options says
// so and goes back by itself. Esc at the first question is ErrBack.
func (d *draft) walk(ctx context.Context, steps func(*draft) []step) error {
	type place struct{ step, mark int }
	var put []place
	for i := 0; i < len(steps(d)); i++ {
		s := steps(d)[i]
		if !s.when(d) {
			continue
		}
		asked, mark := d.asked, d.mark()
		err := s.take(d, ctx)
		var empty *EmptyError
		if errors.Is(err, prompt.ErrBack) || errors.As(err, &empty) && len(put) > 0 {
			if len(put) == 0 {
				d.rewind(mark)
				return prompt.ErrBack
			}
			last := put[len(put)-1]
			put = put[:len(put)-1]
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
		if d.asked > asked {
			put = append(put, place{i, mark})
		}
	}
	d.forget()
	return nil
}

// forget drops the answers on the way that was left by Esc for the other.
func (d *draft) forget() {
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

func (d *draft) takeKind(ctx context.Context) error {
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
	d.catalogue.integrations()
	d.catalogue.bundles()
	list := prompt.List{Title: "Select request type", Options: []prompt.Option{{Label: "Integration"}, {Label: "Bundle"}}, Initial: []int{start}}
	d.count(list)
	chosen, err := d.prompter.Select(ctx, list)
	d.bundleChosen = chosen == 1
	return err
}

func integrationNames(i client.Integration) []string { return []string{i.Title(), i.Name, i.ID} }

func (d *draft) takeIntegration(ctx context.Context) error {
	items, err := fetched(ctx, d, "integrations", d.catalogue.integrations())
	if err != nil {
		return err
	}
	value := func(i client.Integration) string { return flagName(i, items, integrationNames) }
	if name := d.given.Integration; name != "" {
		d.integration, err = matchIntegration(name, items)
		if err != nil {
			return err
		}
		d.lookAhead()
	} else {
		if len(items) == 0 {
			return &EmptyError{"There is no integration that you may ask for: your admin can add you to an access flow"}
		}
		items = slices.Clone(items)
		slices.SortStableFunc(items, func(a, b client.Integration) int { return strings.Compare(a.Title(), b.Title()) })
		chosen, err := selectOne(ctx, d, "Select integration", items, func(i client.Integration) prompt.Option { return prompt.Option{Label: i.Title(), Keywords: i.ID} }, d.answers.Integration, value, d.aheadOfIntegration)
		if err != nil {
			return err
		}
		d.integration = items[chosen]
		d.aheadOfIntegration(d.integration)
	}
	d.answers.Integration = value(d.integration)
	return nil
}

// aheadOfIntegration fetches what comes after the choice of an integration.
func (d *draft) aheadOfIntegration(i client.Integration) { d.catalogue.resourceTypes(i.ID) }

// aheadOfType fetches what comes after the choice of a resource type.
func (d *draft) aheadOfType(t client.ResourceType) {
	d.catalogue.resources(d.integration.ID, t.ID)
	d.catalogue.permissions(d.integration.ID, t.ID)
}

// lookAhead starts, side by side, every look-up that the given answers will
// need, on the guess that the type was given by its ID.
func (d *draft) lookAhead() {
	d.catalogue.resourceTypes(d.integration.ID)
	if d.given.ResourceType == "" {
		return
	}
	d.catalogue.permissions(d.integration.ID, d.given.ResourceType)
	if len(d.given.Resources) > 0 {
		d.catalogue.resources(d.integration.ID, d.given.ResourceType, d.given.Resources...)
	}
}

func matchType(name string, in client.Integration, items []client.ResourceType) (client.ResourceType, error) {
	return match("resource type", name, "inventory resource-types -i "+shell().Quote(in.Title()), items, func(t client.ResourceType) []string { return idFirst(typeNames(t)) })
}

func typeNames(t client.ResourceType) []string { return []string{t.ID, t.Name, t.DisplayPath, t.ID} }

func (d *draft) takeResourceType(ctx context.Context) error {
	items, err := fetched(ctx, d, "resource types", d.catalogue.resourceTypes(d.integration.ID))
	if err != nil {
		return err
	}
	if name := d.given.ResourceType; name != "" {
		d.resourceType, err = matchType(name, d.integration, items)
		if err != nil {
			return err
		}
	} else {
		if len(items) == 0 {
			return &EmptyError{d.integration.Title() + " has no resource types to ask for: choose another integration"}
		}
		chosen, err := selectOne(ctx, d, "Select resource type", items, func(t client.ResourceType) prompt.Option { return prompt.Option{Label: t.Name, Keywords: t.ID} }, d.answers.ResourceType, func(t client.ResourceType) string { return t.ID }, d.aheadOfType)
		if err != nil {
			return err
		}
		d.resourceType = items[chosen]
		d.aheadOfType(d.resourceType)
	}
	d.answers.ResourceType = d.resourceType.ID
	return nil
}

func permissionNames(p client.Permission) []string { return []string{p.ID, p.Name, p.ID} }

func (d *draft) takePermissions(ctx context.Context) error {
	items, err := fetched(ctx, d, "permissions", d.catalogue.permissions(d.integration.ID, d.resourceType.ID))
	if err != nil {
		return err
	}
	if names := d.given.Permissions; len(names) > 0 {
		if err := d.matchPermissions(names, items); err != nil {
			return err
		}
	} else {
		if len(items) == 0 {
			return &EmptyError{d.resourceType.Name + " has no permissions to ask for: choose another"}
		}
		if err := d.askPermissions(ctx, items); err != nil {
			return err
		}
	}
	d.answers.Permissions = ids(d.permissions, func(p client.Permission) string { return p.ID })
	return nil
}

func (d *draft) matchPermissions(names []string, items []client.Permission) error {
	d.permissions = nil
	for _, name := range names {
		p, err := match("permission", name, "inventory permissions -i "+shell().Quote(d.answers.Integration)+" -t "+shell().Quote(d.resourceType.ID), items, func(p client.Permission) []string { return idFirst(permissionNames(p)) })
		if err != nil {
			return err
		}
		d.permissions = append(d.permissions, p)
	}
	if len(d.permissions) > 1 && !d.resourceType.AllowMultiplePermissions {
		return &UsageError{Message: fmt.Sprintf("%s takes one permission at a time, and %d are given", d.resourceType.Name, len(d.permissions)), Hint: "Make a request for each"}
	}
	return nil
}

func (d *draft) askPermissions(ctx context.Context, items []client.Permission) error {
	const title = "Select permissions"
	option := func(p client.Permission) prompt.Option { return prompt.Option{Label: p.Name, Keywords: p.ID} }
	value := func(p client.Permission) string { return p.ID }
	if d.resourceType.AllowMultiplePermissions {
		chosen, err := selectMany(ctx, d, title, items, option, d.answers.Permissions, value, 0)
		d.permissions = pick(items, chosen)
		return err
	}
	current := ""
	if len(d.answers.Permissions) > 0 {
		current = d.answers.Permissions[0]
	}
	chosen, err := selectOne(ctx, d, title, items, option, current, value, nil)
	if err != nil {
		return err
	}
	d.permissions = items[chosen : chosen+1 : chosen+1]
	return nil
}

func pick[T any](items []T, chosen []int) []T {
	var list []T
	for _, i := range chosen {
		list = append(list, items[i])
	}
	return list
}
