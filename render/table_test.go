package render

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
	"pgregory.net/rapid"
)

// terminalStreams returns streams that treat Out as a terminal with this many
// columns, and the buffer that Out writes to.
func terminalStreams(t testing.TB, columns int) (*Streams, *bytes.Buffer) {
	t.Helper()
	ptmx, tty := openTerminal(t, columns, 24)
	t.Cleanup(func() { ptmx.Close() })
	var out bytes.Buffer
	return &Streams{Out: &out, OutFile: tty, OutTerminal: true}, &out
}

// openTerminal opens a pseudo-terminal and returns both ends.
func openTerminal(t testing.TB, columns, rows int) (ptmx, tty *os.File) {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminals: %v", err)
	}
	t.Cleanup(func() { tty.Close() })
	if err := pty.Setsize(ptmx, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		t.Fatal(err)
	}
	return ptmx, tty
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// right aligns some columns right.
func right(indexes ...int) func([]Column) []Column {
	return func(columns []Column) []Column {
		for _, i := range indexes {
			columns[i].Right = true
		}
		return columns
	}
}

func TestTable(t *testing.T) {
	bad := Palette{on: true}.Bad
	for _, c := range []struct {
		name  string
		table Table
		width int
		want  string
	}{
		{"plain", Table{Columns: Titles("id", "name"), Rows: [][]Text{{"1", "one"}, {"22", "two"}}}, 0,
			"ID  NAME\n1   one\n22  two\n"},
		{"no rows", Table{Columns: Titles("id", "name")}, 40, "ID  NAME\n"},
		{"wide characters", Table{Columns: Titles("a", "b"), Rows: [][]Text{{"日本", "x"}, {"e\u0301", "y"}, {"👩‍👩‍👧", "z"}}}, 0,
			"A     B\n日本  x\ne\u0301     y\n👩‍👩‍👧    z\n"},
		{"empty cells", Table{Columns: Titles("a", "b", "c"), Rows: [][]Text{{"", "", "x"}, {"y", "", ""}}}, 0,
			"A  B  C\n      x\ny\n"},
		{"rows of other lengths", Table{Columns: Titles("a", "b"), Rows: [][]Text{{"1"}, {"1", "2", "3"}, {}}}, 0,
			"A  B\n1\n1  2  3\n\n"},
		{"widest column is cut", Table{Columns: Titles("id", "name"), Rows: [][]Text{{"1", "a very long name indeed"}}}, 20,
			"ID  NAME\n1   a very …e indeed\n"},
		{"all columns are cut", Table{Columns: Titles("first", "second"), Rows: [][]Text{{"aaaaaaaaaaaa", "bbbbbbbbbbbb"}}}, 16,
			"FIRST    SECOND\naaa…aaa  bbb…bbb\n"},
		{"below the minimum width", Table{Columns: Titles("a", "b", "c"), Rows: [][]Text{{"aaaaaa", "bbbbbb", "cccccc"}}}, 13,
			"A    B    C\naa…  bb…  cc…\n"},
		{"more columns than fit", Table{Columns: Titles("a", "b", "c", "d", "e"), Rows: [][]Text{{"1", "2", "3", "4", "5"}}}, 8,
			"A  B  C…\n1  2  3…\n"},
		{"line breaks in a cell", Table{Columns: Titles("a", "b"), Rows: [][]Text{{"one\ntwo\tthree", "x"}}}, 0,
			"A              B\none two three  x\n"},
		{"color", Table{Columns: Titles("a", "b"), Rows: [][]Text{{bad("red"), "x"}, {"plain", "y"}}}, 0,
			"A      B\n" + string(bad("red")) + "    x\nplain  y\n"},
		{"align right", Table{Columns: right(0, 1)(Titles("id", "n", "x")), Rows: [][]Text{{"1", "7", "a"}, {"22", "1000", ""}, {"3", "", "b"}}}, 0,
			"ID     N  X\n 1     7  a\n22  1000\n 3        b\n"},
		{"align right, wide characters and color", Table{Columns: right(0, 1)(Titles("n", "日本")), Rows: [][]Text{{bad("7"), "x"}, {"日本語", "y"}}}, 0,
			"     N  日本\n     " + string(bad("7")) + "     x\n日本語     y\n"},
		{"align right, cut", Table{Columns: right(1)(Titles("id", "n")), Rows: [][]Text{{"1", "123456789"}, {"2", "3"}}}, 11,
			"ID        N\n1   123…789\n2         3\n"},
		{"rule", Table{Columns: right(0)(Titles("id", "Name")), Rows: [][]Text{{"1", "three"}, {"20", "x"}}, KeepCase: true, Rule: true}, 0,
			"id  Name\n──  ─────\n 1  three\n20  x\n"},
		{"rule without rows", Table{Columns: Titles("id"), Rule: true}, 0, "ID\n──\n"},
		{"rule under blank titles", Table{Columns: Titles(" ", " "), Rule: true}, 0, "\n\n"},
		{"rule without a header", Table{Rows: [][]Text{{"1"}}, Rule: true}, 0, "1\n"},
		{"rule, cut", Table{Columns: Titles("a", "b"), Rows: [][]Text{{"1", "abcdefghij"}}, Rule: true}, 10, "A  B\n─  ───────\n1  abc…hij\n"},
		{"header style", Table{Columns: Titles("id"), Rows: [][]Text{{"1"}}, Rule: true, KeepCase: true, HeaderStyle: Palette{on: true}.Faint}, 0,
			"\x1b[2mid\x1b[22m\n\x1b[2m──\x1b[22m\n1\n"},
		{"header is cleaned", Table{Columns: Titles("a\x1b[31m\nb"), KeepCase: true}, 0, "a b\n"},
		{"empty", Table{}, 10, ""},
		{"no header", Table{Rows: [][]Text{{"a", "b"}}}, 10, "a  b\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := WriteTable(&out, c.table, c.width); err != nil {
				t.Fatal(err)
			}
			if out.String() != c.want {
				t.Errorf("%q\nwant %q", out.String(), c.want)
			}
		})
	}
}

