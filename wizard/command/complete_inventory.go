package command

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

// errNothing is a line that does not say yet what is to be chosen from.
var errNothing = errors.New("nothing to choose from")

// completion is a choice as cobra wants it: the first tab ends the value.
func completion(c wizard.Choice) cobra.Completion {
	return cobra.CompletionWithDesc(c.Value, render.Clean(c.About))
}

func sortedChoices(list []wizard.Choice) []wizard.Choice {
	slices.SortStableFunc(list, func(a, b wizard.Choice) int { return cmp.Compare(a.Value, b.Value) })
	return list
}

func offerIntegrations(ctx context.Context, from *lists, _ line) ([]wizard.Choice, error) {
	items, err := from.integrations(ctx)
	return sortedChoices(wizard.IntegrationChoices(items)), err
}

func offerTypes(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
	integration, err := chosenIntegration(ctx, from, on)
	if err != nil {
		return nil, err
	}
	items, err := from.resourceTypes(ctx, integration)
	return sortedChoices(wizard.ResourceTypeChoices(items)), err
}

func offerResources(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
	integration, resourceType, err := chosenType(ctx, from, on)
	if err != nil {
		return nil, err
	}
	items, err := from.resources(ctx, integration, resourceType)
	return sortedChoices(wizard.ResourceChoices(items)), err
}

func offerPermissions(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
	integration, resourceType, err := chosenType(ctx, from, on)
	if err != nil {
		return nil, err
	}
	items, err := from.permissions(ctx, integration, resourceType)
	return sortedChoices(wizard.PermissionChoices(items)), err
}

func offerBundles(ctx context.Context, from *lists, _ line) ([]wizard.Choice, error) {
	items, err := from.bundles(ctx)
	return sortedChoices(wizard.BundleChoices(items)), err
}

func offerUnits(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
	bundles, err := from.bundles(ctx)
	if err != nil {
		return nil, err
	}
	bundle, ok := wizard.PickBundle(on.flag("bundle"), bundles)
	if !ok {
		return nil, errNothing
	}
	items, err := from.units(ctx, bundle.ID)
	return sortedChoices(wizard.UnitChoices(items)), err
}

// chosenIntegration is the ID of the integration that stands on the line.
func chosenIntegration(ctx context.Context, from *lists, on line) (string, error) {
	name := on.flag("integration")
	if name == "" {
		return "", errNothing
	}
	items, err := from.integrations(ctx)
	if err != nil {
		return "", err
	}
	integration, ok := wizard.PickIntegration(name, items)
	if !ok {
		return "", errNothing
	}
	return integration.ID, nil
}

// chosenType is the IDs of the integration and the resource type that stand on
// the line.
func chosenType(ctx context.Context, from *lists, on line) (integration, resourceType string, err error) {
	integration, err = chosenIntegration(ctx, from, on)
	if err != nil {
		return "", "", err
	}
	types, err := from.resourceTypes(ctx, integration)
	if err != nil {
		return "", "", err
	}
	chosen, ok := wizard.PickResourceType(on.flag("resource-type"), types)
	if !ok {
		return "", "", errNothing
	}
	return integration, chosen.ID, nil
}

func isAnyRequest(*client.Request) bool { return true }

// isActiveRequest says whether a request has an access that can be used or given back.
func isActiveRequest(r *client.Request) bool { return r.IsActive() }

// offerRequests offers those, the newest first.
func offerRequests(which func(*client.Request) bool) values {
	return func(ctx context.Context, from *lists, _ line) ([]wizard.Choice, error) {
		items, err := from.requests(ctx)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(items, func(a, b client.Request) int { return b.CreationTime.Time().Compare(a.CreationTime.Time()) })
		var found []wizard.Choice
		for i := range items {
			r := &items[i]
			if !which(r) || !render.IsClean(r.ID) {
				continue
			}
			about := r.StatusTitle()
			if r.Justification != nil && *r.Justification != "" {
				about += ": " + *r.Justification
			}
			found = append(found, wizard.Choice{Value: r.ID, About: about})
		}
		return found, nil
	}
}

// offerStatuses offers statuses as they are shown.
func offerStatuses(context.Context, *lists, line) ([]wizard.Choice, error) {
	var found []wizard.Choice
	for _, title := range client.StatusTitles() {
		found = append(found, wizard.Choice{Value: title})
	}
	return sortedChoices(found), nil
}

func canReset(s client.AccessSession) bool { return s.Credentials != nil && s.Credentials.CanReset }

// offerSessions offers accesses.
func offerSessions(which func(client.AccessSession) bool) values {
	return func(ctx context.Context, from *lists, _ line) ([]wizard.Choice, error) {
		items, err := from.sessions(ctx)
		var found []wizard.Choice
		for _, s := range items {
			if which(s) && render.IsClean(s.ID) {
				found = append(found, wizard.Choice{Value: s.ID, About: strings.TrimSpace(s.Integration.Type + "/" + s.Name + " " + s.Status)})
			}
		}
		return sortedChoices(found), err
	}
}

// offerApps offers the apps that open the access on the line, or any access.
func offerApps(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
	items, err := from.sessions(ctx)
	var found []wizard.Choice
	for _, s := range items {
		if len(on.args) > 0 && s.ID != on.args[0] {
			continue
		}
		for _, app := range s.Launchers {
			c := wizard.Choice{Value: app.ID, About: app.DisplayName}
			if render.IsClean(c.Value) && !slices.Contains(found, c) {
				found = append(found, c)
			}
		}
	}
	return sortedChoices(found), err
}
