package complete

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"apono/wizard/kind"

	"pgregory.net/rapid"
)

func TestSplitBashLine(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][]string{
		`apono `:                         {"apono", ""},
		`  apono  a b`:                   {"apono", "a", "b"},
		`apono "a b`:                     {"apono", "a b"},
		`apono 'a\ "b'c`:                 {"apono", `a\ "bc`},
		`apono a\ b\`:                    {"apono", "a b"},
		`apono "a\$\"\x"`:                {"apono", `a$"\x`},
		`apono a'b'"c"d:e=f`:             {"apono", "abcd:e=f"},
		`apono $(x "a b" 'c)' d) e`:      {"apono", `$(x "a b" 'c)' d)`, "e"},
		`apono "$(x "a b" \) (d)) e" fg`: {"apono", `$(x "a b" \) (d)) e`, "fg"},
		`apono $(x `:                     {"apono", `$(x `},
		`apono $(x "`:                    {"apono", `$(x "`},
		"apono a\\\nb":                   {"apono", "ab"},
		``:                               {""},
	} {
		if got := wordValues(splitBashLine(typed)); !slices.Equal(got, want) {
			t.Errorf("splitBashLine(%q) = %q, want %q", typed, got, want)
		}
	}
}

// alwaysFinds returns a finder that finds values on any line.
func alwaysFinds(values ...string) finder {
	return func([]string, string) []kind.Choice {
		var list []kind.Choice
		for _, v := range values {
			list = append(list, kind.Choice{Value: v})
		}
		return list
	}
}

func TestBashReplies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		line, tail, kind string
		values           []string
		want             []string
	}{
		"values that do not match are dropped":               {"apono a", "a", "9", []string{"b", "ab"}, []string{"ab"}},
		"only the part after a colon":                        {"apono arn:a", "a", "9", []string{"arn:aws:s3"}, []string{"aws:s3"}},
		"only the part after an equals sign":                 {"apono --profile=s", "s", "9", []string{"--profile=sandbox"}, []string{"sandbox"}},
		"a colon at the end of the word":                     {"apono arn:", "", "9", []string{"arn:aws", "arn:gcp"}, []string{"aws", "gcp"}},
		"an open quote is closed after a single reply":       {`apono "a`, "a", "9", []string{"a$b"}, []string{`a\$b"`}},
		"an open quote stays open before several replies":    {`apono "a`, "a", "9", []string{"a b", "a c"}, []string{"a b", "a c"}},
		"menu completion closes the quote of every reply":    {`apono "a`, "a", "37", []string{"a b", "a c"}, []string{`a b"`, `a c"`}},
		"a value that ends with the open quote":              {`apono "a`, "a", "9", []string{`a"`}, []string{`a\""`}},
		"history expansion in double quotes":                 {`apono "a`, "a", "9", []string{"a!b!"}, []string{`a"\!"b"\!""`}},
		"a reply that starts with the open quote is dropped": {`apono "`, "", "9", []string{"!"}, nil},
		"the common prefix does not end within an escape":    {"apono a", "a", "9", []string{"a b", "a$b"}, []string{`a\ b`, `a\$b`, " "}},
		"half an escape in the tail":                         {`apono a\`, `\`, "9", []string{"a b"}, []string{`\ b`}},
		"half an escape before the tail":                     {`apono a\`, "", "9", []string{"a b"}, nil},
		"a tail that is not at the end of the line":          {"apono a", "x", "9", []string{"a"}, nil},
		"a tail longer than the word":                        {"apono a", "apono a", "9", []string{"a"}, nil},
		"no argument yet":                                    {"apono", "apono", "9", []string{"a"}, nil},
		"variable assignments before the program":            {"A=1 B='2 3' apono a", "a", "9", []string{"ab"}, []string{"ab"}},
		"a word that is quoted in part":                      {`apono 'a b'\ c`, `\ c`, "9", []string{"a b cd"}, []string{`\ cd`}},
		"the list that the second Tab shows":                 {"apono a,", "a,", "63", []string{"a,x y", "a,z"}, []string{"x y", "z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.Join(test.want, "\n")
			if got := answerBash([]string{test.line, test.tail, test.kind, "80"}, alwaysFinds(test.values...)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// printableValue generates names that a service may use: characters that shells
// treat specially, and a few that they do not.
func printableValue() *rapid.Generator[string] {
	return rapid.StringMatching(`[a-c $\x60"'\\!:=,;&|<>()\[\]{}*?~#%^ü€-]{1,8}`)
}

// A real bash must read each reply back as the value that was offered, wherever
// in the word the reply starts.
func TestBashReadsRepliesBack(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	dir, replies := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		var script strings.Builder
		var want bytes.Buffer
		for range 50 { // starting bash is slow, so it reads many replies at once
			value := printableValue().Draw(t, "value")
			runes := []rune(value)
			typed := string(runes[:rapid.IntRange(0, len(runes)).Draw(t, "typed")])
			quote := rapid.SampledFrom([]string{"", `"`, "'"}).Draw(t, "quote")
			open := byte(0)
			if quote != "" {
				open = quote[0]
			}
			word := quote + quoteBash(typed, open)
			line := "apono -b " + word
			tail := rapid.SampledFrom(tails(word)).Draw(t, "tail")
			reply := answerBash([]string{line, tail, "9", "80"}, alwaysFinds(value))
			if reply == "" {
				continue // the value cannot follow what is typed
			}
			replies++
			script.WriteString("printf '%s\\0' " + strings.TrimSuffix(word, tail) + reply + "\n")
			want.WriteString(value + "\x00")
		}
		path := filepath.Join(dir, "script")
		if err := os.WriteFile(path, []byte(script.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(bash, path)
		cmd.Env = []string{"LC_ALL=C.UTF-8", "HOME=" + dir}
		if out, err := cmd.Output(); err != nil || !bytes.Equal(out, want.Bytes()) {
			t.Fatalf("bash reads %q (%v), want %q, from\n%s", out, err, want.Bytes(), script.String())
		}
	})
	if replies == 0 {
		t.Error("no value had a reply")
	}
}

// tails returns the ends of a word that bash may ask to replace.
func tails(word string) []string {
	list := []string{word}
	for i := range word {
		if strings.ContainsRune(`:="'`, rune(word[i])) {
			list = append(list, word[i+1:])
		}
	}
	return list
}
