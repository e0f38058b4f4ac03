package sqlshell

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode"

	"apono/client/sandbox/shop"
	"apono/render"

	"pgregory.net/rapid"
)

// printed returns what a sink prints for a result.
func printed(t rapid.TB, newSink func(*bufio.Writer) shop.Sink, columns []string, rows ...shop.Row) string {
	var out bytes.Buffer
	buffered := bufio.NewWriter(&out)
	sink := newSink(buffered)
	if err := sink.Begin(columns); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if more, err := sink.Row(row); err != nil || !more {
			t.Fatalf("Row returned %v, %v", more, err)
		}
	}
	if err := sink.End(); err != nil {
		t.Fatal(err)
	}
	if err := buffered.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func asTable(width int) func(*bufio.Writer) shop.Sink {
	return func(out *bufio.Writer) shop.Sink { return &tableWriter{out: out, width: width} }
}

func TestTable(t *testing.T) {
	got := printed(t, asTable(0), []string{"id", "Name", "amount", "note"},
		shop.Row{int64(1), "Ada", 5.0, nil},
		shop.Row{int64(20), "山田 太郎", nil, "a\x1b[2Jb\nc"},
		shop.Row{int64(300), "Zoë", 12.25, []byte("\x00\xff")})
	want := `
 id  Name       amount  note
───  ─────────  ──────  ────────────
  1  Ada           5.0  NULL
 20  山田 太郎    NULL  a\x1b[2Jb\nc
300  Zoë         12.25  x'00ff'
`
	if got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}

func TestEmptyTableHasAHeader(t *testing.T) {
	got := printed(t, asTable(80), []string{"id", "name"})
	if got != "id  name\n──  ────\n" {
		t.Errorf("got\n%s", got)
	}
}

func TestWideColumnsAreCut(t *testing.T) {
	got := printed(t, asTable(40), []string{"id", "short", "long"},
		shop.Row{int64(123456), "keeps", strings.Repeat("価格", 40)})
	if !strings.Contains(got, "123456") || !strings.Contains(got, "keeps") || !strings.Contains(got, "…") {
		t.Errorf("the wrong column was cut:\n%s", got)
	}
}

func TestTableFitsTheTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(20, 120).Draw(t, "width")
		columns := rapid.SliceOfN(rapid.StringMatching(`[a-z価é]{1,12}`), 1, 30).Draw(t, "columns")
		row := make(shop.Row, len(columns))
		for i := range row {
			row[i] = rapid.String().Draw(t, "cell")
		}
		for line := range strings.Lines(printed(t, asTable(width), columns, row)) {
			if w := render.Width(strings.TrimSuffix(line, "\n")); w > width {
				t.Fatalf("width %d, want at most %d: %s", w, width, line)
			}
			if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), unicode.IsControl) {
				t.Fatalf("control characters in %q", line)
			}
		}
	})
}

func TestLongResultsArePaged(t *testing.T) {
	rows := make([]shop.Row, 2*maxPageRows+1)
	for i := range rows {
		rows[i] = shop.Row{int64(i)}
	}
	got := printed(t, asTable(80), []string{"n"}, rows...)
	if tables := strings.Count(got, "─\n"); tables != 3 {
		t.Errorf("got %d tables, want 3", tables)
	}
	if lines := strings.Count(got, "\n"); lines != len(rows)+3*2 {
		t.Errorf("got %d lines, want %d", lines, len(rows)+3*2)
	}
}

func TestTabs(t *testing.T) {
	row := shop.Row{int64(1), "a\tb\nc", nil, 0.1, []byte("\x01\x02")}
	columns := []string{"a", "b", "c", "d", "e"}
	for headers, want := range map[bool]string{
		false: "1\ta\\tb\\nc\t\t0.1\t0102\n",
		true:  "a\tb\tc\td\te\n1\ta\\tb\\nc\t\t0.1\t0102\n",
	} {
		got := printed(t, func(out *bufio.Writer) shop.Sink { return &tabWriter{out: out, headers: headers} }, columns, row)
		if got != want {
			t.Errorf("headers %v: got %q, want %q", headers, got, want)
		}
	}
}

