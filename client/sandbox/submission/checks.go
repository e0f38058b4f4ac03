package submission

import (
	"slices"
	"strings"

	"apono/client/sandbox/catalog"
)

// checkIDs reports filters that contain unknown IDs.
func (r *resolver) checkIDs() {
	c := r.catalog
	check := func(field, what string, ids []string, known func(string) bool) {
		for _, id := range ids {
			if !known(id) {
				r.report(CodeNotFound, field, "There is no %s %q that you can request", what, id)
				return // the first one is enough: there may be a thousand
			}
		}
	}
	check(FieldIntegrations, "integration", r.submitted.IntegrationIDs, func(id string) bool { _, ok := c.Integration(id); return ok })
	check(FieldBundles, "bundle", r.submitted.BundleIDs, func(id string) bool { _, ok := c.Bundle(id); return ok })
	check(FieldResourceTypes, "resource type", r.submitted.ResourceTypeIDs, func(id string) bool { _, ok := c.ResourceType(id); return ok })
	check(FieldAccessUnits, "access unit", r.submitted.AccessUnitIDs, func(id string) bool { _, ok := c.Unit(id); return ok })
	for i, id := range r.submitted.ResourceIDs {
		r.resources[i] = c.ResourceID(id)
	}
	check(FieldResources, "resource", r.resources, func(id string) bool { _, ok := c.Resource(id); return ok })
}

// checkUnused reports resources and permissions that were selected but do not
// match the rest of the selection.
func (r *resolver) checkUnused(parts []Part, candidates []catalog.Unit) {
	for _, id := range r.submitted.PermissionIDs {
		if !slices.ContainsFunc(candidates, func(u catalog.Unit) bool { return u.Permission.ID == id }) {
			r.report(CodeNotFound, FieldPermissions, "The selected resources have no permission %q", id)
			return
		}
	}
	used := resourceIDs(parts)
	for _, id := range r.resources {
		if !used[id] {
			resource, _ := r.catalog.Resource(id)
			r.report(CodeNotFound, FieldResources, "The resource %q does not match the selected integration, resource type or permissions", resource.Path)
			return
		}
	}
	if len(parts) == 0 {
		r.report(CodeNotFound, FieldResources, "No resource matches the selection")
	}
}

// checkPermissions reports several permissions on a type that takes only one.
func (r *resolver) checkPermissions(parts []Part) {
	if len(r.submitted.PermissionIDs)+len(r.submitted.AccessUnitIDs) == 0 {
		return // already reported as missing
	}
	selected := map[*catalog.ResourceType][]string{}
	for _, p := range parts {
		for _, u := range p.Units {
			t := u.Resource.ResourceType
			if !slices.Contains(selected[t], u.Permission.Name) {
				selected[t] = append(selected[t], u.Permission.Name)
			}
		}
	}
	for t, names := range selected {
		if len(names) > 1 && !t.AllowMultiplePermissions {
			r.report(CodeMultiplePermissions, FieldPermissions, "%s takes one permission at a time, not %s", t.Name, strings.Join(names, ", "))
		}
	}
}

// checkResourceCount reports a submission with too many resources.
func (r *resolver) checkResourceCount(parts []Part) {
	if n := len(resourceIDs(parts)); n > maxResources {
		r.report(CodeTooManyResources, FieldResources, "A request can contain at most %d resources, this one has %d", maxResources, n)
	}
}

func resourceIDs(parts []Part) map[string]bool {
	ids := map[string]bool{}
	for _, p := range parts {
		for _, u := range p.Units {
			ids[u.Resource.ID] = true
		}
	}
	return ids
}
