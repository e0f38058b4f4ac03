package sqlshell

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// split returns the statements of a script, including one without a semicolon at
// the end.
func split(sql string) []string {
	s := newSplitter()
	var texts []string
	for line := range strings.Lines(sql) {
		for _, next := range s.feed(strings.TrimSuffix(line, "\n")) {
			texts = append(texts, next.text)
		}
	}
	if rest, found := s.rest(); found {
		texts = append(texts, strings.TrimSpace(rest.text))
	}
	return texts
}

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want []string
	}{
		"one":                   {"select 1;", []string{"select 1;"}},
		"two on a line":         {"select 1; select 2;", []string{"select 1;", "select 2;"}},
		"several lines":         {"select\n1\n;", []string{"select\n1\n;"}},
		"no semicolon":          {"select 1", []string{"select 1"}},
		"only spaces":           {" \n\t\n", nil},
		"only semicolons":       {";;\n;", nil},
		"only comments":         {"-- a; b\n/* c; d */ ;", nil},
		"comment before":        {"-- a\nselect 1;", []string{"select 1;"}},
		"single quotes":         {"select 'a;b';", []string{"select 'a;b';"}},
		"doubled quotes":        {"select 'it''s;';", []string{"select 'it''s;';"}},
		"double quotes":         {`select "a;b";`, []string{`select "a;b";`}},
		"backticks":             {"select `a;b`;", []string{"select `a;b`;"}},
		"brackets":              {"select [a;b];", []string{"select [a;b];"}},
		"quote on two lines":    {"select 'a;\nb';", []string{"select 'a;\nb';"}},
		"quote in a comment":    {"select 1 -- it's\n;", []string{"select 1 -- it's\n;"}},
		"comment in a quote":    {"select '--';", []string{"select '--';"}},
		"block comment":         {"select /* ; ' */ 1;", []string{"select /* ; ' */ 1;"}},
		"not the comment's end": {"select /* * / ; */ 1;", []string{"select /* * / ; */ 1;"}},
		"minus":                 {"select 3 - 1;", []string{"select 3 - 1;"}},
		"divided":               {"select 3 / 1;", []string{"select 3 / 1;"}},
		"trigger": {
			"create trigger t after insert on o begin update o set a = 1; delete from p; end; select 1;",
			[]string{"create trigger t after insert on o begin update o set a = 1; delete from p; end;", "select 1;"},
		},
		"temporary trigger":        {"EXPLAIN QUERY PLAN CREATE TEMP TRIGGER t BEGIN select 1; END;", []string{"EXPLAIN QUERY PLAN CREATE TEMP TRIGGER t BEGIN select 1; END;"}},
		"trigger on several lines": {"create trigger t begin\n select 1;\nend -- of it\n;", []string{"create trigger t begin\n select 1;\nend -- of it\n;"}},
		"case in a trigger":        {"create trigger t begin select case when 1 then 2 end; end;", []string{"create trigger t begin select case when 1 then 2 end; end;"}},
		"a table named trigger":    {"create table trigger_happy (a); select 1;", []string{"create table trigger_happy (a);", "select 1;"}},
		"a transaction":            {"begin; end; select 1;", []string{"begin;", "end;", "select 1;"}},
		"wide characters":          {"select '価格;表'; select 2;", []string{"select '価格;表';", "select 2;"}},
		"an unfinished quote":      {"select 'a;", []string{"select 'a;"}},
		"an unfinished comment":    {"/* a;", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := split(c.sql); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestStatementLines(t *testing.T) {
	s := newSplitter()
	var lines []int
	for _, text := range []string{"", "-- a", "select 1; select", "", "2; /*", "*/ select 3", ";"} {
		for _, next := range s.feed(text) {
			lines = append(lines, next.line)
		}
	}
	if want := []int{3, 3, 6}; !slices.Equal(lines, want) {
		t.Errorf("got %v, want %v", lines, want)
	}
}

func TestIsPending(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "select 1;": false, "select 1": true, "-- a": false, "/* a": true, "select 1; select": true, "';": true,
	} {
		s := newSplitter()
		s.feed(text)
		if got := s.isPending(); got != want {
			t.Errorf("isPending after %q is %v, want %v", text, got, want)
		}
	}
}

// The statements of any script are parts of its text, in order.
func TestSplitKeepsTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{
			"select ", "1", ";", "'", "''", `"`, "`", "[", "]", "--", "/*", "*/", "\n", " ", "create ", "trigger ", "begin ", "end", "価",
		})).Draw(t, "parts")
		sql := strings.Join(parts, "")
		rest := sql
		for _, statement := range split(sql) {
			at := strings.Index(rest, statement)
			if at < 0 {
				t.Fatalf("%q is missing or out of order in %q", statement, sql)
			}
			rest = rest[at+len(statement):]
		}
	})
}
