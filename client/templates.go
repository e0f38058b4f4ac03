package client

import (
	"context"
	"net/url"
)

// Template is a request that an account's admins have prepared (schema
// AccessRequestTemplateClientModel).
type Template struct {
	ID            string         `json:"id"`
	Name          string         `json:"name"`
	Type          string         `json:"type"`
	Integrations  []Integration  `json:"integrations"`
	ResourceTypes []ResourceType `json:"resource_types"`
	Resources     []Resource     `json:"resources"`
	Permissions   []Permission   `json:"permissions"`
	CreateDate    Instant        `json:"create_date"`
}

// Selection returns what the template selects.
func (t *Template) Selection() *Selection {
	return &Selection{Integrations: t.Integrations, ResourceTypes: t.ResourceTypes, Resources: t.Resources, Permissions: t.Permissions}
}

// TemplateOfIntegration is the only type of a Template.
const TemplateOfIntegration = "IntegrationRequest"

func (t *Template) missing() string { return first(field{"id", t.ID}, field{"name", t.Name}) }

func (t *Template) about() (string, []string) { return "template", []string{t.ID} }

const templates = "/api/client/v1/access-request-templates"

// Templates returns the account's templates. The result is never nil.
func (cl *Client) Templates(ctx context.Context) ([]Template, error) {
	return all(ctx, cl, templates, url.Values{}, pageSize, func(t Template) string { return t.ID })
}

// Template returns a template with what the user can request of it.
func (cl *Client) Template(ctx context.Context, id string) (*Template, error) {
	var t Template
	return &t, cl.do(ctx, get(templates+"/"+segment(id), url.Values{"filter-available": {"true"}}).about(id), &t)
}
