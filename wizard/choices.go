package wizard

import (
	"slices"
	"strings"

	"apono/client"
	"apono/render"
)

// Choice is a value that a flag takes. Description says what it is; it is empty
// if the value speaks for itself.
type Choice struct{ Value, Description string }

// IntegrationChoices are what --integration takes: type/name, or a shorter or
// longer name where that tells two of them apart.
func IntegrationChoices(items []client.Integration) []Choice {
	return choices(items, func(i client.Integration) Choice { return Choice{flagName(i, items, integrationNames), i.ID} })
}

// ResourceTypeChoices are what --resource-type takes.
func ResourceTypeChoices(items []client.ResourceType) []Choice {
	return choices(items, func(t client.ResourceType) Choice { return Choice{t.ID, t.Name} })
}

// ResourceChoices are what --resources takes, one at a time: see ListChoices.
func ResourceChoices(items []client.Resource) []Choice {
	name := flagNames(items)
	return choices(items, func(r client.Resource) Choice { return Choice{name(r), resourceOption(r).Label} })
}

// PermissionChoices are what --permissions takes, one at a time.
func PermissionChoices(items []client.Permission) []Choice {
	return choices(items, func(p client.Permission) Choice { return Choice{p.ID, p.Name} })
}

// BundleChoices are what --bundle takes.
func BundleChoices(items []client.Bundle) []Choice {
	return choices(items, func(b client.Bundle) Choice { return Choice{flagName(b, items, bundleNames), b.ID} })
}

// UnitChoices are what --access-units takes, one at a time.
func UnitChoices(items []client.AccessUnit) []Choice {
	return choices(items, func(u client.AccessUnit) Choice { return Choice{u.ID, unitTitle(u)} })
}

// choices leaves out the values that no terminal shows as they are.
func choices[T any](items []T, choice func(T) Choice) []Choice {
	list := make([]Choice, 0, len(items))
	for _, item := range items {
		c := choice(item)
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

// ListChoices makes choices for one more word of a list flag, of whose value
// typed is there already, into choices for the whole value. What the list has
// already is not offered again.
func ListChoices(typed string, items []Choice) []Choice {
	before, last := cutList(typed)
	taken := splitList(before)
	list := make([]Choice, 0, len(items))
	for _, c := range items {
		if slices.Contains(taken, c.Value) {
			continue
		}
		word := joinEach([]string{c.Value})[0]
		if strings.HasPrefix(last, `"`) && !strings.HasPrefix(word, `"`) {
			word = `"` + strings.ReplaceAll(word, `"`, `""`) + `"`
		}
		list = append(list, Choice{before + word, c.Description})
	}
	return list
}

// cutList cuts the value of a list flag before its last word, which is still
// being typed: as splitList sees it, with the commas and quotes left in place.
func cutList(value string) (before, last string) {
	for rest := value; ; {
		var after string
		var more bool
		if strings.HasPrefix(rest, `"`) {
			_, after, more = quotedWord(rest[1:])
		} else {
			_, after, more = strings.Cut(rest, ",")
		}
		if !more {
			return value[:len(value)-len(rest)], rest
		}
		rest = after
	}
}

// PickIntegration returns the one of items that a person named, as --integration
// does; false where none or several could be meant.
func PickIntegration(name string, items []client.Integration) (client.Integration, bool) {
	found, err := matchIntegration(name, items)
	return found, err == nil
}

// PickResourceType is PickIntegration for --resource-type.
func PickResourceType(name string, items []client.ResourceType) (client.ResourceType, bool) {
	found, err := matchType(name, client.Integration{}, items)
	return found, err == nil
}

// PickBundle is PickIntegration for --bundle.
func PickBundle(name string, items []client.Bundle) (client.Bundle, bool) {
	found, err := matchBundle(name, items)
	return found, err == nil
}
