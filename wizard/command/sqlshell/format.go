package sqlshell

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"strings"

	"apono/client/sandbox/shop"
	"apono/render"
)

// noLimit is the row limit of a result that is printed to its end.
const noLimit = -1

// mode is one way to print results.
type mode struct {
	name    string
	newSink func(r *runner) shop.Sink
}

// modes returns all modes in the order in which .help lists them.
func modes() []mode {
	return []mode{
		{"table", func(r *runner) shop.Sink {
			return &tableWriter{out: r.out, width: r.width(), headerStyle: r.shell.HeaderStyle}
		}},
		{"csv", func(r *runner) shop.Sink {
			return &csvWriter{out: r.out, headers: r.headers, escape: r.shell.Width != nil}
		}},
		{"json", func(r *runner) shop.Sink { return &jsonWriter{out: r.out} }},
		{"line", func(r *runner) shop.Sink { return &lineWriter{out: r.out} }},
		{"tabs", func(r *runner) shop.Sink { return &tabWriter{out: r.out, headers: r.headers} }},
	}
}

func modeNames() []string {
	var names []string
	for _, m := range modes() {
		names = append(names, m.name)
	}
	return names
}

func findMode(name string) (mode, error) {
	for _, m := range modes() {
		if m.name == name {
			return m, nil
		}
	}
	return mode{}, fmt.Errorf("unknown mode %q: must be one of %s", name, strings.Join(modeNames(), ", "))
}

// newSink returns the sink that prints the next result.
func (r *runner) newSink() shop.Sink { return &limitSink{Sink: r.mode.newSink(r), left: r.limit} }

// limitSink accepts at most left rows, or all rows if left is noLimit.
type limitSink struct {
	shop.Sink
	left int
}

func (s *limitSink) Row(row shop.Row) (bool, error) {
	if s.left == 0 {
		return false, nil
	}
	if s.left > 0 {
		s.left--
	}
	return s.Sink.Row(row)
}

// tabWriter prints each row on one line, with tabs between the cells. It escapes
// tabs and line breaks in cells.
type tabWriter struct {
	out     *bufio.Writer
	headers bool
}

func (w *tabWriter) Begin(columns []string) error {
	if !w.headers {
		return nil
	}
	return writeLine(w.out, strings.Join(escapeAll(columns), "\t"))
}

func (w *tabWriter) Row(row shop.Row) (bool, error) {
	cells := make([]string, len(row))
	for i, value := range row {
		cells[i] = escapeUnsafe(rawText(value))
	}
	return true, writeLine(w.out, strings.Join(cells, "\t"))
}

func (w *tabWriter) End() error { return nil }

// csvWriter prints RFC 4180 records. If escape is set, it escapes control
// characters, which a terminal must not receive.
type csvWriter struct {
	out     *bufio.Writer
	headers bool
	escape  bool
}

func (w *csvWriter) Begin(columns []string) error {
	if !w.headers {
		return nil
	}
	return w.writeRecord(columns)
}

func (w *csvWriter) Row(row shop.Row) (bool, error) {
	fields := make([]string, len(row))
	for i, value := range row {
		fields[i] = rawText(value)
	}
	return true, w.writeRecord(fields)
}

func (w *csvWriter) writeRecord(fields []string) error {
	if len(fields) == 1 && fields[0] == "" {
		return writeLine(w.out, `""`) // most readers skip empty lines
	}
	if w.escape {
		fields = escapeAll(fields)
	}
	records := csv.NewWriter(w.out)
	if err := records.Write(fields); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	records.Flush()
	return records.Error()
}

func (w *csvWriter) End() error { return nil }

// lineWriter prints each cell on its own line as "column = value", with an empty
// line between rows.
type lineWriter struct {
	out *bufio.Writer
	// names are the column names, padded to the same width.
	names   []string
	started bool
}

func (w *lineWriter) Begin(columns []string) error {
	w.names, w.started = escapeAll(columns), false
	widest := 0
	for _, name := range w.names {
		widest = max(widest, render.Width(name))
	}
	for i, name := range w.names {
		w.names[i] = strings.Repeat(" ", widest-render.Width(name)) + name
	}
	return nil
}

func (w *lineWriter) Row(row shop.Row) (bool, error) {
	if w.started {
		if err := writeLine(w.out, ""); err != nil {
			return false, err
		}
	}
	w.started = true
	for i, value := range row {
		if err := writeLine(w.out, w.names[i]+" = "+displayText(value)); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (w *lineWriter) End() error { return nil }

func writeLine(out *bufio.Writer, line string) error { return write(out, line+"\n") }

func write(out *bufio.Writer, text string) error {
	if _, err := out.WriteString(text); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
