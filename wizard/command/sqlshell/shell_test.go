package sqlshell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"apono/client/sandbox/permission"
	"apono/client/sandbox/shop"
)

// output is what a shell printed and its exit code.
type output struct {
	out, err string
	code     int
}

func (o output) String() string { return fmt.Sprintf("out %q, err %q, code %d", o.out, o.err, o.code) }

// runShell runs a script in a new database. The options can change the shell first.
func runShell(t *testing.T, permission, script string, options ...func(*Shell)) output {
	t.Helper()
	var out, err bytes.Buffer
	shell := &Shell{
		Database: openDatabase(t, newDatabase(t), shop.Access{Permission: permission}),
		In:       strings.NewReader(script), Out: &out, Err: &err,
	}
	for _, option := range options {
		option(shell)
	}
	code := shell.Run(t.Context())
	return output{out: out.String(), err: err.String(), code: code}
}

func TestScripts(t *testing.T) {
	for name, c := range map[string]struct {
		permission, script string
		want               output
	}{
		"one value":                            {permission.ReadOnly, "select count(*) from orders", output{"3000\n", "", 0}},
		"with a semicolon":                     {permission.ReadOnly, "select 1;\n", output{"1\n", "", 0}},
		"empty":                                {permission.ReadOnly, "", output{}},
		"columns":                              {permission.ReadOnly, "select 1, 'a', null;", output{"1\ta\t\n", "", 0}},
		"headers":                              {permission.ReadOnly, ".headers on\nselect 1 as n, 'a' as s;", output{"n\ts\n1\ta\n", "", 0}},
		"csv":                                  {permission.ReadOnly, ".mode csv\n.headers on\nselect 1 as n, 'a,b' as s;", output{"n,s\n1,\"a,b\"\n", "", 0}},
		"json":                                 {permission.ReadOnly, ".mode json\nselect 1 as n;", output{"[\n  {\"n\": 1}\n]\n", "", 0}},
		"line":                                 {permission.ReadOnly, ".mode line\nselect 1 as n;", output{"n = 1\n", "", 0}},
		"table":                                {permission.ReadOnly, ".mode table\nselect 1 as n;", output{"n\n─\n1\n", "", 0}},
		"quit":                                 {permission.ReadOnly, "select 1;\n.quit\nselect 2;", output{"1\n", "", 0}},
		"exit":                                 {permission.ReadOnly, ".exit", output{}},
		"limit":                                {permission.ReadOnly, ".limit 2\nselect id from orders order by id;", output{"1\n2\n", "Showing only the first 2 rows; use .limit 0 to show all\n", 0}},
		"stops at an error":                    {permission.ReadOnly, "select 1;\n\nselect absent from orders;\nselect 2;", output{"1\n", "Error on line 3: no such column: absent\n", 1}},
		"line of the error":                    {permission.ReadOnly, "select 1,\n\n  absent\nfrom orders;", output{"", "Error on line 3: no such column: absent\n", 1}},
		"unfinished quote":                     {permission.ReadOnly, "select 1;\nselect 'a", output{"1\n", "Error on line 2: unrecognized token: \"'a\\n\"\n", 1}},
		"refused":                              {permission.ReadOnly, "delete from orders;", output{"", "Error on line 1: READ_ONLY access cannot write to orders\n  To request more access: apono requests create --permissions READ_WRITE\n", 1}},
		"update":                               {permission.ReadWrite, "update orders set note = 'x' where id < 4;\nselect count(*) from orders where note = 'x';", output{"3\n", "", 0}},
		"update returning":                     {permission.ReadWrite, "update orders set note = 'x' where id < 3 returning id;", output{"1\n2\n", "", 0}},
		"open transaction":                     {permission.ReadWrite, "begin; update orders set note = 'x';", output{"", "Rolled back the open transaction: there was no COMMIT\n", 0}},
		"unknown command":                      {permission.ReadOnly, "select 1;\n.tabels\nselect 2;", output{"1\n", "Error on line 2: unknown command .tabels: did you mean .tables? Type .help for a list of commands\n", 1}},
		"tables":                               {permission.ReadOnly, ".tables", output{"customers\nitems\nmonthly_revenue\norder_totals\norders\npayments\n", "", 0}},
		"unknown table":                        {permission.ReadOnly, ".schema none", output{"", "Error on line 1: no table or view \"none\" that you can read: use .tables to list them\n", 1}},
		"unknown mode":                         {permission.ReadOnly, ".mode xml", output{"", "Error on line 1: unknown mode \"xml\": must be one of table, csv, json, line, tabs\n", 1}},
		"missing argument":                     {permission.ReadOnly, ".headers", output{"", "Error on line 1: .headers must be on or off\n", 1}},
		"not a number":                         {permission.ReadOnly, ".limit x", output{"", "Error on line 1: .limit must be a number of rows, or 0 for all\n", 1}},
		"too many arguments":                   {permission.ReadOnly, ".quit now", output{"", "Error on line 1: .quit takes no arguments\n", 1}},
		"decimal point at the start of a line": {permission.ReadOnly, "select 1\n.5;", output{"", "Error on line 2: near \".5\": syntax error\n", 1}},
		"CRLF":                                 {permission.ReadOnly, "select 1;\r\n.mode csv\r\nselect 2;\r\n", output{"1\n2\n", "", 0}},
		"byte order mark":                      {permission.ReadOnly, "\uFEFFselect 1;", output{"1\n", "", 0}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := runShell(t, c.permission, c.script); got != c.want {
				t.Errorf("got\n%v\nwant\n%v", got, c.want)
			}
		})
	}
}

