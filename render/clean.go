package render

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"apono/render/safetext"
)

// escapes matches the control sequences of ECMA-48: CSI, the string sequences
// such as OSC with their terminators, and two-character escapes.
var escapes = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)?|\x1b[ -/]*[0-~]")

// Clean makes untrusted text safe to show on one line. It removes control
// characters, escape sequences and invisible characters that reorder or hide
// text, turns line ends and tabs into spaces, and collapses spaces.
func Clean(text string) string {
	return strings.Join(strings.Fields(strings.Map(oneLine, CleanLines(text))), " ")
}

// CleanLines is like Clean for text of several lines: it keeps line ends, tabs
// and spaces.
func CleanLines(text string) string {
	if isPlain(text) {
		return text
	}
	text = escapes.ReplaceAllString(text, "")
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case isLineEnd(r):
			return '\n'
		case r == '\t' || !safetext.Unsafe(r):
			return r
		}
		return -1
	}, text)
}

// IsClean reports whether text is safe to show on one line: Clean would change only
// its spaces.
func IsClean(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, safetext.Unsafe)
}

// oneLine turns line ends and tabs into spaces.
func oneLine(r rune) rune {
	if r == '\n' || r == '\t' {
		return ' '
	}
	return r
}

// isPlain reports whether text is printable ASCII.
func isPlain(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// isLineEnd reports whether some program starts a new line at r.
func isLineEnd(r rune) bool {
	return r >= '\n' && r <= '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// Width returns how many columns text takes on a terminal.
func Width(text string) int { return uniseg.StringWidth(text) }

const ellipsis = "…"

// Cut shortens text to at most width columns. An ellipsis marks the cut.
func Cut(text string, width int) string {
	if Width(text) <= width {
		return text
	}
	if width < 1 {
		return ""
	}
	return head(text, width-1) + ellipsis
}

// CutStart shortens text to at most width columns at its start, because the end
// of what is typed matters.
func CutStart(text string, width int) string {
	switch {
	case Width(text) <= width:
		return text
	case width < 1:
		return ""
	}
	return ellipsis + tail(text, width-1)
}

// CutMiddle shortens text to at most width columns in the middle, because paths
// and ARNs differ at their ends.
func CutMiddle(text string, width int) string {
	if Width(text) <= width {
		return text
	}
	if width < 5 {
		return Cut(text, width)
	}
	start := head(text, (width-1)/2)
	return start + ellipsis + tail(text, width-1-Width(start))
}

// head returns the longest prefix of text that fits into width columns.
func head(text string, width int) string {
	used, end := 0, 0
	graphemes := uniseg.NewGraphemes(text)
	for graphemes.Next() {
		used += graphemes.Width()
		if used > width {
			break
		}
		_, end = graphemes.Positions()
	}
	return text[:end]
}

// tail returns the longest suffix of text that fits into width columns.
func tail(text string, width int) string {
	rest := Width(text)
	graphemes := uniseg.NewGraphemes(text)
	for graphemes.Next() {
		if rest <= width {
			start, _ := graphemes.Positions()
			return text[start:]
		}
		rest -= graphemes.Width()
	}
	return ""
}

// screenLines returns how many lines the cursor moves down when text is written
// at the start of a line on a terminal with width columns.
func screenLines(text string, width int) int {
	count := 0
	lines := strings.Split(escapes.ReplaceAllString(text, ""), "\n")
	for _, line := range lines {
		if w := Width(line); w > width {
			count += (w - 1) / width
		}
	}
	return count + len(lines) - 1
}
