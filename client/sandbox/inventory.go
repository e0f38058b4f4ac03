package sandbox

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"apono/client"
)

// scope is what the filters that all of the inventory shares leave of it.
type scope struct{ integrations []*integration }

// scope reads grantee_id, session_id and the integrations that a call names.
func (s *Sandbox) scope(ctx context.Context, c *call, integrationIDs []string) (*scope, error) {
	if grantee := c.param("grantee_id"); grantee != "" && grantee != c.user.ID {
		return nil, refuse(http.StatusForbidden, "You can only ask for access of your own")
	}
	found := slices.Clone(s.catalogue().integrations)
	if id := c.param("session_id"); id != "" {
		a, _, err := s.session(ctx, c.user, id)
		if err != nil {
			return nil, err
		}
		integrationIDs = append(integrationIDs, a.Integration)
	}
	for _, id := range integrationIDs {
		if _, ok := s.catalogue().integration(id); !ok {
			return nil, notFound("integration", id)
		}
	}
	if len(integrationIDs) > 0 {
		found = slices.DeleteFunc(found, func(in *integration) bool { return !slices.Contains(integrationIDs, in.ID) })
	}
	return &scope{integrations: found}, nil
}

// types returns the resource types in scope with one of ids; no ids mean all.
func (sc *scope) types(ids []string) []*resourceType {
	var found []*resourceType
	for _, in := range sc.integrations {
		for _, kind := range in.types {
			if len(ids) == 0 || slices.Contains(ids, kind.ID) {
				found = append(found, kind)
			}
		}
	}
	return found
}

func (s *Sandbox) listIntegrations(ctx context.Context, c *call) (any, error) {
	sc, err := s.scope(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	var found []client.Integration
	for _, in := range sc.integrations {
		if matches(c.param("search"), in.ID, in.Title(), in.TypeDisplayName) {
			found = append(found, in.Integration)
		}
	}
	return page(c, found, pageSize)
}

func (s *Sandbox) listResourceTypes(ctx context.Context, c *call) (any, error) {
	sc, err := s.scope(ctx, c, c.list("integration-id"))
	if err != nil {
		return nil, err
	}
	var found []client.ResourceType
	for _, kind := range sc.types(nil) {
		if matches(c.param("search"), kind.ID, kind.Name, kind.DisplayPath) {
			found = append(found, kind.ResourceType)
		}
	}
	return page(c, found, pageSize)
}

func (s *Sandbox) listResources(ctx context.Context, c *call) (any, error) {
	sc, err := s.scope(ctx, c, c.list("integration-id"))
	if err != nil {
		return nil, err
	}
	search, sources := c.param("search"), c.list("source-id")
	var found []*resource
	for _, kind := range sc.types(c.list("resource-type-id")) {
		resources, err := s.resourcesOf(ctx, c, kind)
		if err != nil {
			return nil, err
		}
		for _, r := range resources {
			if (len(sources) == 0 || slices.Contains(sources, r.SourceID)) && r.matches(search) {
				found = append(found, r)
			}
		}
	}
	return page(c, wireResources(found), resourcePageSize)
}

// resourcesOf returns the resources of a type. Where the real server does not
// answer, a call that asked for it is told so; in a list of everything it is
// merely missing.
func (s *Sandbox) resourcesOf(ctx context.Context, c *call, kind *resourceType) ([]*resource, error) {
	if !kind.integration.external {
		return kind.resources, nil
	}
	found, err := s.serverResources(ctx, kind)
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return found, err
	case c.param("integration-id") == "" && c.param("resource-type-id") == "":
		return nil, nil
	}
	return nil, refuse(http.StatusFailedDependency, "%v", err)
}

func (s *Sandbox) listPermissions(ctx context.Context, c *call) (any, error) {
	sc, err := s.scope(ctx, c, c.list("integration-id"))
	if err != nil {
		return nil, err
	}
	var found []client.Permission
	for _, kind := range sc.types(c.list("resource-type-id")) {
		for _, p := range kind.permissions {
			if !slices.Contains(found, p) && matches(c.param("search"), p.ID, p.Name) {
				found = append(found, p)
			}
		}
	}
	return page(c, found, pageSize)
}

func (s *Sandbox) listBundles(ctx context.Context, c *call) (any, error) {
	if _, err := s.scope(ctx, c, nil); err != nil {
		return nil, err
	}
	var found []client.Bundle
	for _, b := range s.catalogue().bundles {
		if matches(c.param("search"), b.ID, b.Name) {
			found = append(found, b.Bundle)
		}
	}
	return page(c, found, pageSize)
}

func (s *Sandbox) listAccessUnits(ctx context.Context, c *call) (any, error) {
	sc, err := s.scope(ctx, c, c.list("integration-ids"))
	if err != nil {
		return nil, err
	}
	units, err := s.unitsInScope(ctx, c, sc)
	if err != nil {
		return nil, err
	}
	var found []client.AccessUnit
	resources, permissions := c.list("resource-ids"), c.list("permission-ids")
	for _, u := range units {
		if (len(resources) == 0 || slices.Contains(resources, u.resource.ID)) &&
			(len(permissions) == 0 || slices.Contains(permissions, u.permission.ID)) &&
			u.resource.matches(c.param("search")) && matches(c.param("permission-search"), u.permission.ID, u.permission.Name) {
			found = append(found, u.wire())
		}
	}
	return page(c, found, pageSize)
}

// unitsInScope returns the units of the bundles that a call names, or of
// everything, that belong to an integration and a type in scope.
func (s *Sandbox) unitsInScope(ctx context.Context, c *call, sc *scope) ([]unit, error) {
	types := sc.types(c.list("resource-type-ids"))
	var units []unit
	if bundles := c.list("bundle-ids"); len(bundles) > 0 {
		for _, id := range bundles {
			b, ok := s.catalogue().bundle(id)
			if !ok {
				return nil, notFound("bundle", id)
			}
			units = append(units, b.units...)
		}
		return slices.DeleteFunc(units, func(u unit) bool { return !slices.Contains(types, u.resource.kind) }), nil
	}
	for _, kind := range types {
		resources, err := s.resourcesOf(ctx, c, kind)
		if err != nil {
			return nil, err
		}
		for _, r := range resources {
			units = append(units, r.units()...)
		}
	}
	return units, nil
}

// listGrantees returns who a call's user may ask for access for: themselves.
func (s *Sandbox) listGrantees(_ context.Context, c *call) (any, error) {
	found := []client.Grantee{}
	kind := c.param("grantee_type")
	if self := c.user.grantee(); (kind == "" || strings.EqualFold(kind, self.Type)) && matches(c.param("search"), self.DisplayName, self.SourceID) {
		found = append(found, self)
	}
	return page(c, found, pageSize)
}
