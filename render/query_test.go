package render

import (
	"bytes"
	"strings"
	"testing"
)

func TestJQAndTemplate(t *testing.T) {
	value := map[string]any{"list": []map[string]any{{"name": "a\x1b[2Jb", "n": 1}, {"name": "日本", "n": 2}}}
	for _, c := range []struct {
		name, query, piped, terminal string
		run                          func(*Streams, string, any) error
	}{
		{"jq strings", ".list[].name", "a\x1b[2Jb\n日本\n", "ab\n日本\n", (*Streams).JQ},
		{"jq numbers", "[.list[].n]", "[1,2]\n", "[1,2]\n", (*Streams).JQ},
		{"jq without results", "empty", "", "", (*Streams).JQ},
		{"template", "{{range .list}}{{.name}} {{.n}}\n{{end}}", "a\x1b[2Jb 1\n日本 2\n", "ab 1\n日本 2\n", (*Streams).Template},
		{"template with color", `{{color "red" "x"}}`, "\x1b[31mx\x1b[0m", "\x1b[31mx\x1b[0m", (*Streams).Template},
	} {
		t.Run(c.name, func(t *testing.T) {
			for isTerminal, want := range map[bool]string{false: c.piped, true: c.terminal} {
				var out bytes.Buffer
				s := &Streams{Out: &out, OutTerminal: isTerminal}
				if err := c.run(s, c.query, value); err != nil || out.String() != want {
					t.Errorf("terminal %v: %q, %v, want %q", isTerminal, &out, err, want)
				}
			}
		})
	}
}

func TestJQAndTemplateErrors(t *testing.T) {
	for _, c := range []struct {
		query string
		check func(string) error
		run   func(*Streams, string, any) error
		early bool // found by check, before anything is fetched
	}{
		{".[", CheckJQ, (*Streams).JQ, true},
		{".a.b.c", CheckJQ, (*Streams).JQ, false},
		{"{{", CheckTemplate, (*Streams).Template, true},
		{"{{nosuch}}", CheckTemplate, (*Streams).Template, true},
		{"{{index .a 7}}", CheckTemplate, (*Streams).Template, false},
	} {
		if err := c.check(c.query); (err != nil) != c.early {
			t.Errorf("check %q: %v", c.query, err)
		}
		var out bytes.Buffer
		if err := c.run(&Streams{Out: &out}, c.query, map[string]any{"a": "text"}); err == nil {
			t.Errorf("run %q: no error, wrote %q", c.query, &out)
		}
		if err := c.run(&Streams{Out: &out}, c.query, make(chan int)); err == nil {
			t.Errorf("run %q with data that is not JSON: no error", c.query)
		}
		if strings.Contains(out.String(), "text") {
			t.Errorf("run %q wrote %q", c.query, &out)
		}
	}
}

func TestTemplateFunctions(t *testing.T) {
	value := map[string]any{
		"names": []string{"one", "two"}, "list": []map[string]any{{"n": 1}, {"n": 2.5}}, "at": 1700000000, "long": "日本語日本語", "url": "https://x.example", "none": nil,
	}
	for _, c := range []struct{ query, piped, terminal string }{
		{`{{join ", " .names}}`, "one, two", "one, two"},
		{`{{pluck "n" .list | join "+"}}`, "1+2.5", "1+2.5"},
		{`{{truncate 5 .long}}`, "日本…", "日本…"},
		{`{{truncate 5 .none}}`, "", ""},
		{`{{timefmt "2006" .at}}`, "2023", "2023"},
		{`{{hyperlink .url "x"}}`, "x", "\x1b]8;;https://x.example\x1b\\x\x1b]8;;\x1b\\"},
		{`{{hyperlink .url ""}}`, "https://x.example", "\x1b]8;;https://x.example\x1b\\https://x.example\x1b]8;;\x1b\\"},
		{`{{range .names}}{{tablerow . "x"}}{{end}}{{tablerender}}end`, "one  x\ntwo  x\nend", "one  x\ntwo  x\nend"},
		{`{{range .names}}{{tablerow "long" .}}{{end}}`, "long  one\nlong  two\n", "long  one\nlong  two\n"},
		{`{{if contains "on" (index .names 0)}}yes{{end}}{{if hasPrefix "x" .url}}no{{end}}{{if regexMatch "^h" .url}}!{{end}}`, "yes!", "yes!"},
	} {
		for isTerminal, want := range map[bool]string{false: c.piped, true: c.terminal} {
			var out bytes.Buffer
			if err := (&Streams{Out: &out, OutTerminal: isTerminal}).Template(c.query, value); err != nil || out.String() != want {
				t.Errorf("%s, terminal %v: %q, %v, want %q", c.query, isTerminal, &out, err, want)
			}
		}
	}
	for _, query := range []string{`{{pluck "n" .names}}`, `{{timefmt "2006" .long}}`, `{{timeago .none}}`, `{{color "nosuch" "x"}}`} {
		var out bytes.Buffer
		if err := (&Streams{Out: &out}).Template(query, value); err == nil || out.Len() > 0 {
			t.Errorf("%s: %v, wrote %q", query, err, &out)
		}
	}
}
