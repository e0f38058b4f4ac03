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
	return all(ctx, cl, inventory+"integrations", cl.inventoryQuery(), pageSize, func(i Integration) string { return i.ID })
}

// ResourceTypes returns the resource types of an integration. The result is
// never nil.
func (cl *Client) ResourceTypes(ctx context.Context, integrationID string) ([]ResourceType, error) {
	q := cl.inventoryQuery("integration-id", integrationID)
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
	params := cl.resourceQuery(q)
	parts := splitParameter("source-id", q.SourceIDs, maxListBytes)
	found, err := inParallel(ctx, parts, func(ctx context.Context, ids []string) ([]Resource, error) {
		p := maps.Clone(params)
		if len(ids) > 0 {
			p["source-id"] = ids
		}
		return cl.resourceList(p).all(ctx)
	})
	return nonNil(found), err
}

// EachResource passes all resources that q selects to add, a page at a time, so that
// they need not all be in memory. more is how many are known to follow. It ignores
// q.SourceIDs. If it fails, the list is not complete; an error of add ends it.
func (cl *Client) EachResource(ctx context.Context, q ResourceQuery, add func(page []Resource, more int) error) error {
	return cl.resourceList(cl.resourceQuery(q)).each(ctx, add)
}

// bareResource is a resource without its type and its integration. Most of the time
// that reading a long list takes is for those, in every item.
type bareResource struct {
	ID       string `json:"id"`
	SourceID string `json:"source_id"`
	Name     string `json:"name"`
	Path     Text   `json:"path"`
}

// EachResourceOf is like EachResource for the resources of one type in one integration,
// both by ID. The resources come without their Type and Integration, and are valid until
// add returns.
func (cl *Client) EachResourceOf(ctx context.Context, integrationID, resourceTypeID string, add func(page []Resource, more int) error) error {
	query := cl.resourceQuery(ResourceQuery{IntegrationID: integrationID, ResourceTypeID: resourceTypeID})
	bare := list[bareResource]{client: cl, path: inventory + "resources", query: query, limit: resourcePageSize, id: func(r bareResource) string { return r.ID }}
	var resources []Resource
	return bare.each(ctx, func(page []bareResource, more int) error {
		resources = resources[:0]
		for _, r := range page {
			resources = append(resources, Resource{ID: r.ID, SourceID: r.SourceID, Name: r.Name, Path: r.Path})
		}
		return add(resources, more)
	})
}

// FirstResources returns the first page of the resources that q selects, without
// q.SourceIDs, and how many there are as far as the service says.
func (cl *Client) FirstResources(ctx context.Context, q ResourceQuery, limit int) (found []Resource, total int, err error) {
	page, err := cl.resourceList(cl.resourceQuery(q)).page(ctx, 0, limit)
	if err != nil {
		return nil, 0, err
	}
	total = len(page.Data)
	if page.Pagination.Total != nil {
		total = max(total, *page.Pagination.Total)
	}
	return page.Data, total, nil
}

func (cl *Client) resourceList(q url.Values) list[Resource] {
	return list[Resource]{client: cl, path: inventory + "resources", query: q, limit: resourcePageSize, id: func(r Resource) string { return r.ID }}
}

func (cl *Client) resourceQuery(q ResourceQuery) url.Values {
	params := cl.inventoryQuery()
	setNonEmpty(params, "integration-id", q.IntegrationID)
	setNonEmpty(params, "resource-type-id", q.ResourceTypeID)
	setNonEmpty(params, "search", q.Search)
	return params
}

// inventoryQuery returns the query with pairs of names and values, and the grantee.
func (cl *Client) inventoryQuery(pairs ...string) url.Values {
	q := url.Values{}
	setNonEmpty(q, "grantee_id", cl.grantee)
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
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
	q := cl.inventoryQuery("integration-id", integrationID, "resource-type-id", resourceTypeID)
	return all(ctx, cl, inventory+"permissions", q, pageSize, func(p Permission) string { return p.ID })
}

// Bundles returns every bundle that the user can request. The result is never
// nil.
func (cl *Client) Bundles(ctx context.Context) ([]Bundle, error) {
	return all(ctx, cl, inventory+"bundles", cl.inventoryQuery(), pageSize, func(b Bundle) string { return b.ID })
}

// BundleUnits returns the access units of a bundle. The result is never nil.
func (cl *Client) BundleUnits(ctx context.Context, bundleID string) ([]AccessUnit, error) {
	q := cl.inventoryQuery("bundle-ids", bundleID)
	return all(ctx, cl, inventory+"access-units", q, pageSize, func(u AccessUnit) string { return u.ID })
}

func setNonEmpty(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}
