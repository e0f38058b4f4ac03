package wizard

import (
	"context"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/wizard/kind"
)

// Repeat writes to Err how to request again what a request is for.
func (f *Flow) Repeat(ctx context.Context, r *client.Request, units []client.AccessUnit) {
	theirs, grantee := f.forGrantee(ctx, r)
	for i, answers := range theirs.answersOf(ctx, r, units) {
		answers.Grantee = grantee
		if i == 0 {
			f.Streams.Printf("\n%s\n", f.Streams.PaletteErr().Faint("  To make the same request again:"))
		}
		f.Streams.Printf("%s\n", answers.Replay(f.Profile, shell()))
	}
}

// answersOf returns the answers that repeat a request: one set for a bundle, else one
// for each integration and resource type in it. It asks the service which names are
// clear, and takes IDs for the others.
func (f *Flow) answersOf(ctx context.Context, r *client.Request, units []client.AccessUnit) []Answers {
	shared := Answers{}
	if r.DurationInSec != nil {
		shared.Duration = time.Duration(*r.DurationInSec) * time.Second
	}
	if r.Justification != nil {
		shared.Justification = *r.Justification
	}
	for key, value := range r.CustomFields {
		shared.CustomFields = append(shared.CustomFields, wholeField(key, value))
	}
	slices.SortFunc(shared.CustomFields, func(a, b CustomField) int { return strings.Compare(a.Key, b.Key) })
	if r.Bundle != nil {
		shared.Bundle = clearName(ctx, f.Client, kind.Bundles(), *r.Bundle)
		shared.AccessUnits = f.partOf(ctx, r.Bundle, units)
		return []Answers{shared}
	}
	var sets []Answers
	for _, group := range groupUnits(units) {
		sets = append(sets, f.answersOfGroup(ctx, shared, group))
	}
	return sets
}

// partOf returns what stands for the part of a bundle that units are; nil if they are all of
// it.
func (f *Flow) partOf(ctx context.Context, bundle *client.Bundle, units []client.AccessUnit) []string {
	whole, err := f.Client.BundleUnits(ctx, bundle.ID)
	ids := unique(each(units, func(u client.AccessUnit) string { return u.ID }))
	if err == nil && !slices.ContainsFunc(whole, func(u client.AccessUnit) bool { return !slices.Contains(ids, u.ID) }) {
		return nil
	}
	return each(units, kind.AccessUnits().FlagValues(units))
}

// groupUnits groups access units by integration and resource type, in the order in which
// these first appear.
func groupUnits(units []client.AccessUnit) [][]client.AccessUnit {
	var groups [][]client.AccessUnit
	for _, u := range units {
		at := slices.IndexFunc(groups, func(group []client.AccessUnit) bool {
			return group[0].Resource.Integration.ID == u.Resource.Integration.ID && group[0].Resource.Type.ID == u.Resource.Type.ID
		})
		if at < 0 {
			groups, at = append(groups, nil), len(groups)
		}
		groups[at] = append(groups[at], u)
	}
	return groups
}

// answersOfGroup returns the answers that request access units of one integration and
// resource type.
func (f *Flow) answersOfGroup(ctx context.Context, shared Answers, units []client.AccessUnit) Answers {
	set, first := shared, units[0].Resource
	set.Integration = clearName(ctx, f.Client, kind.Integrations(), first.Integration)
	set.ResourceType = kind.ResourceTypes().FlagValues(nil)(first.Type)
	resources := make([]client.Resource, len(units))
	for i, u := range units {
		resources[i] = u.Resource
		set.Permissions = append(set.Permissions, kind.Permissions().FlagValues(nil)(u.Permission))
	}
	set.Permissions = unique(set.Permissions)
	set.Resources = unique(each(resources, kind.Resources().FlagValues(sameSource(ctx, f.Client, resources))))
	return set
}

// sameSource returns every resource that has the source ID of one of the resources; none if
// the service does not answer, so that no source ID is known to be clear.
func sameSource(ctx context.Context, api *client.Client, resources []client.Resource) []client.Resource {
	sources := unique(each(resources, func(r client.Resource) string { return r.SourceID }))
	found, err := api.Resources(ctx, client.ResourceQuery{IntegrationID: resources[0].Integration.ID, ResourceTypeID: resources[0].Type.ID, SourceIDs: sources})
	if err != nil {
		return nil
	}
	return found
}

// clearName returns what stands for an item of a kind without parents after its flag.
func clearName[T any](ctx context.Context, api *client.Client, k kind.Kind[T], item T) string {
	list, err := k.Fetch(ctx, api, kind.Scope{})
	if err != nil {
		list = nil // no name is known to be clear
	}
	for _, known := range list {
		if k.ID(known) == k.ID(item) {
			return k.FlagValues(list)(known)
		}
	}
	return k.FlagValues(nil)(item)
}
