package client

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// pageSize is the service's default and largest page for most lists.
	pageSize = 100
	// resourcePageSize is the service's largest page of resources.
	resourcePageSize = 1000
	// maxPages limits a list that never ends.
	maxPages = 10_000
)

// Pagination describes a page. Total and HasMore are optional, and may disagree
// with each other and with the data.
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

// last reports whether no page can follow p, which was fetched with skip and
// limit. If has_more and total disagree, it returns false: an extra request is
// cheap, a truncated list is wrong.
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

// list describes a list of the service and how to fetch it.
type list[T any] struct {
	client *Client
	path   string
	query  url.Values
	limit  int            // items per page
	id     func(T) string // identifies an item, to detect a repeated page
}

// all fetches every item of a list. The result is never nil.
func all[T any](ctx context.Context, cl *Client, path string, query url.Values, limit int, id func(T) string) ([]T, error) {
	return list[T]{client: cl, path: path, query: query, limit: limit, id: id}.all(ctx)
}

// all fetches every item. The result is never nil, unless there is an error: a list is
// never cut.
func (l list[T]) all(ctx context.Context) (items []T, err error) {
	err = l.client.limited(ctx, func(ctx context.Context) error {
		items, err = l.everything(ctx)
		return err
	})
	return items, err
}

func (l list[T]) everything(ctx context.Context) ([]T, error) {
	first, err := l.page(ctx, 0, l.limit)
	if err != nil {
		return nil, err
	}
	if first.last(0, l.limit) {
		return nonNil(first.Data), nil
	}
	return l.rest(ctx, first.Data, first)
}

// newest fetches the items that were created at since or later, and possibly
// older ones. The service can neither sort nor filter by time, so newest stops
// early only if all items so far are in descending order of creation and the
// last one is older than since. Otherwise it fetches every item.
func (l list[T]) newest(ctx context.Context, created func(T) Instant, since time.Time) (items []T, err error) {
	err = l.client.limited(ctx, func(ctx context.Context) error {
		items, err = l.newestFirst(ctx, created, since)
		return err
	})
	return items, err
}

func (l list[T]) newestFirst(ctx context.Context, created func(T) Instant, since time.Time) ([]T, error) {
	page, err := l.page(ctx, 0, l.limit)
	if err != nil {
		return nil, err
	}
	items := nonNil(page.Data)
	for range maxPages {
		if page.last(len(items)-len(page.Data), l.limit) {
			return items, nil
		}
		if !descending(items, created) {
			return l.rest(ctx, items, page)
		}
		if created(items[len(items)-1]).Time().Before(since) {
			return items, nil
		}
		next, err := l.page(ctx, len(items), l.limit)
		if err != nil {
			return nil, err
		}
		if l.ended(page, next) {
			return items, nil
		}
		items, page = append(items, next.Data...), next
	}
	return nil, l.endless()
}

// descending reports whether every item was created at the same time as the
// one before it or earlier. An item without a creation time is not in order.
func descending[T any](items []T, created func(T) Instant) bool {
	for i, item := range items {
		if created(item) == 0 || i > 0 && created(item) > created(items[i-1]) {
			return false
		}
	}
	return true
}

// rest appends the pages that follow previous to items, which end with the
// items of previous. If the service reports the total, rest fetches the pages
// concurrently; otherwise one after the other until one is the last, empty or
// the same as the one before.
func (l list[T]) rest(ctx context.Context, items []T, previous *Page[T]) ([]T, error) {
	step, total := len(previous.Data), previous.Pagination.Total
	if total == nil || *total <= len(items) || *total/step > maxPages {
		return l.sequential(ctx, items, previous)
	}
	pages, err := l.concurrent(ctx, len(items), step, *total)
	if err != nil {
		return nil, err
	}
	return l.join(ctx, items, previous, pages)
}

// join appends pages that were fetched concurrently to items. If they turn out
// to be incomplete, it fetches the rest one page after the other.
func (l list[T]) join(ctx context.Context, items []T, previous *Page[T], pages []*Page[T]) ([]T, error) {
	step, more := len(previous.Data), 0
	for _, p := range pages {
		if p != nil {
			more += len(p.Data)
		}
	}
	items = slices.Grow(items, more) // copy a long list only once
	for _, p := range pages {
		if p == nil || l.ended(previous, p) {
			return items, nil
		}
		skip := len(items)
		items, previous = append(items, p.Data...), p
		if p.last(skip, step) {
			return items, nil
		}
		if len(p.Data) != step {
			break // the following pages were fetched with the wrong skip
		}
	}
	return l.sequential(ctx, items, previous)
}

// concurrent fetches the pages of step items from skip up to total, at most
// maxConcurrent at a time, and returns them in order. Pages after an empty one
// are nil.
func (l list[T]) concurrent(ctx context.Context, skip, step, total int) ([]*Page[T], error) {
	pages := make([]*Page[T], (total-skip+step-1)/step)
	var ended atomic.Bool
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxConcurrent)
	for i := range pages {
		if ended.Load() {
			break
		}
		group.Go(func() (err error) {
			pages[i], err = l.page(ctx, skip+i*step, step)
			if err == nil && len(pages[i].Data) == 0 {
				ended.Store(true)
			}
			return err
		})
	}
	return pages, group.Wait()
}

// sequential appends page after page to items, for lists without a total.
func (l list[T]) sequential(ctx context.Context, items []T, previous *Page[T]) ([]T, error) {
	for range maxPages {
		next, err := l.page(ctx, len(items), l.limit)
		if err != nil {
			return nil, err
		}
		if l.ended(previous, next) {
			return items, nil
		}
		skip := len(items)
		items, previous = append(items, next.Data...), next
		if next.last(skip, l.limit) {
			return items, nil
		}
	}
	return nil, l.endless()
}

// errEndless is the error of a list that goes on for ever.
var errEndless = errors.New("the list has no end")

func (l list[T]) endless() error {
	return &Error{Method: http.MethodGet, Path: l.path, Host: l.client.base.Host, Status: http.StatusOK, Malformed: true, Err: errEndless}
}

// ended reports whether next adds nothing to previous: it is empty, or the
// service ignores skip and sent the same page again.
func (l list[T]) ended(previous, next *Page[T]) bool {
	return len(next.Data) == 0 || l.id(next.Data[0]) == l.id(previous.Data[0])
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
