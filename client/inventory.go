package client

import (
	"context"
	"maps"
	"net/url"
)

// Icons are URLs of a type's icons (schema IconsConfigClientModel).
type Icons struct {
	PNG string `json:"png"`
	SVG string `json:"svg"`
}

// Integration is a connected system, such as a cloud account, a database server
// or an application (schema IntegrationClientModel).
type Integration struct {
	ID              string `json:"id"`
	Type            string `json:"type"`
	TypeDisplayName Text   `json:"type_display_name"`
	Name            string `json:"name"`
	Icons           Icons  `json:"icons"`
}

// Title returns the name of the integration that is shown to users: type/name.
func (i Integration) Title() string { return i.Type + "/" + i.Name }

// ResourceType is a type of resources in an integration (schema
// ResourceTypeClientModel).
type ResourceType struct {
	ID                       string `json:"id"`
	Name                     string `json:"name"`
	DisplayPath              Text   `json:"display_path"`
	AllowMultiplePermissions bool   `json:"allow_multiple_permissions"`
	Icons                    Icons  `json:"icons"`
}

// Resource is a resource to which access can be requested (schema
// ResourceClientModel). SourceID is its ID in its own system, such as an ARN;
// ID is Apono's.
type Resource struct {
	ID          string       `json:"id"`
	SourceID    string       `json:"source_id"`
	Name        string       `json:"name"`
	Path        Text         `json:"path"`
	Type        ResourceType `json:"type"`
	Integration Integration  `json:"integration"`
}

// Permission is a permission on a resource (schema PermissionClientModel).
type Permission struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Bundle is a named set of access units that can be requested together (schema
// BundleClientModel).
type Bundle struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Labels Texts  `json:"labels"`
}

// AccessUnit is one permission on one resource (schema AccessUnitClientModel).
type AccessUnit struct {
	ID         string            `json:"id"`
	Resource   Resource          `json:"resource"`
	Permission Permission        `json:"permission"`
	Status     *AccessUnitStatus `json:"status"` // nil outside of a request
}

// AccessUnitStatus is the status of one access unit of a request (schema
// AccessUnitStatusClientModel).
type AccessUnitStatus struct {
	Status  Status  `json:"status"`
	Message *string `json:"message"`
}

const inventory = "/api/client/v1/inventory/"

// Integrations returns every integration to which the user can request access.
// The result is never nil.
func (cl *Client) Integrations(ctx context.Context) ([]Integration, error) {
	return all(ctx, cl, inventory+"integrations", nil, pageSize, func(i Integration) string { return i.ID })
}

// ResourceTypes returns the resource types of an integration. The result is
// never nil.
func (cl *Client) ResourceTypes(ctx context.Context, integrationID string) ([]ResourceType, error) {
	q := url.Values{"integration-id": {integrationID}}
	return all(ctx, cl, inventory+"resource-types", q, pageSize, func(t ResourceType) string { return t.ID })
}

// ResourceQuery selects resources. Empty fields do not limit the result.
type ResourceQuery struct {
	IntegrationID  string
	ResourceTypeID string
	SourceIDs      []string
	Search         string // the service defines what it matches
}

// maxListBytes limits the values of a repeated query parameter, in bytes of the
// URL. Servers and proxies refuse URLs of about 8 kB and more.
const maxListBytes = 6000

// Resources returns the resources that q selects. If the source IDs do not fit
// in one URL, it makes several calls. The result is never nil.
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

// shareParents makes the resources of a page share the strings of their types
// and integrations, to save memory: there may be 100,000 resources.
func shareParents(resources []Resource) {
	types, integrations := map[ResourceType]ResourceType{}, map[Integration]Integration{}
	for i := range resources {
		resources[i].Type = intern(types, resources[i].Type)
		resources[i].Integration = intern(integrations, resources[i].Integration)
	}
}

// intern returns the value in seen that equals v, or adds v and returns it.
func intern[T comparable](seen map[T]T, v T) T {
	if first, ok := seen[v]; ok {
		return first
	}
	seen[v] = v
	return v
}

// Permissions returns the permissions that can be requested on resources of a
// type. The result is never nil.
func (cl *Client) Permissions(ctx context.Context, integrationID, resourceTypeID string) ([]Permission, error) {
	q := url.Values{"integration-id": {integrationID}, "resource-type-id": {resourceTypeID}}
	return all(ctx, cl, inventory+"permissions", q, pageSize, func(p Permission) string { return p.ID })
}

// Bundles returns every bundle that the user can request. The result is never
// nil.
func (cl *Client) Bundles(ctx context.Context) ([]Bundle, error) {
	return all(ctx, cl, inventory+"bundles", nil, pageSize, func(b Bundle) string { return b.ID })
}

// BundleUnits returns the access units of a bundle. The result is never nil.
func (cl *Client) BundleUnits(ctx context.Context, bundleID string) ([]AccessUnit, error) {
	q := url.Values{"bundle-ids": {bundleID}}
	return all(ctx, cl, inventory+"access-units", q, pageSize, func(u AccessUnit) string { return u.ID })
}

func setNonEmpty(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}
