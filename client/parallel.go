package client

import (
	"context"
	"net/url"
	"slices"

	"golang.org/x/sync/errgroup"
)

// splitParameter splits the values of a repeated query parameter into parts
// that take at most size bytes of a URL each, in order. There is at least one
// part. Each part has at least one value, unless values is empty.
func splitParameter(name string, values []string, size int) [][]string {
	parts, left := [][]string{nil}, size
	for _, value := range values {
		last, takes := len(parts)-1, len(name)+len(url.QueryEscape(value))+len("&=")
		if takes > left && len(parts[last]) > 0 {
			parts = append(parts, nil)
			last, left = last+1, size
		}
		parts[last] = append(parts[last], value)
		left -= takes
	}
	return parts
}

// inParallel calls fetch for every part concurrently, and concatenates the
// results in the order of the parts.
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
	if len(results) == 1 {
		return results[0], nil // do not copy a long list
	}
	return slices.Concat(results...), nil
}
