package kind

import (
	"context"
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
	// Items fetches the items within a scope.
	Items(ctx context.Context, api *client.Client, in Scope) ([]Item, error)
	// FindItem fetches the items within a scope and returns the one that a person
	// named; a *MatchError if none or several have that name.
	FindItem(ctx context.Context, api *client.Client, in Scope, name string) (Item, error)
	// List fetches the items within a scope that contain all words of a text, as
	// data and as a table. An empty text keeps all.
	List(ctx context.Context, api *client.Client, in Scope, text string) (data any, table render.Table, err error)
	// Nothing says that there are no items within a scope, and what to do.
	Nothing(in Scope) string
	// Complete fetches what can be typed after the kind's flag within a scope.
	Complete(ctx context.Context, api *client.Client, in Scope) ([]Choice, error)
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

// Items implements Descriptor.
func (k Kind[T]) Items(ctx context.Context, api *client.Client, in Scope) ([]Item, error) {
	items, err := k.Fetch(ctx, api, in)
	if err != nil {
		return nil, err
	}
	value := k.FlagValues(items)
	list := make([]Item, len(items))
	for i, item := range items {
		list[i] = k.item(item, in, value(item))
	}
	return list, nil
}

// FindItem implements Descriptor.
func (k Kind[T]) FindItem(ctx context.Context, api *client.Client, in Scope, name string) (Item, error) {
	items, err := k.Fetch(ctx, api, in)
	if err != nil {
		return Item{}, err
	}
	found, err := k.Match(name, in, items)
	if err != nil {
		return Item{}, err
	}
	return k.item(found, in, k.FlagValues(items)(found)), nil
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

// Complete implements Descriptor.
func (k Kind[T]) Complete(ctx context.Context, api *client.Client, in Scope) ([]Choice, error) {
	items, err := k.Fetch(ctx, api, in)
	return k.Choices(items), err
}

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

// Locate returns the scope that names lead to: for each parent of a kind, by its
// slug, the name that a person gave. It fails with a *MatchError for a name that
// nothing or several things have.
func Locate(ctx context.Context, api *client.Client, parents []string, names map[string]string) (Scope, error) {
	var in Scope
	for _, slug := range parents {
		parent, ok := Named(slug)
		if !ok {
			continue
		}
		item, err := parent.FindItem(ctx, api, in, names[slug])
		if err != nil {
			return Scope{}, err
		}
		in = item.Scope
		in.setFlag(slug, item.FlagValue)
	}
	return in, nil
}
