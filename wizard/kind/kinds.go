package kind

import (
	"context"
	"strconv"

	"apono/client"
)

const (
	slugIntegration  = "integration"
	slugResourceType = "resource-type"
	slugBundle       = "bundle"
)

// All returns a descriptor of every kind, in the order in which help and search
// list them.
func All() []Descriptor {
	return []Descriptor{Integrations(), ResourceTypes(), Resources(), Permissions(), Bundles(), AccessUnits()}
}

// Integrations describes the connected systems.
func Integrations() Kind[client.Integration] {
	return Kind[client.Integration]{
		Info: Info{
			Slug: slugIntegration, Name: "integration", Flag: "integration", Letter: "i", Searchable: true, Sorted: true,
			Command: "integrations", TopLevel: true, Short: "List integrations",
			Columns: []string{"ID", "Type", "Name"},
		},
		ID:         func(i client.Integration) string { return i.ID },
		Label:      client.Integration.Title,
		ShortLabel: func(i client.Integration) string { return i.Name },
		Names:      func(i client.Integration) []string { return []string{i.Title(), i.Name} },
		PrintNames: true,
		Column:     func(i client.Integration) string { return string(i.TypeDisplayName) },
		Row:        func(i client.Integration) []string { return []string{i.ID, i.Type, i.Name} },
		Fetch: func(ctx context.Context, api *client.Client, _ Scope) ([]client.Integration, error) {
			return api.Integrations(ctx)
		},
		Pack: func(i client.Integration) []string { return []string{i.Name, i.Type, string(i.TypeDisplayName), i.ID} },
		Unpack: func(_ Scope, t []string) client.Integration {
			return client.Integration{Name: t[0], Type: t[1], TypeDisplayName: client.Text(t[2]), ID: t[3]}
		},
		Within: func(_ Scope, i client.Integration) Scope { return Scope{Integration: i} },
		Prompt: func(Scope) string { return "Select integration" },
		Empty: func(Scope) string {
			return "You cannot request access to any integration. Ask your admin to add you to an access flow"
		},
	}
}

// ResourceTypes describes the types of an integration's resources.
func ResourceTypes() Kind[client.ResourceType] {
	return Kind[client.ResourceType]{
		Info: Info{
			Slug: slugResourceType, Name: "resource type", Flag: "resource-type", FlagAlias: "type", Letter: "t", Searchable: true,
			Command: "resource-types", TopLevel: true, Short: "List the resource types of an integration", Example: "-i aws-account/Playground",
			Parents: []string{slugIntegration}, Columns: []string{"ID", "Name"},
		},
		ID:    func(t client.ResourceType) string { return t.ID },
		Label: func(t client.ResourceType) string { return t.Name },
		Names: func(t client.ResourceType) []string { return []string{t.Name, string(t.DisplayPath)} },
		Row:   func(t client.ResourceType) []string { return []string{t.ID, t.Name} },
		Fetch: func(ctx context.Context, api *client.Client, in Scope) ([]client.ResourceType, error) {
			return api.ResourceTypes(ctx, in.Integration.ID)
		},
		Pack: func(t client.ResourceType) []string {
			return []string{t.Name, string(t.DisplayPath), t.ID, strconv.FormatBool(t.AllowMultiplePermissions)}
		},
		Unpack: func(_ Scope, t []string) client.ResourceType {
			return client.ResourceType{Name: t[0], DisplayPath: client.Text(t[1]), ID: t[2], AllowMultiplePermissions: t[3] == "true"}
		},
		Within: func(in Scope, t client.ResourceType) Scope { in.ResourceType = t; return in },
		Prompt: func(Scope) string { return "Select resource type" },
		Empty: func(in Scope) string {
			return in.Integration.Title() + " has no resource types that you can request: choose another integration"
		},
	}
}

// Resources describes the resources of a type.
func Resources() Kind[client.Resource] {
	return Kind[client.Resource]{
		Info: Info{
			Slug: "resource", Name: "resource", Flag: "resources", Many: true, Letter: "r", Searchable: true, Filterable: true,
			Command: "resources", TopLevel: true, Short: "List the resources of a type", Example: "-i aws-account/Playground -t aws-account-s3-bucket",
			Parents: []string{slugIntegration, slugResourceType}, Columns: []string{"ID", "Name"},
		},
		ID:       func(r client.Resource) string { return r.ID },
		Label:    resourceLabel,
		Names:    func(r client.Resource) []string { return []string{string(r.Path), r.Name} },
		SourceID: func(r client.Resource) string { return r.SourceID },
		Column:   func(r client.Resource) string { return r.SourceID },
		Row:      func(r client.Resource) []string { return []string{r.SourceID, resourceLabel(r)} },
		Fetch: func(ctx context.Context, api *client.Client, in Scope) ([]client.Resource, error) {
			return api.Resources(ctx, client.ResourceQuery{IntegrationID: in.Integration.ID, ResourceTypeID: in.ResourceType.ID})
		},
		Each: func(ctx context.Context, api *client.Client, in Scope, add func([]client.Resource, int) error) error {
			return api.EachResourceOf(ctx, in.Integration.ID, in.ResourceType.ID, add)
		},
		Pack:    packResource,
		Scanned: 3,
		Unpack: func(in Scope, t []string) client.Resource {
			return unpackResource(t, in.ResourceType, in.Integration)
		},
		Prompt: func(in Scope) string { return "Select " + in.ResourceType.Name },
		Empty: func(in Scope) string {
			return in.Integration.Title() + " has no resources of type " + in.ResourceType.Name + ": choose another type"
		},
	}
}

