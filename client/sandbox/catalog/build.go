package catalog

import (
	"cmp"
	"slices"
	"strings"

	"apono/client"
	"apono/client/sandbox/connect"
	"apono/client/sandbox/permission"
)

// New builds the catalog. approver is the user who approves requests, and
// withServer adds the integration of a real PostgreSQL server.
func New(approver client.User, withServer bool) *Catalog {
	c := &Catalog{
		CustomFields: newCustomFields(),
		flows:        newFlows(approver),
		types:        map[string]*ResourceType{},
		resources:    map[string]*Resource{},
	}
	c.addCloud()
	c.addDatabases()
	if withServer {
		c.addServer()
	}
	for _, in := range c.Integrations {
		for _, t := range in.Types {
			slices.SortFunc(t.Resources, func(a, b *Resource) int { return cmp.Compare(a.Path, b.Path) })
		}
	}
	slices.SortFunc(c.Integrations, func(a, b *Integration) int { return cmp.Compare(a.Title(), b.Title()) })
	c.addBundles()
	c.addTemplates()
	return c
}

func (c *Catalog) addIntegration(typeID, typeName, name, flowID string, connector connect.Connector) *Integration {
	in := &Integration{
		Integration: client.Integration{
			ID:              StableID("integration", typeID, name),
			Type:            typeID,
			TypeDisplayName: client.Text(typeName),
			Name:            name,
			Icons:           icons(typeID),
		},
		Connector: connector,
		flow:      c.flows[flowID],
	}
	c.Integrations = append(c.Integrations, in)
	return in
}

func (c *Catalog) addType(in *Integration, id, name string, permissions ...client.Permission) *ResourceType {
	t := &ResourceType{
		ResourceType: client.ResourceType{ID: id, Name: name, DisplayPath: in.TypeDisplayName + client.Text(" / "+name), Icons: icons(id)},
		Integration:  in,
		Permissions:  permissions,
	}
	in.Types = append(in.Types, t)
	c.types[id] = t
	return t
}

// addResource adds a resource. Its name is the last element of path, and
// sourceID is its name in the system that it belongs to.
func (c *Catalog) addResource(t *ResourceType, path, sourceID string) *Resource {
	r := newResource(t, StableID("resource", t.Integration.ID, t.ID, sourceID), path, sourceID)
	t.Resources = append(t.Resources, r)
	c.resources[r.ID] = r
	return r
}

func newResource(t *ResourceType, id, path, sourceID string) *Resource {
	name := path[strings.LastIndex(path, "/")+1:]
	if name == "" || strings.HasPrefix(path, "/") {
		name = path // the name of an SSM parameter is its whole path
	}
	return &Resource{
		Resource: client.Resource{
			ID:          id,
			SourceID:    sourceID,
			Name:        name,
			Path:        client.Text(path),
			Type:        t.ResourceType,
			Integration: t.Integration.Integration,
		},
		ResourceType: t,
		Flow:         t.Integration.flow,
	}
}

func icons(name string) client.Icons {
	return client.Icons{
		PNG: "https://portal.apono.io/icons/" + name + ".png",
		SVG: "https://portal.apono.io/icons/" + name + ".svg",
	}
}

// permissions returns permissions whose ID is their name.
func permissions(names ...string) []client.Permission {
	list := make([]client.Permission, 0, len(names))
	for _, name := range names {
		list = append(list, client.Permission{ID: name, Name: name})
	}
	return list
}

func accessLevels() []client.Permission { return permissions(permission.All()...) }

func newCustomFields() []client.CustomField {
	environment := "staging"
	return []client.CustomField{
		{ID: "ticket", Type: client.CustomFieldText, Label: "Jira ticket", Placeholder: "OPS-1234", Values: []client.CustomFieldValue{}, Required: true},
		{ID: "environment", Type: client.CustomFieldSelect, Label: "Environment", Placeholder: "Where the work is done", Default: &environment,
			Values: []client.CustomFieldValue{{Key: "dev", Value: "Development"}, {Key: "staging", Value: "Staging"}, {Key: "prod", Value: "Production"}}},
	}
}
