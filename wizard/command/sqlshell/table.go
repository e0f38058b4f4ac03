package sqlshell

import (
	"bufio"
	"io"
	"strings"

	"apono/client/sandbox/shop"
	"apono/render"
)

// maxPageRows is how many rows a table has at most. A longer result is drawn as
// several tables, because all rows of a table must be known before it is drawn.
const maxPageRows = 1000

// tableWriter is a sink that draws tables. It keeps only the displayed text of
// the rows on the current page.
type tableWriter struct {
	out *bufio.Writer
	// width is the width of the terminal, or 0 if tables may have any width.
	width int
	// headerStyle styles the header; nil leaves it plain.
	headerStyle func(string) render.Text
	page        page
	pages       int
}

// page is the table that is drawn next.
type page struct {
	columns []column
	rows    [][]string
}

// column is a column of a page.
type column struct {
	name string
	// hasNumbers is set if the page has a number in this column, hasOthers if it
	// has a value that is neither a number nor NULL.
	hasNumbers, hasOthers bool
}

// alignsRight reports whether all values are numbers or NULL, at least one of
// them a number.
func (c column) alignsRight() bool { return c.hasNumbers && !c.hasOthers }

func (w *tableWriter) Begin(columns []string) error {
	w.page, w.pages = page{columns: make([]column, len(columns))}, 0
	for i, name := range columns {
		w.page.columns[i].name = escapeUnsafe(name)
	}
	return nil
}

func (w *tableWriter) Row(row shop.Row) (bool, error) {
	if len(w.page.rows) == maxPageRows {
		if err := w.drawPage(); err != nil {
			return false, err
		}
	}
	cells := make([]string, len(row))
	for i, value := range row {
		cells[i] = strings.Clone(displayText(value)) // a short text must not keep a long value alive
		switch value.(type) {
		case nil:
		case int64, float64:
			w.page.columns[i].hasNumbers = true
		default:
			w.page.columns[i].hasOthers = true
		}
	}
	w.page.rows = append(w.page.rows, cells)
	return true, nil
}

// End draws the last page. A result without rows is a table with only a header.
func (w *tableWriter) End() error {
	if len(w.page.rows) == 0 && w.pages > 0 {
		return nil
	}
	return w.drawPage()
}

// drawPage draws the page and starts the next one.
func (w *tableWriter) drawPage() error {
	if err := w.page.draw(w.out, w.width, w.headerStyle); err != nil {
		return err
	}
	w.pages++
	w.page.rows = w.page.rows[:0]
	for i := range w.page.columns {
		w.page.columns[i].hasNumbers, w.page.columns[i].hasOthers = false, false
	}
	return nil
}

// draw writes p as a table of at most width columns, or of any width if width is
// 0. Cells have one line and no unsafe characters.
func (p page) draw(out io.Writer, width int, headerStyle func(string) render.Text) error {
	t := render.Table{KeepCase: true, Rule: true, HeaderStyle: headerStyle}
	for _, column := range p.columns {
		t.Columns = append(t.Columns, render.Column{Title: column.name, Right: column.alignsRight(), Sentence: true})
	}
	for _, cells := range p.rows {
		row := make([]render.Text, len(cells))
		for i, cell := range cells {
			row[i] = render.Text(cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return render.WriteTable(out, t, width)
}
