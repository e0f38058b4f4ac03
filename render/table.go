package render

import (
	"io"
	"strings"
)

// Table is rows under titles. Cells are cleaned when they are shown; a cell
// made by a Palette keeps its colour.
type Table struct {
	Columns []string
	Rows    [][]Text
}

// Row adds a row of plain cells.
func (t *Table) Row(cells ...string) {
	row := make([]Text, len(cells))
	for i, cell := range cells {
		row[i] = Text(Clean(cell))
	}
	t.Rows = append(t.Rows, row)
}

// Table writes t to Out: fitted to the terminal's width there, whole and
// without colour where it is piped. Every row takes one line.
func (s *Streams) Table(t Table) {
	width := 0
	if s.OutTerminal {
		width = s.Width()
	}
	writeTable(s.Out, t, width)
}

// gap is the space between two columns.
const gap = "  "

// narrowest is the width that a column is not cut below as long as others give.
const narrowest = 6

// writeTable writes t with columns cut so that it fits; width 0 cuts nothing.
func writeTable(w io.Writer, t Table, width int) {
	lines := t.lines()
	widths := columnWidths(lines)
	if width > 0 {
		shrink(widths, width, narrowest)
		shrink(widths, width, 1)
	}
	var b strings.Builder
	for _, cells := range lines {
		line := tableLine(cells, widths)
		if width > 0 {
			line = cutStyled(line, width) // more columns than the terminal has
		}
		b.WriteString(line + "\n")
	}
	io.WriteString(w, b.String())
}

// lines are the titles and the rows, each cell on one line.
func (t Table) lines() [][]string {
	var lines [][]string
	if len(t.Columns) > 0 {
		titles := make([]string, len(t.Columns))
		for i, title := range t.Columns {
			titles[i] = strings.ToUpper(title)
		}
		lines = append(lines, titles)
	}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.Map(oneLine, string(cell))
		}
		lines = append(lines, cells)
	}
	return lines
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

// shrink takes columns down until they fit into width, or none is wider than
// least: the widest give way first.
func shrink(widths []int, width, least int) {
	total := len(gap) * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	first := 0
	if len(widths) > 1 && widths[0] <= width/2 {
		first = 1 // an ID that is cut is no use
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

// tableLine puts cells under each other, with no spaces at the end.
func tableLine(cells []string, widths []int) string {
	var b strings.Builder
	pending := 0 // columns to skip before the next cell that holds anything
	for i, cell := range cells {
		cell = cutStyled(cell, widths[i])
		taken := styledWidth(cell)
		if taken > 0 {
			b.WriteString(strings.Repeat(" ", pending) + cell)
			pending = 0
		}
		pending += widths[i] - taken + len(gap)
	}
	return strings.TrimRight(b.String(), " ")
}

// Fields writes a list of names and values to Out, one pair a line. Lines that
// are wider than the terminal wrap under their value.
func (s *Streams) Fields(pairs [][2]Text) {
	longest := 0
	for _, pair := range pairs {
		longest = max(longest, styledWidth(string(pair[0])))
	}
	indent := strings.Repeat(" ", longest+len(gap))
	room := s.Width() - len(indent)
	p := s.PaletteOut()
	for _, pair := range pairs {
		label := CleanLines(string(pair[0]))
		value := string(pair[1])
		if s.OutTerminal && room >= narrowest*2 {
			value = wrapStyled(value, room)
		}
		label += strings.Repeat(" ", longest-Width(label))
		io.WriteString(s.Out, string(p.Bold(label))+gap+strings.ReplaceAll(value, "\n", "\n"+indent)+"\n")
	}
}
