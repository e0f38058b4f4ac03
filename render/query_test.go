package render

import (
	"bytes"
	"strings"
	"testing"
)

func TestQueries(t *testing.T) {
	value := map[string]any{"list": []map[string]any{{"name": "a\x1b[2Jb", "n": 1}, {"name": "日本", "n": 2}}}
	for _, c := range []struct {
		name, query, piped, shown string
		run                       func(*Streams, string, any) error
	}{
		{"jq texts", ".list[].name", "a\x1b[2Jb\n日本\n", "ab\n日本\n", (*Streams).JQ},
		{"jq numbers", "[.list[].n]", "[1,2]\n", "[1,2]\n", (*Streams).JQ},
		{"jq nothing", "empty", "", "", (*Streams).JQ},
		{"template", "{{range .list}}{{.name}} {{.n}}\n{{end}}", "a\x1b[2Jb 1\n日本 2\n", "ab 1\n日本 2\n", (*Streams).Template},
		{"template in colour", `{{color "red" "x"}}`, "\x1b[31mx\x1b[0m", "\x1b[31mx\x1b[0m", (*Streams).Template},
	} {
		t.Run(c.name, func(t *testing.T) {
			for terminal, want := range map[bool]string{false: c.piped, true: c.shown} {
				var out bytes.Buffer
				s := &Streams{Out: &out, OutTerminal: terminal}
				if err := c.run(s, c.query, value); err != nil || out.String() != want {
					t.Errorf("on a terminal %v: %q, %v, want %q", terminal, &out, err, want)
				}
			}
		})
	}
}

func TestQueriesThatFail(t *testing.T) {
	for _, c := range []struct {
		query string
		check func(string) error
		run   func(*Streams, string, any) error
		early bool // seen before anything is fetched
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
			t.Errorf("run %q on no data: no error", c.query)
		}
		if strings.Contains(out.String(), "text") {
			t.Errorf("run %q wrote %q", c.query, &out)
		}
	}
}
