package command

import "strings"

// shellWord is one word of a command line that is being typed in bash.
type shellWord struct {
	start int    // where it starts in the line
	value string // what the shell would make of it, without running anything
	// quote is the quote that is still open at its end; 0 where none is.
	quote byte
	// escaped says that a backslash at its end still waits for its character.
	escaped bool
}

// lineReader reads a command line of bash as far as it has been typed.
type lineReader struct {
	line string
	at   int
}

// readLine splits a command line into words. The last one is the word that is
// being typed; it is empty after a space. Expansions stay as they are written:
// a line that nobody has sent runs nothing.
func readLine(line string) []shellWord {
	r := &lineReader{line: line}
	var words []shellWord
	for {
		r.skipBlanks()
		words = append(words, r.word())
		if r.at >= len(r.line) {
			return words
		}
	}
}

const blanks = " \t\n"

func (r *lineReader) skipBlanks() {
	rest := r.line[r.at:]
	r.at += len(rest) - len(strings.TrimLeft(rest, blanks))
}

// word reads up to the next blank, or to the end of the line.
func (r *lineReader) word() shellWord {
	w := shellWord{start: r.at}
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

// escape reads a backslash and what follows it, and says whether nothing did.
// Between double quotes it only counts before a few characters.
func (r *lineReader) escape(value *strings.Builder, quote byte) (open bool) {
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

// substitution reads $(…) with the words in it, up to the bracket that ends it.
func (r *lineReader) substitution() string {
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

// skipQuoted goes from a quote to the one that ends it.
func (r *lineReader) skipQuoted() {
	quote := r.line[r.at]
	for r.at++; r.at < len(r.line) && r.line[r.at] != quote; r.at++ {
		if r.line[r.at] == '\\' && quote == '"' {
			r.at++
		}
	}
}