// requestsTable is a table as lists have it: IDs are kept whole, columns are left
// out by worth, and only then the widest names are cut.
func requestsTable() Table {
	t := Table{
		Columns: []Column{
			{Title: "ID", Whole: true},
			{Title: "Created", Whole: true, Drop: 3, Short: func(int) Text { return "1m ago" }, Shorten: 2},
			{Title: "Why", Sentence: true, Drop: 1},
			{Title: "What"},
			{Title: "Status", Whole: true},
		},
		Records: [][]string{{"ID", "Status"}, {"What"}},
	}
	t.Row("AR-00007", "2026-11-24 16:05 (1m ago)", strings.Repeat("why ", 10), "playground-env-terraform-02-state-bucket", "Active")
	t.Row("AR-00008", "2026-11-24 16:05 (1m ago)", "", "x", "Pending Approval")
	return t
}

func TestTableDropsColumnsByWorth(t *testing.T) {
	for width, want := range map[int]string{
		200: "ID        CREATED                    WHY                                      WHAT                                      STATUS",
		110: "ID        CREATED                    WHAT                                      STATUS",
		80:  "ID        CREATED  WHAT                                      STATUS",
		66:  "ID        WHAT                                    STATUS",
		60:  "ID        WHAT                              STATUS",
	} {
		streams, out := terminalStreams(t, width)
		streams.Table(requestsTable())
		got := lines(out.String())
		if got[0] != want {
			t.Errorf("%d columns:\n%s\nwant %s", width, got[0], want)
		}
		for _, line := range got {
			if Width(line) > width {
				t.Errorf("%d columns: %q", width, line)
			}
		}
		if !strings.HasPrefix(got[1], "AR-00007") || !strings.HasSuffix(got[2], "Pending Approval") {
			t.Errorf("%d columns: an ID or a status is cut: %q", width, got[1:])
		}
	}
}

func TestNarrowTablesAreRecords(t *testing.T) {
	streams, out := terminalStreams(t, 40)
	streams.Table(requestsTable())
	want := "AR-00007  Active\n  playground-env-ter…rm-02-state-bucket\nAR-00008  Pending Approval\n  x\n"
	if out.String() != want {
		t.Errorf("%q\nwant %q", out, want)
	}
}

