package sqlshell

import (
	"bufio"
	"slices"
	"strings"

	"apono/client/sandbox/shop"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

const (
	// pageRows is how many rows one drawn table has at most: their widths have
	// to be known before the first of them is drawn.
	pageRows = 1000
	// narrowest is how far a column is cut before the table is.
	narrowest = 8
	// Each cell has a space on both sides, and a line on its left; one more
	// line ends the row.
	cellFrame, rowFrame = 3, 1
)

// drawn prints a result as tables with lines around the cells, a page at a
// time. Of each cell it keeps no more than what will be seen.
type drawn struct {
	out *bufio.Writer
	// width is the terminal's, 0 for a result that may be as wide as it likes.
	width int
	names []string
	page  [][]string
	pages int
	// numbers and others count the page's values of each column that are
	// numbers, and those that are neither numbers nor NULL.
	numbers, others []int
}

func (p *drawn) Begin(columns []string) error {
	p.names = make([]string, len(columns))
	for i, column := range columns {
		p.names[i] = visible(column)
	}
	p.pages = 0
	p.startPage()
	return nil
}

func (p *drawn) startPage() {
	p.page = p.page[:0]
	p.numbers, p.others = make([]int, len(p.names)), make([]int, len(p.names))
}

func (p *drawn) Row(cells shop.Row) (bool, error) {
	if len(p.page) == pageRows {
		if err := p.flush(); err != nil {
			return false, err
		}
	}
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = strings.Clone(displayText(cell))
		switch cell.(type) {
		case nil:
		case int64, float64:
			p.numbers[i]++
		default:
			p.others[i]++
		}
	}
	p.page = append(p.page, texts)
	return true, nil
}

// end draws what is left, and an empty table for a result without rows.
func (p *drawn) End() error {
	if len(p.page) == 0 && p.pages > 0 {
		return nil
	}
	return p.flush()
}

func (p *drawn) flush() error {
	drawing := p.draw()
	p.pages++
	p.startPage()
	return writeLine(p.out, drawing)
}

func (p *drawn) draw() string {
	widths := fit(naturalWidths(p.names, p.page), p.width)
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	style.Size.WidthMax = p.width
	t := table.NewWriter()
	t.SetStyle(style)
	t.SetColumnConfigs(p.layout(widths))
	t.AppendHeader(cut(p.names, widths))
	for _, row := range p.page {
		t.AppendRow(cut(row, widths))
	}
	return t.Render()
}

// layout aligns numbers right: a column whose values are all numbers or NULL.
func (p *drawn) layout(widths []int) []table.ColumnConfig {
	configs := make([]table.ColumnConfig, len(widths))
	for i, width := range widths {
		align := text.AlignLeft
		if p.numbers[i] > 0 && p.others[i] == 0 {
			align = text.AlignRight
		}
		configs[i] = table.ColumnConfig{Number: i + 1, Align: align, AlignHeader: align, WidthMin: width}
	}
	return configs
}

func naturalWidths(names []string, rows [][]string) []int {
	widths := make([]int, len(names))
	for _, row := range append([][]string{names}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], text.StringWidthWithoutEscSequences(cell))
		}
	}
	return widths
}

// fit takes from the widest columns first, until the table fits the terminal
// or nothing more can be taken.
func fit(widths []int, terminal int) []int {
	if terminal <= 0 {
		return widths
	}
	widths = slices.Clone(widths)
	for excess := total(widths) - terminal; excess > 0; excess-- {
		widest := 0
		for i, width := range widths {
			if width > widths[widest] {
				widest = i
			}
		}
		if len(widths) == 0 || widths[widest] <= narrowest {
			break
		}
		widths[widest]--
	}
	return widths
}

func total(widths []int) int {
	sum := rowFrame
	for _, width := range widths {
		sum += width + cellFrame
	}
	return sum
}

func cut(cells []string, widths []int) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		row[i] = snip(cell, widths[i])
	}
	return row
}

// snip cuts a text to so many columns of the terminal; a wide character takes two.
func snip(s string, width int) string {
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
