// Package catalog is the demo account's catalog: its access flows, integrations,
// resource types, resources, permissions, bundles and custom fields. It is
// built once, from Go data, and never changes. It must not know requests,
// sessions or the API.
package catalog

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"apono/client"
	"apono/client/sandbox/connect"
)

// Catalog is everything that can be requested, except for the resources of the
// real PostgreSQL server: ServerResource makes those.
type Catalog struct {
	Integrations []*Integration // sorted by title
	Bundles      []*Bundle
	Templates    []*Template
	CustomFields []client.CustomField // of every request, if they are switched on

	flows     map[string]*Flow
	types     map[string]*ResourceType
	resources map[string]*Resource
}

// Integration is a connected system of the demo account.
type Integration struct {
	client.Integration
	Types     []*ResourceType
	Connector connect.Connector
	// Broken is why access to the integration cannot be granted; empty if it can.
	Broken string

	flow *Flow
}

// External reports whether the integration is the real PostgreSQL server.
func (in *Integration) External() bool { return in.flow.External }

// SessionIDPrefix returns what the IDs of the integration's sessions begin with.
func (in *Integration) SessionIDPrefix() string {
	if in.Connector.IDPrefix != "" {
		return in.Connector.IDPrefix
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(in.Type+"-"+in.Name))
}

// ResourceType is one type of resource of an integration.
type ResourceType struct {
	client.ResourceType
	Integration *Integration
	Permissions []client.Permission
	Resources   []*Resource // sorted by path
}

// Resource is something to which access can be requested.
type Resource struct {
	client.Resource
	ResourceType *ResourceType
	Flow         *Flow // which access flow decides; usually the integration's
}

// Units returns one unit for each permission on r.
func (r *Resource) Units() []Unit {
	units := make([]Unit, 0, len(r.ResourceType.Permissions))
	for _, p := range r.ResourceType.Permissions {
		units = append(units, Unit{Resource: r, Permission: p})
	}
	return units
}

// Matches reports whether the names, the path or the IDs of r match a search.
func (r *Resource) Matches(search string) bool {
	return Matches(search, r.Name, string(r.Path), r.SourceID, r.ID)
}

// Matches reports whether every word of search occurs in one of texts, in any
// case. An empty search matches everything.
func Matches(search string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(strings.ToLower(search)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// Bundle is a named list of units with an access flow of its own.
type Bundle struct {
	client.Bundle
	Flow  *Flow
	Units []Unit
}

// Unit is one permission on one resource.
type Unit struct {
	Resource   *Resource
	Permission client.Permission
}

// unitSeparator separates the two halves of a unit's ID. No resource ID
// contains it, so the ID can be split again.
const unitSeparator = "~"

// ID returns the unit's ID, which contains the IDs of its resource and permission.
func (u Unit) ID() string { return u.Resource.ID + unitSeparator + u.Permission.ID }

// Integration returns the integration that u belongs to.
func (u Unit) Integration() *Integration { return u.Resource.ResourceType.Integration }

// AccessUnit returns u as the API represents it, without a status.
func (u Unit) AccessUnit() client.AccessUnit {
	return client.AccessUnit{ID: u.ID(), Resource: u.Resource.Resource, Permission: u.Permission}
}

// StableID returns an identifier that looks like the service's and is the same
// in every process.
func StableID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// Integration finds an integration by its ID.
func (c *Catalog) Integration(id string) (*Integration, bool) {
	for _, in := range c.Integrations {
		if in.ID == id {
			return in, true
		}
	}
	return nil, false
}

// ResourceType finds a resource type by its ID.
func (c *Catalog) ResourceType(id string) (*ResourceType, bool) {
	t, ok := c.types[id]
	return t, ok
}

// Bundle finds a bundle by its ID.
func (c *Catalog) Bundle(id string) (*Bundle, bool) {
	for _, b := range c.Bundles {
		if b.ID == id {
			return b, true
		}
	}
	return nil, false
}

// Resource finds a resource by its ID. It also finds every resource of the real
// server, because their IDs contain their location.
func (c *Catalog) Resource(id string) (*Resource, bool) {
	if r, ok := c.resources[id]; ok {
		return r, true
	}
	return c.serverResourceByID(id)
}

// ResourceID returns the ID of the resource that has this ID or source ID. It
// returns its argument if there is none.
func (c *Catalog) ResourceID(id string) string {
	if _, ok := c.Resource(id); ok {
		return id
	}
	for _, r := range c.resources {
		if r.SourceID == id {
			return r.ID
		}
	}
	return id
}

// Unit finds a unit by its ID.
func (c *Catalog) Unit(id string) (Unit, bool) {
	resourceID, permissionID, _ := strings.Cut(id, unitSeparator)
	r, ok := c.Resource(resourceID)
	if !ok {
		return Unit{}, false
	}
	for _, p := range r.ResourceType.Permissions {
		if p.ID == permissionID {
			return Unit{Resource: r, Permission: p}, true
		}
	}
	return Unit{}, false
}

// Units returns the units with these IDs. It skips unknown ones: a stored
// request may come from a newer or an older catalog.
func (c *Catalog) Units(ids []string) []Unit {
	units := make([]Unit, 0, len(ids))
	for _, id := range ids {
		if u, ok := c.Unit(id); ok {
			units = append(units, u)
		}
	}
	return units
}
