package prompt

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// matchingIndexes returns the indexes of the options that match.
func matchingIndexes(f *filter) []int {
	list := []int{}
	for row := range f.count() {
		list = append(list, f.index(row))
	}
	return list
}

// filterFor returns a filter into which text has been typed.
func filterFor(options []Option, text string) *filter {
	f := newFilter(options)
	for _, key := range text {
		f.add(string(key))
	}
	return &f
}

func TestFilterMatches(t *testing.T) {
	t.Parallel()
	options := []Option{
		{Label: "acme-Checkout-uploads", Keywords: "arn:1"}, {Label: "acme-payments-UPLOADS", Keywords: "arn:2"},
		{Label: "Größe", Keywords: "arn:3"}, {Label: "価格表", Keywords: "arn:4"}, {Label: "ÉCOLE", Keywords: ""}, {Label: "", Keywords: ""},
	}
	for typed, want := range map[string][]int{
		"":                      {0, 1, 2, 3, 4, 5},
		" ":                     {0, 1, 2, 3, 4, 5},
		"upl":                   {0, 1},
		"uploads acme":          {0, 1},
		"uploads*check":         {0},
		"CHECKOUT ARN:1":        {0},
		"checkout arn:2":        {},
		"größe":                 {2},
		"GRÖSSE":                {}, // strings.ToLower does not fold ß
		"格":                     {3},
		"éc":                    {4},
		"arn":                   {0, 1, 2, 3},
		"acme-checkout-upload ": {0},
	} {
		if got := matchingIndexes(filterFor(options, typed)); !slices.Equal(got, want) {
			t.Errorf("%q matches %v, want %v", typed, got, want)
		}
	}
}

// TestFilterEqualsFullSearch types and deletes characters at random. The filter
// must always match what a search of all options matches.
func TestFilterEqualsFullSearch(t *testing.T) {
	t.Parallel()
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abABéÉ ßk\u212a価.")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		var options []Option
		for range rapid.IntRange(0, 30).Draw(t, "options") {
			options = append(options, Option{Label: text.Draw(t, "label"), Keywords: text.Draw(t, "keywords")})
		}
		f := newFilter(options)
		for range rapid.IntRange(1, 12).Draw(t, "keys") {
			if key := rapid.SampledFrom([]rune("aBé *k価<")).Draw(t, "key"); key == '<' {
				f.backspace()
			} else {
				f.add(string(key))
			}
			if got, want := matchingIndexes(&f), searchAll(options, f.text); !slices.Equal(got, want) {
				t.Fatalf("%q in %v: got %v, want %v", f.text, options, got, want)
			}
		}
		f.clear()
		if f.count() != len(options) {
			t.Fatalf("got %d of %d matches after clear, want all", f.count(), len(options))
		}
	})
}

// searchAll searches every option in the simplest way.
func searchAll(options []Option, text string) []int {
	list := []int{}
	for i, o := range options {
		matches := true
		for _, word := range strings.Fields(strings.ReplaceAll(text, "*", " ")) {
			word = strings.ToLower(word)
			matches = matches && (strings.Contains(strings.ToLower(o.Label), word) || strings.Contains(strings.ToLower(o.Keywords), word))
		}
		if matches {
			list = append(list, i)
		}
	}
	return list
}
