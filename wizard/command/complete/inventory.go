package complete

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"apono/wizard/kind"
)

// errIncomplete means that the line does not yet select a list of values.
var errIncomplete = errors.New("the line selects nothing to choose from")

// inventoryValues returns the candidates for the flag of every inventory kind.
func inventoryValues() map[string]values {
	table := map[string]values{}
	for _, d := range kind.All() {
		info := d.Describe()
		get := kindValues(d)
		if info.Many {
			get = commaSeparated(get)
		}
		table["--"+info.Flag] = get
		if info.FlagAlias != "" {
			table["--"+info.FlagAlias] = get
		}
	}
	return table
}

// kindValues offers the items of a kind within what the line's other flags select.
func kindValues(d kind.Descriptor) values {
	return func(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
		parents := d.Describe().Parents
		names := map[string]string{}
		for _, slug := range parents {
			if names[slug] = on.flag(slug); names[slug] == "" {
				return nil, errIncomplete
			}
		}
		lists, err := from.catalogOf(ctx, on)
		if err != nil {
			return nil, err
		}
		in, err := kind.Locate(ctx, lists.Known, parents, names)
		if err != nil {
			return nil, err
		}
		offered, err := lists.Offered(ctx, d, in, typedWord(d, on.typed))
		return sortedByValue(offered), err
	}
}

func sortedByValue(list []kind.Choice) []kind.Choice {
	slices.SortStableFunc(list, func(a, b kind.Choice) int { return cmp.Compare(a.Value, b.Value) })
	return list
}

// typedWord returns the word being typed: the last one of a flag that takes several.
func typedWord(d kind.Descriptor, typed string) string {
	if d.Describe().Many {
		return kind.LastWord(typed)
	}
	return typed
}
