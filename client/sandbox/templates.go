package sandbox

import (
	"context"
	"net/http"

	"apono/client"
	"apono/client/sandbox/catalog"
)

// selectionOf returns what a request for units would select.
func selectionOf(units []catalog.Unit) client.Selection {
	selection := client.Selection{Integrations: []client.Integration{}, ResourceTypes: []client.ResourceType{}, Resources: []client.Resource{}, Permissions: []client.Permission{}}
	for _, u := range units {
		selection.Integrations = appendNew(selection.Integrations, u.Resource.Integration)
		selection.ResourceTypes = appendNew(selection.ResourceTypes, u.Resource.Type)
		selection.Resources = appendNew(selection.Resources, u.Resource.Resource)
		selection.Permissions = appendNew(selection.Permissions, u.Permission)
	}
	return selection
}

// templates returns the demo account's templates as the API represents them.
func (s *Sandbox) templates() []client.Template {
	list := []client.Template{}
	for _, t := range s.catalog().Templates {
		in := selectionOf(t.Units)
		list = append(list, client.Template{
			ID: t.ID, Name: t.Name, Type: client.TemplateOfIntegration, CreateDate: client.At(t.Created),
			Integrations: in.Integrations, ResourceTypes: in.ResourceTypes, Resources: in.Resources, Permissions: in.Permissions,
		})
	}
	return list
}

func (s *Sandbox) listTemplates(_ context.Context, c *call) (any, error) {
	found := []client.Template{}
	for _, t := range s.templates() {
		if catalog.Matches(c.param("search"), t.Name) {
			found = append(found, t)
		}
	}
	return page(c, found, pageSize)
}

// getTemplate returns a template. Everything in the templates of the demo account can be
// requested, so there is nothing for filter-available to leave out.
func (s *Sandbox) getTemplate(_ context.Context, c *call) (any, error) {
	if _, err := c.boolean("filter-available"); err != nil {
		return nil, err
	}
	for _, t := range s.templates() {
		if t.ID == c.PathValue("id") {
			return t, nil
		}
	}
	return nil, errorf(http.StatusNotFound, "There is no template %s", c.PathValue("id"))
}
