package prompt

import (
	"fmt"
	"slices"
	"strings"

	"apono/render"
)

// manyOptions is the number of options from which the key hint mentions the filter.
const manyOptions = 8

// hints returns the lines that say how many options there are and what the keys do.
func (l *listPrompt) hints() []string {
	return hintLines(l.state(), l.keyHints(), l.width()-2, l.multi)
}

// hintLines joins a state and what the keys do, in width columns. If that leaves no room
// for the keys, or not for all of them although every key must be shown, the state takes
// a line of its own, or several.
func hintLines(state, keys []string, width int, everyKey bool) []string {
	if len(state) == 0 {
		return []string{fitHints(keys, width)}
	}
	joined, all := strings.Join(state, hintGap), slices.Concat(state, keys)
	switch line := fitHints(all, width); {
	case line == strings.Join(all, hintGap), strings.HasPrefix(line, joined) && !everyKey:
		return []string{line}
	case render.Width(joined) <= width:
		return []string{joined, fitHints(keys, width)}
	}
	var lines []string
	for _, part := range state {
		lines = append(lines, render.Cut(part, width))
	}
	return append(lines, fitHints(keys, width))
}

// hintGap separates the parts of a key hint.
const hintGap = " · "

// fitHints joins hints, the last of which is always shown, and drops others from
// the right until they fit into width columns.
func fitHints(hints []string, width int) string {
	last := len(hints) - 1
	for n := last; n > 0; n-- {
		line := strings.Join(hints[:n], hintGap) + hintGap + hints[last]
		if render.Width(line) <= width {
			return line
		}
	}
	return render.Cut(hints[last], width)
}

// state says how many options match and are selected, as far as the screen does
// not show it.
func (l *listPrompt) state() []string {
	count, total := l.filter.count(), l.total
	var parts []string
	switch {
	case l.filter.text != "":
		parts = append(parts, fmt.Sprintf("%s of %s matches", render.Digits(count), render.Digits(total)))
	case l.rows.count() > l.pageSizeWithout() && !l.multi:
		parts = append(parts, fmt.Sprintf("%s of %s", render.Digits(l.cursor+1), render.Digits(total)))
	}
	if l.multi && (len(l.selected) > 0 || len(parts) == 0) {
		parts = append(parts, l.selectionState(total))
	}
	if l.list.Note != nil {
		parts = append(parts, notes(l.list.Note())...)
	}
	return parts
}

// notes returns a note as a part of a state, or nothing if it is empty.
func notes(note string) []string {
	if note = render.Clean(note); note != "" {
		return []string{note}
	}
	return nil
}

// pageSizeWithout is the page size with a key hint of one line.
func (l *listPrompt) pageSizeWithout() int {
	return max(1, min(maxRows, l.streams.Height()-3))
}

// selectionState counts the selected options and names one that the filter hides.
func (l *listPrompt) selectionState(total int) string {
	if l.filter.text == "" {
		return fmt.Sprintf("%s of %s selected", render.Digits(len(l.selected)), render.Digits(total))
	}
	hidden := l.hidden()
	text := fmt.Sprintf("%s selected", render.Digits(len(l.selected)))
	if len(hidden) > 0 {
		text += fmt.Sprintf(", %s hidden by the filter", render.Digits(len(hidden)))
		if room := l.width() - 2 - render.Width(text) - len(": ") - len(hintGap) - len("100 of 100 matches"); room >= leastRoom {
			text += ": " + joinNames(hidden, room)
		}
	}
	return text
}

// hidden returns the labels of the selected options that the filter hides.
func (l *listPrompt) hidden() []string {
	var indexes []int
	for i := range l.selected {
		if !l.filter.has(i) {
			indexes = append(indexes, i)
		}
	}
	slices.Sort(indexes)
	labels := make([]string, len(indexes))
	for n, i := range indexes {
		labels[n] = render.Clean(l.list.label(i))
	}
	return labels
}

// keyHints names the keys that matter now, the most useful ones first; the last
// one is how to see all of them.
func (l *listPrompt) keyHints() []string {
	switch {
	case l.rows.count() > 0:
	case l.filter.text == "":
		return []string{l.escHint()}
	default:
		return []string{"Ctrl-U clears", l.escHint()}
	}
	var hints []string
	add := func(ok bool, hint string) {
		if ok {
			hints = append(hints, hint)
		}
	}
	typed := l.filter.text != ""
	add(l.multi, "Space picks")
	add(!l.multi && !typed && l.list.count() < manyOptions, "↑↓ move")
	add(!typed && l.list.count() >= manyOptions, "type to filter")
	hints = append(hints, "Enter "+orElse(l.list.EnterVerb, "submits"))
	add(l.list.OpenVerb != "", "→ "+l.list.OpenVerb)
	add(l.list.BackVerb != "", "← "+l.list.BackVerb)
	add(l.list.Details != nil, "Ctrl-O details")
	add(l.list.BackVerb == "", l.escHint())
	if typed {
		return append(hints, "F1 keys")
	}
	return append(hints, "? keys")
}

func (l *listPrompt) escHint() string { return "Esc " + orElse(l.list.EscVerb, "back") }

// keyHelp describes every key.
func (l *listPrompt) keyHelp() []string {
	rows := [][2]string{{"↑ ↓ PgUp PgDn Home End", "move"}}
	if l.multi {
		rows = append(rows, [2]string{"Space", "picks; in a filter, a space"}, [2]string{"Tab", "picks and moves down"})
	} else {
		rows = append(rows, [2]string{"Tab", "moves down"})
	}
	rows = append(rows, [2]string{"any text", "filters: words in any order"})
	switch {
	case l.list.OpenVerb != "":
		rows = append(rows, [2]string{"→", l.list.OpenVerb})
	case l.list.BackVerb != "":
		rows = append(rows, [2]string{"←", l.list.BackVerb})
	}
	if l.multi && l.list.BackVerb == "" {
		rows = append(rows, [2]string{"→ ←", "pick or clear everything that matches"})
	}
	rows = append(rows, [2]string{"Ctrl-U", "clears the filter"})
	return helpLines(l.width()-2, append(rows, l.endHelp()...))
}

// endHelp describes the keys that show details or end the prompt.
func (l *listPrompt) endHelp() (rows [][2]string) {
	if l.list.Details != nil {
		rows = append(rows, [2]string{"Ctrl-O", "details of the highlighted row"})
	}
	return append(rows,
		[2]string{"Enter", orElse(l.list.EnterVerb, "submits")},
		[2]string{"Esc", map[bool]string{true: "back one question", false: l.list.EscVerb}[l.list.EscVerb == ""]},
		[2]string{"Ctrl-C", "cancels"})
}

// helpLines aligns the meanings of keys or, if that does not fit into width columns,
// puts each on a line of its own.
func helpLines(width int, rows [][2]string) []string {
	keys, meanings := 0, 0
	for _, r := range rows {
		keys, meanings = max(keys, render.Width(r[0])), max(meanings, render.Width(r[1]))
	}
	var lines []string
	for _, r := range rows {
		if keys+len(columnGap)+meanings > width {
			lines = append(lines, r[0], columnGap+r[1])
		} else {
			lines = append(lines, r[0]+strings.Repeat(" ", keys-render.Width(r[0]))+columnGap+r[1])
		}
	}
	return lines
}

// orElse returns text, or other if text is empty.
func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
