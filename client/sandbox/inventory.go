package sandbox

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"apono/client"
	"apono/client/sandbox/catalog"
)

// inventoryScope is the integrations that pass the filters of an inventory call.
type inventoryScope struct{ integrations []*catalog.Integration }

// inventoryScope applies the filters that all inventory calls have in common:
// grantee_id, session_id and the given integrations.
func (s *Sandbox) inventoryScope(ctx context.Context, c *call, integrationIDs []string) (*inventoryScope, error) {
	grantee, err := c.grantee()
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(s.catalog().Integrations), func(in *catalog.Integration) bool { return !mayHave(grantee, in) })
	if id := c.param("session_id"); id != "" {
		session, _, err := s.loadSession(ctx, c.user, id)
		if err != nil {
			return nil, err
		}
		integrationIDs = append(integrationIDs, session.Integration)
	}
	for _, id := range integrationIDs {
		if _, ok := s.catalog().Integration(id); !ok {
			return nil, notFound("integration", id)
		}
	}
	if len(integrationIDs) > 0 {
		found = slices.DeleteFunc(found, func(in *catalog.Integration) bool { return !slices.Contains(integrationIDs, in.ID) })
	}
	return &inventoryScope{integrations: found}, nil
}

// types returns the resource types in scope with one of ids, or all if there are
// none.
func (sc *inventoryScope) types(ids []string) []*catalog.ResourceType {
	var found []*catalog.ResourceType
	for _, in := range sc.integrations {
		for _, t := range in.Types {
			if len(ids) == 0 || slices.Contains(ids, t.ID) {
				found = append(found, t)
			}
		}
	}
	return found
}

func (s *Sandbox) listIntegrations(ctx context.Context, c *call) (any, error) {
	sc, err := s.inventoryScope(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	var found []client.Integration
	for _, in := range sc.integrations {
		if catalog.Matches(c.param("search"), in.ID, in.Title(), string(in.TypeDisplayName)) {
			found = append(found, in.Integration)
		}
	}
	return page(c, found, pageSize)
}

func (s *Sandbox) listResourceTypes(ctx context.Context, c *call) (any, error) {
	sc, err := s.inventoryScope(ctx, c, c.list("integration-id"))
	if err != nil {
		return nil, err
	}
	var found []client.ResourceType
	for _, t := range sc.types(nil) {
		if catalog.Matches(c.param("search"), t.ID, t.Name, string(t.DisplayPath)) {
			found = append(found, t.ResourceType)
		}
	}
	return page(c, found, pageSize)
}

func (s *Sandbox) listResources(ctx context.Context, c *call) (any, error) {
	sc, err := s.inventoryScope(ctx, c, c.list("integration-id"))
	if err != nil {
		return nil, err
	}
	search, sources := c.param("search"), c.list("source-id")
	found := []client.Resource{}
	for _, t := range sc.types(c.list("resource-type-id")) {
		resources, err := s.resourcesOf(ctx, c, t)
		if err != nil {
			return nil, err
		}
		for _, r := range resources {
			if (len(sources) == 0 || slices.Contains(sources, r.SourceID)) && r.Matches(search) {
				found = append(found, r.Resource)
			}
		}
	}
	return page(c, found, resourcePageSize)
}

// resourcesOf returns the resources of a type. If the real server does not
// respond, a call that names its integration or type fails; a list of everything
// leaves it out.
func (s *Sandbox) resourcesOf(ctx context.Context, c *call, t *catalog.ResourceType) ([]*catalog.Resource, error) {
	if !t.Integration.External() {
		return t.Resources, nil
	}
	found, err := s.serverResources(ctx, t)
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return found, err
	case c.param("integration-id") == "" && c.param("resource-type-id") == "":
		return nil, nil
	}
	return nil, errorf(http.StatusFailedDependency, "%v", err)
}

func (s *Sandbox) listPermissions(ctx context.Context, c *call) (any, error) {
	sc, err := s.inventoryScope(ctx, c, c.list("integration-id"))
	if err != nil {
		return nil, err
	}
	var found []client.Permission
	for _, t := range sc.types(c.list("resource-type-id")) {
		for _, p := range t.Permissions {
			if !slices.Contains(found, p) && catalog.Matches(c.param("search"), p.ID, p.Name) {
				found = append(found, p)
			}
		}
	}
	return page(c, found, pageSize)
}

func (s *Sandbox) listBundles(_ context.Context, c *call) (any, error) {
	grantee, err := c.grantee()
	if err != nil {
		return nil, err
	}
	var found []client.Bundle
	for _, b := range s.catalog().Bundles {
		if mayHaveBundle(grantee, b) && catalog.Matches(c.param("search"), b.ID, b.Name) {
			found = append(found, b.Bundle)
		}
	}
	return page(c, found, pageSize)
}

func (s *Sandbox) listAccessUnits(ctx context.Context, c *call) (any, error) {
	sc, err := s.inventoryScope(ctx, c, c.list("integration-ids"))
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
		if (len(resources) == 0 || slices.Contains(resources, u.Resource.ID)) &&
			(len(permissions) == 0 || slices.Contains(permissions, u.Permission.ID)) &&
			u.Resource.Matches(c.param("search")) && catalog.Matches(c.param("permission-search"), u.Permission.ID, u.Permission.Name) {
			found = append(found, u.AccessUnit())
		}
	}
	return page(c, found, pageSize)
}

// unitsInScope returns the units in scope: those of the bundles that a call
// names, or all.
func (s *Sandbox) unitsInScope(ctx context.Context, c *call, sc *inventoryScope) ([]catalog.Unit, error) {
	types := sc.types(c.list("resource-type-ids"))
	var units []catalog.Unit
	if bundles := c.list("bundle-ids"); len(bundles) > 0 {
		for _, id := range bundles {
			b, ok := s.catalog().Bundle(id)
			if !ok {
				return nil, notFound("bundle", id)
			}
			units = append(units, b.Units...)
		}
		return slices.DeleteFunc(units, func(u catalog.Unit) bool { return !slices.Contains(types, u.Resource.ResourceType) }), nil
	}
	for _, t := range types {
		resources, err := s.resourcesOf(ctx, c, t)
		if err != nil {
			return nil, err
		}
		for _, r := range resources {
			units = append(units, r.Units()...)
		}
	}
	return units, nil
}
