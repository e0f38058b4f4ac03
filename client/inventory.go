package client

import (
	"context"
	"maps"
	"net/url"
)

// Icons are links to pictures of a type (schema IconsConfigClientModel).
type Icons struct {
	PNG string `json:"png"`
	SVG string `json:"svg"`
}

// Integration is a connected system: a cloud account, a database server, an
// application (schema IntegrationClientModel).
type Integration struct {
	ID              string `json:"id"`
	Type            string `json:"type"`
	TypeDisplayName string `json:"type_display_name"`
	Name            string `json:"name"`
	Icons           Icons  `json:"icons"`
}

// Title is how an integration is named everywhere: type/name.
func (i Integration) Title() string { return i.Type + "/" + i.Name }

// ResourceType is a kind of resource within an integration (schema
// ResourceTypeClientModel).
type ResourceType struct {
	ID                       string `json:"id"`
	Name                     string `json:"name"`
	DisplayPath              string `json:"display_path"`
	AllowMultiplePermissions bool   `json:"allow_multiple_permissions"`
	Icons                    Icons  `json:"icons"`
}

// Resource is one thing that access can be asked for (schema
// ResourceClientModel). SourceID is its name in the system it lives in, such as
// an ARN; ID is Apono's.
type Resource struct {
	ID          string       `json:"id"`
	SourceID    string       `json:"source_id"`
	Name        string       `json:"name"`
	Path        string       `json:"path"`
	Type        ResourceType `json:"type"`
	Integration Integration  `json:"integration"`
}

// Permission is what may be done with a resource (schema PermissionClientModel).
type Permission struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Bundle is a named set of accesses, asked for together (schema
// BundleClientModel).
type Bundle struct {
	ID     string            `json:"id"`
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
}

// AccessUnit is one permission on one resource (schema AccessUnitClientModel).
type AccessUnit struct {
	ID         string            `json:"id"`
	Resource   Resource          `json:"resource"`
	Permission Permission        `json:"permission"`
	Status     *AccessUnitStatus `json:"status"` // nil outside of a request
}

// AccessUnitStatus is how one unit of a request fares.
type AccessUnitStatus struct {
	Status  string  `json:"status"`
	Message *string `json:"message"`
}

const inventory = "/api/client/v1/inventory/"

// Integrations returns every integration that the user may ask for.
func (cl *Client) Integrations(ctx context.Context) ([]Integration, error) {
	return all(ctx, cl, inventory+"integrations", nil, pageSize, func(i Integration) string { return i.ID })
}

// ResourceTypes returns the kinds of resources of an integration.
func (cl *Client) ResourceTypes(ctx context.Context, integrationID string) ([]ResourceType, error) {
	q := url.Values{"integration-id": {integrationID}}
	return all(ctx, cl, inventory+"resource-types", q, pageSize, func(t ResourceType) string { return t.ID })
}

// ResourceQuery says which resources are wanted.
type ResourceQuery struct {
	IntegrationID  string
	ResourceTypeID string
	// SourceIDs limits the answer to these; empty means all.
	SourceIDs []string
	// Search is the service's own search; empty means all.
	Search string
}

// maxListBytes is how many bytes of a URL the values of one parameter take;
// servers and proxies refuse URLs from about 8 kB on.
const maxListBytes = 6000

// Resources returns the resources that q asks for. Where q names more source
// IDs than one URL can hold, it asks several times.
func (cl *Client) Resources(ctx context.Context, q ResourceQuery) ([]Resource, error) {
	params := url.Values{}
	setNonEmpty(params, "integration-id", q.IntegrationID)
	setNonEmpty(params, "resource-type-id", q.ResourceTypeID)
	setNonEmpty(params, "search", q.Search)
	parts := splitParameter("source-id", q.SourceIDs, maxListBytes)
	found, err := inParallel(ctx, parts, func(ctx context.Context, ids []string) ([]Resource, error) {
		p := maps.Clone(params)
		if len(ids) > 0 {
			p["source-id"] = ids
		}
		return all(ctx, cl, inventory+"resources", p, resourcePageSize, func(r Resource) string { return r.ID })
	})
	return nonNil(found), err
}

// shareParents lets the resources of a page hold the same texts for their type
// and integration, rather than a copy each: there may be a hundred thousand.
func shareParents(resources []Resource) {
	types, integrations := map[ResourceType]ResourceType{}, map[Integration]Integration{}
	for i := range resources {
		resources[i].Type = same(types, resources[i].Type)
		resources[i].Integration = same(integrations, resources[i].Integration)
	}
}

// same returns the first value that was equal to v, whose texts are its own.
func same[T comparable](seen map[T]T, v T) T {
	if first, ok := seen[v]; ok {
		return first
	}
	seen[v] = v
	return v
}

// Permissions returns what may be asked for on resources of a type.
func (cl *Client) Permissions(ctx context.Context, integrationID, resourceTypeID string) ([]Permission, error) {
	q := url.Values{"integration-id": {integrationID}, "resource-type-id": {resourceTypeID}}
	return all(ctx, cl, inventory+"permissions", q, pageSize, func(p Permission) string { return p.ID })
}

// Bundles returns every bundle that the user may ask for.
func (cl *Client) Bundles(ctx context.Context) ([]Bundle, error) {
	return all(ctx, cl, inventory+"bundles", nil, pageSize, func(b Bundle) string { return b.ID })
}

// BundleUnits returns what a bundle contains.
func (cl *Client) BundleUnits(ctx context.Context, bundleID string) ([]AccessUnit, error) {
	q := url.Values{"bundle-ids": {bundleID}}
	return all(ctx, cl, inventory+"access-units", q, pageSize, func(u AccessUnit) string { return u.ID })
}

func setNonEmpty(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}
