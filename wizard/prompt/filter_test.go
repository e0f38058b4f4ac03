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
	f := newFilter(Fixed(options))
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
		"éc":                    {4, 0}, // the start of a label comes first
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
		f := newFilter(Fixed(options))
		for range rapid.IntRange(1, 12).Draw(t, "keys") {
			if key := rapid.SampledFrom([]rune("aBé *k価<")).Draw(t, "key"); key == '<' {
				f.backspace()
			} else {
				f.add(string(key))
			}
			got := matchingIndexes(&f)
			slices.Sort(got)
			if want := searchAll(options, f.text); !slices.Equal(got, want) {
				t.Fatalf("%q in %v: got %v, want %v", f.text, options, got, want)
			}
		}
		f.clear()
		if f.count() != len(options) {
			t.Fatalf("got %d of %d matches after clear, want all", f.count(), len(options))
		}
	})
}

// searchAll searches every option in the simplest way: for every word and, if that
// finds nothing, for the letters of every word in order.
func searchAll(options []Option, text string) []int {
	words := strings.Fields(strings.ReplaceAll(fold(text), "*", " "))
	strict := func(o Option, word string) bool {
		return strings.Contains(fold(o.Label), word) || strings.Contains(fold(o.Keywords), word)
	}
	loose := func(o Option, word string) bool { return hasInOrder(fold(o.Label), word) }
	for _, matches := range []func(Option, string) bool{strict, loose} {
		list := []int{}
		for i, o := range options {
			if !slices.ContainsFunc(words, func(word string) bool { return !matches(o, word) }) {
				list = append(list, i)
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return []int{}
}

// hasInOrder reports whether text has the letters of word, in order.
func hasInOrder(text, word string) bool {
	for _, letter := range word {
		at := strings.IndexRune(text, letter)
		if at < 0 {
			return false
		}
		text = text[at+len(string(letter)):]
	}
	return true
}

func TestBestMatchesComeFirst(t *testing.T) {
	t.Parallel()
	options := []Option{
		{Label: "undatabased"}, {Label: "x", Keywords: "database"}, {Label: "my database-2"}, {Label: "databases"},
		{Label: "a databases"}, {Label: "database"}, {Label: "old database", Recent: true}, {Label: "Datábase y"},
	}
	if got, want := matchingIndexes(filterFor(options, "database")), []int{5, 3, 7, 6, 2, 4, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLettersInOrderMatchIfWordsDoNot(t *testing.T) {
	t.Parallel()
	options := []Option{{Label: "acme-checkout-uploads"}, {Label: "checkout"}, {Label: "ac-hk-out", Columns: []string{"chkt"}}}
	for typed, want := range map[string][]int{"chkt": {2}, "ckot": {0, 1, 2}, "upld acm": {0}, "xyz": {}, "xa": {}} {
		if got := matchingIndexes(filterFor(options, typed)); !slices.Equal(got, want) {
			t.Errorf("%q matches %v, want %v", typed, got, want)
		}
	}
}

func TestBackspaceAfterPaste(t *testing.T) {
	t.Parallel()
	f := filterFor([]Option{{Label: "abc"}, {Label: "abd"}}, "a")
	f.add("bc")
	f.backspace()
	if got := matchingIndexes(f); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("%q matches %v, want both", f.text, got)
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, filter string
		loose        bool
		want         []string
	}{
		{"acme-checkout", "check me", false, []string{"me", "check"}},
		{"ÉCOLE e\u0301cole", "ecole", false, []string{"ÉCOLE"}},
		{"ae\u0301b", "e", false, []string{"e\u0301"}},
		{"Checkout", "ckt", true, []string{"ck", "t"}},
		{"aab", "aa ab", false, []string{"aab"}},
		{"plain", "", false, nil},
	} {
		var got []string
		for _, s := range spans(c.text, Words(c.filter), c.loose) {
			got = append(got, c.text[s.start:s.end])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q in %q: got %q, want %q", c.filter, c.text, got, c.want)
		}
	}
}
