package client

import (
	"context"
	"net/url"
	"strconv"

	"golang.org/x/sync/errgroup"
)

const (
	// pageSize is asked for where the service serves its default at most.
	pageSize = 100
	// resourcePageSize is the most that the service gives of resources at once.
	resourcePageSize = 1000
	// maxPages ends a list that never ends.
	maxPages = 10_000
)

// Pagination is what the service says about a page. Total and HasMore may be
// missing, and neither is trusted to be there.
type Pagination struct {
	Limit   int   `json:"limit"`
	Offset  int   `json:"offset"`
	Total   *int  `json:"total"`
	HasMore *bool `json:"has_more"`
}

// Page is one page of a list, as the service sends it.
type Page[T any] struct {
	Data       []T        `json:"data"`
	Pagination Pagination `json:"pagination"`
}

// last says whether nothing can follow a page that was asked for with limit.
func (p *Page[T]) last(limit int) bool {
	if len(p.Data) == 0 {
		return true
	}
	if more := p.Pagination.HasMore; more != nil {
		return !*more
	}
	if served := p.Pagination.Limit; served > 0 && served < limit {
		limit = served
	}
	return len(p.Data) < limit
}

// all fetches every page of a list. The first tells how many there are, where
// the service says so, and the rest is fetched side by side; otherwise page
// follows page until one is short, empty or the same as the one before it. The
// result is never nil. identity names an item; it is what tells a repeated page.
func all[T any](ctx context.Context, cl *Client, path string, query url.Values, limit int, identity func(T) string) ([]T, error) {
	first, err := page[T](ctx, cl, path, query, 0, limit)
	if err != nil {
		return nil, err
	}
	items := first.Data
	if first.last(limit) {
		return nonNil(items), nil
	}
	step, total := len(items), first.Pagination.Total
	if total != nil && *total > step && *total/step <= maxPages {
		rest, err := sideBySide[T](ctx, cl, path, query, step, *total)
		if err != nil {
			return nil, err
		}
		for _, p := range rest {
			items = append(items, p.Data...)
		}
		if n := len(rest); rest[n-1].Pagination.HasMore == nil || !*rest[n-1].Pagination.HasMore {
			return items, nil
		}
	}
	return oneByOne(ctx, cl, path, query, limit, items, identity)
}

// sideBySide fetches what follows the first page, at most maxConcurrent pages
// at a time, in order.
func sideBySide[T any](ctx context.Context, cl *Client, path string, query url.Values, step, total int) ([]*Page[T], error) {
	rest := make([]*Page[T], (total-1)/step)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxConcurrent)
	for i := range rest {
		group.Go(func() (err error) {
			rest[i], err = page[T](ctx, cl, path, query, (i+1)*step, step)
			return err
		})
	}
	return rest, group.Wait()
}

// oneByOne appends page after page to items, for lists that do not say how
// long they are.
func oneByOne[T any](ctx context.Context, cl *Client, path string, query url.Values, limit int, items []T, identity func(T) string) ([]T, error) {
	previous := identity(items[0])
	for range maxPages {
		next, err := page[T](ctx, cl, path, query, len(items), limit)
		if err != nil {
			return nil, err
		}
		if len(next.Data) == 0 || identity(next.Data[0]) == previous {
			break // the end, or a service that ignores skip
		}
		previous = identity(next.Data[0])
		items = append(items, next.Data...)
		if next.last(limit) {
			break
		}
	}
	return items, nil
}

func page[T any](ctx context.Context, cl *Client, path string, query url.Values, skip, limit int) (*Page[T], error) {
	q := url.Values{}
	for name, values := range query {
		q[name] = values
	}
	q.Set("limit", strconv.Itoa(limit))
	if skip > 0 {
		q.Set("skip", strconv.Itoa(skip))
	}
	var p Page[T]
	return &p, cl.do(ctx, get(path, q), &p)
}

func nonNil[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
