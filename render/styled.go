package render

import (
	"strings"

	"github.com/rivo/uniseg"
)

// The functions in this file accept text with escape sequences for color, whose
// width is 0.

// styledWidth returns how many columns text takes on a terminal.
func styledWidth(text string) int { return Width(escapes.ReplaceAllString(text, "")) }

// walkStyled calls visit for each escape sequence, with width -1, and for each
// grapheme in between, in order.
func walkStyled(text string, visit func(piece string, width int)) {
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

// cutStyled is like Cut, but keeps every escape sequence, so that each color that
// starts also ends.
func cutStyled(text string, width int) string {
	if styledWidth(text) <= width {
		return text
	}
	if width < 1 {
		return ""
	}
	var b strings.Builder
	left := width - Width(ellipsis)
	walkStyled(text, func(piece string, w int) {
		switch {
		case w < 0:
			b.WriteString(piece)
		case w <= left:
			b.WriteString(piece)
			left -= w
		case left >= 0:
			b.WriteString(ellipsis)
			left = -1
		}
	})
	return b.String()
}

// wrapStyled breaks lines that are wider than width between words. It breaks a
// word only if the word alone is wider than width.
func wrapStyled(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if styledWidth(line) > width {
			lines[i] = wrapLine(line, width)
		}
	}
	return strings.Join(lines, "\n")
}

// wrapLine breaks one line.
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

// breakWord splits a word into pieces of at most width columns.
func breakWord(word string, width int) []string {
	pieces, used := []string{""}, 0
	walkStyled(word, func(piece string, w int) {
		if used > 0 && used+w > width {
			pieces, used = append(pieces, ""), 0
		}
		pieces[len(pieces)-1] += piece
		used += max(w, 0)
	})
	return pieces
}

// Width returns how many columns t takes on a terminal, without its colors.
func (t Text) Width() int { return styledWidth(string(t)) }

// Cut returns t in at most width columns, with its colors.
func (t Text) Cut(width int) Text { return Text(cutStyled(string(t), width)) }

// Wrap breaks text into lines of at most width columns, at spaces if it can.
func Wrap(text string, width int) []string {
	return strings.Split(wrapStyled(text, max(1, width)), "\n")
}
