package kind

import (
	"context"
	"iter"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
)

// Descriptor is a kind whatever the type of its items, for code that goes over
// all kinds.
type Descriptor interface {
	// Describe returns the kind's Info.
	Describe() Info
	// FindIn returns the item that a person named among all items within a scope, of which
	// it gets the texts that EachPacked passed on; a *MatchError if none or several have
	// that name.
	FindIn(in Scope, all iter.Seq[[]string], name string) (Item, error)
	// List fetches the items within a scope that contain all words of a text, as
	// data and as a table. An empty text keeps all.
	List(ctx context.Context, api *client.Client, in Scope, text string) (data any, table render.Table, err error)
	// Nothing says that there are no items within a scope, and what to do.
	Nothing(in Scope) string
	// EachPacked fetches the items within a scope and passes what the catalog keeps of
	// each to add.
	EachPacked(ctx context.Context, api *client.Client, in Scope, add func(texts []string) error) error
	// Packed returns the item with texts that EachPacked passed on. Its FlagValue is its ID.
	Packed(in Scope, texts []string) Item
	// ScannedTexts is how many of the texts a search looks at; see Kind.Scanned.
	ScannedTexts() int
	// NameItems sets the FlagValue of items to the best name that is clear among all
	// items within their scope, of which it gets the texts.
	NameItems(items []*Item, all iter.Seq[[]string])
	// Offered returns what can be typed after the kind's flag for items within a scope,
	// of which it gets the texts.
	Offered(in Scope, all iter.Seq[[]string]) []Choice
}

// Item is something that can be requested, of whatever kind.
type Item struct {
	Info Info
	// Scope is where the item is; it includes the item if other kinds are below.
	Scope Scope
	ID    string
	// Name is what people call it within its place.
	Name string
	// SourceID is its name in the system it lives in; empty for most kinds.
	SourceID string
	// FlagValue stands for it after its flag.
	FlagValue string
	// Keywords are all its names and IDs, for searching.
	Keywords string
}

// FindIn implements Descriptor.
func (k Kind[T]) FindIn(in Scope, all iter.Seq[[]string], name string) (Item, error) {
	items := k.unpackAll(in, all)
	found, err := k.Match(name, in, items)
	if err != nil {
		return Item{}, err
	}
	return k.item(found, in, k.FlagValuesOf(slices.Values(items), []T{found})(found)), nil
}

func (k Kind[T]) unpackAll(in Scope, all iter.Seq[[]string]) []T {
	var items []T
	for texts := range all {
		items = append(items, k.Unpack(in, texts))
	}
	return items
}

// List implements Descriptor.
func (k Kind[T]) List(ctx context.Context, api *client.Client, in Scope, text string) (any, render.Table, error) {
	items, err := k.Fetch(ctx, api, in)
	if err != nil {
		return nil, render.Table{}, err
	}
	if text != "" {
		items = k.Filter(items, text)
	}
	return items, k.Table(items), nil
}

// Nothing implements Descriptor.
func (k Kind[T]) Nothing(in Scope) string { return k.Empty(in) }

// Offered implements Descriptor.
func (k Kind[T]) Offered(in Scope, all iter.Seq[[]string]) []Choice {
	return k.Choices(k.unpackAll(in, all))
}

// EachPacked implements Descriptor.
func (k Kind[T]) EachPacked(ctx context.Context, api *client.Client, in Scope, add func([]string) error) error {
	pack := func(page []T, _ int) error {
		for _, item := range page {
			if err := add(k.Pack(item)); err != nil {
				return err
			}
		}
		return nil
	}
	if k.Each != nil {
		return k.Each(ctx, api, in, pack)
	}
	items, err := k.Fetch(ctx, api, in)
	if err != nil {
		return err
	}
	return pack(items, 0)
}

// Packed implements Descriptor.
func (k Kind[T]) Packed(in Scope, texts []string) Item {
	item := k.Unpack(in, texts)
	return k.item(item, in, render.Escape(k.ID(item)))
}

