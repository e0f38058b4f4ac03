package sandbox

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"apono/client"
)

// catalogue is everything that can be asked for. It is built once, from Go
// data, and never changes; only what is on a real PostgreSQL server is looked
// up when it is needed (postgres.go).
type catalogue struct {
	flows        map[string]*flow
	integrations []*integration
	bundles      []*bundle
	customFields []client.CustomField

	types     map[string]*resourceType
	resources map[string]*resource
}

// integration is a connected system of the demo account.
type integration struct {
	client.Integration
	flow    *flow
	types   []*resourceType
	connect connector
	// broken is why nothing can be granted here; empty where it works.
	broken string
	// external says that access is given on the real PostgreSQL server.
	external bool
}

type resourceType struct {
	client.ResourceType
	integration *integration
	permissions []client.Permission
	resources   []*resource
}

type resource struct {
	client.Resource
	kind *resourceType
	flow *flow // who lets access to it through; mostly the integration's
}

// bundle is a named list of units with a flow of its own.
type bundle struct {
	client.Bundle
	flow  *flow
	units []unit
}

// unit is one permission on one resource.
type unit struct {
	resource   *resource
	permission client.Permission
}

// unitSeparator stands between the two halves of a unit's ID. It occurs in no
// resource's ID, so that the ID alone says what it means.
const unitSeparator = "~"

func (u unit) id() string { return u.resource.ID + unitSeparator + u.permission.ID }

func (u unit) wire() client.AccessUnit {
	return client.AccessUnit{ID: u.id(), Resource: u.resource.Resource, Permission: u.permission}
}

// stableID makes an identifier that looks like the service's and is the same
// in every process.
func stableID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

func icons(name string) client.Icons {
	return client.Icons{
		PNG: "https://portal.apono.io/icons/" + name + ".png",
		SVG: "https://portal.apono.io/icons/" + name + ".svg",
	}
}

func newCatalogue(withServer bool) *catalogue {
	c := &catalogue{
		flows:        newFlows(),
		customFields: newCustomFields(),
		types:        map[string]*resourceType{},
		resources:    map[string]*resource{},
	}
	c.addCloud()
	c.addDatabases()
	if withServer {
		c.addServer()
	}
	for _, in := range c.integrations {
		for _, kind := range in.types {
			slices.SortFunc(kind.resources, func(a, b *resource) int { return cmp.Compare(a.Path, b.Path) })
		}
	}
	slices.SortFunc(c.integrations, func(a, b *integration) int { return cmp.Compare(a.Title(), b.Title()) })
	c.addBundles()
	return c
}

func (c *catalogue) addIntegration(kind, kindName, name, flowID string, connect connector) *integration {
	in := &integration{
		Integration: client.Integration{
			ID:              stableID("integration", kind, name),
			Type:            kind,
			TypeDisplayName: kindName,
			Name:            name,
			Icons:           icons(kind),
		},
		flow:    c.flows[flowID],
		connect: connect,
	}
	c.integrations = append(c.integrations, in)
	return in
}

func (c *catalogue) addType(in *integration, id, name string, permissions ...client.Permission) *resourceType {
	kind := &resourceType{
		ResourceType: client.ResourceType{ID: id, Name: name, DisplayPath: in.TypeDisplayName + " / " + name, Icons: icons(id)},
		integration:  in,
		permissions:  permissions,
	}
	in.types = append(in.types, kind)
	c.types[id] = kind
	return kind
}

// addResource adds a resource that is called name and is sourceID where it lives.
func (c *catalogue) addResource(kind *resourceType, path, sourceID string) *resource {
	r := newResource(kind, stableID("resource", kind.integration.ID, kind.ID, sourceID), path, sourceID)
	kind.resources = append(kind.resources, r)
	c.resources[r.ID] = r
	return r
}

func newResource(kind *resourceType, id, path, sourceID string) *resource {
	name := path[strings.LastIndex(path, "/")+1:]
	if name == "" || strings.HasPrefix(path, "/") {
		name = path // a parameter's name is all of its path
	}
	return &resource{
		Resource: client.Resource{
			ID:          id,
			SourceID:    sourceID,
			Name:        name,
			Path:        path,
			Type:        kind.ResourceType,
			Integration: kind.integration.Integration,
		},
		kind: kind,
		flow: kind.integration.flow,
	}
}

// named returns permissions whose ID is their name.
func named(names ...string) []client.Permission {
	permissions := make([]client.Permission, 0, len(names))
	for _, name := range names {
		permissions = append(permissions, client.Permission{ID: name, Name: name})
	}
	return permissions
}

// The permissions that databases and buckets have in the demo account.
const (
	ReadOnly  = "READ_ONLY"
	ReadWrite = "READ_WRITE"
	Admin     = "ADMIN"
)

func levels() []client.Permission { return named(ReadOnly, ReadWrite, Admin) }

func (c *catalogue) integration(id string) (*integration, bool) {
	for _, in := range c.integrations {
		if in.ID == id {
			return in, true
		}
	}
	return nil, false
}

func (c *catalogue) bundle(id string) (*bundle, bool) {
	for _, b := range c.bundles {
		if b.ID == id {
			return b, true
		}
	}
	return nil, false
}

// resource finds a resource by its ID, also one that is on the real server:
// its ID says where.
func (c *catalogue) resource(id string) (*resource, bool) {
	if r, ok := c.resources[id]; ok {
		return r, true
	}
	return c.serverResource(id)
}

// unit finds a unit by its ID.
func (c *catalogue) unit(id string) (unit, bool) {
	resourceID, permissionID, _ := strings.Cut(id, unitSeparator)
	r, ok := c.resource(resourceID)
	if !ok {
		return unit{}, false
	}
	for _, p := range r.kind.permissions {
		if p.ID == permissionID {
			return unit{resource: r, permission: p}, true
		}
	}
	return unit{}, false
}

// units returns the units of a stored request. One that a newer or older
// catalogue does not have is left out.
func (c *catalogue) units(ids []string) []unit {
	units := make([]unit, 0, len(ids))
	for _, id := range ids {
		if u, ok := c.unit(id); ok {
			units = append(units, u)
		}
	}
	return units
}

func newCustomFields() []client.CustomField {
	usual := "staging"
	return []client.CustomField{
		{ID: "ticket", Type: client.CustomFieldText, Label: "Jira ticket", Placeholder: "OPS-1234", Values: []client.CustomFieldValue{}, Required: true},
		{ID: "environment", Type: client.CustomFieldSelect, Label: "Environment", Placeholder: "Where the work is done", Default: &usual,
			Values: []client.CustomFieldValue{{Key: "dev", Value: "Development"}, {Key: "staging", Value: "Staging"}, {Key: "prod", Value: "Production"}}},
	}
}
