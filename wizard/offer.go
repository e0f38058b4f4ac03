package wizard

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"apono/render"
	"apono/wizard/catalog"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// offer is what a question offers: the items of a kind, in the order in which they are
// shown. If the list is refreshed while the question is open, so is the offer.
type offer[T any] struct {
	draft *draft
	kind  kind.Kind[T]
	list  catalog.List[T]

	mu    sync.Mutex // because a prompt prefetches in another goroutine
	items catalog.Items[T]
	order []int // the indexes of the items as they are shown; nil for their own order
}

// newOffer waits for the items of a kind within what has been chosen so far. A list that
// is not up to date is offered only if there is something to choose: nothing that is old
// decides alone.
func newOffer[T any](ctx context.Context, d *draft, k kind.Kind[T]) (*offer[T], error) {
	o := &offer[T]{draft: d, kind: k, list: catalog.Begin(d.source, k, d.scope())}
	items, err := loading(d, k.Name+"s", func() (catalog.Items[T], error) { return o.list.Known(ctx) })
	_, stale := o.list.Stale()
	if err == nil && stale && items.Len() < 2 {
		items, err = current(ctx, d, k)
	}
	d.stale = d.stale || stale
	if err != nil {
		return nil, err
	}
	o.use(items)
	if o.len() == 0 {
		return nil, &EmptyError{k.Empty(d.scope())}
	}
	return o, nil
}

// current waits for the items of a kind as the service has them now.
func current[T any](ctx context.Context, d *draft, k kind.Kind[T]) (catalog.Items[T], error) {
	list := catalog.Begin(d.source, k, d.scope())
	return loading(d, k.Name+"s", func() (catalog.Items[T], error) { return list.Current(ctx) })
}

// match returns the items that names refer to, and all items. While a terminal is there
// to ask again, a list that is not up to date may tell; without one, only the service
// does.
func match[T any](ctx context.Context, d *draft, k kind.Kind[T], names []string) (found, all []T, err error) {
	list := catalog.Begin(d.source, k, d.scope())
	if d.canAsk() {
		items, err := loading(d, k.Name+"s", func() (catalog.Items[T], error) { return list.Known(ctx) })
		if err != nil {
			return nil, nil, err
		}
		all := slices.Collect(items.All())
		if found, err := matchEach(d, k, names, all); err == nil {
			_, stale := list.Stale()
			d.stale = d.stale || stale
			return found, all, nil
		}
	}
	items, err := current(ctx, d, k)
	if err != nil {
		return nil, nil, err
	}
	all = slices.Collect(items.All())
	found, err = matchEach(d, k, names, all)
	return found, all, err
}

// use takes the items to offer.
func (o *offer[T]) use(items catalog.Items[T]) {
	var order []int
	if o.kind.Sorted {
		labels := each(slices.Collect(items.All()), o.kind.Label)
		for i := range labels {
			order = append(order, i)
		}
		slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(labels[a], labels[b]) })
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.items, o.order = items, order
}

func (o *offer[T]) len() int { return o.items.Len() }

// at returns the item of an option, or the zero value if there is none.
func (o *offer[T]) at(i int) T {
	o.mu.Lock()
	items, order := o.items, o.order
	o.mu.Unlock()
	if i >= items.Len() {
		var zero T
		return zero
	}
	if order != nil {
		i = order[i]
	}
	return items.At(i)
}

// pick returns the items of options.
func (o *offer[T]) pick(chosen []int) []T {
	var picked []T
	for _, i := range chosen {
		picked = append(picked, o.at(i))
	}
	return picked
}

// values returns what stands for the chosen items after their flag.
func (o *offer[T]) values(chosen []T) []string {
	return each(chosen, o.kind.FlagValuesOf(o.items.All(), chosen))
}

// offered makes the options of an offer. It does not change when the offer is refreshed.
type offered[T any] struct {
	kind   kind.Kind[T]
	items  catalog.Items[T]
	order  []int
	recent map[string]bool // the IDs of what was requested lately
}

// options returns what makes the options.
func (o *offer[T]) options() *offered[T] {
	o.mu.Lock()
	defer o.mu.Unlock()
	return &offered[T]{kind: o.kind, items: o.items, order: o.order, recent: o.draft.recent}
}