// NameItems implements Descriptor.
func (k Kind[T]) NameItems(items []*Item, all iter.Seq[[]string]) {
	unpacked := func(yield func(T) bool) {
		for texts := range all {
			if !yield(k.Unpack(Scope{}, texts)) {
				return
			}
		}
	}
	named := map[string]*Item{}
	for _, item := range items {
		named[item.ID] = item
	}
	var chosen []T
	for item := range unpacked {
		if named[k.ID(item)] != nil {
			chosen = append(chosen, item)
		}
	}
	value := k.FlagValuesOf(unpacked, chosen)
	for _, item := range chosen {
		named[k.ID(item)].FlagValue = value(item)
	}
}

// ScannedTexts implements Descriptor.
func (k Kind[T]) ScannedTexts() int { return k.Scanned }

func (k Kind[T]) item(item T, in Scope, flagValue string) Item {
	option := k.Option(item)
	i := Item{Info: k.Info, Scope: in, ID: k.ID(item), Name: option.Label, FlagValue: flagValue, Keywords: strings.Join(append([]string{option.Label, option.Keywords}, option.Columns...), " ")}
	if k.ShortLabel != nil {
		i.Name = k.ShortLabel(item)
	}
	if k.Within != nil {
		i.Scope = k.Within(in, item)
	}
	if k.SourceID != nil {
		i.SourceID = k.SourceID(item)
	}
	return i
}

// Searchable returns the descriptors of the kinds that search finds, in order.
func Searchable() []Descriptor {
	return slices.DeleteFunc(All(), func(d Descriptor) bool { return !d.Describe().Searchable })
}

// Below returns the descriptors of the kinds whose last parent is the kind with
// the given slug; of the kinds without parents if slug is empty.
func Below(slug string) []Descriptor {
	return slices.DeleteFunc(All(), func(d Descriptor) bool {
		parents := d.Describe().Parents
		return slug == "" && len(parents) > 0 || slug != "" && (len(parents) == 0 || parents[len(parents)-1] != slug)
	})
}

// Named returns the descriptor of the kind with the given slug.
func Named(slug string) (Descriptor, bool) {
	for _, d := range All() {
		if d.Describe().Slug == slug {
			return d, true
		}
	}
	return nil, false
}

// ListOf returns the arguments of the command that lists the kind with the given slug
// below the parents that names name, by slug. If the name of a parent is missing, it
// returns those of the command that lists the parent's kind.
func ListOf(slug string, names map[string]string) render.Arguments {
	d, ok := Named(slug)
	if !ok {
		return ""
	}
	for _, parent := range d.Describe().Parents {
		if names[parent] == "" {
			return ListOf(parent, names)
		}
	}
	command := render.QuoteArguments("inventory", d.Describe().Command)
	for _, parent := range d.Describe().Parents {
		if above, ok := Named(parent); ok {
			command += " " + above.Describe().flagWith(names[parent])
		}
	}
	return command
}

// A Lister gets the items of a kind within a scope, as EachPacked passes them on. It is
// how package catalog stands between the kinds and the service.
type Lister func(ctx context.Context, d Descriptor, in Scope) (iter.Seq[[]string], error)

// FromService returns the Lister that asks the service.
func FromService(api *client.Client) Lister {
	return func(ctx context.Context, d Descriptor, in Scope) (iter.Seq[[]string], error) {
		var list [][]string
		err := d.EachPacked(ctx, api, in, func(texts []string) error {
			list = append(list, texts)
			return nil
		})
		return slices.Values(list), err
	}
}

// Locate returns the scope that names lead to: for each parent of a kind, by its
// slug, the name that a person gave. It fails with a *MatchError for a name that
// nothing or several things have.
func Locate(ctx context.Context, lister Lister, parents []string, names map[string]string) (Scope, error) {
	var in Scope
	for _, slug := range parents {
		parent, ok := Named(slug)
		if !ok {
			continue
		}
		all, err := lister(ctx, parent, in)
		if err != nil {
			return Scope{}, err
		}
		item, err := parent.FindIn(in, all, names[slug])
		if err != nil {
			return Scope{}, err
		}
		in = item.Scope
		in.setFlag(slug, item.FlagValue)
	}
	return in, nil
}
