package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"apono/client"
)

// maxResources is how many resources one submission may ask for.
const maxResources = 1000

// part is what one access flow decides about: a submission has one part for
// each flow that its units belong to, and becomes as many requests.
type part struct {
	flow   *flow
	bundle *bundle // nil for units that were picked one by one
	units  []unit
}

// fault is one thing that stands in a submission's way.
type fault struct {
	code, field, message string
	details              map[string]any
}

// The codes of faults that the client does not know; it shows their message.
const (
	faultNotFound     = "NOT_FOUND"
	faultTooMany      = "TOO_MANY_RESOURCES"
	faultPermissions  = "MULTIPLE_PERMISSIONS_NOT_ALLOWED"
	faultCustomField  = "INVALID_CUSTOM_FIELD"
	faultGrantee      = "INVALID_GRANTEE"
	faultNotReachable = "INTEGRATION_NOT_REACHABLE"
)

// selector resolves one submission's filters.
type selector struct {
	catalogue *catalogue
	asked     client.NewRequest
	resources []string // IDs that were picked one by one
	terms     []string // search terms that pick resources
	faults    []fault
}

// choose takes a submission apart. The parts are those that could be made out
// even where there are faults, so that a dry run can tell everything at once.
func (c *catalogue) choose(asked client.NewRequest) ([]part, []fault) {
	s := &selector{catalogue: c, asked: asked}
	s.readResources()
	s.checkKnown()
	if len(s.faults) > 0 {
		return nil, s.faults
	}
	var parts []part
	if len(asked.BundleIDs) > 0 {
		parts = s.bundleParts()
	} else {
		parts = s.unitParts()
	}
	s.checkCount(parts)
	return parts, s.faults
}

func (s *selector) fault(code, field, format string, args ...any) {
	s.faults = append(s.faults, fault{code: code, field: field, message: fmt.Sprintf(format, args...)})
}

// readResources takes resources from the two filters that can pick them. The
// older one holds IDs or source IDs.
func (s *selector) readResources() {
	s.resources = slices.Clone(s.asked.ResourceIDs)
	for _, f := range s.asked.Resources {
		switch f.Type {
		case "id":
			s.resources = append(s.resources, f.Value)
		case "search_term":
			s.terms = append(s.terms, f.Value)
		default:
			s.fault(faultNotFound, "filter_resources", "%q is not a way to pick resources: use id or search_term", f.Type)
		}
	}
	if len(s.resources) > maxResources {
		s.fault(faultTooMany, "filter_resources", "A request takes at most %d resources, this one has %d", maxResources, len(s.resources))
	}
}

// checkKnown finds filters that name nothing.
func (s *selector) checkKnown() {
	c := s.catalogue
	check := func(field, what string, ids []string, known func(string) bool) {
		for _, id := range ids {
			if !known(id) {
				s.fault(faultNotFound, field, "There is no %s %q that you can request", what, id)
				return // one is enough: a thousand would not be read
			}
		}
	}
	check("filter_integration_ids", "integration", s.asked.IntegrationIDs, func(id string) bool { _, ok := c.integration(id); return ok })
	check("filter_bundle_ids", "bundle", s.asked.BundleIDs, func(id string) bool { _, ok := c.bundle(id); return ok })
	check("filter_resource_type_ids", "resource type", s.asked.ResourceTypeIDs, func(id string) bool { return c.types[id] != nil })
	check("filter_access_unit_ids", "access unit", s.asked.AccessUnitIDs, func(id string) bool { _, ok := c.unit(id); return ok })
	for i, id := range s.asked.ResourceIDs {
		s.resources[i] = c.resourceID(id)
	}
	check("filter_resources", "resource", s.resources, func(id string) bool { _, ok := c.resource(id); return ok })
}

// resourceID returns the ID of the resource that has this ID or source ID.
func (c *catalogue) resourceID(id string) string {
	if _, ok := c.resource(id); ok {
		return id
	}
	for _, r := range c.resources {
		if r.SourceID == id {
			return r.ID
		}
	}
	return id
}

