package wizard

import (
	"context"

	"apono/client"
)

// FindIntegration returns the integration that a person named: by ID, by
// type/name, or by a name that only one has. It fails with a *MatchError.
func FindIntegration(ctx context.Context, api *client.Client, name string) (client.Integration, error) {
	items, err := api.Integrations(ctx)
	if err != nil {
		return client.Integration{}, err
	}
	return matchIntegration(name, items)
}

func matchIntegration(name string, items []client.Integration) (client.Integration, error) {
	return match("integration", name, "inventory integrations", items, func(i client.Integration) []string { return idFirst(integrationNames(i)) })
}

// FindPlace returns the IDs of an integration and of one of its resource types;
// an empty type stays empty.
func FindPlace(ctx context.Context, api *client.Client, integration, resourceType string) (integrationID, typeID string, err error) {
	i, err := FindIntegration(ctx, api, integration)
	if err != nil || resourceType == "" {
		return i.ID, "", err
	}
	types, err := api.ResourceTypes(ctx, i.ID)
	if err != nil {
		return "", "", err
	}
	t, err := matchType(resourceType, i, types)
	return i.ID, t.ID, err
}

// FindBundle returns the bundle that a person named, by ID or name.
func FindBundle(ctx context.Context, api *client.Client, name string) (client.Bundle, error) {
	items, err := api.Bundles(ctx)
	if err != nil {
		return client.Bundle{}, err
	}
	return matchBundle(name, items)
}
