package complete

import (
	"context"

	"apono/render"
	"apono/wizard/kind"
)

// tokenValues offers the IDs of the user's personal tokens.
func tokenValues(ctx context.Context, from *source, _ line) ([]kind.Choice, error) {
	api, err := from.client(ctx)
	if err != nil {
		return nil, err
	}
	items, err := api.PersonalTokens(ctx)
	var found []kind.Choice
	for _, t := range items {
		if render.IsClean(t.ID) {
			found = append(found, kind.Choice{Value: t.ID, Description: t.Name})
		}
	}
	return found, err
}
