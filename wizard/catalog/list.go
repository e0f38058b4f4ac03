package catalog

import (
	"context"
	"iter"
	"time"

	"apono/wizard/kind"
)

// List is the list of one kind within a scope. It may still be on its way.
type List[T any] struct {
	lookup *lookup
	kind   kind.Kind[T]
	in     kind.Scope
}

// Begin starts looking for a list, unless it is being looked for.
func Begin[T any](s *Source, k kind.Kind[T], in kind.Scope) List[T] {
	return List[T]{lookup: s.lookup(k, in), kind: k, in: in}
}

// Begun returns the list, if it is being looked for.
func Begun[T any](s *Source, k kind.Kind[T], in kind.Scope) (list List[T], ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.lookups[lookupName(k, in)].(*lookup)
	return List[T]{lookup: l, kind: k, in: in}, ok
}

// Known waits for the first list there is: the stored one, or else the service's.
func (l List[T]) Known(ctx context.Context) (Items[T], error) {
	rows, err := l.lookup.known.wait(ctx)
	return l.items(rows), err
}

// Current waits for the list as the service has it now.
func (l List[T]) Current(ctx context.Context) (Items[T], error) {
	l.lookup.fetch()
	rows, err := l.lookup.fresh.wait(ctx)
	return l.items(rows), err
}

// Ready returns the first list there is, if it is there already.
func (l List[T]) Ready() (items Items[T], ok bool) {
	rows, ok := l.lookup.known.ready()
	return l.items(rows), ok
}

// Fresh returns the list as the service has it now, if it is there already.
func (l List[T]) Fresh() (items Items[T], ok bool) {
	rows, ok := l.lookup.fresh.ready()
	return l.items(rows), ok
}

// Refresh starts fetching the list from the service, unless it was.
func (l List[T]) Refresh() { l.lookup.fetch() }

// Stale reports whether the list that Known returned is older than the service's, and
// from when it is.
func (l List[T]) Stale() (from time.Time, stale bool) {
	known, ok := l.lookup.known.ready()
	if !ok {
		return time.Time{}, false
	}
	fresh, ok := l.lookup.fresh.ready()
	return l.lookup.fetched, !ok && time.Since(l.lookup.fetched) > FreshFor || ok && fresh != known && !fresh.equal(known)
}

// Newer returns the list as the service has it now, if that is there and differs from
// items.
func (l List[T]) Newer(items Items[T]) (newer Items[T], ok bool) {
	fresh, ok := l.lookup.fresh.ready()
	if !ok || fresh == items.rows || fresh.equal(items.rows) {
		return items, false
	}
	return l.items(fresh), true
}

// Notify sends on updated when the service has answered, unless a value is waiting
// there. It returns when ctx ends.
func (l List[T]) Notify(ctx context.Context, updated chan<- struct{}) {
	l.lookup.fresh.notify(ctx, updated)
}

// NotifyKnown is Notify for the first list there is.
func (l List[T]) NotifyKnown(ctx context.Context, updated chan<- struct{}) {
	l.lookup.known.notify(ctx, updated)
}

func (a *answer) notify(ctx context.Context, updated chan<- struct{}) {
	if _, err := a.wait(ctx); ctx.Err() != nil || err != nil {
		return
	}
	select {
	case updated <- struct{}{}:
	default:
	}
}

func (l List[T]) items(rows *Rows) Items[T] { return Items[T]{rows: rows, kind: l.kind, in: l.in} }

// Items are the items of a list. Each is unpacked when it is asked for, because there
// may be a hundred thousand.
type Items[T any] struct {
	rows *Rows
	kind kind.Kind[T]
	in   kind.Scope
}

// Len returns the number of items.
func (l Items[T]) Len() int { return l.rows.Len() }

// At returns an item.
func (l Items[T]) At(i int) T { return l.kind.Unpack(l.in, l.rows.At(i)) }

// Find returns the index of the item with an ID, or -1.
func (l Items[T]) Find(id string) int {
	if l.kind.Scanned > 0 {
		return l.rows.find(l.kind.Scanned, id) // without unpacking them
	}
	for i := range l.Len() {
		if l.kind.ID(l.At(i)) == id {
			return i
		}
	}
	return -1
}

// All returns every item.
func (l Items[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := range l.Len() {
			if !yield(l.At(i)) {
				return
			}
		}
	}
}
