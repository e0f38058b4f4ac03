// Package safetext says which characters must not reach a terminal. It is the
// only place that does; everything that shows, escapes or masks text asks it.
package safetext

import "unicode"

// Unsafe reports whether a character is a control character (C0, DEL, C1) or an
// invisible character that makes text read differently from what it is:
// direction marks and overrides, zero-width spaces, tags, line separators. A tab
// and a newline are unsafe too; a caller that shows several lines allows them.
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
