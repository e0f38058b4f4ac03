package prompt

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func rows(f *filter) []int {
	list := []int{}
	for row := range f.count() {
		list = append(list, f.at(row))
	}
	return list
}

func typedInto(options []Option, text string) *filter {
	f := newFilter(options)
	for _, key := range text {
		f.longer(key)
	}
	return &f
}

func TestWhatMatchesAFilter(t *testing.T) {
	t.Parallel()
	options := []Option{
		{Label: "acme-Checkout-uploads", Also: "arn:1"}, {Label: "acme-payments-UPLOADS", Also: "arn:2"},
		{Label: "Größe", Also: "arn:3"}, {Label: "価格表", Also: "arn:4"}, {Label: "ÉCOLE", Also: ""}, {Label: "", Also: ""},
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
		"GRÖSSE":                {}, // ß has no other case in a name
		"格":                     {3},
		"éc":                    {4},
		"arn":                   {0, 1, 2, 3},
		"acme-checkout-upload ": {0},
	} {
		if got := rows(typedInto(options, typed)); !slices.Equal(got, want) {
			t.Errorf("%q matches %v, want %v", typed, got, want)
		}
	}
}

// TestNarrowingIsSearchingAfresh types and deletes at random: what is found is
// always what a plain search over everything finds.
func TestNarrowingIsSearchingAfresh(t *testing.T) {
	t.Parallel()
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abABéÉ ßk\u212a価.")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		var options []Option
		for range rapid.IntRange(0, 30).Draw(t, "options") {
			options = append(options, Option{Label: text.Draw(t, "label"), Also: text.Draw(t, "also")})
		}
		f := newFilter(options)
		for range rapid.IntRange(1, 12).Draw(t, "keys") {
			if key := rapid.SampledFrom([]rune("aBé *k価<")).Draw(t, "key"); key == '<' {
				f.shorter()
			} else {
				f.longer(key)
			}
			if got, want := rows(&f), searched(options, f.text); !slices.Equal(got, want) {
				t.Fatalf("%q over %q: got %v, want %v", f.text, options, got, want)
			}
		}
		f.clear()
		if f.count() != len(options) {
			t.Fatalf("cleared, %d of %d match", f.count(), len(options))
		}
	})
}

// searched is the plainest search that there is.
func searched(options []Option, text string) []int {
	list := []int{}
	for i, o := range options {
		matches := true
		for _, word := range strings.Fields(strings.ReplaceAll(text, "*", " ")) {
			word = strings.ToLower(word)
			matches = matches && (strings.Contains(strings.ToLower(o.Label), word) || strings.Contains(strings.ToLower(o.Also), word))
		}
		if matches {
			list = append(list, i)
		}
	}
	return list
}
