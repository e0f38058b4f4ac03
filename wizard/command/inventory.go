package command

import (
	"context"
	"runtime"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
)

func newInventoryCmd(f *factory) *cobra.Command {
	cmd := newGroupCmd("inventory", "List what can be asked for",
		newIntegrationsCmd(f), newResourceTypesCmd(f), newResourcesCmd(f), newPermissionsCmd(f), newBundlesCmd(f), newAccessUnitsCmd(f))
	cmd.GroupID = groupFind
	return cmd
}

// listing is a command that prints a list of the service's.
type listing[T any] struct {
	use, alias, short, example string
	flags                      func(*cobra.Command)
	fetch                      func(context.Context, *service) ([]T, error)
	columns                    []string
	row                        func(T) []string
}

func inventoryList[T any](f *factory, l listing[T]) *cobra.Command {
	cmd := &cobra.Command{Use: l.use, Aliases: []string{l.alias}, Short: l.short, Example: "  " + l.example, Args: noArgs}
	if l.flags != nil {
		l.flags(cmd)
	}
	out := output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := f.connect(cmd.Context())
		if err != nil {
			return err
		}
		progress := f.streams.Progress("Loading", progressDelay)
		items, err := l.fetch(cmd.Context(), s)
		progress.Stop()
		if err != nil {
			return err
		}
		return out.PrintTable(f.streams, items, "", func() render.Table {
			t := render.Table{Columns: l.columns}
			for _, item := range items {
				t.Row(l.row(item)...)
			}
			return t
		})
	}
	return cmd
}

func newIntegrationsCmd(f *factory) *cobra.Command {
	return inventoryList(f, listing[client.Integration]{
		use: "integrations", alias: "integration", short: "List integrations",
		example: "apono inventory integrations --profile sandbox",
		fetch:   func(ctx context.Context, s *service) ([]client.Integration, error) { return s.client.Integrations(ctx) },
		columns: []string{"ID", "Type", "Name"},
		row:     func(i client.Integration) []string { return []string{i.ID, i.Type, i.Name} },
	})
}

// place is the flags that say where to look: an integration and a type.
type place struct{ integration, resourceType string }

func (p *place) integrationFlag(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&p.integration, "integration", "i", "", "The integration: ID, type/name, or a name that only one has")
}

func (p *place) flags(cmd *cobra.Command) {
	p.integrationFlag(cmd)
	cmd.Flags().StringVarP(&p.resourceType, "resource-type", "t", "", "The resource type: ID or name")
	cmd.Flags().StringVar(&p.resourceType, "type", "", "The same as --resource-type")
}

// find resolves the flags to the service's IDs.
func (p *place) find(ctx context.Context, s *service, withType bool) (integrationID, typeID string, err error) {
	e := &wizard.MissingError{Run: "inventory integrations"}
	if p.integration == "" {
		e.Flags = append(e.Flags, "--integration")
	}
	if withType && p.resourceType == "" {
		e.Flags = append(e.Flags, "--resource-type")
	}
	if p.integration != "" {
		e.Run = "inventory resource-types -i " + render.ShellFor(runtime.GOOS).Quote(p.integration)
	}
	if len(e.Flags) > 0 {
		return "", "", e
	}
	return wizard.FindPlace(ctx, s.client, p.integration, p.resourceType)
}

func newResourceTypesCmd(f *factory) *cobra.Command {
	var at place
	return inventoryList(f, listing[client.ResourceType]{
		use: "resource-types", alias: "resource-type", short: "List the resource types of an integration",
		example: "apono inventory resource-types -i aws-account/Playground --profile sandbox",
		flags:   at.integrationFlag,
		fetch: func(ctx context.Context, s *service) ([]client.ResourceType, error) {
			integration, _, err := at.find(ctx, s, false)
			if err != nil {
				return nil, err
			}
			return s.client.ResourceTypes(ctx, integration)
		},
		columns: []string{"ID", "Name"},
		row:     func(t client.ResourceType) []string { return []string{t.ID, t.Name} },
	})
}

func newResourcesCmd(f *factory) *cobra.Command {
	var at place
	var search string
	return inventoryList(f, listing[client.Resource]{
		use: "resources", alias: "resource", short: "List the resources of a type",
		example: "apono inventory resources -i aws-account/Playground -t aws-account-s3-bucket --profile sandbox",
		flags: func(cmd *cobra.Command) {
			at.flags(cmd)
			cmd.Flags().StringVar(&search, "search", "", "Only resources with all these `words`, in any order")
		},
		fetch: func(ctx context.Context, s *service) ([]client.Resource, error) {
			integration, resourceType, err := at.find(ctx, s, true)
			if err != nil {
				return nil, err
			}
			found, err := s.client.Resources(ctx, client.ResourceQuery{IntegrationID: integration, ResourceTypeID: resourceType})
			return wizard.FilterResources(found, search), err
		},
		columns: []string{"ID", "Name", "Source ID"},
		row: func(r client.Resource) []string {
			name := r.Path
			if name == "" {
				name = r.Name
			}
			return []string{r.ID, name, r.SourceID}
		},
	})
}

func newPermissionsCmd(f *factory) *cobra.Command {
	var at place
	return inventoryList(f, listing[client.Permission]{
		use: "permissions", alias: "permission", short: "List the permissions of a resource type",
		example: "apono inventory permissions -i sqlite/shop -t sqlite-database --profile sandbox",
		flags:   at.flags,
		fetch: func(ctx context.Context, s *service) ([]client.Permission, error) {
			integration, resourceType, err := at.find(ctx, s, true)
			if err != nil {
				return nil, err
			}
			return s.client.Permissions(ctx, integration, resourceType)
		},
		columns: []string{"ID", "Name"},
		row:     func(p client.Permission) []string { return []string{p.ID, p.Name} },
	})
}

func newBundlesCmd(f *factory) *cobra.Command {
	return inventoryList(f, listing[client.Bundle]{
		use: "bundles", alias: "bundle", short: "List bundles",
		example: "apono inventory bundles --profile sandbox",
		fetch:   func(ctx context.Context, s *service) ([]client.Bundle, error) { return s.client.Bundles(ctx) },
		columns: []string{"ID", "Name"},
		row:     func(b client.Bundle) []string { return []string{b.ID, b.Name} },
	})
}

func newAccessUnitsCmd(f *factory) *cobra.Command {
	var bundle string
	return inventoryList(f, listing[client.AccessUnit]{
		use: "access-units", alias: "access-unit", short: "List what a bundle contains",
		example: `apono inventory access-units -b "Checkout on call" --profile sandbox`,
		flags: func(cmd *cobra.Command) {
			cmd.Flags().StringVarP(&bundle, "bundle", "b", "", "The bundle: ID or name")
		},
		fetch: func(ctx context.Context, s *service) ([]client.AccessUnit, error) {
			if bundle == "" {
				return nil, &wizard.MissingError{Flags: []string{"--bundle"}, Run: "inventory bundles"}
			}
			found, err := wizard.FindBundle(ctx, s.client, bundle)
			if err != nil {
				return nil, err
			}
			return s.client.BundleUnits(ctx, found.ID)
		},
		columns: []string{"ID", "Integration", "Resource", "Permission"},
		row: func(u client.AccessUnit) []string {
			return []string{u.ID, u.Resource.Integration.Title(), u.Resource.Name, u.Permission.Name}
		},
	})
}
