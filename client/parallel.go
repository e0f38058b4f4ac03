package client

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// split cuts list into parts of at most size bytes each, in order. There is
// always at least one part, and a part has at least one word where list has.
func split(list []string, size int) [][]string {
	parts, room := [][]string{nil}, size
	for _, word := range list {
		last := len(parts) - 1
		if len(word) > room && len(parts[last]) > 0 {
			parts = append(parts, nil)
			last, room = last+1, size
		}
		parts[last] = append(parts[last], word)
		room -= len(word)
	}
	return parts
}

// inParallel calls fetch for every part, side by side, and joins what they
// return in the order of the parts.
func inParallel[T any](ctx context.Context, parts [][]string, fetch func(context.Context, []string) ([]T, error)) ([]T, error) {
	results := make([][]T, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxConcurrent)
	for i, part := range parts {
		group.Go(func() (err error) {
			results[i], err = fetch(ctx, part)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var joined []T
	for _, r := range results {
		joined = append(joined, r...)
	}
	return joined, nil
}