func packResource(r client.Resource) []string {
	return []string{string(r.Path), r.Name, r.SourceID, r.ID}
}

func unpackResource(t []string, of client.ResourceType, in client.Integration) client.Resource {
	return client.Resource{Path: client.Text(t[0]), Name: t[1], SourceID: t[2], ID: t[3], Type: of, Integration: in}
}

// resourceLabel is what people call a resource: its path, else its name.
func resourceLabel(r client.Resource) string {
	if r.Path != "" {
		return string(r.Path)
	}
	return r.Name
}

// Permissions describes what may be done with the resources of a type.
func Permissions() Kind[client.Permission] {
	return Kind[client.Permission]{
		Info: Info{
			Slug: "permission", Name: "permission", Flag: "permissions", Many: true, Letter: "p", Searchable: true,
			Command: "permissions", TopLevel: true, Short: "List the permissions of a resource type", Example: "-i sqlite/shop -t sqlite-database",
			Parents: []string{slugIntegration, slugResourceType}, Columns: []string{"ID", "Name"},
		},
		ID:    func(p client.Permission) string { return p.ID },
		Label: func(p client.Permission) string { return p.Name },
		Names: func(p client.Permission) []string { return []string{p.Name} },
		Row:   func(p client.Permission) []string { return []string{p.ID, p.Name} },
		Fetch: func(ctx context.Context, api *client.Client, in Scope) ([]client.Permission, error) {
			return api.Permissions(ctx, in.Integration.ID, in.ResourceType.ID)
		},
		Pack: func(p client.Permission) []string { return []string{p.Name, p.ID} },
		Unpack: func(_ Scope, t []string) client.Permission {
			return client.Permission{Name: t[0], ID: t[1]}
		},
		Prompt: func(Scope) string { return "Select permissions" },
		Empty: func(in Scope) string {
			return in.ResourceType.Name + " has no permissions that you can request: choose another resource type"
		},
	}
}

// Bundles describes the bundles: named sets of access units.
func Bundles() Kind[client.Bundle] {
	return Kind[client.Bundle]{
		Info: Info{
			Slug: slugBundle, Name: "bundle", Flag: "bundle", Letter: "b", Searchable: true,
			Command: "bundles", Short: "List bundles",
			Columns: []string{"ID", "Name"},
		},
		ID:         func(b client.Bundle) string { return b.ID },
		Label:      func(b client.Bundle) string { return b.Name },
		Names:      func(b client.Bundle) []string { return []string{b.Name} },
		PrintNames: true,
		Row:        func(b client.Bundle) []string { return []string{b.ID, b.Name} },
		Fetch: func(ctx context.Context, api *client.Client, _ Scope) ([]client.Bundle, error) {
			return api.Bundles(ctx)
		},
		Pack:   func(b client.Bundle) []string { return []string{b.Name, b.ID} },
		Unpack: func(_ Scope, t []string) client.Bundle { return client.Bundle{Name: t[0], ID: t[1]} },
		Within: func(_ Scope, b client.Bundle) Scope { return Scope{Bundle: b} },
		Prompt: func(Scope) string { return "Select bundle" },
		Empty:  func(Scope) string { return "You cannot request any bundle: choose an integration instead" },
	}
}

// AccessUnits describes what a bundle contains.
func AccessUnits() Kind[client.AccessUnit] {
	return Kind[client.AccessUnit]{
		Info: Info{
			Slug: "access-unit", Name: "access unit", Flag: "access-units", Many: true,
			Command: "access-units", Short: "List what a bundle contains", Example: `-b "Checkout on call"`,
			Parents: []string{slugBundle}, Columns: []string{"ID", "Integration", "Resource", "Permission"},
		},
		ID:    func(u client.AccessUnit) string { return u.ID },
		Label: unitLabel,
		Names: func(u client.AccessUnit) []string { return []string{unitLabel(u)} },
		Row: func(u client.AccessUnit) []string {
			return []string{u.ID, u.Resource.Integration.Title(), u.Resource.Name, u.Permission.Name}
		},
		Fetch: func(ctx context.Context, api *client.Client, in Scope) ([]client.AccessUnit, error) {
			return api.BundleUnits(ctx, in.Bundle.ID)
		},
		Pack:   packUnit,
		Unpack: func(_ Scope, t []string) client.AccessUnit { return unpackUnit(t) },
		Prompt: func(Scope) string { return "Select accesses" },
		Empty:  func(in Scope) string { return in.Bundle.Name + " is empty: choose another bundle" },
	}
}

// unitLabel is what an access unit gives: where, what, and which permission.
func unitLabel(u client.AccessUnit) string {
	return u.Resource.Integration.Title() + ": " + resourceLabel(u.Resource) + " (" + u.Permission.Name + ")"
}

// packUnit packs an access unit: the unit, its permission, its resource, and where
// that is.
func packUnit(u client.AccessUnit) []string {
	r := u.Resource
	texts := append([]string{u.ID, u.Permission.ID, u.Permission.Name}, packResource(r)...)
	texts = append(texts, ResourceTypes().Pack(r.Type)...)
	return append(texts, Integrations().Pack(r.Integration)...)
}

func unpackUnit(t []string) client.AccessUnit {
	of, in := ResourceTypes().Unpack(Scope{}, t[7:11]), Integrations().Unpack(Scope{}, t[11:15])
	return client.AccessUnit{ID: t[0], Permission: client.Permission{ID: t[1], Name: t[2]}, Resource: unpackResource(t[3:7], of, in)}
}
