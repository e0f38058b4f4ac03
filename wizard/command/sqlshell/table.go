package sqlshell

import (
	"bufio"
	"slices"
	"strings"

	"apono/client/sandbox/shop"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
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
	page  page
	pages int
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
	if err := writeLine(w.out, drawTable(w.page, w.width)); err != nil {
		return err
	}
	w.pages++
	w.page.rows = w.page.rows[:0]
	for i := range w.page.columns {
		w.page.columns[i].hasNumbers, w.page.columns[i].hasOthers = false, false
	}
	return nil
}

// drawTable returns p as a table with lines between the cells, at most width
// columns wide, or of any width if width is 0. It and the code below are all
// that uses the table library. Cells have one line and no unsafe characters.
func drawTable(p page, width int) string {
	widths := shrink(p.widths(), width)
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	style.Size.WidthMax = width
	t := table.NewWriter()
	t.SetStyle(style)
	t.SetColumnConfigs(p.columnConfigs(widths))
	t.AppendHeader(cutCells(p.names(), widths))
	for _, row := range p.rows {
		t.AppendRow(cutCells(row, widths))
	}
	return t.Render()
}

const (
	// minColumnWidth is how narrow a column may become before the table itself
	// is cut at the edge of the terminal.
	minColumnWidth = 8
	// cellBorder is the line and the two spaces around a cell, rowBorder the
	// line at the end of a row.
	cellBorder, rowBorder = 3, 1
)

func (p page) columnConfigs(widths []int) []table.ColumnConfig {
	configs := make([]table.ColumnConfig, len(widths))
	for i, width := range widths {
		align := text.AlignLeft
		if p.columns[i].alignsRight() {
			align = text.AlignRight
		}
		configs[i] = table.ColumnConfig{Number: i + 1, Align: align, AlignHeader: align, WidthMin: width}
	}
	return configs
}

func (p page) names() []string {
	names := make([]string, len(p.columns))
	for i, column := range p.columns {
		names[i] = column.name
	}
	return names
}

// widths returns the width of the widest cell or name in each column.
func (p page) widths() []int {
	widths := make([]int, len(p.columns))
	for _, row := range append([][]string{p.names()}, p.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], text.StringWidthWithoutEscSequences(cell))
		}
	}
	return widths
}

// shrink narrows the widest columns until the table fits the terminal or no
// column can become narrower.
func shrink(widths []int, terminal int) []int {
	if terminal <= 0 {
		return widths
	}
	widths = slices.Clone(widths)
	for excess := tableWidth(widths) - terminal; excess > 0; excess-- {
		widest := 0
		for i, width := range widths {
			if width > widths[widest] {
				widest = i
			}
		}
		if len(widths) == 0 || widths[widest] <= minColumnWidth {
			break
		}
		widths[widest]--
	}
	return widths
}

func tableWidth(widths []int) int {
	sum := rowBorder
	for _, width := range widths {
		sum += width + cellBorder
	}
	return sum
}

func cutCells(cells []string, widths []int) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		row[i] = cut(cell, widths[i])
	}
	return row
}

// cut shortens a text to a width in terminal columns. A wide character takes two.
func cut(s string, width int) string {
	if text.StringWidthWithoutEscSequences(s) <= width {
		return s
	}
	used := 0
	for i, r := range s {
		if used += text.RuneWidth(r); used > width-1 {
			return s[:i] + "…"
		}
	}
	return s
}
