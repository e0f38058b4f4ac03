package wizard

import (
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
)

// AnswersOf returns the answers that repeat a request: one set for a bundle, else
// one for each integration and resource type in it.
func AnswersOf(r *client.Request, units []client.AccessUnit) []Answers {
	shared := Answers{}
	if r.DurationInSec != nil {
		shared.Duration = time.Duration(*r.DurationInSec) * time.Second
	}
	if r.Justification != nil {
		shared.Justification = *r.Justification
	}
	for key, value := range r.CustomFields {
		shared.CustomFields = append(shared.CustomFields, CustomField{key, value})
	}
	slices.SortFunc(shared.CustomFields, func(a, b CustomField) int { return strings.Compare(a.Key, b.Key) })
	if r.Bundle != nil {
		shared.Bundle = nameOrID(r.Bundle.Name, r.Bundle.ID)
		return []Answers{shared}
	}
	var sets []Answers
	for _, u := range units {
		sets = addUnit(sets, shared, u)
	}
	return sets
}

// addUnit adds a unit to the answers for its integration and resource type.
func addUnit(sets []Answers, shared Answers, u client.AccessUnit) []Answers {
	integration := nameOrID(u.Resource.Integration.Title(), u.Resource.Integration.ID)
	at := slices.IndexFunc(sets, func(a Answers) bool {
		return a.Integration == integration && a.ResourceType == u.Resource.Type.ID
	})
	if at < 0 {
		set := shared
		set.Integration, set.ResourceType = integration, u.Resource.Type.ID
		sets, at = append(sets, set), len(sets)
	}
	set := &sets[at]
	if resource := nameOrID(u.Resource.SourceID, u.Resource.ID); !slices.Contains(set.Resources, resource) {
		set.Resources = append(set.Resources, resource)
	}
	if !slices.Contains(set.Permissions, u.Permission.ID) {
		set.Permissions = append(set.Permissions, u.Permission.ID)
	}
	return sets
}

// nameOrID returns the name if it can be typed as a flag's value, else the ID.
func nameOrID(name, id string) string {
	if name == "" || !render.IsClean(name) {
		return id
	}
	return name
}
