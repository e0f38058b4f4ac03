package render

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Text that may hold escape sequences of colour, which take no columns.

// styledWidth is how many columns such text takes.
func styledWidth(text string) int { return Width(escapes.ReplaceAllString(text, "")) }

// walk calls visit for each escape sequence, with width -1, and for each
// grapheme of the rest, in order.
func walk(text string, visit func(piece string, width int)) {
	graphemes := func(plain string) {
		for g := uniseg.NewGraphemes(plain); g.Next(); {
			visit(g.Str(), g.Width())
		}
	}
	done := 0
	for _, at := range escapes.FindAllStringIndex(text, -1) {
		graphemes(text[done:at[0]])
		visit(text[at[0]:at[1]], -1)
		done = at[1]
	}
	graphemes(text[done:])
}

// cutStyled is Cut, and keeps every escape sequence, so that a colour that
// begins still ends.
func cutStyled(text string, width int) string {
	if styledWidth(text) <= width {
		return text
	}
	if width < 1 {
		return ""
	}
	var b strings.Builder
	room := width - Width(ellipsis)
	walk(text, func(piece string, w int) {
		switch {
		case w < 0:
			b.WriteString(piece)
		case w <= room:
			b.WriteString(piece)
			room -= w
		case room >= 0:
			b.WriteString(ellipsis)
			room = -1
		}
	})
	return b.String()
}

// wrapStyled breaks lines that are wider than width between words, and words
// that are wider than width where they have to be.
func wrapStyled(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if styledWidth(line) > width {
			lines[i] = wrapLine(line, width)
		}
	}
	return strings.Join(lines, "\n")
}

func wrapLine(line string, width int) string {
	var wrapped []string
	current, used := "", 0
	for _, word := range strings.Split(line, " ") {
		w := styledWidth(word)
		if current != "" && used+1+w <= width {
			current, used = current+" "+word, used+1+w
			continue
		}
		if current != "" {
			wrapped = append(wrapped, current)
		}
		pieces := breakWord(word, width)
		wrapped = append(wrapped, pieces[:len(pieces)-1]...)
		current = pieces[len(pieces)-1]
		used = styledWidth(current)
	}
	return strings.Join(append(wrapped, current), "\n")
}

// breakWord cuts a word into pieces of at most width columns.
func breakWord(word string, width int) []string {
	pieces, used := []string{""}, 0
	walk(word, func(piece string, w int) {
		if used > 0 && used+w > width {
			pieces, used = append(pieces, ""), 0
		}
		pieces[len(pieces)-1] += piece
		used += max(w, 0)
	})
	return pieces
}
