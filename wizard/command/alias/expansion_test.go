package alias

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"apono/wizard"
)

// anyWord generates text with many characters that parsers get wrong.
func anyWord() *rapid.Generator[string] {
	special := rapid.SampledFrom([]string{`"`, `""`, "'", "\n", "-", "=", " ", "$(reboot)", "`x`", `\`, "!", "*", "~", "#", ";", "&", "|", "\t", "é", "👩‍👩‍👧", "’", "{a,b}", "<", "("})
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(special, rapid.StringN(0, 4, -1)), 0, 6).Draw(t, "parts")
		return strings.ReplaceAll(strings.Join(parts, ""), "\x00", "")
	})
}

func TestJoinedExpansionsSplitAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(anyWord(), 0, 6).Draw(t, "words")
		got, err := Split(wizard.JoinExpansion(words))
		if err != nil || !slices.Equal(got, words) {
			t.Fatalf("%q splits into %q (%v)", wizard.JoinExpansion(words), got, err)
		}
	})
}

func TestEscapedWordsHaveNoPlaceholders(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dollars := rapid.StringMatching(`[a$12]{0,8}`)
		words := rapid.SliceOf(dollars).Draw(t, "words")
		got, err := Fill(wizard.EscapePlaceholders(words), nil)
		if err != nil || !slices.Equal(got, words) {
			t.Fatalf("%q becomes %q (%v)", words, got, err)
		}
	})
}

func TestFill(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expansion string
		args      []string
		want      []string // nil: too few arguments
	}{
		{`requests list`, nil, []string{"requests", "list"}},
		{`requests list`, []string{"-d", "3"}, []string{"requests", "list", "-d", "3"}},
		{`search "$1"`, []string{"two words"}, []string{"search", "two words"}},
		{`search $1`, []string{`it's "odd" $2 $(x)`}, []string{"search", `it's "odd" $2 $(x)`}},
		{`search $2 $1`, []string{"a", "b", "c"}, []string{"search", "b", "a", "c"}},
		{`search $1$1`, []string{"a"}, []string{"search", "aa"}},
		{`-j "for $1: $2"`, []string{"Ann", "x"}, []string{"-j", "for Ann: x"}},
		{`search $10`, slices.Repeat([]string{"x"}, 9), nil},
		{`search $1`, nil, nil},
		{`search $0 $ $x $$`, []string{"a"}, []string{"search", "$0", "$", "$x", "$$", "a"}},
		{`search $$1 $$10`, nil, []string{"search", "$1", "$10"}},
	} {
		words, err := Split(c.expansion)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Fill(words, c.args)
		if (err != nil) != (c.want == nil) || !slices.Equal(got, c.want) {
			t.Errorf("%s with %q becomes %q (%v), want %q", c.expansion, c.args, got, err, c.want)
		}
	}
}

func TestSplitRejectsIncompleteLines(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`requests "list`, `requests 'list`, `requests list # all of them`, `requests list #4`, `requests list\`} {
		if words, err := Split(text); err == nil {
			t.Errorf("%s splits into %q", text, words)
		}
	}
}
