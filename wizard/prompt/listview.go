package prompt

import (
	"fmt"
	"strings"

	"apono/render"
)

// maxRows is how many options are shown at once, even if the terminal is taller.
const maxRows = 15

// pageSize returns how many options fit on the screen besides the title, the hint,
// the cursor's line below them, and a spare line.
func (l *listPrompt) pageSize() int {
	return max(1, min(maxRows, l.streams.Height()-4))
}

// frame implements widget.
func (l *listPrompt) frame() frame {
	l.scrollToCursor()
	colors, width := l.streams.PaletteErr(), l.streams.Width()-1
	lines := []render.Text{l.titleLine(colors, width)}
	for row := l.top; row < min(l.top+l.pageSize(), l.filter.count()); row++ {
		lines = append(lines, l.formatRow(row, colors, width))
	}
	if l.problem != "" {
		lines = append(lines, colors.Bad(render.Cut("  "+l.problem, width)))
	} else {
		lines = append(lines, colors.Faint(render.Cut("  "+l.hint(), width)))
	}
	l.schedulePrefetch()
	return frame{lines: lines, row: -1}
}

// titleLine returns the line with the title and the filter.
func (l *listPrompt) titleLine(colors render.Palette, width int) render.Text {
	line := colors.Good("?") + " " + colors.Bold(render.Cut(l.list.Title, width-3))
	if room := width - render.Width(l.list.Title) - 5; l.filter.text != "" && room > 0 {
		line += "  " + colors.Answer(render.Cut(l.filter.text, room))
	}
	return line
}

// scrollToCursor moves the page so that it shows the cursor and has no empty
// rows that an option could fill.
func (l *listPrompt) scrollToCursor() {
	page, count := l.pageSize(), l.filter.count()
	l.cursor = min(l.cursor, max(0, count-1))
	l.top = min(max(l.top, l.cursor-page+1), l.cursor)
	l.top = max(0, min(l.top, count-page))
}

func (l *listPrompt) formatRow(row int, colors render.Palette, width int) render.Text {
	index := l.filter.index(row)
	mark := "  "
	if row == l.cursor {
		mark = "> "
	}
	if l.multi {
		box := "[ ] "
		if l.selected[index] {
			box = "[x] "
		}
		mark += box
	}
	label := render.CutMiddle(render.Clean(l.list.Options[index].Label), width-render.Width(mark))
	if row == l.cursor {
		return colors.Answer(mark + label)
	}
	return render.Text(mark + label)
}

func (l *listPrompt) hint() string {
	count, total := l.filter.count(), len(l.list.Options)
	parts := []string{fmt.Sprintf("%d of %d", count, total)}
	if count == total {
		parts[0] = fmt.Sprint(total)
	}
	if l.multi {
		parts = append(parts, fmt.Sprintf("%d picked", len(l.selected)), "Space picks", "Enter accepts", "Esc back", "type to filter (* for a space)", "→ all", "← none")
	} else {
		parts = append(parts, "Enter accepts", "Esc back", "type to filter")
	}
	return strings.Join(parts, " · ")
}

// summary names the first few chosen options and counts the others.
func (l *listPrompt) summary(chosen []int) string {
	const maxNames = 3
	var labels []string
	for _, i := range chosen[:min(maxNames, len(chosen))] {
		labels = append(labels, render.Clean(l.list.Options[i].Label))
	}
	text := strings.Join(labels, ", ")
	if more := len(chosen) - maxNames; more > 0 {
		text = fmt.Sprintf("%d: %s and %d more", len(chosen), text, more)
	}
	return text
}

// answered returns the line that replaces an answered prompt.
func answered(streams *render.Streams, title, answer string) render.Text {
	colors := streams.PaletteErr()
	title = render.Cut(title, max(1, streams.Width()-12))
	room := streams.Width() - 4 - render.Width(title)
	return colors.Good("✓") + render.Text(" "+title+" ") + colors.Answer(render.CutMiddle(answer, max(1, room)))
}
