package render

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestQuote(t *testing.T) {
	for _, c := range []struct{ word, posix, powershell string }{
		{"", `""`, `""`},
		{"READ_ONLY", `"READ_ONLY"`, `"READ_ONLY"`},
		{"aws-account/My account", `"aws-account/My account"`, `"aws-account/My account"`},
		{"größer 日本", `"größer 日本"`, `"größer 日本"`},
		{"a;b|c&d>e*f?(g)#h~", `"a;b|c&d>e*f?(g)#h~"`, `"a;b|c&d>e*f?(g)#h~"`},
		{"$(touch x)", `'$(touch x)'`, `'$(touch x)'`},
		{"`x`", "'`x`'", "'`x`'"},
		{"hey!", `'hey!'`, `'hey!'`},
		{`say "hi"`, `'say "hi"'`, `'say "hi"'`},
		{"it's", `'it'"'"'s'`, `'it''s'`},
		{"''", `"''"`, `''''''`},
		{`a\b`, `'a'"\\"'b'`, `'a\b'`},
		{`\\`, `"\\\\"`, `'\\'`},
		{"a\nb", "'a\nb'", "'a\nb'"},
		{"caf\xe9", "'caf\xe9'", "'caf\ufffd'"},
		{"‘left’ and ‚low‛", `'‘left’ and ‚low‛'`, `'‘‘left’’ and ‚‚low‛‛'`},
		{"“double” „low‟", `'“double” „low‟'`, `'“double” „low‟'`},
		{"’; rm x; ’", `'’; rm x; ’'`, `'’’; rm x; ’’'`},
	} {
		if got := POSIX.Quote(c.word); got != c.posix {
			t.Errorf("POSIX %q: %s, want %s", c.word, got, c.posix)
		}
		if got := PowerShell.Quote(c.word); got != c.powershell {
			t.Errorf("PowerShell %q: %s, want %s", c.word, got, c.powershell)
		}
	}
}

// Few machines have PowerShell, so this test parses words by its rules
// (about_Quoting_Rules): any of its quotes ends a single-quoted string unless it
// is doubled.
func TestPowerShellRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := strings.ToValidUTF8(hostileText().Draw(t, "word"), "?")
		quoted := []rune(PowerShell.Quote(word))
		inner := quoted[1 : len(quoted)-1]
		const single, double = "'‘’‚‛", "\"“”„"
		var read []rune
		for i := 0; i < len(inner); i++ {
			switch r := inner[i]; {
			case quoted[0] == '"' && strings.ContainsRune(double+"$`", r):
				t.Fatalf("%q is quoted as %s", word, string(quoted))
			case quoted[0] == '\'' && strings.ContainsRune(single, r):
				if i++; i == len(inner) || !strings.ContainsRune(single, inner[i]) {
					t.Fatalf("%q is quoted as %s", word, string(quoted))
				}
				read = append(read, inner[i])
			default:
				read = append(read, r)
			}
		}
		if string(read) != word || quoted[0] != quoted[len(quoted)-1] {
			t.Fatalf("%q is read as %q", word, string(read))
		}
	})
}
