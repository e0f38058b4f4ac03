package complete

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"apono/client"
	"apono/wizard"
)

// This file offers what can be requested: the kinds of the inventory.

// errIncomplete means that the line does not yet select a list of values.
var errIncomplete = errors.New("the line selects nothing to choose from")

func sortedByValue(list []wizard.Choice) []wizard.Choice {
	slices.SortStableFunc(list, func(a, b wizard.Choice) int { return cmp.Compare(a.Value, b.Value) })
	return list
}

func integrationValues(ctx context.Context, from *source, _ line) ([]wizard.Choice, error) {
	items, err := from.integrations(ctx)
	return sortedByValue(wizard.IntegrationChoices(items)), err
}

func resourceTypeValues(ctx context.Context, from *source, on line) ([]wizard.Choice, error) {
	integration, err := selectedIntegration(ctx, from, on)
	if err != nil {
		return nil, err
	}
	items, err := from.resourceTypes(ctx, integration)
	return sortedByValue(wizard.ResourceTypeChoices(items)), err
}

func resourceValues(ctx context.Context, from *source, on line) ([]wizard.Choice, error) {
	integration, resourceType, err := selectedResourceType(ctx, from, on)
	if err != nil {
		return nil, err
	}
	api, err := from.client(ctx)
	if err != nil {
		return nil, err
	}
	items, err := api.Resources(ctx, client.ResourceQuery{IntegrationID: integration, ResourceTypeID: resourceType})
	return sortedByValue(wizard.ResourceChoices(items)), err
}

func permissionValues(ctx context.Context, from *source, on line) ([]wizard.Choice, error) {
	integration, resourceType, err := selectedResourceType(ctx, from, on)
	if err != nil {
		return nil, err
	}
	api, err := from.client(ctx)
	if err != nil {
		return nil, err
	}
	items, err := api.Permissions(ctx, integration, resourceType)
	return sortedByValue(wizard.PermissionChoices(items)), err
}

func bundleValues(ctx context.Context, from *source, _ line) ([]wizard.Choice, error) {
	items, err := from.bundles(ctx)
	return sortedByValue(wizard.BundleChoices(items)), err
}

func unitValues(ctx context.Context, from *source, on line) ([]wizard.Choice, error) {
	bundles, err := from.bundles(ctx)
	if err != nil {
		return nil, err
	}
	bundle, ok := wizard.PickBundle(on.flag("bundle"), bundles)
	if !ok {
		return nil, errIncomplete
	}
	api, err := from.client(ctx)
	if err != nil {
		return nil, err
	}
	items, err := api.BundleUnits(ctx, bundle.ID)
	return sortedByValue(wizard.UnitChoices(items)), err
}

// selectedIntegration returns the ID of the integration that --integration
// selects.
func selectedIntegration(ctx context.Context, from *source, on line) (string, error) {
	name := on.flag("integration")
	if name == "" {
		return "", errIncomplete
	}
	items, err := from.integrations(ctx)
	if err != nil {
		return "", err
	}
	integration, ok := wizard.PickIntegration(name, items)
	if !ok {
		return "", errIncomplete
	}
	return integration.ID, nil
}

// selectedResourceType returns the IDs of the integration and the resource type
// that the line's flags select.
func selectedResourceType(ctx context.Context, from *source, on line) (integration, resourceType string, err error) {
	integration, err = selectedIntegration(ctx, from, on)
	if err != nil {
		return "", "", err
	}
	types, err := from.resourceTypes(ctx, integration)
	if err != nil {
		return "", "", err
	}
	selected, ok := wizard.PickResourceType(on.flag("resource-type"), types)
	if !ok {
		return "", "", errIncomplete
	}
	return integration, selected.ID, nil
}

func (s *source) integrations(ctx context.Context) ([]client.Integration, error) {
	api, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	return api.Integrations(ctx)
}

func (s *source) resourceTypes(ctx context.Context, integration string) ([]client.ResourceType, error) {
	api, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	return api.ResourceTypes(ctx, integration)
}

func (s *source) bundles(ctx context.Context) ([]client.Bundle, error) {
	api, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	return api.Bundles(ctx)
}