func TestCSV(t *testing.T) {
	got := printed(t, func(out *bufio.Writer) shop.Sink { return &csvWriter{out: out, headers: true} }, []string{"a", "b"},
		shop.Row{"x,\"y\"\nz", nil}, shop.Row{"\x1b", int64(2)})
	records, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 3 || records[1][0] != "x,\"y\"\nz" || records[1][1] != "" || records[2][0] != "\x1b" {
		t.Errorf("got %q", records)
	}
}

func TestCSVWithASingleEmptyField(t *testing.T) {
	got := printed(t, func(out *bufio.Writer) shop.Sink { return &csvWriter{out: out} }, []string{"a"}, shop.Row{nil}, shop.Row{"x"})
	if got != "\"\"\nx\n" {
		t.Errorf("got %q", got)
	}
}

func TestCSVIsEscapedOnATerminal(t *testing.T) {
	got := printed(t, func(out *bufio.Writer) shop.Sink { return &csvWriter{out: out, escape: true} }, []string{"a"}, shop.Row{"\x1b[2J"})
	if got != "\\x1b[2J\n" {
		t.Errorf("got %q", got)
	}
}

func asJSON(out *bufio.Writer) shop.Sink { return &jsonWriter{out: out} }

func TestJSON(t *testing.T) {
	got := printed(t, asJSON, []string{"id", "id", "v"},
		shop.Row{int64(9007199254740993), "<\x1b\u009b\">", nil},
		shop.Row{math.Inf(1), []byte("\xff"), 2.0})
	want := `[
  {"id": 9007199254740993, "id_2": "\u003c\u001b\u009b\"\u003e", "v": null},
  {"id": 1e999, "id_2": "ff", "v": 2.0}
]
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, cell := rapid.String().Draw(t, "key"), rapid.String().Draw(t, "cell")
		got := printed(t, asJSON, []string{key}, shop.Row{cell})
		var decoded []map[string]string
		if err := json.Unmarshal([]byte(got), &decoded); err != nil {
			t.Fatalf("%v in %s", err, got)
		}
		if len(decoded) != 1 || decoded[0][key] != cell {
			t.Fatalf("got %q, want %q: %q", decoded, key, cell)
		}
	})
}

func TestJSONWithoutRows(t *testing.T) {
	if got := printed(t, asJSON, []string{"id"}); got != "[]\n" {
		t.Errorf("got %q", got)
	}
}

func TestLineMode(t *testing.T) {
	got := printed(t, func(out *bufio.Writer) shop.Sink { return &lineWriter{out: out} }, []string{"id", "long name"},
		shop.Row{int64(1), nil}, shop.Row{int64(2), "a\nb"})
	want := "       id = 1\nlong name = NULL\n\n       id = 2\nlong name = a\\nb\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFormatReal(t *testing.T) {
	for f, want := range map[float64]string{
		0.1: "0.1", 5: "5.0", 1.0 / 3: "0.3333333333333333", 1e300: "1e+300", 129.9: "129.9", -2: "-2.0", 1234567.5: "1234567.5", 0: "0.0", 0.0000012: "1.2e-06",
		math.Inf(-1): "-1e999", 0.30000000000000004: "0.30000000000000004",
	} {
		if got := formatReal(f); got != want {
			t.Errorf("%v: got %s, want %s", f, got, want)
		}
	}
}

func TestLongCellsAreTruncated(t *testing.T) {
	if got := displayText(strings.Repeat("価", 5000)); got != strings.Repeat("価", maxCellCharacters)+"…" {
		t.Errorf("got %d bytes", len(got))
	}
	if got := displayText([]byte(strings.Repeat("\x01", 20))); got != "x'01010101010101010101010101010101…' (20 bytes)" {
		t.Errorf("got %s", got)
	}
}
