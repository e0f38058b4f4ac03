package render

import (
	"fmt"
	"io"
	"strings"
)

// Table is a header and rows. Cells are shown on one line each; a cell made by
// a Palette keeps its color.
type Table struct {
	// Columns is the header. It is shown in upper case unless KeepCase is set;
	// an empty header is left out.
	Columns []string
	Rows    [][]Text

	// AlignRight is true for each column that is aligned right, including its
	// header. It may be shorter than the rows; the other columns are aligned left.
	AlignRight []bool
	// KeepCase shows Columns unchanged, for names that are data.
	KeepCase bool
	// Rule draws a line under the header.
	Rule bool
	// HeaderStyle styles the header and the rule, as Palette.Faint does; nil
	// leaves them plain.
	HeaderStyle func(text string) Text
}

// Row adds a row of plain cells and cleans them.
func (t *Table) Row(cells ...string) {
	row := make([]Text, len(cells))
	for i, cell := range cells {
		row[i] = Text(Clean(cell))
	}
	t.Rows = append(t.Rows, row)
}

// Table writes t to Out. On a terminal it cuts columns so that every row fits
// on one line; otherwise it writes every cell in full.
func (s *Streams) Table(t Table) {
	width := 0
	if s.OutTerminal {
		width = s.Width()
	}
	_ = WriteTable(s.Out, t, width) // WriteError reports it
}

// columnGap separates two columns.
const columnGap = "  "

// minColumnWidth is the width below which a column is cut only if cutting the
// others is not enough.
const minColumnWidth = 6

// WriteTable writes t to w with columns cut so that lines are at most width
// columns wide; a width of 0 cuts nothing. The error is that of writing to w.
func WriteTable(w io.Writer, t Table, width int) error {
	header, rows := t.header(), t.cells()
	lines := rows
	if header != nil {
		lines = append([][]string{header}, rows...)
	}
	widths := columnWidths(lines)
	if width > 0 {
		shrinkColumns(widths, width, minColumnWidth)
		shrinkColumns(widths, width, 1)
	}
	var b strings.Builder
	writeLine := func(line string) {
		if width > 0 {
			line = cutStyled(line, width) // more columns than fit
		}
		b.WriteString(line + "\n")
	}
	if header != nil {
		writeLine(t.styleHeader(t.line(header, widths)))
		if t.Rule {
			writeLine(t.styleHeader(t.rule(widths)))
		}
	}
	for _, cells := range rows {
		writeLine(t.line(cells, widths))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// header returns the column titles as shown; nil if there are none.
func (t Table) header() []string {
	if len(t.Columns) == 0 {
		return nil
	}
	titles := make([]string, len(t.Columns))
	for i, title := range t.Columns {
		titles[i] = strings.Map(oneLine, CleanLines(title))
		if !t.KeepCase {
			titles[i] = strings.ToUpper(Clean(title))
		}
	}
	return titles
}

// cells returns the rows with each cell on one line.
func (t Table) cells() [][]string {
	rows := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = make([]string, len(row))
		for j, cell := range row {
			rows[i][j] = strings.Map(oneLine, string(cell))
		}
	}
	return rows
}

func (t Table) styleHeader(line string) string {
	if t.HeaderStyle == nil {
		return line
	}
	return string(t.HeaderStyle(line))
}

// rule returns a line under each title.
func (t Table) rule(widths []int) string {
	lines := make([]string, len(t.Columns))
	for i := range lines {
		lines[i] = strings.Repeat("─", widths[i])
	}
	return strings.TrimRight(strings.Join(lines, columnGap), " ")
}

// line lays out the cells of one row, without trailing spaces.
func (t Table) line(cells []string, widths []int) string {
	var b strings.Builder
	pending := 0 // spaces to write before the next cell that is not empty
	for i, cell := range cells {
		cell = cutStyled(cell, widths[i])
		taken := styledWidth(cell)
		before, after := 0, widths[i]-taken
		if i < len(t.AlignRight) && t.AlignRight[i] {
			before, after = after, 0
		}
		pending += before
		if taken > 0 {
			b.WriteString(strings.Repeat(" ", pending) + cell)
			pending = 0
		}
		pending += after + len(columnGap)
	}
	return strings.TrimRight(b.String(), " ")
}

func columnWidths(lines [][]string) []int {
	var widths []int
	for _, cells := range lines {
		for i, cell := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], styledWidth(cell))
		}
	}
	return widths
}

// shrinkColumns makes columns narrower, the widest first, until they fit into
// width or none is wider than least.
func shrinkColumns(widths []int, width, least int) {
	total := len(columnGap) * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	first := 0
	if len(widths) > 1 && widths[0] <= width/2 {
		first = 1 // keep the ID whole: it is useless if cut
	}
	for ; total > width; total-- {
		widest := first
		for i := first; i < len(widths); i++ {
			if widths[i] > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= least {
			return
		}
		widths[widest]--
	}
}

// Fields writes names and values to Out, one pair a line. On a terminal, long
// values wrap and stay indented under their value.
func (s *Streams) Fields(pairs [][2]Text) {
	longest := 0
	for _, pair := range pairs {
		longest = max(longest, styledWidth(string(pair[0])))
	}
	indent := strings.Repeat(" ", longest+len(columnGap))
	valueWidth := s.Width() - len(indent)
	p := s.PaletteOut()
	for _, pair := range pairs {
		label := CleanLines(string(pair[0]))
		value := string(pair[1])
		if s.OutTerminal && valueWidth >= minColumnWidth*2 {
			value = wrapStyled(value, valueWidth)
		}
		label += strings.Repeat(" ", longest-Width(label))
		io.WriteString(s.Out, string(p.Bold(label))+columnGap+strings.ReplaceAll(value, "\n", "\n"+indent)+"\n")
	}
}
