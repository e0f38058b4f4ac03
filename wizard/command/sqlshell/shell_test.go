package sqlshell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"apono/client/sandbox/shop"
)

// said is what a shell wrote and how it ended.
type said struct {
	out, err string
	code     int
}

func (s said) String() string { return fmt.Sprintf("out %q, err %q, code %d", s.out, s.err, s.code) }

func scripted(t *testing.T, permission, script string, change ...func(*Shell)) said {
	t.Helper()
	var out, err bytes.Buffer
	shell := &Shell{
		Database: openDatabase(t, newDatabase(t), shop.Access{Permission: permission}),
		In:       strings.NewReader(script), Out: &out, Err: &err,
	}
	for _, c := range change {
		c(shell)
	}
	code := shell.Run(t.Context())
	return said{out: out.String(), err: err.String(), code: code}
}

func TestScripts(t *testing.T) {
	for name, c := range map[string]struct {
		permission, script string
		want               said
	}{
		"one value":               {shop.ReadOnly, "select count(*) from orders", said{"3000\n", "", 0}},
		"with a semicolon":        {shop.ReadOnly, "select 1;\n", said{"1\n", "", 0}},
		"nothing":                 {shop.ReadOnly, "", said{}},
		"columns":                 {shop.ReadOnly, "select 1, 'a', null;", said{"1\ta\t\n", "", 0}},
		"headers":                 {shop.ReadOnly, ".headers on\nselect 1 as n, 'a' as s;", said{"n\ts\n1\ta\n", "", 0}},
		"csv":                     {shop.ReadOnly, ".mode csv\n.headers on\nselect 1 as n, 'a,b' as s;", said{"n,s\n1,\"a,b\"\n", "", 0}},
		"json":                    {shop.ReadOnly, ".mode json\nselect 1 as n;", said{"[\n  {\"n\": 1}\n]\n", "", 0}},
		"line":                    {shop.ReadOnly, ".mode line\nselect 1 as n;", said{"n = 1\n", "", 0}},
		"table":                   {shop.ReadOnly, ".mode table\nselect 1 as n;", said{"┌───┐\n│ n │\n├───┤\n│ 1 │\n└───┘\n", "", 0}},
		"quit":                    {shop.ReadOnly, "select 1;\n.quit\nselect 2;", said{"1\n", "", 0}},
		"exit":                    {shop.ReadOnly, ".exit", said{}},
		"a limit":                 {shop.ReadOnly, ".limit 2\nselect id from orders order by id;", said{"1\n2\n", "The first 2 rows are shown, there are more: .limit 0 shows all, or add LIMIT to the statement.\n", 0}},
		"the first error ends":    {shop.ReadOnly, "select 1;\n\nselect absent from orders;\nselect 2;", said{"1\n", "Error in line 3: no such column: absent\n", 1}},
		"the error's own line":    {shop.ReadOnly, "select 1,\n\n  absent\nfrom orders;", said{"", "Error in line 3: no such column: absent\n", 1}},
		"no end":                  {shop.ReadOnly, "select 1;\nselect 'a", said{"1\n", "Error in line 2: unrecognized token: \"'a\\n\"\n", 1}},
		"a refusal":               {shop.ReadOnly, "delete from orders;", said{"", "Error in line 1: READ_ONLY access cannot write to orders\n  To ask for more: apono requests create --permissions READ_WRITE\n", 1}},
		"a change":                {shop.ReadWrite, "update orders set note = 'x' where id < 4;\nselect count(*) from orders where note = 'x';", said{"3\n", "", 0}},
		"what a change returns":   {shop.ReadWrite, "update orders set note = 'x' where id < 3 returning id;", said{"1\n2\n", "", 0}},
		"an unfinished change":    {shop.ReadWrite, "begin; update orders set note = 'x';", said{"", "The open transaction was undone: it had no COMMIT.\n", 0}},
		"an unknown command":      {shop.ReadOnly, "select 1;\n.tabels\nselect 2;", said{"1\n", "Error in line 2: unknown command .tabels: did you mean .tables? .help lists them all\n", 1}},
		"tables":                  {shop.ReadOnly, ".tables", said{"customers\nitems\nmonthly_revenue\norder_totals\norders\npayments\n", "", 0}},
		"a table that is not":     {shop.ReadOnly, ".schema none", said{"", "Error in line 1: no table or view none that this access can read; .tables lists them\n", 1}},
		"a mode that is not":      {shop.ReadOnly, ".mode xml", said{"", "Error in line 1: .mode wants one of tabs, table, csv, json, line\n", 1}},
		"neither on nor off":      {shop.ReadOnly, ".headers", said{"", "Error in line 1: .headers wants on or off\n", 1}},
		"no number":               {shop.ReadOnly, ".limit x", said{"", "Error in line 1: .limit wants a number of rows, 0 for all\n", 1}},
		"too many words":          {shop.ReadOnly, ".quit now", said{"", "Error in line 1: .quit takes no argument\n", 1}},
		"a dot inside":            {shop.ReadOnly, "select 1\n.5;", said{"", "Error in line 2: near \".5\": syntax error\n", 1}},
		"lines that end as DOS's": {shop.ReadOnly, "select 1;\r\n.mode csv\r\nselect 2;\r\n", said{"1\n2\n", "", 0}},
		"a mark at the beginning": {shop.ReadOnly, "\uFEFFselect 1;", said{"1\n", "", 0}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := scripted(t, c.permission, c.script); got != c.want {
				t.Errorf("got\n%v\nwant\n%v", got, c.want)
			}
		})
	}
}