// A record's ID is never cut, however narrow the terminal is.
func TestRecordsKeepIDs(t *testing.T) {
	id := strings.Repeat("id", 30)
	table := Table{Columns: []Column{{Title: "ID", Whole: true}, {Title: "Name"}, {Title: "Type"}}}
	table.Row(id, "a name that is long", "a type that is long")
	table.Row("", "", "")
	streams, out := terminalStreams(t, 20)
	streams.Table(table)
	if got := lines(out.String()); got[0] != id || Width(got[1]) > 20 {
		t.Errorf("%q", got)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		names []string
		width int
		want  string
	}{
		{[]string{"read", "write", "admin"}, 20, "read, write, admin"},
		{[]string{"read", "write", "admin"}, 17, "read and 2 more"},
		{[]string{"read", "write", "administer"}, 22, "read, write and 1 more"},
		{[]string{"a-very-long-name", "b"}, 18, "a-v…ame and 1 more"},
		{[]string{"a-very-long-name"}, 9, "a-ve…name"},
		{nil, 9, ""},
	} {
		if got := Names(c.names, c.width); got != c.want {
			t.Errorf("%q in %d columns: %q, want %q", c.names, c.width, got, c.want)
		}
	}
}

func TestWriteTableReportsErrors(t *testing.T) {
	full := errors.New("disk full")
	err := WriteTable(failingWriter{full}, Table{Columns: Titles("id")}, 0)
	if !errors.Is(err, full) {
		t.Errorf("%v, want %v", err, full)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestRowCleansCells(t *testing.T) {
	var table Table
	table.Row("a\x1b[31mb\nc", "\u202ex")
	if table.Rows[0][0] != "ab c" || table.Rows[0][1] != "x" {
		t.Errorf("%q", table.Rows)
	}
}

func TestTableIsNotCutWhenPiped(t *testing.T) {
	long := strings.Repeat("日", 500)
	var out bytes.Buffer
	s := &Streams{Out: &out}
	table := Table{Columns: Titles("name", "id")}
	table.Row(long, "1")
	s.Table(table)
	if got := lines(out.String()); len(got) != 2 || got[1] != long+"  1" {
		t.Errorf("%d lines, the last of %d columns", len(got), Width(got[len(got)-1]))
	}
}

// cell draws a cell as Row or a Palette makes it.
func cell() *rapid.Generator[Text] {
	return rapid.Custom(func(t *rapid.T) Text {
		text := hostileText().Draw(t, "cell")
		if p := (Palette{on: true}); rapid.Bool().Draw(t, "colored") {
			return p.Good(text) + Text(Clean(hostileText().Draw(t, "more")))
		}
		return Text(Clean(text))
	})
}

// isBalanced reports whether every color that starts in a line also ends there.
func isBalanced(line string) bool {
	on := false
	for _, sequence := range escapes.FindAllString(line, -1) {
		on = sequence != "\x1b[0m" && sequence != "\x1b[22m"
	}
	return !on && strings.Count(line, "\x1b") == len(escapes.FindAllString(line, -1))
}

func TestTableFitsTheTerminal(t *testing.T) {
	streams, written := terminalStreams(t, 64)
	rapid.Check(t, func(t *rapid.T) {
		written.Reset()
		table := Table{Columns: Titles(rapid.SliceOfN(rapid.StringMatching(`[a-zé日 ]{1,20}`), 1, 16).Draw(t, "columns")...)}
		table.Rows = rapid.SliceOfN(rapid.SliceOfN(cell(), 0, len(table.Columns)), 0, 6).Draw(t, "rows")
		for i := range table.Columns {
			table.Columns[i].Right = rapid.Bool().Draw(t, "align right")
		}
		table.Rule = rapid.Bool().Draw(t, "rule")
		streams.Table(table)
		got := lines(written.String())
		header := 1
		if table.Rule {
			header = 2
		}
		if len(got) != header+len(table.Rows) {
			t.Fatalf("%d lines for %d rows:\n%q", len(got), len(table.Rows), got)
		}
		for _, line := range got {
			if w := styledWidth(line); w > 64 {
				t.Fatalf("%d columns: %q", w, line)
			}
			if !isBalanced(line) {
				t.Fatalf("a color does not end: %q", line)
			}
			if strings.HasSuffix(line, " ") {
				t.Fatalf("trailing spaces: %q", line)
			}
		}
	})
}

// If a table fits, a column starts at the same place on every line.
func TestColumnsAreAligned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "日本", "👩‍👩‍👧", "e\u0301e\u0301", "🇩🇪", "한국어", "ordinary"}), 1, 5).Draw(t, "cells")
		table := Table{Columns: Titles("a", "b")}
		for _, text := range first {
			table.Row(text, "|")
		}
		var out bytes.Buffer
		if err := WriteTable(&out, table, 0); err != nil {
			t.Fatal(err)
		}
		for _, line := range lines(out.String())[1:] {
			if at := Width(strings.TrimSuffix(line, "|")); at != Width(lines(out.String())[0])-1 {
				t.Fatalf("the second column starts at %d:\n%s", at, &out)
			}
		}
	})
}

