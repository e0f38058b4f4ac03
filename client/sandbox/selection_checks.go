package sandbox

import (
	"slices"
	"strings"

	"apono/client"
)

// checkUsed finds resources and permissions that were picked and do not go
// with the rest of what was picked.
func (s *selector) checkUsed(parts []part, candidates []unit) {
	for _, id := range s.asked.PermissionIDs {
		if !slices.ContainsFunc(candidates, func(u unit) bool { return u.permission.ID == id }) {
			s.fault(faultNotFound, "filter_permission_ids", "There is no permission %q for what was picked", id)
			return
		}
	}
	resources := map[string]bool{}
	for _, p := range parts {
		for _, u := range p.units {
			resources[u.resource.ID] = true
		}
	}
	for _, id := range s.resources {
		if !resources[id] {
			r, _ := s.catalogue.resource(id)
			s.fault(faultNotFound, "filter_resources", "The resource %q does not go with the integration, the resource type or the permissions that were picked", r.Path)
			return
		}
	}
	if len(parts) == 0 {
		s.fault(faultNotFound, "filter_resources", "Nothing matches what was picked")
	}
}

// checkPermissions finds several permissions on a type that takes one at a time.
func (s *selector) checkPermissions(parts []part) {
	if len(s.asked.PermissionIDs)+len(s.asked.AccessUnitIDs) == 0 {
		return // none was picked, which is a fault of its own
	}
	taken := map[*resourceType][]string{}
	for _, p := range parts {
		for _, u := range p.units {
			kind := u.resource.kind
			if !slices.Contains(taken[kind], u.permission.Name) {
				taken[kind] = append(taken[kind], u.permission.Name)
			}
		}
	}
	for kind, names := range taken {
		if len(names) > 1 && !kind.AllowMultiplePermissions {
			s.fault(faultPermissions, "filter_permission_ids", "%s takes one permission at a time, not %s", kind.Name, strings.Join(names, ", "))
		}
	}
}

// checkCount finds submissions with more resources than one may have.
func (s *selector) checkCount(parts []part) {
	seen := map[string]bool{}
	for _, p := range parts {
		for _, u := range p.units {
			seen[u.resource.ID] = true
		}
	}
	if len(seen) > maxResources {
		s.fault(faultTooMany, "filter_resources", "A request takes at most %d resources, this one has %d", maxResources, len(seen))
	}
}

// withoutChoice is the submission with only its integrations, types and
// bundles: what a dry run in resource_type_only_mode looks at.
func withoutChoice(n client.NewRequest) client.NewRequest {
	n.ResourceIDs, n.Resources, n.PermissionIDs, n.AccessUnitIDs = nil, nil, nil, nil
	return n
}