// bundleParts makes a part of each bundle, or of what the other filters leave of it.
func (s *selector) bundleParts() []part {
	var parts []part
	for _, id := range s.asked.BundleIDs {
		b, _ := s.catalogue.bundle(id)
		p := part{flow: b.flow, bundle: b}
		for _, u := range b.units {
			if s.admits(u) {
				p.units = append(p.units, u)
			}
		}
		if len(p.units) == 0 {
			s.fault(faultNotFound, "filter_access_unit_ids", "Nothing of what was picked is in the bundle %q", b.Name)
			continue
		}
		parts = append(parts, p)
	}
	for _, id := range s.asked.AccessUnitIDs {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.has(id) }) {
			s.fault(faultNotFound, "filter_access_unit_ids", "The access unit %q is not in the bundle", id)
			break
		}
	}
	return parts
}

func (p part) has(unitID string) bool {
	return slices.ContainsFunc(p.units, func(u unit) bool { return u.id() == unitID })
}

// unitParts picks units one by one and groups them by their flow.
func (s *selector) unitParts() []part {
	if len(s.asked.IntegrationIDs)+len(s.asked.ResourceTypeIDs)+len(s.resources)+len(s.terms)+len(s.asked.AccessUnitIDs) == 0 {
		s.fault(client.DryRunFieldMissing, "filter_integration_ids", "Nothing is asked for: pick an integration or a bundle")
		return nil
	}
	if len(s.asked.PermissionIDs)+len(s.asked.AccessUnitIDs) == 0 {
		s.fault(client.DryRunFieldMissing, "filter_permission_ids", "Pick at least one permission")
	}
	var parts []part
	seen := map[string]bool{} // what was named twice is asked for once
	candidates := s.candidates()
	for _, u := range candidates {
		if seen[u.id()] || !s.admits(u) {
			continue
		}
		seen[u.id()] = true
		i := slices.IndexFunc(parts, func(p part) bool { return p.flow == u.resource.flow })
		if i < 0 {
			i, parts = len(parts), append(parts, part{flow: u.resource.flow})
		}
		parts[i].units = append(parts[i].units, u)
	}
	s.checkUsed(parts, candidates)
	s.checkPermissions(parts)
	return parts
}

// candidates are the units to choose from: those that were named, or all of
// them; what is on the real server has to be named.
func (s *selector) candidates() []unit {
	var units []unit
	for _, id := range s.asked.AccessUnitIDs {
		u, _ := s.catalogue.unit(id)
		units = append(units, u)
	}
	if len(units) > 0 {
		return units
	}
	for _, id := range s.resources {
		r, _ := s.catalogue.resource(id)
		units = append(units, r.units()...)
	}
	if len(s.resources) > 0 && len(s.terms) == 0 {
		return units
	}
	for _, in := range s.catalogue.integrations {
		for _, kind := range in.types {
			for _, r := range kind.resources {
				if len(s.resources) == 0 || !slices.Contains(s.resources, r.ID) {
					units = append(units, r.units()...)
				}
			}
		}
	}
	return units
}

func (r *resource) units() []unit {
	units := make([]unit, 0, len(r.kind.permissions))
	for _, p := range r.kind.permissions {
		units = append(units, unit{resource: r, permission: p})
	}
	return units
}

// admits says whether every filter that is set lets u through.
func (s *selector) admits(u unit) bool {
	pass := func(ids []string, id string) bool { return len(ids) == 0 || slices.Contains(ids, id) }
	return pass(s.asked.IntegrationIDs, u.resource.Integration.ID) &&
		pass(s.asked.ResourceTypeIDs, u.resource.kind.ID) &&
		pass(s.asked.PermissionIDs, u.permission.ID) &&
		pass(s.asked.AccessUnitIDs, u.id()) &&
		s.admitsResource(u.resource)
}

func (s *selector) admitsResource(r *resource) bool {
	if len(s.resources)+len(s.terms) == 0 || slices.Contains(s.resources, r.ID) {
		return true
	}
	return slices.ContainsFunc(s.terms, r.matches)
}

// matches says whether every word of a search is in what r is called.
func (r *resource) matches(search string) bool {
	return matches(search, r.Name, r.Path, r.SourceID, r.ID)
}

// matches says whether every word of a search occurs in one of texts,
// whatever its case. An empty search matches everything.
func matches(search string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(strings.ToLower(search)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
