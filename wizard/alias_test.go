package wizard

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"apono/render"
)

func TestExpansionsAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(anyWord(), 0, 6).Draw(t, "words")
		got, err := SplitExpansion(JoinExpansion(words))
		if err != nil || !slices.Equal(got, words) {
			t.Fatalf("%q is read as %q (%v)", JoinExpansion(words), got, err)
		}
	})
}

func TestLiteralWordsStandForThemselves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dollars := rapid.StringMatching(`[a$12]{0,8}`)
		words := rapid.SliceOf(dollars).Draw(t, "words")
		got, err := FillExpansion(Literal(words), nil)
		if err != nil || !slices.Equal(got, words) {
			t.Fatalf("%q becomes %q (%v)", words, got, err)
		}
	})
}

func TestFillExpansion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expansion string
		args      []string
		want      []string // nil means that there are too few arguments
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
		words, err := SplitExpansion(c.expansion)
		if err != nil {
			t.Fatal(err)
		}
		got, err := FillExpansion(words, c.args)
		if (err != nil) != (c.want == nil) || !slices.Equal(got, c.want) {
			t.Errorf("%s with %q becomes %q (%v), want %q", c.expansion, c.args, got, err, c.want)
		}
	}
}

func TestExpansionsThatAreNoCommandLine(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`requests "list`, `requests 'list`, `requests list # all of them`, `requests list #4`, `requests list\`} {
		if words, err := SplitExpansion(text); err == nil {
			t.Errorf("%s is read as %q", text, words)
		}
	}
}

// The line that saves a request is pasted into a shell, kept, and read again
// when the alias is used: the request is the same at the end.
func TestRealShellsSaveTheSameRequest(t *testing.T) {
	t.Parallel()
	for shell, printer := range argPrinters {
		path, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			rapid.Check(t, func(t *rapid.T) {
				var script strings.Builder
				var want [][]string
				script.WriteString(printer)
				for _, a := range rapid.SliceOfN(anyAnswers(), 1, 20).Draw(t, "answers") {
					if shell == "fish" && hasFishPrivateUse(a) {
						continue
					}
					script.WriteString(a.SaveCommand("work $1", render.POSIX) + "\n")
					want = append(want, append(append([]string{"requests", "create"}, a.Args()...), "--profile", "work $1"))
				}
				said := bytes.Split(runScript(t, path, dir, script.String()), []byte{0})
				for i, request := range want {
					if got := savedRequest(t, said[i*4:i*4+4]); !slices.Equal(got, request) {
						t.Fatalf("%s saves\n%q, want\n%q, from\n%s", shell, got, request, script.String())
					}
				}
			})
		})
	}
}

// savedRequest is what the arguments of `alias set` keep, once it is used.
func savedRequest(t *rapid.T, args [][]byte) []string {
	if head := string(bytes.Join(args[:3], []byte(" "))); head != "alias set NAME" {
		t.Fatalf("the line starts %q", head)
	}
	words, err := SplitExpansion(string(args[3]))
	if err == nil {
		words, err = FillExpansion(words, nil)
	}
	if err != nil {
		t.Fatalf("%s: %v", args[3], err)
	}
	return words
}

// PowerShell is asked nothing here. What it is given has no double quotes but
// the request's own, which its older versions would lose.
func TestSaveCommandForPowerShell(t *testing.T) {
	t.Parallel()
	a := Answers{Bundle: "On-call", Justification: `It's $1, or two \ words`}
	const want = `apono alias set NAME 'requests create --bundle On-call --justification ''It''\''''s $$1, or two \ words'''`
	line := a.SaveCommand("", render.PowerShell)
	if line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	kept := strings.TrimSuffix(strings.TrimPrefix(line, "apono alias set NAME '"), "'")
	words, err := SplitExpansion(strings.ReplaceAll(kept, "''", "'"))
	if err == nil {
		words, err = FillExpansion(words, nil)
	}
	if err != nil || !slices.Equal(words, append([]string{"requests", "create"}, a.Args()...)) {
		t.Errorf("it is read as %q (%v)", words, err)
	}
}