func TestSchema(t *testing.T) {
	got := runShell(t, permission.ReadOnly, ".schema payments")
	for _, want := range []string{"CREATE TABLE payments (\n", "\n) STRICT;\n", "CREATE INDEX payments_by_order"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is missing in\n%s", want, got.out)
		}
	}
	if strings.Contains(got.out, "customers") {
		t.Errorf("the schema of another table is in\n%s", got.out)
	}
}

func TestSchemaWithAccessToSomeTables(t *testing.T) {
	got := runShell(t, permission.ReadOnly, ".tables\n.schema\n", func(s *Shell) {
		s.Database = openDatabase(t, newDatabase(t), shop.Access{Permission: permission.ReadOnly, Tables: []string{"orders", "payments"}})
	})
	if !strings.HasPrefix(got.out, "monthly_revenue\norders\npayments\nCREATE VIEW monthly_revenue") || strings.Contains(got.out, "CREATE TABLE customers") {
		t.Errorf("got\n%s", got.out)
	}
}

func TestPermissions(t *testing.T) {
	expires := time.Date(2030, 1, 2, 3, 4, 5, 0, time.Local)
	got := runShell(t, permission.ReadWrite, ".permissions", func(s *Shell) {
		s.Expires = expires
		s.RequestCommand = func(permission string, _ []string) string { return "request " + permission }
	})
	want := "READ_WRITE until 2030-01-02 03:04:05:\n  yes  read all tables\n  yes  insert, update and delete rows in all tables\n" +
		"  no   change the schema\nTo request more access: request ADMIN\n"
	if got.out != want {
		t.Errorf("got\n%s\nwant\n%s", got.out, want)
	}
}

func TestHelpListsEveryCommand(t *testing.T) {
	got := runShell(t, permission.ReadOnly, ".help")
	for _, c := range dotCommands() {
		if !strings.Contains(got.out, c.name) {
			t.Errorf("%s is missing", c.name)
		}
	}
}

