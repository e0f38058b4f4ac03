// Package submission validates new requests: it finds the access units that a
// client selects, splits them by access flow and reports every problem. It knows
// the catalog and the body of a request. It must not know users, stored requests
// or the API's responses.
package submission

import (
	"fmt"
	"slices"
	"strings"

	"apono/client"
	"apono/client/sandbox/catalog"
)

// maxResources is how many resources one submission may contain.
const maxResources = 1000

// Part is the part of a submission that one access flow decides. A submission has
// one part for each flow that its units belong to, and each part becomes a request.
type Part struct {
	Flow   *catalog.Flow
	Bundle *catalog.Bundle // nil for units that were selected individually
	Units  []catalog.Unit
}

// Problem is one reason to reject a submission.
type Problem struct {
	Code, Field, Message string
	Details              map[string]any // nil if there are none
}

// The codes of problems. Clients show their message.
const (
	CodeNotFound            = "NOT_FOUND"
	CodeTooManyResources    = "TOO_MANY_RESOURCES"
	CodeMultiplePermissions = "MULTIPLE_PERMISSIONS_NOT_ALLOWED"
	CodeInvalidCustomField  = "INVALID_CUSTOM_FIELD"
	CodeInvalidGrantee      = "INVALID_GRANTEE"
	CodeNotReachable        = "INTEGRATION_NOT_REACHABLE"
)

// The filters of a submission that problems refer to.
const (
	FieldIntegrations  = "filter_integration_ids"
	FieldBundles       = "filter_bundle_ids"
	FieldResourceTypes = "filter_resource_type_ids"
	FieldResources     = "filter_resources"
	FieldPermissions   = "filter_permission_ids"
	FieldAccessUnits   = "filter_access_unit_ids"
)

// RequiredFields returns the fields that every submission must contain, even if
// they are empty.
func RequiredFields() []string {
	return []string{FieldIntegrations, FieldBundles, FieldResourceTypes, "filter_resource_ids",
		FieldResources, FieldPermissions, FieldAccessUnits}
}

// Messages joins the messages of problems.
func Messages(problems []Problem) string {
	messages := make([]string, 0, len(problems))
	for _, p := range problems {
		messages = append(messages, p.Message)
	}
	return strings.Join(messages, ". ")
}

// WithoutField returns the problems that do not refer to field.
func WithoutField(problems []Problem, field string) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Field == field })
}

// TypesOnly returns n with only its integrations, resource types and bundles.
func TypesOnly(n client.NewRequest) client.NewRequest {
	n.ResourceIDs, n.Resources, n.PermissionIDs, n.AccessUnitIDs = nil, nil, nil, nil
	return n
}

// resolver resolves the filters of one submission.
type resolver struct {
	catalog   *catalog.Catalog
	submitted client.NewRequest
	resources []string // the IDs of resources that were selected individually
	searches  []string // search terms that select resources
	problems  []Problem
}

// Resolve finds the units that n selects. Even if there are problems, it returns
// the parts that it could resolve, so that a dry run reports everything at once.
func Resolve(c *catalog.Catalog, n client.NewRequest) ([]Part, []Problem) {
	r := &resolver{catalog: c, submitted: n}
	r.readResources()
	r.checkIDs()
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	var parts []Part
	if len(n.BundleIDs) > 0 {
		parts = r.bundleParts()
	} else {
		parts = r.unitParts()
	}
	r.checkResourceCount(parts)
	return parts, r.problems
}

func (r *resolver) report(code, field, format string, args ...any) {
	r.problems = append(r.problems, Problem{Code: code, Field: field, Message: fmt.Sprintf(format, args...)})
}

// readResources reads the two filters that select resources. The older one
// contains IDs or source IDs.
func (r *resolver) readResources() {
	r.resources = slices.Clone(r.submitted.ResourceIDs)
	for _, f := range r.submitted.Resources {
		switch f.Type {
		case client.FilterID:
			r.resources = append(r.resources, f.Value)
		case client.FilterSearch:
			r.searches = append(r.searches, f.Value)
		default:
			r.report(CodeNotFound, FieldResources, "Unknown resource filter type %q: use %s or %s", f.Type, client.FilterID, client.FilterSearch)
		}
	}
	if n := len(r.resources); n > maxResources {
		r.report(CodeTooManyResources, FieldResources, "A request can contain at most %d resources, this one has %d", maxResources, n)
	}
}

