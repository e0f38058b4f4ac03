package complete

import "strings"

// bashWord is one word of an unfinished bash command line.
type bashWord struct {
	start   int    // its offset in the line
	value   string // without quotes and escapes; expansions stay as written
	quote   byte   // the quote that is open at its end, or 0
	escaped bool   // ends with a backslash that escapes the next character
}

// bashLineReader splits a bash command line.
type bashLineReader struct {
	line string
	at   int
}

// splitBashLine splits an unfinished command line into words. The last one is
// the word being typed; it is empty after a space. Expansions are not evaluated:
// a line must not run anything before the user presses Enter.
func splitBashLine(line string) []bashWord {
	r := &bashLineReader{line: line}
	var words []bashWord
	for {
		r.skipBlanks()
		words = append(words, r.word())
		if r.at >= len(r.line) {
			return words
		}
	}
}

const blanks = " \t\n"

func (r *bashLineReader) skipBlanks() {
	rest := r.line[r.at:]
	r.at += len(rest) - len(strings.TrimLeft(rest, blanks))
}

// word reads up to the next blank or the end of the line.
func (r *bashLineReader) word() bashWord {
	w := bashWord{start: r.at}
	var value strings.Builder
	for r.at < len(r.line) {
		c := r.line[r.at]
		switch {
		case w.quote == 0 && strings.IndexByte(blanks, c) >= 0:
			w.value = value.String()
			return w
		case c == '$' && w.quote != '\'' && strings.HasPrefix(r.line[r.at:], "$("):
			value.WriteString(r.substitution())
			continue
		case c == '\\' && w.quote != '\'':
			w.escaped = r.escape(&value, w.quote)
			continue
		case w.quote == 0 && (c == '"' || c == '\''):
			w.quote = c
		case c == w.quote:
			w.quote = 0
		default:
			value.WriteByte(c)
		}
		r.at++
	}
	w.value = value.String()
	return w
}

// escape reads a backslash and the character it escapes, and reports whether
// that character is missing. In double quotes, a backslash only escapes a few
// characters.
func (r *bashLineReader) escape(value *strings.Builder, quote byte) (open bool) {
	r.at++
	if r.at == len(r.line) {
		return true
	}
	c := r.line[r.at]
	r.at++
	if quote == '"' && strings.IndexByte("$`\"\\\n", c) < 0 {
		value.WriteByte('\\')
	}
	if c != '\n' {
		value.WriteByte(c)
	}
	return false
}

// substitution reads $(…), up to its closing parenthesis.
func (r *bashLineReader) substitution() string {
	from, depth := r.at, 0
	r.at++
	for r.at < len(r.line) {
		switch r.line[r.at] {
		case '(':
			depth++
		case ')':
			depth--
		case '\\':
			r.at++
		case '\'', '"':
			r.skipQuoted()
		}
		r.at++
		if depth == 0 {
			break
		}
	}
	r.at = min(r.at, len(r.line))
	return r.line[from:r.at]
}

// skipQuoted moves from an opening quote to the closing one.
func (r *bashLineReader) skipQuoted() {
	quote := r.line[r.at]
	for r.at++; r.at < len(r.line) && r.line[r.at] != quote; r.at++ {
		if r.line[r.at] == '\\' && quote == '"' {
			r.at++
		}
	}
}
