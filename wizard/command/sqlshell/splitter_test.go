package sqlshell

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// cutUp feeds a script line by line and returns the statements, with what is
// left at the end.
func cutUp(sql string) []string {
	s := newScript()
	var texts []string
	for line := range strings.Lines(sql) {
		for _, done := range s.feed(strings.TrimSuffix(line, "\n")) {
			texts = append(texts, done.text)
		}
	}
	if rest, any := s.rest(); any {
		texts = append(texts, strings.TrimSpace(rest.text))
	}
	return texts
}

func TestScriptsAreCutIntoStatements(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want []string
	}{
		"one":                  {"select 1;", []string{"select 1;"}},
		"two on a line":        {"select 1; select 2;", []string{"select 1;", "select 2;"}},
		"over lines":           {"select\n1\n;", []string{"select\n1\n;"}},
		"no end":               {"select 1", []string{"select 1"}},
		"only space":           {" \n\t\n", nil},
		"only semicolons":      {";;\n;", nil},
		"only comments":        {"-- a; b\n/* c; d */ ;", nil},
		"comment before":       {"-- a\nselect 1;", []string{"select 1;"}},
		"single quotes":        {"select 'a;b';", []string{"select 'a;b';"}},
		"doubled quotes":       {"select 'it''s;';", []string{"select 'it''s;';"}},
		"double quotes":        {`select "a;b";`, []string{`select "a;b";`}},
		"backticks":            {"select `a;b`;", []string{"select `a;b`;"}},
		"brackets":             {"select [a;b];", []string{"select [a;b];"}},
		"quote over lines":     {"select 'a;\nb';", []string{"select 'a;\nb';"}},
		"quote in a comment":   {"select 1 -- it's\n;", []string{"select 1 -- it's\n;"}},
		"comment in a quote":   {"select '--';", []string{"select '--';"}},
		"star comment":         {"select /* ; ' */ 1;", []string{"select /* ; ' */ 1;"}},
		"half a comment's end": {"select /* * / ; */ 1;", []string{"select /* * / ; */ 1;"}},
		"minus":                {"select 3 - 1;", []string{"select 3 - 1;"}},
		"divided":              {"select 3 / 1;", []string{"select 3 / 1;"}},
		"trigger": {
			"create trigger t after insert on o begin update o set a = 1; delete from p; end; select 1;",
			[]string{"create trigger t after insert on o begin update o set a = 1; delete from p; end;", "select 1;"},
		},
		"temporary trigger":    {"EXPLAIN QUERY PLAN CREATE TEMP TRIGGER t BEGIN select 1; END;", []string{"EXPLAIN QUERY PLAN CREATE TEMP TRIGGER t BEGIN select 1; END;"}},
		"trigger over lines":   {"create trigger t begin\n select 1;\nend -- of it\n;", []string{"create trigger t begin\n select 1;\nend -- of it\n;"}},
		"case in a trigger":    {"create trigger t begin select case when 1 then 2 end; end;", []string{"create trigger t begin select case when 1 then 2 end; end;"}},
		"a table named so":     {"create table trigger_happy (a); select 1;", []string{"create table trigger_happy (a);", "select 1;"}},
		"a transaction":        {"begin; end; select 1;", []string{"begin;", "end;", "select 1;"}},
		"wide characters":      {"select '価格;表'; select 2;", []string{"select '価格;表';", "select 2;"}},
		"an unfinished quote":  {"select 'a;", []string{"select 'a;"}},
		"an unfinished remark": {"/* a;", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cutUp(c.sql); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestStatementsKnowTheirLine(t *testing.T) {
	s := newScript()
	var lines []int
	for _, text := range []string{"", "-- a", "select 1; select", "", "2; /*", "*/ select 3", ";"} {
		for _, done := range s.feed(text) {
			lines = append(lines, done.line)
		}
	}
	if want := []int{3, 3, 6}; !slices.Equal(lines, want) {
		t.Errorf("got %v, want %v", lines, want)
	}
}

func TestPendingAsksForMore(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "select 1;": false, "select 1": true, "-- a": false, "/* a": true, "select 1; select": true, "';": true,
	} {
		s := newScript()
		s.feed(text)
		if got := s.isPending(); got != want {
			t.Errorf("%q: pending %v, want %v", text, got, want)
		}
	}
}

// However a script is cut, nothing of its statements gets lost and nothing moves.
func TestNothingGetsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{
			"select ", "1", ";", "'", "''", `"`, "`", "[", "]", "--", "/*", "*/", "\n", " ", "create ", "trigger ", "begin ", "end", "価",
		})).Draw(t, "parts")
		sql := strings.Join(parts, "")
		rest := sql
		for _, statement := range cutUp(sql) {
			at := strings.Index(rest, statement)
			if at < 0 {
				t.Fatalf("%q is not in order in %q", statement, sql)
			}
			rest = rest[at+len(statement):]
		}
	})
}