// bundleParts returns one part for each bundle, with the units that the other
// filters select.
func (r *resolver) bundleParts() []Part {
	var parts []Part
	for _, id := range r.submitted.BundleIDs {
		b, _ := r.catalog.Bundle(id)
		p := Part{Flow: b.Flow, Bundle: b}
		for _, u := range b.Units {
			if r.selects(u) {
				p.Units = append(p.Units, u)
			}
		}
		if len(p.Units) == 0 {
			r.report(CodeNotFound, FieldAccessUnits, "The bundle %q contains nothing that was selected", b.Name)
			continue
		}
		parts = append(parts, p)
	}
	for _, id := range r.submitted.AccessUnitIDs {
		if !slices.ContainsFunc(parts, func(p Part) bool { return p.contains(id) }) {
			r.report(CodeNotFound, FieldAccessUnits, "The access unit %q is not in the bundle", id)
			break
		}
	}
	return parts
}

func (p Part) contains(unitID string) bool {
	return slices.ContainsFunc(p.Units, func(u catalog.Unit) bool { return u.ID() == unitID })
}

// unitParts selects individual units and groups them by access flow.
func (r *resolver) unitParts() []Part {
	n := r.submitted
	if len(n.IntegrationIDs)+len(n.ResourceTypeIDs)+len(r.resources)+len(r.searches)+len(n.AccessUnitIDs) == 0 {
		r.report(client.DryRunFieldMissing, FieldIntegrations, "The request is empty: select an integration or a bundle")
		return nil
	}
	if len(n.PermissionIDs)+len(n.AccessUnitIDs) == 0 {
		r.report(client.DryRunFieldMissing, FieldPermissions, "Select at least one permission")
	}
	var parts []Part
	seen := map[string]bool{}
	candidates := r.candidates()
	for _, u := range candidates {
		if seen[u.ID()] || !r.selects(u) {
			continue
		}
		seen[u.ID()] = true
		i := slices.IndexFunc(parts, func(p Part) bool { return p.Flow == u.Resource.Flow })
		if i < 0 {
			i, parts = len(parts), append(parts, Part{Flow: u.Resource.Flow})
		}
		parts[i].Units = append(parts[i].Units, u)
	}
	r.checkUnused(parts, candidates)
	r.checkPermissions(parts)
	return parts
}

// candidates returns the units to select from: those of the IDs that were
// submitted, or all. Resources of the real server must be submitted by ID.
func (r *resolver) candidates() []catalog.Unit {
	if len(r.submitted.AccessUnitIDs) > 0 {
		return r.catalog.Units(r.submitted.AccessUnitIDs)
	}
	var units []catalog.Unit
	for _, id := range r.resources {
		resource, _ := r.catalog.Resource(id)
		units = append(units, resource.Units()...)
	}
	if len(r.resources) > 0 && len(r.searches) == 0 {
		return units
	}
	for _, in := range r.catalog.Integrations {
		for _, t := range in.Types {
			for _, resource := range t.Resources {
				if !slices.Contains(r.resources, resource.ID) {
					units = append(units, resource.Units()...)
				}
			}
		}
	}
	return units
}

// selects reports whether u passes every filter that is set.
func (r *resolver) selects(u catalog.Unit) bool {
	pass := func(ids []string, id string) bool { return len(ids) == 0 || slices.Contains(ids, id) }
	return pass(r.submitted.IntegrationIDs, u.Integration().ID) &&
		pass(r.submitted.ResourceTypeIDs, u.Resource.ResourceType.ID) &&
		pass(r.submitted.PermissionIDs, u.Permission.ID) &&
		pass(r.submitted.AccessUnitIDs, u.ID()) &&
		r.selectsResource(u.Resource)
}

func (r *resolver) selectsResource(resource *catalog.Resource) bool {
	if len(r.resources)+len(r.searches) == 0 || slices.Contains(r.resources, resource.ID) {
		return true
	}
	return slices.ContainsFunc(r.searches, resource.Matches)
}
