package render

import (
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
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

// narrowest is the width that a column is not cut below.
const narrowest = 6

// writeTable writes t with columns cut so that it fits; width 0 cuts nothing.
func writeTable(w io.Writer, t Table, width int) {
	out := table.NewWriter()
	out.SetOutputMirror(w)
	out.SetStyle(table.Style{
		Name:    "plain",
		Box:     table.BoxStyle{PaddingRight: gap},
		Options: table.OptionsNoBordersAndSeparators,
		Format:  table.FormatOptions{Header: text.FormatUpper},
	})
	out.SuppressTrailingSpaces()
	out.AppendHeader(tableRow(t.Columns))
	for _, row := range t.Rows {
		out.AppendRow(tableRow(row))
	}
	if width > 0 {
		out.SetColumnConfigs(fit(t, width))
	}
	out.Render()
}

func tableRow[T ~string](cells []T) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		row[i] = string(cell)
	}
	return row
}

// fit shares width out: the widest columns give way first.
func fit(t Table, width int) []table.ColumnConfig {
	widths := make([]int, len(t.Columns))
	for i, title := range t.Columns {
		widths[i] = Width(title)
	}
	for _, row := range t.Rows {
		for i, cell := range row {
			widths[i] = max(widths[i], text.StringWidthWithoutEscSequences(string(cell)))
		}
	}
	total := len(gap) * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for ; total > width; total-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			break
		}
		widths[widest]--
	}
	configs := make([]table.ColumnConfig, len(widths))
	for i, w := range widths {
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMax: w, WidthMaxEnforcer: cutCell}
	}
	return configs
}

func cutCell(cell string, width int) string { return text.Snip(cell, width, ellipsis) }

// Fields writes a list of names and values to Out, one pair a line. Lines that
// are wider than the terminal wrap under their value.
func (s *Streams) Fields(pairs [][2]Text) {
	longest := 0
	for _, pair := range pairs {
		longest = max(longest, Width(string(pair[0])))
	}
	p := s.PaletteOut()
	for _, pair := range pairs {
		label := string(pair[0]) + strings.Repeat(" ", longest-Width(string(pair[0])))
		value := string(pair[1])
		if room := s.Width() - longest - len(gap); s.OutTerminal && room >= narrowest*2 {
			value = text.WrapSoft(value, room)
		}
		indent := "\n" + strings.Repeat(" ", longest+len(gap))
		io.WriteString(s.Out, string(p.Bold(label))+gap+strings.ReplaceAll(value, "\n", indent)+"\n")
	}
}
