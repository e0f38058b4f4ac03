package shop

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
	"pgregory.net/rapid"
	"zombiezen.com/go/sqlite"
)

func textValue(s string) value { return value{kind: sqlite.TypeText, text: s} }

func intValue(n int64) value { return value{kind: sqlite.TypeInteger, integer: n} }

func realValue(f float64) value { return value{kind: sqlite.TypeFloat, real: f} }

func null() value { return value{kind: sqlite.TypeNull} }

func blobValue(s string) value { return value{kind: sqlite.TypeBlob, text: s} }

// printed is what a sink makes of a result.
func printed(t interface{ Fatal(...any) }, make func(*bufio.Writer) sink, columns []string, rows ...[]value) string {
	var out bytes.Buffer
	buffered := bufio.NewWriter(&out)
	to := make(buffered)
	if err := to.begin(columns); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if more, err := to.row(row); err != nil || !more {
			t.Fatal("row:", more, err)
		}
	}
	if err := to.end(); err != nil {
		t.Fatal(err)
	}
	if err := buffered.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func asTable(width int) func(*bufio.Writer) sink {
	return func(out *bufio.Writer) sink { return &drawn{out: out, width: width} }
}

func TestTable(t *testing.T) {
	got := printed(t, asTable(0), []string{"id", "Name", "amount", "note"},
		[]value{intValue(1), textValue("Ada"), realValue(5), null()},
		[]value{intValue(20), textValue("山田 太郎"), null(), textValue("a\x1b[2Jb\nc")},
		[]value{intValue(300), textValue("Zoë"), realValue(12.25), blobValue("\x00\xff")})
	want := `
┌─────┬───────────┬────────┬──────────────┐
│  id │ Name      │ amount │ note         │
├─────┼───────────┼────────┼──────────────┤
│   1 │ Ada       │    5.0 │ NULL         │
│  20 │ 山田 太郎 │   NULL │ a\x1b[2Jb\nc │
│ 300 │ Zoë       │  12.25 │ x'00ff'      │
└─────┴───────────┴────────┴──────────────┘
`
	if got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}

func TestAnEmptyTableHasItsColumns(t *testing.T) {
	got := printed(t, asTable(80), []string{"id", "name"})
	if !strings.Contains(got, "│ id │ name │") {
		t.Errorf("got\n%s", got)
	}
}

func TestWideTablesAreCutToTheTerminal(t *testing.T) {
	got := printed(t, asTable(40), []string{"id", "short", "long"},
		[]value{intValue(123456), textValue("keeps"), textValue(strings.Repeat("価格", 40))})
	if !strings.Contains(got, "123456") || !strings.Contains(got, "keeps") || !strings.Contains(got, "…") {
		t.Errorf("the wrong column was cut:\n%s", got)
	}
}

func TestNoLineIsWiderThanTheTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(20, 120).Draw(t, "width")
		columns := rapid.SliceOfN(rapid.StringMatching(`[a-z価é]{1,12}`), 1, 30).Draw(t, "columns")
		row := make([]value, len(columns))
		for i := range row {
			row[i] = textValue(rapid.String().Draw(t, "cell"))
		}
		for line := range strings.Lines(printed(t, asTable(width), columns, row)) {
			if w := text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")); w > width {
				t.Fatalf("%d columns in %d: %s", w, width, line)
			}
			if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), unicode.IsControl) {
				t.Fatalf("control characters: %q", line)
			}
		}
	})
}

func TestLongResultsAreDrawnInPages(t *testing.T) {
	rows := make([][]value, 2*pageRows+1)
	for i := range rows {
		rows[i] = []value{intValue(int64(i))}
	}
	got := printed(t, asTable(80), []string{"n"}, rows...)
	if tables := strings.Count(got, "┌"); tables != 3 {
		t.Errorf("%d tables, want 3", tables)
	}
	if lines := strings.Count(got, "│ "); lines != len(rows)+3 {
		t.Errorf("%d rows with headers, want %d", lines, len(rows)+3)
	}
}

