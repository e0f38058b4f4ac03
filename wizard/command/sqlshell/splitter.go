package sqlshell

import (
	"slices"
	"strings"
)

// statement is one SQL statement of a script, starting with its first word.
type statement struct {
	text string
	// line is the number of its first line in the script, starting from 1.
	line int
	// breaksInside is set if a line ends inside a quoted text or a comment, so
	// that the lines cannot be joined.
	breaksInside bool
}

// splitter splits lines of SQL into statements. It recognizes quotes, comments
// and the semicolons in the body of a trigger.
type splitter struct {
	text strings.Builder
	// line is the number of the last line fed, first that of the first line of
	// the pending statement.
	line, first int
	state       scanState
	// word is the keyword or name being read; words are the first ones of the
	// statement.
	word  []byte
	words []string
	// end is how much of the end of a trigger has been read.
	end triggerEnd
	// blank is set if only spaces and comments have been read so far.
	blank        bool
	breaksInside bool
}

// scanState is what the characters being read belong to.
type scanState byte

const (
	inCode         scanState = 0
	inLineComment  scanState = '-'
	inBlockComment scanState = '*'
	// Any other value is the quote that ends the quoted text.
)

// triggerEnd is how much of "; END ;", which ends a trigger, has been read.
type triggerEnd int

const (
	endNone triggerEnd = iota
	endSemicolon
	endKeyword
)

// maxKeywords is how many words are needed to recognize a statement that creates
// a trigger: EXPLAIN QUERY PLAN CREATE TEMP TRIGGER.
const maxKeywords = 6

func newSplitter() *splitter { return &splitter{blank: true} }

// isPending reports whether a statement has begun and not ended.
func (s *splitter) isPending() bool { return !s.blank || s.state != inCode }

// feed reads the next line and returns the statements that it completes.
func (s *splitter) feed(line string) []statement {
	s.line++
	var statements []statement
	for i := 0; i < len(line); i++ {
		i += s.scan(line, i) - 1
		if line[i] != ';' || s.state != inCode || !s.endsStatement() {
			continue
		}
		if !s.blank {
			statements = append(statements, s.pending())
		}
		s.reset()
	}
	s.endLine()
	return statements
}

// skipLine counts a line that is not SQL.
func (s *splitter) skipLine() { s.line++ }

// rest returns the text after the last complete statement, and whether there is
// any except spaces and comments.
func (s *splitter) rest() (rest statement, found bool) {
	rest, found = s.pending(), !s.blank
	s.reset()
	return rest, found
}

func (s *splitter) pending() statement {
	return statement{text: s.text.String(), line: s.first, breaksInside: s.breaksInside}
}

// reset discards the pending statement.
func (s *splitter) reset() {
	*s = splitter{line: s.line, blank: true}
}

// scan reads the byte at i, or the two of a comment delimiter, and returns how many.
func (s *splitter) scan(line string, i int) int {
	c, size := line[i], 1
	pair := line[i:min(i+2, len(line))]
	switch {
	case s.state == inCode && (pair == "--" || pair == "/*"):
		s.endWord()
		s.state, size = scanState(pair[1]), 2
	case s.state == inCode:
		s.scanCode(c)
	case s.state == inBlockComment && pair == "*/":
		s.state, size = inCode, 2
	case s.state != inLineComment && s.state != inBlockComment && scanState(c) == s.state:
		// A doubled quote ends the text and starts it again, which has the same effect.
		s.state = inCode
	}
	s.text.WriteString(line[i : i+size])
	return size
}

func (s *splitter) scanCode(c byte) {
	if isWordByte(c) {
		s.begin()
		s.word = append(s.word, c)
		return
	}
	s.endWord()
	switch c {
	case ' ', '\t', '\r', '\n', '\f':
		return
	case ';':
		return // see endsStatement
	case '\'', '"', '`':
		s.state = scanState(c)
	case '[':
		s.state = ']'
	}
	s.begin()
	s.end = endNone
}

// begin starts the statement if it has not begun, and discards comments before it.
func (s *splitter) begin() {
	if s.blank {
		s.blank, s.first, s.breaksInside = false, s.line, false
		s.text.Reset()
	}
}

func (s *splitter) endWord() {
	if len(s.word) == 0 {
		return
	}
	word := strings.ToUpper(string(s.word))
	s.word = s.word[:0]
	if len(s.words) < maxKeywords {
		s.words = append(s.words, word)
	}
	if s.end == endSemicolon && word == "END" {
		s.end = endKeyword
	} else {
		s.end = endNone
	}
}

// endsStatement reports whether a semicolon at this point ends the statement.
func (s *splitter) endsStatement() bool {
	if !s.createsTrigger() || s.end == endKeyword {
		return true
	}
	s.end = endSemicolon
	return false
}

func (s *splitter) createsTrigger() bool {
	words := s.words
	for _, optional := range []string{"EXPLAIN", "QUERY", "PLAN"} {
		if len(words) > 0 && words[0] == optional {
			words = words[1:]
		}
	}
	if len(words) < 2 || words[0] != "CREATE" {
		return false
	}
	if words = words[1:]; slices.Contains([]string{"TEMP", "TEMPORARY"}, words[0]) {
		words = words[1:]
	}
	return len(words) > 0 && words[0] == "TRIGGER"
}

func (s *splitter) endLine() {
	s.endWord()
	if s.text.Len() == 0 {
		return
	}
	s.breaksInside = s.breaksInside || s.state != inCode
	if s.state == inLineComment {
		s.state = inCode
	}
	s.text.WriteByte('\n')
}

func isWordByte(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