func TestSchema(t *testing.T) {
	got := scripted(t, shop.ReadOnly, ".schema payments")
	for _, want := range []string{"CREATE TABLE payments (\n", "\n) STRICT;\n", "CREATE INDEX payments_by_order"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is missing in\n%s", want, got.out)
		}
	}
	if strings.Contains(got.out, "customers") {
		t.Errorf("another table is in\n%s", got.out)
	}
}

func TestTheSchemaOfAnAccessToSomeTables(t *testing.T) {
	got := scripted(t, shop.ReadOnly, ".tables\n.schema\n", func(s *Shell) {
		s.Database = openDatabase(t, newDatabase(t), shop.Access{Permission: shop.ReadOnly, Tables: []string{"orders", "payments"}})
	})
	if !strings.HasPrefix(got.out, "monthly_revenue\norders\npayments\nCREATE VIEW monthly_revenue") || strings.Contains(got.out, "CREATE TABLE customers") {
		t.Errorf("got\n%s", got.out)
	}
}

func TestPermissions(t *testing.T) {
	ends := time.Date(2030, 1, 2, 3, 4, 5, 0, time.Local)
	got := scripted(t, shop.ReadWrite, ".permissions", func(s *Shell) {
		s.Ends = ends
		s.Request = func(permission string) string { return "ask " + permission }
	})
	want := "READ_WRITE until 2030-01-02 03:04:05:\n  yes  read all tables\n  yes  insert, update and delete rows of all tables\n" +
		"  no   change the schema\nTo ask for more: ask ADMIN\n"
	if got.out != want {
		t.Errorf("got\n%s\nwant\n%s", got.out, want)
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	got := scripted(t, shop.ReadOnly, ".help")
	for _, c := range dotCommands() {
		if !strings.Contains(got.out, c.name) {
			t.Errorf("%s is missing", c.name)
		}
	}
}

func TestTheCheckEndsTheScript(t *testing.T) {
	for name, script := range map[string]string{
		"statements": "select 1; select 2;", "commands": "select 1;\n.tables", "at the end": "select 1; select 2",
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			got := scripted(t, shop.ReadOnly, script, func(s *Shell) {
				s.Check = func(context.Context) error {
					if asked++; asked > 1 {
						return errors.New("your access has ended")
					}
					return nil
				}
			})
			if want := (said{"1\n", "your access has ended\n", 1}); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestExecute(t *testing.T) {
	var out, errs bytes.Buffer
	shell := &Shell{Database: openDatabase(t, newDatabase(t), shop.Access{Permission: shop.ReadOnly}), Out: &out, Err: &errs, Interactive: true}
	if code := shell.Execute(t.Context(), "select 1; select 2, 3"); code != 0 || out.String() != "1\n2\t3\n" || errs.Len() > 0 {
		t.Errorf("code %d, out %q, err %q", code, out.String(), errs.String())
	}
	out.Reset()
	if code := shell.Execute(t.Context(), "delete from orders"); code != 1 || out.Len() > 0 || !strings.HasPrefix(errs.String(), "Error: READ_ONLY access cannot") {
		t.Errorf("code %d, out %q, err %q", code, out.String(), errs.String())
	}
}

func TestModeOfTheCaller(t *testing.T) {
	got := scripted(t, shop.ReadOnly, "select 1 as n", func(s *Shell) { s.Mode = "json" })
	if got.out != "[\n  {\"n\": 1}\n]\n" {
		t.Errorf("got %q", got.out)
	}
	got = scripted(t, shop.ReadOnly, "select 1", func(s *Shell) { s.Mode = "xml" })
	if want := (said{"", "Error: unknown mode \"xml\": want tabs, table, csv, json, line\n", 1}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAScriptStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, out := &blocked{done: make(chan struct{})}, &bytes.Buffer{}
	defer close(in.done)
	shell := &Shell{Database: openDatabase(t, newDatabase(t), shop.Access{Permission: shop.ReadOnly}), In: in, Out: out, Err: out}
	if code := shell.Run(ctx); code != exitInterrupted {
		t.Errorf("code %d, want %d", code, exitInterrupted)
	}
}

// blocked is an input on which nothing comes.
type blocked struct{ done chan struct{} }

func (b *blocked) Read([]byte) (int, error) { <-b.done; return 0, errors.New("closed") }

func TestBrokenStreams(t *testing.T) {
	broken := errors.New("broken")
	got := scripted(t, shop.ReadOnly, "", func(s *Shell) { s.In = iotest.ErrReader(broken) })
	if want := (said{"", "Error: broken\n", 1}); got != want {
		t.Errorf("reading: got %v, want %v", got, want)
	}
	got = scripted(t, shop.ReadOnly, "select 1", func(s *Shell) { s.Out = failing{broken} })
	if want := (said{"", "Error in line 1: write the result: broken\n", 1}); got != want {
		t.Errorf("writing: got %v, want %v", got, want)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A person whose terminal cannot edit lines still gets a prompt, beside the results.
func TestConversationWithoutATerminal(t *testing.T) {
	history := filepath.Join(t.TempDir(), "state", "history")
	got := scripted(t, shop.ReadOnly, "select 1\n as n;\ndelete from orders;\n select 'secret';\n.mode csv\n.quit\n", func(s *Shell) {
		s.Interactive, s.HistoryFile = true, history
	})
	if got.code != 0 || !strings.HasPrefix(got.out, "┌───┐\n│ n │\n├───┤\n│ 1 │\n└───┘\n") {
		t.Errorf("code %d, out\n%s", got.code, got.out)
	}
	for _, want := range []string{"shop>   ...> 1 row (", "Error: READ_ONLY access cannot write to orders\n"} {
		if !strings.Contains(got.err, want) {
			t.Errorf("%q is missing in\n%s", want, got.err)
		}
	}
	if kept := string(readFile(t, history)); kept != "select 1 as n;\ndelete from orders;\n.mode csv\n.quit\n" {
		t.Errorf("history %q", kept)
	}
}

func TestNothingIsCappedWithoutATerminal(t *testing.T) {
	got := scripted(t, shop.ReadOnly, "select id from items;")
	if lines := strings.Count(got.out, "\n"); lines < 5*interactiveRows {
		t.Errorf("%d rows", lines)
	}
}

func TestHistoryIsPrivateAndBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	// Made by somebody less careful, and far too long.
	content := strings.Repeat("select 1;\n", 3*historyKept) + "bad\x1b\nlast\n"
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	past := history{path: path}
	entries, err := past.load()
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != historyKept || entries[historyKept-1] != "last" {
		t.Errorf("%d entries, the last %q", len(entries), entries[len(entries)-1])
	}
	if err := past.add("select 2;"); err != nil {
		t.Fatal(err)
	}
	again, err := past.load()
	if err != nil || again[len(again)-1] != "select 2;" || again[len(again)-2] != "last" {
		t.Errorf("got %q, %v", again[len(again)-2:], err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// A history that cannot be kept is said once and stops nobody.
func TestAnUnusableHistory(t *testing.T) {
	got := scripted(t, shop.ReadOnly, "select 1;\nselect 2;\n", func(s *Shell) {
		s.Interactive, s.HistoryFile = true, t.TempDir()
	})
	if n := strings.Count(got.err, "Going on without a history"); n != 1 || got.code != 0 {
		t.Errorf("said %d times, code %d", n, got.code)
	}
}

func TestWhatAStatementLeavesInTheHistory(t *testing.T) {
	for name, c := range map[string]struct {
		lines    []string
		joinable bool
		want     string
	}{
		"one line":     {[]string{"select 1;"}, true, "select 1;"},
		"joined":       {[]string{"select", "  1", "", ";"}, true, "select 1 ;"},
		"not joinable": {[]string{"select 1 -- one", ";"}, false, "select 1 -- one|;"},
		"private":      {[]string{" select 1", ";"}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(entriesOf(c.lines, c.joinable), "|"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 rows", 1: "1 row", 999: "999 rows", 1000: "1,000 rows", 1234567: "1,234,567 rows"} {
		if got := count(n, "row"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
