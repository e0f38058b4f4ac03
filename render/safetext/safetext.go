// Package safetext defines which characters must not reach a terminal. All code
// that shows, escapes or masks text uses this one definition. The package must not
// know where text comes from or how it is shown.
package safetext

import (
	"strings"
	"unicode"
)

// Unsafe reports whether r is a control character (C0, DEL, C1) or an
// invisible character that can make text look like something else: direction
// marks and overrides, zero-width spaces, tags and line separators. Tab and
// newline are unsafe too; callers that show several lines must allow them.
// The zero-width joiner and non-joiner are safe, because emoji and some scripts
// need them.
func Unsafe(r rune) bool {
	switch {
	case r < 0x7f:
		return r < ' '
	case r == 0x200C, r == 0x200D, unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Blank reports whether nothing of text can be seen.
func Blank(text string) bool { return !strings.ContainsFunc(text, leavesMark) }

// leavesMark reports whether r shows something on its own.
func leavesMark(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.IsPrint(r) && !unicode.IsSpace(r) && r != brailleBlank &&
		!unicode.In(r, unicode.M, unicode.Other_Default_Ignorable_Code_Point)
}
