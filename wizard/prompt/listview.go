package prompt

import (
	"fmt"
	"slices"
	"strings"

	"apono/render"
)

// maxRows is how many options are shown at once, even if the terminal is taller.
const maxRows = 15

// twoColumns is the width of a terminal from which options have a second column.
const twoColumns = 60

// pageSize returns how many rows fit on the screen besides the title, what is
// below the list, and a spare line.
func (l *listPrompt) pageSize() int {
	return max(1, min(maxRows, l.streams.Height()-2-len(l.foot)))
}

// frame implements widget.
func (l *listPrompt) frame() frame { return l.frameOf(l.titleLine(), l.empty(), l.hints()) }

// frameOf returns a frame with a title, the rows, or why there are none, and hints.
func (l *listPrompt) frameOf(title render.Text, empty string, hints []string) frame {
	l.foot = l.footer(hints)
	l.scrollToCursor()
	lines := append([]render.Text{title}, l.page(empty)...)
	lines = append(lines, l.foot...)
	l.schedulePrefetch()
	return frame{lines: lines, row: -1}
}

// width is how many columns a line may take. The last one stays free.
func (l *listPrompt) width() int { return l.streams.Width() - 1 }

// titleLine returns the line with the title and the filter.
func (l *listPrompt) titleLine() render.Text {
	colors := l.streams.PaletteErr()
	line := colors.Answer("?") + " " + colors.Bold(render.Cut(l.list.Title, l.width()-3))
	for _, text := range []string{l.list.Subject, l.filter.text} {
		if room := l.width() - line.Width() - 2; text != "" && room > 0 {
			line += "  " + colors.Answer(render.CutStart(text, room))
		}
	}
	return line
}

// scrollToCursor moves the page so that it shows the cursor and has no empty
// rows that an option could fill.
func (l *listPrompt) scrollToCursor() {
	page, count := l.pageSize(), l.rows.count()
	l.cursor = min(l.cursor, max(0, count-1))
	l.top = min(max(l.top, l.cursor-page+1), l.cursor)
	l.top = max(0, min(l.top, count-page))
}

// page returns the lines of the rows on the screen or, if there are none, a line that
// says why, if that is not empty.
func (l *listPrompt) page(empty string) []render.Text {
	switch {
	case l.rows.count() > 0:
	case empty == "":
		return nil
	default:
		return []render.Text{render.Text(render.Cut("  "+empty, l.width()))}
	}
	end := min(l.top+l.pageSize(), l.rows.count())
	visible := make([]row, 0, end-l.top)
	for n := l.top; n < end; n++ {
		visible = append(visible, l.rows.at(n))
	}
	columns := l.layout(visible)
	lines := make([]render.Text, len(visible))
	for i, r := range visible {
		lines[i] = l.formatRow(r, l.top+i, columns)
	}
	return lines
}

// empty says why there are no rows.
func (l *listPrompt) empty() string { return noMatches(l.filter.text) }

// noMatches says that no option matches a text.
func noMatches(text string) string {
	if text == "" {
		return "Nothing to choose from"
	}
	return fmt.Sprintf("No matches for %q", text)
}

// columnWidths are the widths of what a row shows; a column that there is no room
// for has width 0.
type columnWidths struct {
	label int
	more  []int // of Option.Columns
	right int
}

// layout decides how wide the columns of rows are. Columns are dropped from the
// right until the labels have enough room.
func (l *listPrompt) layout(visible []row) columnWidths {
	var w columnWidths
	for _, r := range visible {
		if r.heading {
			continue
		}
		option := l.list.option(r.index)
		w.label = max(w.label, render.Width(render.Clean(option.Label))+len(l.indent(&option)))
		w.right = max(w.right, render.Width(rightText(&option)))
		for i, text := range option.Columns {
			if i == len(w.more) {
				w.more = append(w.more, 0)
			}
			w.more[i] = max(w.more[i], render.Width(render.Clean(text)))
		}
	}
	room := l.width() - l.markWidth()
	if l.streams.Width() < twoColumns {
		w.more = nil
	}
	if w.right > 0 {
		room -= w.right + len(columnGap)
	}
	const least = 24 // columns for a label
	for len(w.more) > 0 && min(w.label, least)+w.moreWidth()-w.more[len(w.more)-1] > room-len(columnGap) {
		w.more = w.more[:len(w.more)-1]
	}
	if n := len(w.more); n > 0 {
		w.label = max(min(w.label, room-w.moreWidth()), min(w.label, least))
		w.more[n-1] = min(w.more[n-1], room-w.label-w.moreWidth()+w.more[n-1])
	}
	w.label = max(1, min(w.label, room))
	return w
}

// moreWidth is how wide the columns after the label are, gaps included.
func (w columnWidths) moreWidth() int {
	total := 0
	for _, width := range w.more {
		total += width + len(columnGap)
	}
	return total
}

// columnGap separates two columns.
const columnGap = "  "

// markWidth is how many columns the cursor mark and the box take.
func (l *listPrompt) markWidth() int {
	if l.multi {
		return len("  [x] ")
	}
	return len("  ")
}

// indent returns the spaces before the label of an option in a group.
func (l *listPrompt) indent(option *Option) string {
	if l.multi && option.Group != "" {
		return "  "
	}
	return ""
}

// rightText returns what an option shows at the right edge.
func rightText(option *Option) string {
	if option.Urgent {
		return "! " + render.Clean(option.Right)
	}
	return render.Clean(option.Right)
}