// Len implements prompt.Source.
func (o *offered[T]) Len() int { return o.items.Len() }

// At implements prompt.Source.
func (o *offered[T]) At(i int) prompt.Option {
	if o.order != nil {
		i = o.order[i]
	}
	option := o.kind.Option(o.items.At(i))
	option.Recent = len(o.recent) > 0 && o.recent[option.Key]
	return option
}

// Find implements prompt.Source.
func (o *offered[T]) Find(id string) int {
	i := o.items.Find(id)
	if o.order != nil && i >= 0 {
		i = slices.Index(o.order, i)
	}
	return i
}

// named returns the indexes of the option that a flag value stands for; none for an
// empty one.
func (o *offer[T]) named(value string) []int {
	if value == "" {
		return nil
	}
	all := slices.Collect(o.items.All())
	values := o.kind.FlagValues(all)
	for _, item := range all {
		if values(item) == value {
			return o.among([]T{item})
		}
	}
	return nil
}

// among returns the indexes of the options of items.
func (o *offer[T]) among(items []T) []int {
	var indexes []int
	options := o.options()
	for _, item := range items {
		if i := options.Find(o.kind.ID(item)); i >= 0 {
			indexes = append(indexes, i)
		}
	}
	slices.Sort(indexes)
	return indexes
}

// question completes a question: its options, and how they are refreshed while it is open,
// until ctx ends. The prompt looks for newer ones when a value is sent on updated.
func (o *offer[T]) question(ctx context.Context, updated chan struct{}, question prompt.List, before []int) prompt.List {
	question.Title = o.kind.Prompt(o.draft.scope())
	question.Source, question.Initial = o.options(), before
	question.Details = func(index int) []string { return o.kind.Details(o.at(index)) }
	if _, stale := o.list.Stale(); !stale {
		return question
	}
	question.Updated = updated
	go o.list.Notify(ctx, updated)
	question.Replace = func() (prompt.Source, bool) {
		newer, ok := o.list.Newer(o.items)
		if !ok || newer.Len() == 0 {
			return nil, false
		}
		o.use(newer)
		return o.options(), true
	}
	question.Note = o.age
	return question
}

// noted is the age from which the age of a list is worth a word.
const noted = time.Hour

// age says from when a list is that is not up to date.
func (o *offer[T]) age() string {
	if _, current := o.list.Fresh(); current {
		return ""
	}
	from, stale := o.list.Stale()
	if !stale || time.Since(from) < noted {
		return ""
	}
	return "as of " + render.Ago(from, time.Now())
}

// selectOne asks for one item. ahead, if not nil, prefetches what the next question
// needs if an item is chosen.
func (o *offer[T]) selectOne(ctx context.Context, before []int, ahead func(T)) (T, error) {
	var question prompt.List
	if ahead != nil {
		question.Prefetch = func(index int) { ahead(o.at(index)) }
	}
	refresh, stop := context.WithCancel(ctx)
	defer stop()
	list := o.question(refresh, make(chan struct{}, 1), question, before)
	o.draft.count(list)
	chosen, err := o.draft.prompter.Select(ctx, list)
	if err != nil {
		var zero T
		return zero, err
	}
	item := o.at(chosen)
	if ahead != nil {
		ahead(item)
	}
	return item, nil
}

// selectMany asks for any number of items up to limit (0: no limit).
func (o *offer[T]) selectMany(ctx context.Context, before []int, limit int) ([]T, error) {
	refresh, stop := context.WithCancel(ctx)
	defer stop()
	list := o.question(refresh, make(chan struct{}, 1), prompt.List{Max: limit}, before)
	o.draft.count(list)
	chosen, err := o.draft.prompter.MultiSelect(ctx, list)
	if err != nil {
		return nil, err
	}
	return o.pick(chosen), nil
}

// loading calls wait and shows a progress line if it takes a while.
func loading[T any](d *draft, what string, wait func() (T, error)) (T, error) {
	progress := d.streams.Progress("Loading "+what, progressDelay)
	defer progress.Stop()
	return wait()
}
