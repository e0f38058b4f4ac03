package render

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Column is a column of a Table.
type Column struct {
	Title string
	// Right aligns the column right, with its title.
	Right bool
	// Whole keeps cells from being cut: IDs, statuses, times, commands.
	Whole bool
	// Sentence cuts cells at their ends. Other cells are names, which differ at
	// their ends and are cut in the middle.
	Sentence bool
	// Fit returns a cell for a row in at most width columns, if cutting it is not
	// good enough. Nil cuts the cell.
	Fit func(row, width int) Text

	// Drop says how soon the column is left out if not all fit: 1 is first; 0 is
	// never.
	Drop int
	// Short is a shorter form of the column's cells. They take it at the same time
	// as columns with Drop = Shorten are left out. Nil means that there is none.
	Short   func(row int) Text
	Shorten int
}

// Titles returns plain columns with titles.
func Titles(titles ...string) []Column {
	columns := make([]Column, len(titles))
	for i, title := range titles {
		columns[i].Title = title
	}
	return columns
}

// Table is a header and rows. Cells are shown on one line each; a cell made by
// a Palette keeps its color.
type Table struct {
	// Columns are the columns, in order. Titles are shown in upper case unless
	// KeepCase is set; without columns there is no header.
	Columns []Column
	Rows    [][]Text

	// Records are the titles of the columns that each line of a row shows on a
	// terminal too narrow for a table. Nil means: the first column, then the
	// others.
	Records [][]string

	// KeepCase shows titles unchanged, for names that are data.
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

// recordWidth is the number of columns below which a terminal is too narrow for a
// table.
const recordWidth = 60

// Table writes t to Out. On a terminal it leaves out and cuts columns so that
// every row fits on one line, or writes records if the terminal is narrow;
// otherwise it writes every cell in full.
func (s *Streams) Table(t Table) {
	p := s.PaletteOut()
	if t.HeaderStyle == nil {
		t.HeaderStyle = p.Faint
	}
	switch width := s.Width(); {
	case !s.OutTerminal:
		_ = WriteTable(s.Out, t, 0) // WriteError reports it
	case width < recordWidth:
		_, _ = io.WriteString(s.Out, t.records(width, p.Faint))
	default:
		_ = WriteTable(s.Out, t, width)
	}
}

// columnGap separates two columns.
const columnGap = "  "

// WriteTable writes t to w so that lines are at most width columns wide, if the
// cells that are never cut allow it; a width of 0 changes nothing. The error is
// that of writing to w.
func WriteTable(w io.Writer, t Table, width int) error {
	var b strings.Builder
	g := t.grid(width)
	writeLine := func(line string) {
		if width > 0 && !g.hasWhole() {
			line = cutStyled(line, width) // more columns than fit
		}
		b.WriteString(line + "\n")
	}
	if len(t.Columns) > 0 {
		writeLine(t.styleHeader(g.line(-1)))
		if t.Rule {
			writeLine(t.styleHeader(g.rule()))
		}
	}
	for row := range g.rows {
		writeLine(g.line(row))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// grid lays out the table for a terminal with width columns; 0 is any width.
func (t Table) grid(width int) grid {
	g := t.fullGrid()
	if width > 0 {
		g.drop(width)
		g.shrink(width)
	}
	return g
}

func (t Table) fullGrid() grid {
	g := grid{columns: slices.Clone(t.Columns), rows: t.cells(), titles: make([]string, len(t.Columns))}
	for i, column := range t.Columns {
		g.titles[i] = strings.Map(oneLine, CleanLines(column.Title))
		if !t.KeepCase {
			g.titles[i] = strings.ToUpper(Clean(column.Title))
		}
	}
	for _, row := range g.rows { // more cells than titles
		for len(g.columns) < len(row) {
			g.columns, g.titles = append(g.columns, Column{}), append(g.titles, "")
		}
	}
	g.measure()
	return g
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

// Fields writes names and values to Out, one pair a line. On a terminal they are
// indented, and long values wrap and stay indented under their value.
func (s *Streams) Fields(pairs [][2]Text) {
	io.WriteString(s.Out, s.fieldLines(pairs, s.OutTerminal, s.PaletteOut()))
}

// SayFields is Fields for Err.
func (s *Streams) SayFields(pairs [][2]Text) {
	s.Printf("%s", Text(s.fieldLines(pairs, s.ErrTerminal, s.PaletteErr())))
}

// fieldLines lays out fields for a stream.
func (s *Streams) fieldLines(pairs [][2]Text, terminal bool, p Palette) string {
	longest := 0
	for _, pair := range pairs {
		longest = max(longest, styledWidth(string(pair[0])))
	}
	margin := ""
	if terminal {
		margin = columnGap
	}
	indent := margin + strings.Repeat(" ", longest+len(columnGap))
	valueWidth := min(s.Width()-1, proseWidth) - len(indent)
	var b strings.Builder
	for _, pair := range pairs {
		label := CleanLines(string(pair[0]))
		value := string(pair[1])
		if terminal && valueWidth >= 2*leastWidth {
			value = wrapStyled(value, valueWidth)
		}
		label += strings.Repeat(" ", longest-Width(label))
		b.WriteString(margin + string(p.Faint(label)) + columnGap + strings.ReplaceAll(value, "\n", "\n"+indent) + "\n")
	}
	return b.String()
}
