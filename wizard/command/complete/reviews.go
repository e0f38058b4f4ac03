package complete

import (
	"context"
	"slices"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
)

// reviewValues offers the requests that wait for the user's review, the oldest first.
func reviewValues(ctx context.Context, from *source, _ line) ([]kind.Choice, error) {
	api, err := from.client(ctx)
	if err != nil {
		return nil, err
	}
	items, err := api.ToReview(ctx)
	slices.SortStableFunc(items, func(a, b client.Request) int { return a.CreationTime.Time().Compare(b.CreationTime.Time()) })
	var found []kind.Choice
	for i := range items {
		if r := &items[i]; render.IsClean(r.ID) {
			found = append(found, kind.Choice{Value: r.ID, Description: describeReview(r)})
		}
	}
	return found, err
}

// describeReview says who asks, and why.
func describeReview(r *client.Request) string {
	who := r.Requestor.Value.Name
	if r.Justification != nil && *r.Justification != "" {
		return who + ": " + *r.Justification
	}
	return who
}
