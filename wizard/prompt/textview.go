package prompt

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"apono/render"
)

// leastRoom is how many columns the first row of an answer must have beside the
// title. If there are fewer, the answer starts on the next line.
const leastRoom = 10

// frame implements widget. The answer starts beside the title and wraps at words.
func (t *textPrompt) frame() frame {
	colors, width := t.streams.PaletteErr(), t.streams.Width()-1
	title := colors.Answer("?") + " " + colors.Bold(render.Cut(t.question.Title, width-2)) + render.Text(columnGap)
	first := width - title.Width() - 1
	var lines []render.Text
	if first < leastRoom {
		lines = append(lines, title)
		title, first = "  ", width-3
	}
	text, cursor := t.shown()
	t.rows = wrapText(text, first, width-3)
	at, visible := rowOf(t.rows, cursor), max(1, min(maxTextRows, t.streams.Height()-4))
	f := frame{}
	for n := max(0, at-visible+1); n < len(t.rows) && len(lines) < visible+1; n++ {
		start := render.Text("  ")
		if n == 0 || len(lines) == 0 {
			start = title
		}
		r := t.rows[n]
		if n == at {
			f.row, f.column = len(lines), min(start.Width()+uniseg.StringWidth(text[r.start:cursor]), width)
		}
		lines = append(lines, start+colors.Answer(strings.TrimRight(text[r.start:r.end], " ")))
	}
	f.lines = append(lines, t.footer()...)
	return f
}

// maxTextRows is how many rows of an answer are shown at once, even if the terminal
// is taller.
const maxTextRows = 10

// shown returns the text on the screen and the cursor in it.
func (t *textPrompt) shown() (text string, cursor int) {
	if !t.question.Secret {
		return t.line.text, t.line.cursor
	}
	return strings.Repeat("*", uniseg.GraphemeClusterCount(t.line.text)), uniseg.GraphemeClusterCount(t.line.text[:t.line.cursor])
}

// footer returns the lines below the answer: a problem, all keys, or what can be
// typed and what the keys do.
func (t *textPrompt) footer() []render.Text {
	switch {
	case t.problem != "":
		return t.problemLine(t.problem)
	case t.help:
		return t.faintLines(t.keyHelp())
	}
	echo := t.echo()
	hints := hintLines(append(echo, t.state()...), t.keyHints(), t.streams.Width()-3, false)
	lines := t.faintLines(hints)
	if rest, found := strings.CutPrefix(hints[0], strings.Join(echo, "")); found && len(echo) > 0 {
		lines[0] = render.Text("  "+echo[0]) + t.streams.PaletteErr().Faint(rest)
	}
	return lines
}

// echo returns what the typed text means, if the question says so.
func (t *textPrompt) echo() []string {
	if t.question.Echo == nil || t.line.text == "" {
		return nil
	}
	if text := render.Clean(t.question.Echo(t.line.text)); text != "" {
		return []string{text}
	}
	return nil
}

// state says what can be typed and how much is left of a limit.
func (t *textPrompt) state() []string {
	var state []string
	if n, limit := utf8.RuneCountInString(t.line.text), t.question.Limit; limit > 0 && n >= limit*4/5 {
		state = append(state, fmt.Sprintf("%d of %d", n, limit))
	}
	if t.question.Example != "" && t.line.text == "" {
		state = append(state, t.question.Example)
	}
	if t.question.Hint != "" {
		state = append(state, t.question.Hint)
	}
	return state
}

// keyHints names the keys that matter, the most useful first.
func (t *textPrompt) keyHints() []string {
	var hints []string
	if t.question.History != nil {
		hints = append(hints, "↑ earlier ones")
	}
	if t.editor != "" {
		hints = append(hints, "Ctrl-X Ctrl-E editor")
	}
	return append(hints, "Enter submits", "Esc back", "F1 keys")
}

// keyHelp describes every key.
func (t *textPrompt) keyHelp() []string {
	rows := [][2]string{
		{"← → Home End", "move"},
		{"Ctrl-← Ctrl-→", "move by a word"},
		{"Ctrl-W Alt-D", "delete a word before or after the cursor"},
		{"Ctrl-U Ctrl-K", "delete to the start or the end"},
	}
	if t.question.History != nil {
		rows = append(rows, [2]string{"↑ ↓", "earlier answers, and back"})
	}
	if t.editor != "" {
		rows = append(rows, [2]string{"Ctrl-X Ctrl-E", "open it in " + t.editor})
	}
	return helpLines(t.streams.Width()-3, append(rows, [2]string{"Enter · Esc · Ctrl-C", "submit · back one question · cancel"}))
}
