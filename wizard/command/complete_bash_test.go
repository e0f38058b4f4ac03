package command

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

func TestReadLineSeesWhatBashSees(t *testing.T) {
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
		if got := wordValues(readLine(typed)); !slices.Equal(got, want) {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}

// offered makes an offering of values, whatever the line.
func offered(values ...string) offering {
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
		"what does not match":           {"apono a", "a", "9", []string{"b", "ab"}, []string{"ab"}},
		"only the part after a colon":   {"apono arn:a", "a", "9", []string{"arn:aws:s3"}, []string{"aws:s3"}},
		"and after an equals sign":      {"apono --profile=s", "s", "9", []string{"--profile=sandbox"}, []string{"sandbox"}},
		"a colon at the end":            {"apono arn:", "", "9", []string{"arn:aws", "arn:gcp"}, []string{"aws", "gcp"}},
		"one is closed":                 {`apono "a`, "a", "9", []string{"a$b"}, []string{`a\$b"`}},
		"several are not":               {`apono "a`, "a", "9", []string{"a b", "a c"}, []string{"a b", "a c"}},
		"unless inserted one by one":    {`apono "a`, "a", "37", []string{"a b", "a c"}, []string{`a b"`, `a c"`}},
		"an end that looks like closed": {`apono "a`, "a", "9", []string{`a"`}, []string{`a\""`}},
		"history in double quotes":      {`apono "a`, "a", "9", []string{"a!b!"}, []string{`a"\!"b"\!""`}},
		"nothing that opens them again": {`apono "`, "", "9", []string{"!"}, nil},
		"nothing cut within an escape":  {"apono a", "a", "9", []string{"a b", "a$b"}, []string{`a\ b`, `a\$b`, " "}},
		"half an escape":                {`apono a\`, `\`, "9", []string{"a b"}, []string{`\ b`}},
		"half an escape that stays":     {`apono a\`, "", "9", []string{"a b"}, nil},
		"a tail from elsewhere":         {"apono a", "x", "9", []string{"a"}, nil},
		"a tail longer than the word":   {"apono a", "apono a", "9", []string{"a"}, nil},
		"no program":                    {"apono", "apono", "9", []string{"a"}, nil},
		"variables before it":           {"A=1 B='2 3' apono a", "a", "9", []string{"ab"}, []string{"ab"}},
		"half of a quoted word":         {`apono 'a b'\ c`, `\ c`, "9", []string{"a b cd"}, []string{`\ cd`}},
		"a list to read":                {"apono a,", "a,", "63", []string{"a,x y", "a,z"}, []string{"x y", "z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.Join(test.want, "\n")
			if got := answerBash(test.line, test.tail, test.kind, 80, offered(test.values...)); got != want {
				t.Errorf("bash gets %q, want %q", got, want)
			}
		})
	}
}

// anyValue is what the service may call something: whatever a terminal shows.
func anyValue() *rapid.Generator[string] {
	return rapid.StringMatching(`[a-c $\x60"'\\!:=,;&|<>()\[\]{}*?~#%^ü€-]{1,8}`)
}

// Whatever is inserted, and wherever it starts, real bash reads the word that
// was offered.
func TestBashReadsRepliesBack(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash to try it with")
	}
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var script strings.Builder
		var want bytes.Buffer
		for range 50 { // for each start of a shell, since the start is what costs
			value := anyValue().Draw(t, "value")
			runes := []rune(value)
			typed := string(runes[:rapid.IntRange(0, len(runes)).Draw(t, "typed")])
			quote := rapid.SampledFrom([]string{"", `"`, "'"}).Draw(t, "quote")
			open := byte(0)
			if quote != "" {
				open = quote[0]
			}
			word := quote + bashQuote(typed, open)
			line := "apono -b " + word
			tail := rapid.SampledFrom(tails(word)).Draw(t, "tail")
			reply := answerBash(line, tail, "9", 80, offered(value))
			if reply == "" {
				continue // it cannot be written after what is there
			}
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
}

// tails are the ends of a word that bash may have a reply put in the place of.
func tails(word string) []string {
	list := []string{word}
	for i := range word {
		if strings.ContainsRune(`:="'`, rune(word[i])) {
			list = append(list, word[i+1:])
		}
	}
	return list
}

func TestFishWords(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		`a`: "a", `'a b`: "a b", `"a b`: "a b", `a\ b\`: "a b", `'it\'s \\ \n'`: `it's \ \n`, `"\"\$\n"x`: `"$\nx`, `a'b'"c"`: "abc", ``: "",
	} {
		if got := readFishWord(typed); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}

func TestPowerShellWords(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"aws-account/Playground": "aws-account/Playground", "arn:aws:s3:::b": "arn:aws:s3:::b", "a b": `"a b"`, "$(x)": "'$(x)'", "it's": "'it''s'",
		"a,b": `"a,b"`, "@x": `"@x"`, "größe": "größe", "": `""`,
	} {
		if got := powershellWord(word); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
}

func TestChoiceRowsFitTheTerminal(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 70)
	list := []kind.Choice{{Value: "--r=a,b", Description: "the first"}, {Value: "--r=a," + long, Description: "the second"}, {Value: "--r=a,cd"}}
	want := []string{"b" + strings.Repeat(" ", 39) + "  (the first)", long + "  (the s…", "cd"}
	if got := choiceRows(list, "--r=a,", 80); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