// formatRow returns the line of a row.
func (l *listPrompt) formatRow(r row, n int, w columnWidths) render.Text {
	if r.heading {
		return l.formatHeading(r, n)
	}
	option := l.list.option(r.index)
	style := rowStyle{colors: l.streams.PaletteErr(), cursor: n == l.cursor}
	line := l.rowMark(n)
	if l.multi {
		line += style.box(l.selected[r.index])
	}
	words, loose := Words(l.filter.text), l.filter.isLoose()
	indent := l.indent(&option)
	label := render.CutMiddle(render.Clean(option.Label), w.label-len(indent))
	line += render.Text(indent) + style.label(label, spans(label, words, loose))
	used := len(indent) + render.Width(label)
	gap := w.label - used + len(columnGap)
	for i, width := range w.more {
		text := ""
		if i < len(option.Columns) {
			text = render.CutMiddle(render.Clean(option.Columns[i]), width)
		}
		if text != "" {
			line += render.Text(strings.Repeat(" ", gap)) + style.column(text, spans(text, words, loose))
			gap = 0
		}
		gap += width - render.Width(text) + len(columnGap)
	}
	if right := rightText(&option); right != "" {
		gap := max(len(columnGap), l.width()-line.Width()-render.Width(right))
		line += render.Text(strings.Repeat(" ", gap)) + style.right(right, option.Urgent)
	}
	return line
}

// formatHeading returns the line of a group: how much of it is selected.
func (l *listPrompt) formatHeading(r row, n int) render.Text {
	style := rowStyle{colors: l.streams.PaletteErr(), cursor: n == l.cursor}
	group := l.rows.group(r.index)
	selected := 0
	for _, i := range group {
		if l.selected[i] {
			selected++
		}
	}
	line := l.rowMark(n)
	if selected > 0 && selected < len(group) {
		line += style.answer("[-] ")
	} else {
		line += style.box(selected > 0)
	}
	count := fmt.Sprintf("%d of %d", selected, len(group))
	label := render.CutMiddle(render.Clean(l.list.source().At(r.index).Group), l.width()-line.Width()-len(count)-len(columnGap))
	return line + style.label(label, nil) + render.Text(columnGap) + style.column(count, nil)
}

// rowMark returns the start of a row: the cursor, or an arrow on the first or last
// row if there are more rows above or below.
func (l *listPrompt) rowMark(n int) render.Text {
	colors := l.streams.PaletteErr()
	switch {
	case n == l.cursor:
		return colors.Answer("› ")
	case n == l.top && n > 0:
		return colors.Faint("↑ ")
	case n == l.top+l.pageSize()-1 && n < l.rows.count()-1:
		return colors.Faint("↓ ")
	}
	return "  "
}

// footer returns the lines below the list: a problem, what the user asked to see,
// or hints.
func (l *listPrompt) footer(hints []string) []render.Text {
	switch {
	case len(l.gone) > 0:
		return l.problemLine(goneProblem(l.gone, l.width()-len("  ✗ ")))
	case l.problem != "":
		return l.problemLine(l.problem)
	case l.below != nil:
		return l.faintLines(l.below)
	}
	return l.faintLines(hints)
}

// goneProblem says what is no longer in a list, in width columns.
func goneProblem(gone []string, width int) string {
	const start = "No longer there: "
	return start + joinNames(gone, width-len(start))
}

// problemLine returns the line that says why an answer is not accepted.
func (a *asker) problemLine(problem string) []render.Text {
	return []render.Text{"  " + a.streams.PaletteErr().Bad("✗") + render.Text(render.Cut(" "+problem, a.streams.Width()-4))}
}

// faintLines returns lines below a prompt, as many as fit on the screen.
func (a *asker) faintLines(lines []string) []render.Text {
	var faint []render.Text
	for _, line := range lines[:min(len(lines), max(1, a.streams.Height()-4))] {
		faint = append(faint, a.streams.PaletteErr().Faint(render.Cut("  "+render.CleanLines(line), a.streams.Width()-1)))
	}
	return faint
}

// answered returns the line that replaces an answered prompt.
func answered(streams *render.Streams, title, answer string) render.Text {
	colors := streams.PaletteErr()
	title = render.Cut(title, max(1, streams.Width()-12))
	line := colors.Faint("✓ " + title)
	if answer == "" {
		return line
	}
	return line + render.Text(columnGap) + colors.Answer(render.CutMiddle(answer, max(1, streams.Width()-1-line.Width()-len(columnGap))))
}

// summary returns what the answered prompt shows.
func (l *listPrompt) summary(chosen []int) string {
	if l.list.Summary != nil {
		return render.Clean(l.list.Summary(slices.Clone(chosen)))
	}
	labels := make([]string, len(chosen))
	for n, i := range chosen {
		labels[n] = render.Clean(l.list.label(i))
	}
	return joinNames(labels, l.width()-render.Width(l.list.Title)-len("✓ ")-len(columnGap))
}

// joinNames names as many of names as fit into width columns, at least one, and
// counts the others.
func joinNames(names []string, width int) string {
	for n := min(len(names), width/len(", ")+1); n > 1; n-- {
		if text := someNames(names, n); render.Width(text) <= width {
			return text
		}
	}
	return someNames(names, 1)
}

// someNames names the first n of names and counts the others.
func someNames(names []string, n int) string {
	text := strings.Join(names[:min(n, len(names))], ", ")
	if more := len(names) - n; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
