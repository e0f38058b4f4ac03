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
	"apono/wizard/kind"
)

// errNothing is a line that does not say yet what is to be chosen from.
var errNothing = errors.New("nothing to choose from")

// completion is a choice as cobra wants it: the first tab ends the value.
func completion(c kind.Choice) cobra.Completion {
	return cobra.CompletionWithDesc(c.Value, render.Clean(c.Description))
}

func sortedChoices(list []kind.Choice) []kind.Choice {
	slices.SortStableFunc(list, func(a, b kind.Choice) int { return cmp.Compare(a.Value, b.Value) })
	return list
}

func offerIntegrations(ctx context.Context, from *lists, _ line) ([]kind.Choice, error) {
	items, err := from.integrations(ctx)
	return sortedChoices(kind.Integrations().Choices(items)), err
}

func offerTypes(ctx context.Context, from *lists, on line) ([]kind.Choice, error) {
	integration, err := chosenIntegration(ctx, from, on)
	if err != nil {
		return nil, err
	}
	items, err := from.resourceTypes(ctx, integration)
	return sortedChoices(kind.ResourceTypes().Choices(items)), err
}

func offerResources(ctx context.Context, from *lists, on line) ([]kind.Choice, error) {
	integration, resourceType, err := chosenType(ctx, from, on)
	if err != nil {
		return nil, err
	}
	items, err := from.resources(ctx, integration, resourceType)
	return sortedChoices(kind.Resources().Choices(items)), err
}

func offerPermissions(ctx context.Context, from *lists, on line) ([]kind.Choice, error) {
	integration, resourceType, err := chosenType(ctx, from, on)
	if err != nil {
		return nil, err
	}
	items, err := from.permissions(ctx, integration, resourceType)
	return sortedChoices(kind.Permissions().Choices(items)), err
}

func offerBundles(ctx context.Context, from *lists, _ line) ([]kind.Choice, error) {
	items, err := from.bundles(ctx)
	return sortedChoices(kind.Bundles().Choices(items)), err
}

func offerUnits(ctx context.Context, from *lists, on line) ([]kind.Choice, error) {
	bundles, err := from.bundles(ctx)
	if err != nil {
		return nil, err
	}
	bundle, err := kind.Bundles().Match(on.flag("bundle"), kind.Scope{}, bundles)
	if err != nil {
		return nil, errNothing
	}
	items, err := from.units(ctx, bundle.ID)
	return sortedChoices(kind.AccessUnits().Choices(items)), err
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
	integration, err := kind.Integrations().Match(name, kind.Scope{}, items)
	if err != nil {
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
	chosen, err := kind.ResourceTypes().Match(on.flag("resource-type"), kind.Scope{}, types)
	if err != nil {
		return "", "", errNothing
	}
	return integration, chosen.ID, nil
}

func isAnyRequest(*client.Request) bool { return true }

// isActiveRequest says whether a request has an access that can be used or given back.
func isActiveRequest(r *client.Request) bool { return r.IsActive() }

// offerRequests offers those, the newest first.
func offerRequests(which func(*client.Request) bool) values {
	return func(ctx context.Context, from *lists, _ line) ([]kind.Choice, error) {
		items, err := from.requests(ctx)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(items, func(a, b client.Request) int { return b.CreationTime.Time().Compare(a.CreationTime.Time()) })
		var found []kind.Choice
		for i := range items {
			r := &items[i]
			if !which(r) || !render.IsClean(r.ID) {
				continue
			}
			about := render.StatusWord(r.Status.Status, r.WaitsForPeople())
			if r.Justification != nil && *r.Justification != "" {
				about += ": " + *r.Justification
			}
			found = append(found, kind.Choice{Value: r.ID, Description: about})
		}
		return found, nil
	}
}

// offerStatuses offers statuses as they are shown.
func offerStatuses(context.Context, *lists, line) ([]kind.Choice, error) {
	found := []kind.Choice{{Value: render.StatusWord(client.StatusPending, true)}}
	for _, status := range []string{
		client.StatusActive, client.StatusExpired, client.StatusFailed, client.StatusGranting, client.StatusInitializing,
		client.StatusPending, client.StatusPendingMFA, client.StatusRejected, client.StatusRevoked, client.StatusRevoking,
	} {
		found = append(found, kind.Choice{Value: render.StatusWord(status, false)})
	}
	return sortedChoices(found), nil
}

func canReset(s client.AccessSession) bool { return s.Credentials != nil && s.Credentials.CanReset }

// offerSessions offers accesses.
func offerSessions(which func(client.AccessSession) bool) values {
	return func(ctx context.Context, from *lists, _ line) ([]kind.Choice, error) {
		items, err := from.sessions(ctx)
		var found []kind.Choice
		for _, s := range items {
			if which(s) && render.IsClean(s.ID) {
				found = append(found, kind.Choice{Value: s.ID, Description: strings.TrimSpace(s.Integration.Type + "/" + s.Name + " " + s.Status)})
			}
		}
		return sortedChoices(found), err
	}
}

// offerApps offers the apps that open the access on the line, or any access.
func offerApps(ctx context.Context, from *lists, on line) ([]kind.Choice, error) {
	items, err := from.sessions(ctx)
	var found []kind.Choice
	for _, s := range items {
		if len(on.args) > 0 && s.ID != on.args[0] {
			continue
		}
		for _, app := range s.Launchers {
			c := kind.Choice{Value: app.ID, Description: app.DisplayName}
			if render.IsClean(c.Value) && !slices.Contains(found, c) {
				found = append(found, c)
			}
		}
	}
	return sortedChoices(found), err
}
