package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"apono/wizard/prompt/keyboard"

	"github.com/rivo/uniseg"
)

// textLine is a line of text and a cursor. It is edited by grapheme cluster, what
// users see as one character: an emoji family is one, and so is a letter with its
// accents.
type textLine struct {
	text   string
	cursor int // in bytes, at the start of a cluster
}

// newTextLine returns a line with the cursor at the end.
func newTextLine(text string) textLine {
	text = printable(text)
	return textLine{text: text, cursor: len(text)}
}

// insert puts text at the cursor.
func (l *textLine) insert(text string) {
	text = printable(text)
	l.text = l.text[:l.cursor] + text + l.text[l.cursor:]
	l.cursor += len(text)
}

// printable returns text on one line: line breaks and tabs become spaces, and
// characters that cannot be shown are left out, except the zero-width joiner, which
// is part of many emoji.
func printable(text string) string {
	const zeroWidthJoiner = '\u200d'
	return strings.Map(func(char rune) rune {
		switch {
		case char == '\n', char == '\t', char == '\r':
			return ' '
		case unicode.IsPrint(char), char == zeroWidthJoiner:
			return char
		}
		return -1
	}, text)
}

// before returns the start of the cluster before the cursor.
func (l *textLine) before() int {
	// Clusters never cross a space followed by a letter, so it is enough to look
	// back that far, instead of from the start of a long text.
	from := max(0, strings.LastIndexByte(l.text[:max(0, l.cursor-1)], ' '))
	at := from
	for rest := l.text[from:l.cursor]; rest != ""; {
		cluster, more, _, _ := uniseg.FirstGraphemeClusterInString(rest, -1)
		if rest = more; rest != "" {
			at += len(cluster)
		}
	}
	return at
}

// after returns the end of the cluster after the cursor.
func (l *textLine) after() int {
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(l.text[l.cursor:], -1)
	return l.cursor + len(cluster)
}

// wordBefore returns the start of the word before the cursor.
func (l *textLine) wordBefore() int {
	trimmed := strings.TrimRightFunc(l.text[:l.cursor], unicode.IsSpace)
	at := strings.LastIndexFunc(trimmed, unicode.IsSpace)
	if at < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(trimmed[at:])
	return at + size
}

// wordAfter returns the end of the word after the cursor.
func (l *textLine) wordAfter() int {
	rest := l.text[l.cursor:]
	word := strings.TrimLeftFunc(rest, unicode.IsSpace)
	end := strings.IndexFunc(word, unicode.IsSpace)
	if end < 0 {
		end = len(word)
	}
	return l.cursor + len(rest) - len(word) + end
}

// delete removes the bytes in [from, to).
func (l *textLine) delete(from, to int) {
	l.text = l.text[:from] + l.text[to:]
	l.cursor = from
}

// edit handles a key. It returns false if the key edits nothing.
func (l *textLine) edit(k keyboard.Key) bool {
	switch k.Code {
	case keyboard.Text, keyboard.Paste:
		l.insert(k.Text)
	case keyboard.Left:
		l.cursor = l.before()
	case keyboard.Right:
		l.cursor = l.after()
	case keyboard.WordLeft:
		l.cursor = l.wordBefore()
	case keyboard.WordRight:
		l.cursor = l.wordAfter()
	case keyboard.Home:
		l.cursor = 0
	case keyboard.End:
		l.cursor = len(l.text)
	case keyboard.Backspace:
		l.delete(l.before(), l.cursor)
	case keyboard.Delete, keyboard.EndOfInput:
		l.delete(l.cursor, l.after())
	case keyboard.DeleteWordLeft:
		l.delete(l.wordBefore(), l.cursor)
	case keyboard.DeleteWordRight:
		l.delete(l.cursor, l.wordAfter())
	case keyboard.CtrlU:
		l.delete(0, l.cursor)
	case keyboard.CtrlK:
		l.delete(l.cursor, len(l.text))
	default:
		return false
	}
	return true
}

// textRow is one row of a wrapped line, in bytes.
type textRow struct{ start, end int }

// wrapText splits text into rows at spaces, or inside words that are too long. The
// first row has room for first columns, the others for rest. There is at least one
// row.
func wrapText(text string, first, rest int) []textRow {
	var rows []textRow
	room := max(1, first)
	start, width := 0, 0   // of the current row
	space, atSpace := 0, 0 // the end of its last space, and the width there
	at, state := 0, -1     // the next cluster
	breakAt := func(end, left int) {
		rows = append(rows, textRow{start, end})
		start, width, space, room = end, left, end, max(1, rest)
	}
	for at < len(text) {
		cluster, _, columns, next := uniseg.FirstGraphemeClusterInString(text[at:], state)
		state = next
		if cluster != " " && width+columns > room && width > 0 {
			if space > start {
				breakAt(space, width-atSpace)
			} else {
				breakAt(at, 0)
			}
		}
		at += len(cluster)
		width += columns
		if cluster == " " { // a space at the end of a row takes no room
			space, atSpace = at, width
		}
	}
	return append(rows, textRow{start, len(text)})
}

// rowOf returns the row that the cursor is on.
func rowOf(rows []textRow, cursor int) int {
	for i, r := range rows {
		if cursor < r.end {
			return i
		}
	}
	return len(rows) - 1
}
