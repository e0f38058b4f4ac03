package render

import (
	"slices"
	"strings"
)

// endWidth is the space that a narrow last column of a record's line gets at the right
// edge, so that times left stand below each other in every list.
const endWidth = 11

// records lays out the rows as records of a few lines each, for a terminal with
// width columns. faint styles all lines but the first.
func (t Table) records(width int, faint func(string) Text) string {
	full := t.fullGrid()
	var grids []grid
	for number, titles := range t.recordLines() {
		g := full.only(titles)
		room := width - 1
		if number > 0 {
			room -= len(columnGap)
			g.style = faint
		}
		g.shrink(room)
		if last := len(g.widths) - 1; last > 0 && g.widths[last] <= endWidth {
			spare := room - endWidth - (g.width() - g.widths[last])
			g.widths[last-1] += max(0, spare)
		}
		grids = append(grids, g)
	}
	var b strings.Builder
	for row := range full.rows {
		for number := range grids {
			line := grids[number].line(row)
			if number > 0 && line != "" {
				line = columnGap + line
			}
			if line != "" || number == 0 {
				b.WriteString(line + "\n")
			}
		}
	}
	return b.String()
}

// recordLines returns the titles of the columns on each line of a record.
func (t Table) recordLines() [][]string {
	var titles []string
	for _, column := range t.Columns {
		titles = append(titles, column.Title)
	}
	if len(titles) < 2 {
		return [][]string{titles}
	}
	if t.Records == nil {
		return [][]string{titles[:1], titles[1:]}
	}
	lines := make([][]string, 0, len(t.Records))
	for _, line := range t.Records { // --columns may have left some out
		line = slices.DeleteFunc(slices.Clone(line), func(title string) bool { return !slices.Contains(titles, title) })
		if len(line) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

// only returns the columns with titles, in the order of titles.
func (g *grid) only(titles []string) grid {
	var some grid
	some.rows = make([][]string, len(g.rows))
	for _, title := range titles {
		i := slices.IndexFunc(g.columns, func(c Column) bool { return c.Title == title })
		some.columns, some.titles = append(some.columns, g.columns[i]), append(some.titles, "")
		for row, cells := range g.rows {
			cell := ""
			if i < len(cells) {
				cell = cells[i]
			}
			some.rows[row] = append(some.rows[row], cell)
		}
	}
	some.measure()
	return some
}
