package client

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
func (l list[T]) all(ctx context.Context) ([]T, error) {
	items := []T{}
	err := l.each(ctx, func(page []T, more int) error {
		if len(items) == 0 && more == 0 {
			items = page
			return nil
		}
		items = append(slices.Grow(items, len(page)+more), page...) // copy a long list only once
		return nil
	})
	if err != nil {
		return nil, err
	}
	return nonNil(items), nil
}

// each fetches every item and passes them to add, a page at a time, in order. more is
// how many items are known to follow. If each fails, the list is not complete.
func (l list[T]) each(ctx context.Context, add func(page []T, more int) error) error {
	return l.client.limited(ctx, func(ctx context.Context) error {
		first, err := l.page(ctx, 0, l.limit)
		if err != nil {
			return err
		}
		if err := add(first.Data, l.more(0, first)); err != nil {
			return err
		}
		if first.last(0, l.limit) {
			return l.whole(len(first.Data), first)
		}
		return l.after(ctx, 0, first, add)
	})
}

// more returns how many items are known to follow a page that was fetched with skip; 0
// if that is unknown.
func (l list[T]) more(skip int, p *Page[T]) int {
	count, total := skip+len(p.Data), p.Pagination.Total
	if total == nil || *total <= count || *total/max(1, len(p.Data)) > maxPages {
		return 0
	}
	return *total - count
}

// after passes all pages after one that was fetched with skip to add.
func (l list[T]) after(ctx context.Context, skip int, page *Page[T], add func([]T, int) error) error {
	count := skip + len(page.Data)
	if more := l.more(skip, page); more > 0 {
		return l.rest(ctx, count, more, page, add)
	}
	return l.sequential(ctx, count, page, add)
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
			return items, l.whole(len(items), page)
		}
		if !descending(items, created) {
			err := l.after(ctx, len(items)-len(page.Data), page, func(more []T, _ int) error {
				items = append(items, more...)
				return nil
			})
			return items, err
		}
		if created(items[len(items)-1]).Time().Before(since) {
			return items, nil
		}
		next, err := l.page(ctx, len(items), l.limit)
		if err != nil {
			return nil, err
		}
		if l.ended(page, next) {
			return items, l.whole(len(items), next)
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

// rest passes the more items after the first count to add, fetching pages as long as
// previous concurrently. If they turn out to be incomplete, it fetches what is left one
// page after the other.
func (l list[T]) rest(ctx context.Context, count, more int, previous *Page[T], add func([]T, int) error) error {
	step, complete := len(previous.Data), false
	err := l.concurrent(ctx, count, step, count+more, func(p *Page[T]) (bool, error) {
		if l.ended(previous, p) {
			complete = true
			return false, l.whole(count, p)
		}
		skip := count
		count, more, previous = count+len(p.Data), more-len(p.Data), p
		if err := add(p.Data, max(0, more)); err != nil {
			return false, err
		}
		complete = p.last(skip, step)
		// After a page of another length, the next ones have the wrong skip.
		return !complete && len(p.Data) == step, nil
	})
	if err != nil || complete {
		return err
	}
	return l.sequential(ctx, count, previous, add)
}

// concurrent fetches the pages of step items from skip up to total, at most
// maxConcurrent at a time, and passes them to use in order, until use returns false.
// Pages that wait for their turn are few.
func (l list[T]) concurrent(ctx context.Context, skip, step, total int, use func(*Page[T]) (more bool, err error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxConcurrent + 1) // and the goroutine that starts the others
	pages := make(chan chan *Page[T], maxConcurrent)
	group.Go(func() error {
		defer close(pages)
		for ; skip < total; skip += step {
			from, fetched := skip, make(chan *Page[T], 1)
			select {
			case pages <- fetched:
			case <-ctx.Done():
				return ctx.Err()
			}
			group.Go(func() error {
				p, err := l.page(ctx, from, step)
				if err == nil {
					fetched <- p
				}
				return err
			})
		}
		return nil
	})
	for fetched := range pages {
		select {
		case p := <-fetched:
			more, err := use(p)
			if err != nil || !more {
				cancel()
				_ = group.Wait() // canceled
				return err
			}
		case <-ctx.Done():
			return group.Wait()
		}
	}
	return group.Wait()
}

// sequential passes the pages after the first count items to add, one after the other,
// for lists without a total.
func (l list[T]) sequential(ctx context.Context, count int, previous *Page[T], add func([]T, int) error) error {
	for range maxPages {
		next, err := l.page(ctx, count, l.limit)
		if err != nil {
			return err
		}
		if l.ended(previous, next) {
			return l.whole(count, next)
		}
		skip := count
		count, previous = count+len(next.Data), next
		if err := add(next.Data, 0); err != nil {
			return err
		}
		if next.last(skip, l.limit) {
			return nil
		}
	}
	return l.endless()
}

// errEndless is the error of a list that goes on for ever.
var errEndless = errors.New("the list has no end")

func (l list[T]) endless() error { return l.wrong(errEndless) }

// errCut is the error of a list that ends before its last item.
var errCut = errors.New("the list ends too early")

// whole returns an error if a list of count items was cut: the service has more, but
// ends the list with an empty page or repeats a page. One of them is not enough with an
// empty page: services count items that they do not list, and announce pages that they
// do not have.
func (l list[T]) whole(count int, last *Page[T]) error {
	announced := last.Pagination.HasMore != nil && *last.Pagination.HasMore
	counted := last.Pagination.Total != nil && *last.Pagination.Total > count
	repeated := len(last.Data) > 0 && (last.Pagination.HasMore == nil || announced)
	if announced && counted || repeated && (announced || counted) {
		return l.wrong(errCut)
	}
	return nil
}

func (l list[T]) wrong(err error) error {
	return &Error{Method: http.MethodGet, Path: l.path, Host: l.client.base.Host, Status: http.StatusOK, Malformed: true, Err: err}
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
