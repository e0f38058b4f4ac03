package complete

import (
	"context"
	"slices"
	"strings"
	"time"

	"apono/wizard/kind"
)

const (
	// freshFor is how long a cached list is used without a refresh. An older one
	// is still offered, and refreshed in the background.
	freshFor = time.Minute
	// cachedFor is how long a cached list is offered at all.
	cachedFor = 7 * 24 * time.Hour
)

// cached keeps what get returns in the lookup cache, so that a long list is not
// fetched on every press of Tab. The result has at least every candidate that
// matches the word being typed.
func cached(name string, get values) values {
	return func(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
		cache, key, word := from.cache(ctx), cacheKey(name, on), lastWord(on.typed)
		if !from.skipCache {
			if text, age, ok := cache.GetText(key); ok && age < cachedFor {
				if age > freshFor {
					from.engine.startRefresh(from.line)
				}
				return decodeChoices(text, word), nil
			}
		}
		found, err := get(ctx, from, on)
		if err == nil {
			cache.PutText(key, encodeChoices(found))
		}
		return slices.DeleteFunc(found, func(c kind.Choice) bool { return !mayMatch(c.Value, word) }), err
	}
}

// cacheKey identifies a list by its name and the flags that narrow it.
func cacheKey(name string, on line) string {
	parts := []string{"choices", name}
	for _, flag := range []string{"integration", "resource-type", "type", "bundle"} {
		parts = append(parts, on.flag(flag))
	}
	return strings.Join(parts, "\x00")
}

// lastWord returns the part of a list flag's value that is being typed. It
// returns "", which matches everything, if the value is quoted.
func lastWord(typed string) string {
	if strings.Contains(typed, `"`) {
		return ""
	}
	return typed[strings.LastIndexByte(typed, ',')+1:]
}

// encodeChoices writes one choice per line: its value, a tab, its description.
// Package wizard offers no values with tabs or line ends.
func encodeChoices(list []kind.Choice) string {
	var b strings.Builder
	oneLine := strings.NewReplacer("\n", " ", "\t", " ")
	for _, c := range list {
		b.WriteString(c.Value + "\t" + oneLine.Replace(c.Description) + "\n")
	}
	return b.String()
}

// decodeChoices reads the choices that may match the word typed.
func decodeChoices(text, typed string) []kind.Choice {
	var list []kind.Choice
	for line := range strings.Lines(text) {
		value, description, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if mayMatch(value, typed) {
			list = append(list, kind.Choice{Value: value, Description: description})
		}
	}
	return list
}

// mayMatch reports whether any shell could match a value with the word typed.
// PowerShell and many zsh configurations ignore case; fish also matches in the
// middle of a word.
func mayMatch(value, typed string) bool {
	return strings.Contains(value, typed) || strings.Contains(strings.ToLower(value), strings.ToLower(typed))
}
