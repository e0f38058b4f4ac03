// Package kind describes what can be requested: integrations, resource types,
// resources, permissions, bundles and access units. One descriptor per kind says
// how its items are fetched, named, matched, listed and completed; the steps of a
// request, `inventory`, `search` and completion all read it, so adding a name or
// a column changes one place. It knows the client's types. It must not know the
// order of the steps, cobra or profiles.
package kind

import (
	"cmp"
	"context"
	"iter"
	"runtime"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// Info is what is the same for every item of a kind.
type Info struct {
	// Slug names the kind in `search --kind` and in JSON, and is its flag, such
	// as resource-type; see Flag for the exceptions.
	Slug string
	// Name is the kind in a sentence, such as "resource type".
	Name string
	// Flag is the flag of `requests create` that takes items of this kind.
	Flag string
	// Letter is the short form of that flag; empty if it has none.
	Letter string
	// FlagAlias is another name of that flag in the inventory commands; usually
	// empty.
	FlagAlias string
	// Many reports whether the flag takes several items, separated by commas.
	Many bool
	// Command is the command below `inventory` that lists the kind.
	Command string
	// Short is that command's one-line help.
	Short string
	// Example holds the flags of that command's example.
	Example string
	// Parents are the slugs of the kinds that must be chosen first, outermost
	// first.
	Parents []string
	// Columns are the titles of the kind's table.
	Columns []string
	// Sorted reports whether prompts sort the items by label instead of keeping
	// the service's order.
	Sorted bool
	// Searchable reports whether `search` finds the kind.
	Searchable bool
	// TopLevel reports whether the first generation of the official tool lists the
	// kind with a command at the top level.
	TopLevel bool
	// Filterable reports whether its inventory command takes --search.
	Filterable bool
}

// Kind describes one kind whose items are of type T.
type Kind[T any] struct {
	Info
	// ID returns the item's ID at the service.
	ID func(T) string
	// Label returns what people call the item.
	Label func(T) string
	// ShortLabel returns the label without the place; nil if Label is short.
	ShortLabel func(T) string
	// Names returns the names other than IDs that find the item, the best first.
	Names func(T) []string
	// PrintNames reports whether names may be printed after the flag, where they are clear.
	PrintNames bool
	// Column returns what is shown beside the label, to tell similar items apart.
	// Filters and searches find the item by it, too. It may be nil.
	Column func(T) string
	// SourceID returns the item's name in the system it lives in, such as an
	// ARN. It is stronger than any other name, and printed after the flag where it is
	// clear. It is nil for kinds without one.
	SourceID func(T) string
	// Row returns the cells of the kind's table.
	Row func(T) []string
	// Fetch gets all items within a scope from the service.
	Fetch func(context.Context, *client.Client, Scope) ([]T, error)
	// Each passes all items within a scope to add, a page at a time, and how many are
	// known to follow. It is nil for kinds that Fetch gets fast enough.
	Each func(ctx context.Context, api *client.Client, in Scope, add func(page []T, more int) error) error
	// Pack returns the texts that the catalog keeps of an item. The first Scanned of
	// them are all that a search looks at; if Scanned is 0, it looks at the unpacked item.
	Pack    func(T) []string
	Scanned int
	// Unpack returns the item with the texts that Pack returned, within a scope. What is
	// never shown or sent is missing.
	Unpack func(Scope, []string) T
	// Within returns the scope of the kinds below the item. It is nil for a kind
	// with none below.
	Within func(Scope, T) Scope
	// Prompt returns the title of the question for items within a scope.
	Prompt func(Scope) string
	// Empty says what to do if there are no items within a scope.
	Empty func(Scope) string
}

// Describe returns the kind's Info. It implements Descriptor.
func (k Kind[T]) Describe() Info { return k.Info }

// Option returns the item as a row of a prompt. It can be filtered by its ID and
// its other names.
func (k Kind[T]) Option(item T) prompt.Option {
	label, keywords := k.Label(item), k.ID(item)
	for _, name := range k.Names(item) {
		if !strings.Contains(label, name) && name != keywords {
			keywords += " " + name
		}
	}
	option := prompt.Option{Key: k.ID(item), Label: label, Keywords: keywords}
	if k.Column != nil {
		if text := k.Column(item); text != "" && text != label {
			option.Columns = []string{text}
		}
	}
	return option
}

// Details returns what is known about an item, a line for each column of its list.
func (k Kind[T]) Details(item T) []string {
	var lines []string
	row := k.Row(item)
	for i, title := range k.Columns {
		if row[i] != "" {
			lines = append(lines, title+": "+row[i])
		}
	}
	return lines
}

// Find fetches the items within a scope and returns the one that a person named.
// It fails with a *MatchError if none or several have that name.
func (k Kind[T]) Find(ctx context.Context, api *client.Client, in Scope, name string) (T, error) {
	items, err := k.Fetch(ctx, api, in)
	if err != nil {
		var zero T
		return zero, err
	}
	return k.Match(name, in, items)
}

// Match returns the item that a person named. It fails with a *MatchError if none
// or several have that name.
func (k Kind[T]) Match(name string, in Scope, items []T) (T, error) {
	return Match(k.Name, name, k.ListCommand(in), items, k.ID, func(item T) []string {
		return k.allNames(item)
	})
}

// allNames returns the IDs and names of an item, the strongest first.
func (k Kind[T]) allNames(item T) []string {
	names := make([]string, 0, 5)
	if k.SourceID != nil {
		names = append(names, k.SourceID(item))
	}
	return append(append(names, k.ID(item)), k.Names(item)...)
}

// ListCommand returns the arguments of the command that lists the items within a scope.
func (k Kind[T]) ListCommand(in Scope) render.Arguments {
	return ListOf(k.Slug, map[string]string{
		slugIntegration:  cmp.Or(in.Flags.Integration, in.Integration.ID),
		slugResourceType: cmp.Or(in.Flags.ResourceType, in.ResourceType.ID),
		slugBundle:       cmp.Or(in.Flags.Bundle, in.Bundle.ID),
	})
}

// flagWith returns the kind's flag in its short form with a value, quoted.
func (i Info) flagWith(value string) render.Arguments {
	return render.Arguments("-" + i.Letter + " " + quote(value))
}

func quote(word string) string { return render.ShellFor(runtime.GOOS).Quote(word) }

// Filter keeps the items that contain every word of a text, in any order and
// case, in a name or ID. It never returns nil.
func (k Kind[T]) Filter(items []T, text string) []T {
	kept := []T{}
	words := prompt.Words(text)
	for _, item := range items {
		if k.Option(item).Matches(words) {
			kept = append(kept, item)
		}
	}
	return kept
}

// FlagValues returns a function that gives what stands for an item after its
// flag, and that Match reads back as the same item: its best name that no other item
// claims and that a terminal shows unchanged, else its ID. It counts the names once,
// because there may be a hundred thousand items.
func (k Kind[T]) FlagValues(items []T) func(T) string {
	return k.flagValues(slices.Values(items), func(string) bool { return true })
}

// FlagValuesOf is like FlagValues for a few chosen items of many. It takes little memory
// however many there are.
func (k Kind[T]) FlagValuesOf(items iter.Seq[T], chosen []T) func(T) string {
	wanted := map[string]bool{}
	for _, item := range chosen {
		for _, name := range k.allNames(item) {
			wanted[name] = true
		}
	}
	return k.flagValues(items, func(name string) bool { return wanted[name] })
}

// flagValues is FlagValues with the names that are counted.
func (k Kind[T]) flagValues(items iter.Seq[T], counted func(name string) bool) func(T) string {
	printed := func(item T) string { return render.Escape(k.ID(item)) }
	if !k.PrintNames && k.SourceID == nil {
		return printed
	}
	claims := map[string]claim{}
	for item := range items {
		k.claimNames(claims, item, counted)
	}
	return func(item T) string {
		for rank, name := range k.allNames(item) {
			c := claims[name]
			if k.prints(rank) && name != "" && render.IsClean(name) && c.rank == rank && c.count == 1 {
				return name
			}
		}
		return printed(item)
	}
}

// claim is the strongest use of a name by any item, and how many use it so.
type claim struct{ rank, count int }

// claimNames adds the names of an item that may be printed, and those that are stronger.
func (k Kind[T]) claimNames(claims map[string]claim, item T, counted func(string) bool) {
	names := k.allNames(item)
	for rank, name := range names {
		if rank > 0 && k.SourceID != nil {
			return // only the source ID is printed
		}
		if !counted(name) || slices.Contains(names[:rank], name) {
			continue
		}
		c, claimed := claims[name]
		switch {
		case !claimed || rank < c.rank:
			claims[name] = claim{rank, 1}
		case rank == c.rank:
			claims[name] = claim{rank, c.count + 1}
		}
	}
}

// prints reports whether the name with a rank may be printed: the source ID, or else
// every name but the ID.
func (k Kind[T]) prints(rank int) bool { return (rank == 0) == (k.SourceID != nil) }

// Table returns the items as a table. Its first column is the ID or, for what has one,
// the source ID if that is clear.
func (k Kind[T]) Table(items []T) render.Table {
	t := render.Table{Columns: render.Titles(k.Columns...)}
	t.Columns[0].Whole = true // the ID
	value := k.FlagValues(items)
	for _, item := range items {
		row := k.Row(item)
		if k.SourceID != nil {
			row[0] = value(item) // what the flag takes, which people know
		}
		t.Row(row...)
	}
	return t
}

// Choices returns what can be typed after the kind's flag, one item at a time.
// Items whose value a terminal would not show unchanged are left out.
func (k Kind[T]) Choices(items []T) []Choice {
	value := k.FlagValues(items)
	list := make([]Choice, 0, len(items))
	for _, item := range items {
		c := Choice{Value: value(item), Description: k.describe(item)}
		if c.Value == "" || !render.IsClean(c.Value) {
			continue
		}
		if c.Description == c.Value {
			c.Description = ""
		}
		list = append(list, c)
	}
	return list
}

// describe is what tells a person more than the value after the flag: the label
// if the value is an ID, else the ID.
func (k Kind[T]) describe(item T) string {
	if k.PrintNames {
		return k.ID(item)
	}
	return k.Label(item)
}

// IDs returns the IDs of items.
func (k Kind[T]) IDs(items []T) []string {
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = k.ID(item)
	}
	return list
}
