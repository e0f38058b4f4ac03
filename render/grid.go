package render

import (
	"math"
	"slices"
	"strings"
)

// grid is the layout of a table's columns.
type grid struct {
	columns []Column
	titles  []string // as shown
	rows    [][]string
	widths  []int
	style   func(string) Text // of cells without a style; nil leaves them plain
}

// The widths that text columns keep as long as possible. A column is left out
// rather than another made narrower than comfortable.
const (
	comfortableWidth = 30
	leastWidth       = 6
)

// measure sets the widths to those of the cells and titles.
func (g *grid) measure() {
	g.widths = make([]int, len(g.columns))
	for _, cells := range append([][]string{g.titles}, g.rows...) {
		for i, cell := range cells {
			g.widths[i] = max(g.widths[i], styledWidth(cell))
		}
	}
}

// drop leaves out and shortens columns until the others fit comfortably.
func (g *grid) drop(width int) {
	for _, rank := range g.ranks() {
		if g.needs(comfortableWidth) <= width {
			return
		}
		for i := len(g.columns) - 1; i >= 0; i-- {
			switch column := g.columns[i]; rank {
			case column.Drop:
				g.remove(i)
			case column.Shorten:
				g.shorten(i)
			}
		}
		g.measure()
	}
}

// ranks returns every step of dropping columns, in order.
func (g *grid) ranks() []int {
	var ranks []int
	for _, column := range g.columns {
		ranks = append(ranks, column.Drop, column.Shorten)
	}
	slices.Sort(ranks)
	return slices.DeleteFunc(slices.Compact(ranks), func(rank int) bool { return rank == 0 })
}

// needs returns how wide lines are if columns that can be cut are at most most
// columns wide.
func (g *grid) needs(most int) int {
	needed := len(columnGap) * (len(g.widths) - 1)
	for i, w := range g.widths {
		if !g.columns[i].Whole {
			w = min(w, most)
		}
		needed += w
	}
	return needed
}

// width returns how wide lines are.
func (g *grid) width() int { return g.needs(math.MaxInt) }

func (g *grid) remove(i int) {
	g.columns, g.titles = slices.Delete(g.columns, i, i+1), slices.Delete(g.titles, i, i+1)
	for row, cells := range g.rows {
		if i < len(cells) {
			g.rows[row] = slices.Delete(cells, i, i+1)
		}
	}
}

func (g *grid) shorten(i int) {
	for row, cells := range g.rows {
		if i < len(cells) {
			cells[i] = strings.Map(oneLine, string(g.columns[i].Short(row)))
		}
	}
}

// shrink makes text columns narrower, the widest first, until lines fit into
// width.
func (g *grid) shrink(width int) {
	for _, least := range []int{leastWidth, 1} {
		for g.width() > width {
			widest := -1
			for i, column := range g.columns {
				if !column.Whole && g.widths[i] > least && (widest < 0 || g.widths[i] > g.widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			g.widths[widest]--
		}
	}
}

// hasWhole reports whether some column must not be cut, even if it does not fit.
func (g *grid) hasWhole() bool {
	return slices.ContainsFunc(g.columns, func(c Column) bool { return c.Whole })
}

// line lays out the cells of a row, without trailing spaces; -1 is the header.
func (g *grid) line(row int) string {
	cells := g.titles
	if row >= 0 {
		cells = g.rows[row]
	}
	var b strings.Builder
	pending := 0 // spaces to write before the next cell that is not empty
	for i, cell := range cells {
		cell = g.fit(row, i, cell)
		taken := styledWidth(cell)
		before, after := 0, g.widths[i]-taken
		if g.columns[i].Right {
			before, after = after, 0
		}
		pending += before
		if g.style != nil && !strings.Contains(cell, "\x1b") {
			cell = string(g.style(cell))
		}
		if taken > 0 {
			b.WriteString(strings.Repeat(" ", pending) + cell)
			pending = 0
		}
		pending += after + len(columnGap)
	}
	return strings.TrimRight(b.String(), " ")
}

// fit shortens a cell to the width of its column.
func (g *grid) fit(row, i int, cell string) string {
	column, width := g.columns[i], g.widths[i]
	switch {
	case styledWidth(cell) <= width:
		return cell
	case row >= 0 && column.Fit != nil:
		cell = strings.Map(oneLine, string(column.Fit(row, width)))
	case row >= 0 && !column.Sentence && !strings.Contains(cell, "\x1b"):
		return CutMiddle(cell, width)
	}
	return cutStyled(cell, width)
}

// rule returns a line under each title.
func (g *grid) rule() string {
	lines := make([]string, len(g.titles))
	for i := range lines {
		lines[i] = strings.Repeat("─", g.widths[i])
	}
	return strings.TrimRight(strings.Join(lines, columnGap), " ")
}