func TestFields(t *testing.T) {
	pairs := [][2]Text{{"ID", "AR-1"}, {"Resources", "one two three four five\nsix"}, {"日本", Palette{on: true}.Bad("red")}}
	t.Run("piped", func(t *testing.T) {
		var out bytes.Buffer
		(&Streams{Out: &out}).Fields(pairs)
		want := "ID         AR-1\nResources  one two three four five\n           six\n日本       \x1b[31mred\x1b[0m\n"
		if out.String() != want {
			t.Errorf("%q\nwant %q", out.String(), want)
		}
	})
	t.Run("on a terminal", func(t *testing.T) {
		streams, out := terminalStreams(t, 26)
		streams.Fields(pairs)
		want := "  ID         AR-1\n  Resources  one two\n             three four\n             five\n             six\n  日本       \x1b[31mred\x1b[0m\n"
		if out.String() != want {
			t.Errorf("%q\nwant %q", out.String(), want)
		}
	})
}

func TestWrap(t *testing.T) {
	red := string(Palette{on: true}.Bad("red and red"))
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"one two", 7, "one two"},
		{"one two", 6, "one\ntwo"},
		{"a b c d e f", 5, "a b c\nd e f"},
		{"a  b   c", 40, "a  b   c"},
		{"abcdefgh", 3, "abc\ndef\ngh"},
		{"x abcdefgh y", 4, "x\nabcd\nefgh\ny"},
		{"日本語日本", 5, "日本\n語日\n本"},
		{"👩‍👩‍👧👩‍👩‍👧", 2, "👩‍👩‍👧\n👩‍👩‍👧"},
		{"one\ntwo three", 5, "one\ntwo\nthree"},
		{"", 5, ""},
		{red, 7, "\x1b[31mred and\nred\x1b[0m"},
	} {
		if got := wrapStyled(c.text, c.width); got != c.want {
			t.Errorf("%q in %d columns: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestFieldsFitTheTerminal(t *testing.T) {
	streams, written := terminalStreams(t, 40)
	rapid.Check(t, func(t *rapid.T) {
		written.Reset()
		value := cell().Draw(t, "value")
		streams.Fields([][2]Text{{"A label", value}})
		for _, line := range lines(written.String()) {
			if w := styledWidth(line); w > 40 {
				t.Fatalf("%d columns: %q", w, line)
			}
		}
		plain := strings.Join(strings.Fields(escapes.ReplaceAllString(string(value), "")), "")
		got := strings.TrimPrefix(strings.Join(strings.Fields(escapes.ReplaceAllString(written.String(), "")), ""), "Alabel")
		if got != plain {
			t.Fatalf("%q was written as %q", plain, got)
		}
	})
}

func TestStreamsSize(t *testing.T) {
	if w, h := (&Streams{}).size(); w != fallbackWidth || h != fallbackHeight {
		t.Errorf("no terminal: %d × %d", w, h)
	}
	_, wide := openTerminal(t, 100, 30)
	_, narrow := openTerminal(t, 40, 10)
	_, none := openTerminal(t, 0, 0)
	for _, c := range []struct {
		name          string
		streams       Streams
		width, height int
	}{
		{"Err before Out", Streams{OutFile: wide, ErrFile: narrow}, 40, 10},
		{"only Out", Streams{OutFile: wide}, 100, 30},
		{"Err has no size", Streams{OutFile: wide, ErrFile: none}, 100, 30},
		{"no size", Streams{ErrFile: none}, fallbackWidth, fallbackHeight},
	} {
		if c.streams.Width() != c.width || c.streams.Height() != c.height {
			t.Errorf("%s: %d × %d", c.name, c.streams.Width(), c.streams.Height())
		}
	}
}