func TestCheckAccessEndsTheScript(t *testing.T) {
	for name, script := range map[string]string{
		"statements": "select 1; select 2;", "commands": "select 1;\n.tables", "at the end": "select 1; select 2",
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			got := runShell(t, permission.ReadOnly, script, func(s *Shell) {
				s.CheckAccess = func(context.Context) error {
					if calls++; calls > 1 {
						return errors.New("your access has ended")
					}
					return nil
				}
			})
			if want := (output{"1\n", "your access has ended\n", 1}); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestExecute(t *testing.T) {
	var out, errs bytes.Buffer
	shell := &Shell{Database: openDatabase(t, newDatabase(t), shop.Access{Permission: permission.ReadOnly}), Out: &out, Err: &errs, Interactive: true}
	if code := shell.Execute(t.Context(), "select 1; select 2, 3"); code != 0 || out.String() != "1\n2\t3\n" || errs.Len() > 0 {
		t.Errorf("code %d, out %q, err %q", code, out.String(), errs.String())
	}
	out.Reset()
	if code := shell.Execute(t.Context(), "delete from orders"); code != 1 || out.Len() > 0 || !strings.HasPrefix(errs.String(), "Error: READ_ONLY access cannot") {
		t.Errorf("code %d, out %q, err %q", code, out.String(), errs.String())
	}
}

func TestInitialMode(t *testing.T) {
	got := runShell(t, permission.ReadOnly, "select 1 as n", func(s *Shell) { s.Mode = "json" })
	if got.out != "[\n  {\"n\": 1}\n]\n" {
		t.Errorf("got %q", got.out)
	}
	got = runShell(t, permission.ReadOnly, "select 1", func(s *Shell) { s.Mode = "xml" })
	if want := (output{"", "Error: unknown mode \"xml\": must be one of table, csv, json, line, tabs\n", 1}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestScriptStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, out := &blockingReader{done: make(chan struct{})}, &bytes.Buffer{}
	defer close(in.done)
	shell := &Shell{Database: openDatabase(t, newDatabase(t), shop.Access{Permission: permission.ReadOnly}), In: in, Out: out, Err: out}
	if code := shell.Run(ctx); code != exitInterrupted {
		t.Errorf("code %d, want %d", code, exitInterrupted)
	}
}

// blockingReader blocks until done is closed.
type blockingReader struct{ done chan struct{} }

func (b *blockingReader) Read([]byte) (int, error) { <-b.done; return 0, errors.New("closed") }

func TestBrokenStreams(t *testing.T) {
	broken := errors.New("broken")
	got := runShell(t, permission.ReadOnly, "", func(s *Shell) { s.In = iotest.ErrReader(broken) })
	if want := (output{"", "Error: broken\n", 1}); got != want {
		t.Errorf("In: got %v, want %v", got, want)
	}
	got = runShell(t, permission.ReadOnly, "select 1", func(s *Shell) { s.Out = failingWriter{broken} })
	if want := (output{"", "Error on line 1: write the result: broken\n", 1}); got != want {
		t.Errorf("Out: got %v, want %v", got, want)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// Without line editing there is a prompt too, and results still go to Out.
func TestInteractiveWithoutATerminal(t *testing.T) {
	history := filepath.Join(t.TempDir(), "state", "history")
	got := runShell(t, permission.ReadOnly, "select 1\n as n;\ndelete from orders;\n select 'secret';\n.mode csv\n.quit\n", func(s *Shell) {
		s.Interactive, s.HistoryFile = true, history
	})
	if got.code != 0 || !strings.HasPrefix(got.out, "n\n─\n1\n") {
		t.Errorf("code %d, out\n%s", got.code, got.out)
	}
	for _, want := range []string{"shop>   ...> 1 row (", "Error: READ_ONLY access cannot write to orders\n"} {
		if !strings.Contains(got.err, want) {
			t.Errorf("%q is missing in\n%s", want, got.err)
		}
	}
	if saved := string(readFile(t, history)); saved != "select 1 as n;\ndelete from orders;\n.mode csv\n.quit\n" {
		t.Errorf("got history %q", saved)
	}
}

func TestScriptsAreNotLimited(t *testing.T) {
	got := runShell(t, permission.ReadOnly, "select id from items;")
	if lines := strings.Count(got.out, "\n"); lines < 5*terminalRows {
		t.Errorf("got %d rows", lines)
	}
}

func TestRowCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 rows", 1: "1 row", 999: "999 rows", 1000: "1,000 rows", 1234567: "1,234,567 rows"} {
		if got := rowCount(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// What is suggested is one step more: the table that a statement needs, with the permission
// that it needs.
func TestSuggestsOneStepMore(t *testing.T) {
	orders := shop.Access{Permission: permission.ReadOnly, Tables: []string{"orders"}}
	for _, c := range []struct {
		access          shop.Access
		statement, want string
	}{
		{orders, "delete from orders", "READ_WRITE on orders"},
		{orders, "select * from items", "READ_ONLY on items"},
		{orders, "alter table orders add column x", "ADMIN on orders"},
		{shop.Access{Permission: permission.ReadOnly}, "delete from orders", "READ_WRITE on orders"},
		{shop.Access{Permission: permission.ReadWrite}, "create table x (y)", "ADMIN on "},
		{shop.Access{Permission: permission.Admin, Tables: []string{"orders"}}, "create table x (y)", "ADMIN on "},
		{orders, ".permissions", "READ_WRITE on orders"},
	} {
		got := runShell(t, c.access.Permission, c.statement, func(s *Shell) {
			s.Database = openDatabase(t, newDatabase(t), c.access)
			s.RequestCommand = func(permission string, tables []string) string {
				return permission + " on " + strings.Join(tables, ",")
			}
		})
		if !strings.Contains(got.err+got.out, "To request more access: "+c.want+"\n") {
			t.Errorf("%s with %s: got\n%s%s\nwant %s", c.statement, c.access, got.out, got.err, c.want)
		}
	}
}