func TestTabs(t *testing.T) {
	row := []value{intValue(1), textValue("a\tb\nc"), null(), realValue(0.1), blobValue("\x01\x02")}
	columns := []string{"a", "b", "c", "d", "e"}
	for headers, want := range map[bool]string{
		false: "1\ta\\tb\\nc\t\t0.1\t0102\n",
		true:  "a\tb\tc\td\te\n1\ta\\tb\\nc\t\t0.1\t0102\n",
	} {
		got := printed(t, func(out *bufio.Writer) sink { return &tabs{out: out, headers: headers} }, columns, row)
		if got != want {
			t.Errorf("headers %v: got %q, want %q", headers, got, want)
		}
	}
}

func TestCommas(t *testing.T) {
	got := printed(t, func(out *bufio.Writer) sink { return &commas{out: out, headers: true} }, []string{"a", "b"},
		[]value{textValue("x,\"y\"\nz"), null()}, []value{textValue("\x1b"), intValue(2)})
	records, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 3 || records[1][0] != "x,\"y\"\nz" || records[1][1] != "" || records[2][0] != "\x1b" {
		t.Errorf("got %q", records)
	}
}

func TestALoneEmptyFieldIsARecord(t *testing.T) {
	got := printed(t, func(out *bufio.Writer) sink { return &commas{out: out} }, []string{"a"}, []value{null()}, []value{textValue("x")})
	if got != "\"\"\nx\n" {
		t.Errorf("got %q", got)
	}
}

func TestCommasOnATerminalAreClean(t *testing.T) {
	got := printed(t, func(out *bufio.Writer) sink { return &commas{out: out, clean: true} }, []string{"a"}, []value{textValue("\x1b[2J")})
	if got != "\\x1b[2J\n" {
		t.Errorf("got %q", got)
	}
}

func asObjects(out *bufio.Writer) sink { return &objects{out: out} }

func TestObjects(t *testing.T) {
	got := printed(t, asObjects, []string{"id", "id", "v"},
		[]value{intValue(9007199254740993), textValue("<\x1b\u009b\">"), null()},
		[]value{realValue(math.Inf(1)), blobValue("\xff"), realValue(2)})
	want := `[
  {"id": 9007199254740993, "id_2": "\u003c\u001b\u009b\"\u003e", "v": null},
  {"id": 1e999, "id_2": "ff", "v": 2.0}
]
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestObjectsAreJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, cell := rapid.String().Draw(t, "key"), rapid.String().Draw(t, "cell")
		got := printed(t, asObjects, []string{key}, []value{textValue(cell)})
		var back []map[string]string
		if err := json.Unmarshal([]byte(got), &back); err != nil {
			t.Fatalf("%v in %s", err, got)
		}
		if len(back) != 1 || back[0][key] != cell {
			t.Fatalf("got %q, want %q: %q", back, key, cell)
		}
	})
}

func TestNoObjects(t *testing.T) {
	if got := printed(t, asObjects, []string{"id"}); got != "[]\n" {
		t.Errorf("got %q", got)
	}
}

func TestRecords(t *testing.T) {
	got := printed(t, func(out *bufio.Writer) sink { return &record{out: out} }, []string{"id", "long name"},
		[]value{intValue(1), null()}, []value{intValue(2), textValue("a\nb")})
	want := "       id = 1\nlong name = NULL\n\n       id = 2\nlong name = a\\nb\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReals(t *testing.T) {
	for real, want := range map[float64]string{
		0.1: "0.1", 5: "5.0", 1.0 / 3: "0.3333333333333333", 1e300: "1e+300", 129.9: "129.9", -2: "-2.0", 1234567.5: "1234567.5", 0: "0.0", 0.0000012: "1.2e-06",
		math.Inf(-1): "-1e999", 0.30000000000000004: "0.30000000000000004",
	} {
		if got := formatReal(real); got != want {
			t.Errorf("%v: got %s, want %s", real, got, want)
		}
	}
}

func TestLongCellsAreShortened(t *testing.T) {
	if got := textValue(strings.Repeat("価", 5000)).shown(); got != strings.Repeat("価", longestShown)+"…" {
		t.Errorf("%d bytes shown", len(got))
	}
	if got := blobValue(strings.Repeat("\x01", 20)).shown(); got != "x'01010101010101010101010101010101…' (20 bytes)" {
		t.Errorf("got %s", got)
	}
}
