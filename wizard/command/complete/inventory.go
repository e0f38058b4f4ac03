package complete

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

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
		offered, err := lists.Offered(ctx, d, in, lastWord(on.typed))
		return sortedByValue(offered), err
	}
}

func sortedByValue(list []kind.Choice) []kind.Choice {
	slices.SortStableFunc(list, func(a, b kind.Choice) int { return cmp.Compare(a.Value, b.Value) })
	return list
}

// lastWord returns the part of a list flag's value that is being typed. It
// returns "", which matches everything, if the value is quoted.
func lastWord(typed string) string {
	if strings.Contains(typed, `"`) {
		return ""
	}
	return typed[strings.LastIndexByte(typed, ',')+1:]
}
