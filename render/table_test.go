package render

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
	"pgregory.net/rapid"
)

// onTerminal returns streams whose Out is a terminal of so many columns; what
// is written goes to the buffer.
func onTerminal(t testing.TB, columns int) (*Streams, *bytes.Buffer) {
	t.Helper()
	person, tty := openTerminal(t, columns, 24)
	t.Cleanup(func() { person.Close() })
	var out bytes.Buffer
	return &Streams{Out: &out, OutFile: tty, OutTerminal: true}, &out
}

func openTerminal(t testing.TB, columns, rows int) (person, tty *os.File) {
	t.Helper()
	person, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { tty.Close() })
	if err := pty.Setsize(person, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		t.Fatal(err)
	}
	return person, tty
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

func TestTable(t *testing.T) {
	bad := Palette{on: true}.Bad
	for _, c := range []struct {
		name  string
		table Table
		width int
		want  string
	}{
		{"plain", Table{Columns: []string{"id", "name"}, Rows: [][]Text{{"1", "one"}, {"22", "two"}}}, 0,
			"ID  NAME\n1   one\n22  two\n"},
		{"no rows", Table{Columns: []string{"id", "name"}}, 40, "ID  NAME\n"},
		{"wide characters", Table{Columns: []string{"a", "b"}, Rows: [][]Text{{"日本", "x"}, {"e\u0301", "y"}, {"👩‍👩‍👧", "z"}}}, 0,
			"A     B\n日本  x\ne\u0301     y\n👩‍👩‍👧    z\n"},
		{"empty cells", Table{Columns: []string{"a", "b", "c"}, Rows: [][]Text{{"", "", "x"}, {"y", "", ""}}}, 0,
			"A  B  C\n      x\ny\n"},
		{"fewer and more cells than titles", Table{Columns: []string{"a", "b"}, Rows: [][]Text{{"1"}, {"1", "2", "3"}, {}}}, 0,
			"A  B\n1\n1  2  3\n\n"},
		{"widest gives way", Table{Columns: []string{"id", "name"}, Rows: [][]Text{{"1", "a very long name indeed"}}}, 20,
			"ID  NAME\n1   a very long nam…\n"},
		{"all give way", Table{Columns: []string{"first", "second"}, Rows: [][]Text{{"aaaaaaaaaaaa", "bbbbbbbbbbbb"}}}, 16,
			"FIRST    SECOND\naaaaaa…  bbbbbb…\n"},
		{"below the narrowest", Table{Columns: []string{"a", "b", "c"}, Rows: [][]Text{{"aaaaaa", "bbbbbb", "cccccc"}}}, 13,
			"A       B  C\naaaaaa  …  c…\n"}, // the first, an ID, stays whole
		{"more columns than fit", Table{Columns: []string{"a", "b", "c", "d", "e"}, Rows: [][]Text{{"1", "2", "3", "4", "5"}}}, 8,
			"A  B  C…\n1  2  3…\n"},
		{"lines in a cell", Table{Columns: []string{"a", "b"}, Rows: [][]Text{{"one\ntwo\tthree", "x"}}}, 0,
			"A              B\none two three  x\n"},
		{"colour", Table{Columns: []string{"a", "b"}, Rows: [][]Text{{bad("red"), "x"}, {"plain", "y"}}}, 0,
			"A      B\n" + string(bad("red")) + "    x\nplain  y\n"},
		{"nothing", Table{}, 10, ""},
		{"rows alone", Table{Rows: [][]Text{{"a", "b"}}}, 10, "a  b\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			writeTable(&out, c.table, c.width)
			if out.String() != c.want {
				t.Errorf("%q\nwant %q", out.String(), c.want)
			}
		})
	}
}

func TestRowCleansItsCells(t *testing.T) {
	var table Table
	table.Row("a\x1b[31mb\nc", "\u202ex")
	if table.Rows[0][0] != "ab c" || table.Rows[0][1] != "x" {
		t.Errorf("%q", table.Rows)
	}
}

func TestTableIsWholeWhenPiped(t *testing.T) {
	long := strings.Repeat("日", 500)
	var out bytes.Buffer
	s := &Streams{Out: &out}
	table := Table{Columns: []string{"name", "id"}}
	table.Row(long, "1")
	s.Table(table)
	if got := lines(out.String()); len(got) != 2 || got[1] != long+"  1" {
		t.Errorf("%d lines, the last of %d columns", len(got), Width(got[len(got)-1]))
	}
}

// cell draws a cell as a row or a palette makes it.
func cell() *rapid.Generator[Text] {
	return rapid.Custom(func(t *rapid.T) Text {
		text := nasty().Draw(t, "cell")
		if p := (Palette{on: true}); rapid.Bool().Draw(t, "coloured") {
			return p.Good(text) + Text(Clean(nasty().Draw(t, "more")))
		}
		return Text(Clean(text))
	})
}

// isBalanced says whether every colour that begins in a line also ends there.
func isBalanced(line string) bool {
	on := false
	for _, sequence := range escapes.FindAllString(line, -1) {
		on = sequence != "\x1b[0m" && sequence != "\x1b[22m"
	}
	return !on && strings.Count(line, "\x1b") == len(escapes.FindAllString(line, -1))
}

func TestTableFitsTheTerminal(t *testing.T) {
	streams, written := onTerminal(t, 33)
	rapid.Check(t, func(t *rapid.T) {
		written.Reset()
		table := Table{Columns: rapid.SliceOfN(rapid.StringMatching(`[a-zé日 ]{1,20}`), 1, 16).Draw(t, "columns")}
		table.Rows = rapid.SliceOfN(rapid.SliceOfN(cell(), 0, len(table.Columns)), 0, 6).Draw(t, "rows")
		streams.Table(table)
		got := lines(written.String())
		if len(got) != 1+len(table.Rows) {
			t.Fatalf("%d lines for %d rows:\n%q", len(got), len(table.Rows), got)
		}
		for _, line := range got {
			if w := styledWidth(line); w > 33 {
				t.Fatalf("%d columns: %q", w, line)
			}
			if !isBalanced(line) {
				t.Fatalf("a colour does not end: %q", line)
			}
			if strings.HasSuffix(line, " ") {
				t.Fatalf("spaces at the end: %q", line)
			}
		}
	})
}

// In a table that fits, every column begins in the same place in every line.
func TestColumnsStandUnderEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "日本", "👩‍👩‍👧", "e\u0301e\u0301", "🇩🇪", "한국어", "ordinary"}), 1, 5).Draw(t, "cells")
		table := Table{Columns: []string{"a", "b"}}
		for _, text := range first {
			table.Row(text, "|")
		}
		var out bytes.Buffer
		writeTable(&out, table, 0)
		for _, line := range lines(out.String())[1:] {
			if at := Width(strings.TrimSuffix(line, "|")); at != Width(lines(out.String())[0])-1 {
				t.Fatalf("the second column begins at %d:\n%s", at, &out)
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
		streams, out := onTerminal(t, 26)
		streams.Fields(pairs)
		want := "ID         AR-1\nResources  one two three\n           four five\n           six\n日本       \x1b[31mred\x1b[0m\n"
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
	streams, written := onTerminal(t, 40)
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
		{"Err does not say", Streams{OutFile: wide, ErrFile: none}, 100, 30},
		{"nobody says", Streams{ErrFile: none}, fallbackWidth, fallbackHeight},
	} {
		if c.streams.Width() != c.width || c.streams.Height() != c.height {
			t.Errorf("%s: %d × %d", c.name, c.streams.Width(), c.streams.Height())
		}
	}
}
