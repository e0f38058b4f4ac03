package wizard

import (
	"context"
	"slices"

	"apono/client"
	"apono/wizard/kind"
)

// start is what the questions of a request start with: answers that the user may change, and
// what they stand for.
type start struct {
	answers     Answers
	bundle      *client.Bundle
	resources   []client.Resource
	permissions []client.Permission
	part        []client.AccessUnit // of the bundle; nil means all of it
}

// startOf returns what the questions start with for the answers that repeat a request.
func startOf(answers Answers, bundle *client.Bundle, units []client.AccessUnit) *start {
	s := &start{answers: answers, bundle: bundle}
	if bundle != nil && len(answers.AccessUnits) > 0 {
		s.part = units
	}
	for _, u := range units {
		s.resources = append(s.resources, u.Resource)
		s.permissions = append(s.permissions, u.Permission)
	}
	s.resources, s.permissions = distinct(kind.Resources(), s.resources), distinct(kind.Permissions(), s.permissions)
	return s
}

// startWith makes the questions of a draft start with s, except for what was given.
func (d *draft) startWith(s *start) {
	d.given.start = nil
	d.answers = s.answers.changed(d.given)
	d.answers.start = nil
	d.startFields = s.answers.CustomFields
	if s.bundle != nil {
		d.bundleChosen, d.part, d.partOf = true, s.part, ""
		if s.part != nil {
			d.partOf = s.bundle.ID
		}
		return
	}
	d.resources, d.permissions = s.resources, s.permissions
}

// startingFields returns the custom fields that the questions start with: those of the
// account that have an answer, and those that were given.
func (d *draft) startingFields() []CustomField {
	var list []CustomField
	for _, field := range d.startFields {
		known := slices.ContainsFunc(d.fields, func(f client.CustomField) bool { return f.ID == field.Key })
		given := slices.ContainsFunc(d.given.CustomFields, func(f CustomField) bool { return f.Key == field.Key })
		if known && !given {
			list = append(list, field)
		}
	}
	return append(list, d.given.CustomFields...)
}

// selectionAnswers returns the answers that a selection gives: those with a single value,
// and resources and permissions below them.
func selectionAnswers(ctx context.Context, api *client.Client, s *client.Selection) Answers {
	var a Answers
	if len(s.Integrations) != 1 {
		return a
	}
	a.Integration = clearName(ctx, api, kind.Integrations(), s.Integrations[0])
	if len(s.ResourceTypes) != 1 {
		return a
	}
	a.ResourceType = kind.ResourceTypes().FlagValues(nil)(s.ResourceTypes[0])
	if len(s.Resources) > 0 {
		a.Resources = unique(each(s.Resources, kind.Resources().FlagValues(sameSource(ctx, api, s.Resources))))
	}
	if len(s.Permissions) == 1 || s.ResourceTypes[0].AllowMultiplePermissions {
		a.Permissions = unique(each(s.Permissions, kind.Permissions().FlagValues(nil)))
	}
	return a
}
