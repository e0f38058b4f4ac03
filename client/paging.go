package client

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"

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

// last says whether nothing can follow a page that was asked for with skip and
// limit. Where has_more and total disagree, it takes a look: a page too many
// costs little, a list cut short misleads.
func (p *Page[T]) last(skip, limit int) bool {
	if len(p.Data) == 0 {
		return true
	}
	if total := p.Pagination.Total; total != nil && *total > skip+len(p.Data) {
		return false
	}
	if more := p.Pagination.HasMore; more != nil {
		return !*more
	}
	if served := p.Pagination.Limit; served > 0 && served < limit {
		limit = served
	}
	return len(p.Data) < limit
}

// list is one list of the service, and how it is read.
type list[T any] struct {
	client   *Client
	path     string
	query    url.Values
	limit    int            // items asked for at once
	identity func(T) string // names an item; it is what tells a repeated page
}

// all fetches every item of a list. The first page tells how many there are,
// where the service says so, and the rest is fetched side by side; otherwise
// page follows page until one is the last, empty or the same as the one before
// it. The result is never nil.
func all[T any](ctx context.Context, cl *Client, path string, query url.Values, limit int, identity func(T) string) ([]T, error) {
	l := list[T]{client: cl, path: path, query: query, limit: limit, identity: identity}
	first, err := l.page(ctx, 0, l.limit)
	if err != nil {
		return nil, err
	}
	items := first.Data
	if first.last(0, l.limit) {
		return nonNil(items), nil
	}
	step, total := len(items), first.Pagination.Total
	if total == nil || *total <= step || *total/step > maxPages {
		return l.oneByOne(ctx, items, first)
	}
	rest, err := l.sideBySide(ctx, step, *total)
	if err != nil {
		return nil, err
	}
	return l.join(ctx, first, rest)
}

// join puts pages that were fetched side by side together, and goes on by
// itself where they turn out not to be all.
func (l list[T]) join(ctx context.Context, first *Page[T], rest []*Page[T]) ([]T, error) {
	previous, step, more := first, len(first.Data), 0
	for _, p := range rest {
		if p != nil {
			more += len(p.Data)
		}
	}
	items := slices.Grow(first.Data, more) // one copy, however long
	for _, p := range rest {
		if p == nil || l.over(previous, p) {
			return items, nil
		}
		skip := len(items)
		items, previous = append(items, p.Data...), p
		if p.last(skip, step) {
			return items, nil
		}
		if len(p.Data) != step {
			break // what follows was asked for at the wrong place
		}
	}
	return l.oneByOne(ctx, items, previous)
}

// sideBySide fetches what follows the first page, at most maxConcurrent pages
// at a time, in order. Pages after one that came empty are nil.
func (l list[T]) sideBySide(ctx context.Context, step, total int) ([]*Page[T], error) {
	rest := make([]*Page[T], (total-1)/step)
	var ended atomic.Bool
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxConcurrent)
	for i := range rest {
		if ended.Load() {
			break
		}
		group.Go(func() (err error) {
			rest[i], err = l.page(ctx, (i+1)*step, step)
			if err == nil && len(rest[i].Data) == 0 {
				ended.Store(true)
			}
			return err
		})
	}
	return rest, group.Wait()
}

// oneByOne appends page after page to items, for lists that do not say how
// long they are.
func (l list[T]) oneByOne(ctx context.Context, items []T, previous *Page[T]) ([]T, error) {
	for range maxPages {
		next, err := l.page(ctx, len(items), l.limit)
		if err != nil {
			return nil, err
		}
		if l.over(previous, next) {
			break
		}
		skip := len(items)
		items, previous = append(items, next.Data...), next
		if next.last(skip, l.limit) {
			break
		}
	}
	return items, nil
}

// over says whether a page brings nothing: the end of a list, or a service that
// ignores skip and gives the same page again.
func (l list[T]) over(previous, next *Page[T]) bool {
	return len(next.Data) == 0 || l.identity(next.Data[0]) == l.identity(previous.Data[0])
}

func (l list[T]) page(ctx context.Context, skip, limit int) (*Page[T], error) {
	q := url.Values{}
	maps.Copy(q, l.query)
	q.Set("limit", strconv.Itoa(limit))
	if skip > 0 {
		q.Set("skip", strconv.Itoa(skip))
	}
	var p Page[T]
	err := l.client.do(ctx, get(l.path, q), &p)
	if resources, ok := any(p.Data).([]Resource); ok {
		shareParents(resources)
	}
	return &p, err
}

func nonNil[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
