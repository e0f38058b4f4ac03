package sqlshell

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"apono/client/sandbox/shop"
	"apono/render/safetext"

	"github.com/jedib0t/go-pretty/v6/text"
)

// The ways a result can be printed, as .mode names them.
const (
	modeTabs  = "tabs"
	modeTable = "table"
	modeCSV   = "csv"
	modeJSON  = "json"
	modeLine  = "line"
)

func modes() []string { return []string{modeTabs, modeTable, modeCSV, modeJSON, modeLine} }

// limited is a sink that has had enough after some rows; negative means never.
type limited struct {
	shop.Sink
	left int
}

func (l *limited) Row(cells shop.Row) (bool, error) {
	if l.left == 0 {
		return false, nil
	}
	if l.left > 0 {
		l.left--
	}
	return l.Sink.Row(cells)
}

// tabs prints a row as a line with tabs between the cells. Tabs and line
// breaks inside a cell are escaped, so that a row stays a line.
type tabs struct {
	out     *bufio.Writer
	headers bool
}

func (p *tabs) Begin(columns []string) error {
	if !p.headers {
		return nil
	}
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = visible(column)
	}
	return writeLine(p.out, strings.Join(names, "\t"))
}

func (p *tabs) Row(cells shop.Row) (bool, error) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = visible(rawText(cell))
	}
	return true, writeLine(p.out, strings.Join(texts, "\t"))
}

func (p *tabs) End() error { return nil }

// commas prints RFC 4180 records; clean makes control characters visible, for
// a terminal.
type commas struct {
	out     *bufio.Writer
	headers bool
	clean   bool
}

func (p *commas) Begin(columns []string) error {
	if !p.headers {
		return nil
	}
	return p.record(columns)
}

func (p *commas) Row(cells shop.Row) (bool, error) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = rawText(cell)
	}
	return true, p.record(texts)
}

func (p *commas) record(texts []string) error {
	if len(texts) == 1 && texts[0] == "" {
		return writeLine(p.out, `""`) // an empty line is no record to most readers
	}
	if p.clean {
		for i := range texts {
			texts[i] = visible(texts[i])
		}
	}
	records := csv.NewWriter(p.out)
	if err := records.Write(texts); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	records.Flush()
	return records.Error()
}

func (p *commas) End() error { return nil }

// objects prints a JSON array with an object for each row, one row a line.
type objects struct {
	out  *bufio.Writer
	keys []string
	any  bool
}

func (p *objects) Begin(columns []string) error {
	p.keys, p.any = distinct(columns), false
	return write(p.out, "[")
}

func (p *objects) Row(cells shop.Row) (bool, error) {
	separator := "\n  {"
	if p.any {
		separator = ",\n  {"
	}
	p.any = true
	parts := make([]string, len(cells))
	for i, cell := range cells {
		parts[i] = quoteJSON(p.keys[i]) + ": " + literal(cell)
	}
	return true, write(p.out, separator+strings.Join(parts, ", ")+"}")
}

func (p *objects) End() error {
	if p.any {
		return write(p.out, "\n]\n")
	}
	return write(p.out, "]\n")
}

// distinct numbers the columns that share a name: an object has each key once.
func distinct(columns []string) []string {
	taken := map[string]bool{}
	keys := make([]string, len(columns))
	for i, column := range columns {
		key := column
		for n := 2; taken[key]; n++ {
			key = column + "_" + strconv.Itoa(n)
		}
		taken[key], keys[i] = true, key
	}
	return keys
}

func literal(v shop.Value) string {
	switch v.(type) {
	case nil:
		return "null"
	case int64, float64:
		return rawText(v)
	default:
		return quoteJSON(rawText(v))
	}
}

// quoteJSON also escapes the control characters that JSON allows in a string.
func quoteJSON(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always has a JSON form
	}
	var b strings.Builder
	for _, r := range string(quoted) {
		if safetext.Unsafe(r) {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// record prints one «column = value» a line, with an empty line between rows.
type record struct {
	out   *bufio.Writer
	names []string
	any   bool
}

func (p *record) Begin(columns []string) error {
	widest := 0
	p.names, p.any = make([]string, len(columns)), false
	for i, column := range columns {
		p.names[i] = visible(column)
		widest = max(widest, text.StringWidthWithoutEscSequences(p.names[i]))
	}
	for i, name := range p.names {
		p.names[i] = text.AlignRight.Apply(name, widest)
	}
	return nil
}

func (p *record) Row(cells shop.Row) (bool, error) {
	if p.any {
		if err := writeLine(p.out, ""); err != nil {
			return false, err
		}
	}
	p.any = true
	for i, cell := range cells {
		if err := writeLine(p.out, p.names[i]+" = "+displayText(cell)); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (p *record) End() error { return nil }

func writeLine(out *bufio.Writer, line string) error { return write(out, line+"\n") }

func write(out *bufio.Writer, text string) error {
	if _, err := out.WriteString(text); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
