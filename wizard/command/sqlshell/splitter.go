package sqlshell

import (
	"slices"
	"strings"
)

// statement is one SQL statement of a script, from its first word on.
type statement struct {
	text string
	// line is where it begins, counted from 1.
	line int
	// breaksInside says that a line ends inside a quote or a comment, so that
	// the lines cannot be joined.
	breaksInside bool
}

// script cuts lines of SQL into statements: it knows quotes, comments, and
// that a trigger's body has semicolons of its own.
type script struct {
	text strings.Builder
	// line is the number of the last line that was fed, first the one on which
	// the pending statement begins.
	line, first int
	within      lexicon
	// word is the keyword or name being read, words the first of the statement.
	word  []byte
	words []string
	// body is how far the end of a trigger has been read.
	body bodyEnd
	// blank says that nothing but space and comments has come so far.
	blank        bool
	breaksInside bool
}

// lexicon is what the characters being read belong to.
type lexicon byte

const (
	inCode         lexicon = 0
	inLineComment  lexicon = '-'
	inBlockComment lexicon = '*'
	// Any other value is the quote that ends the quoted text.
)

// bodyEnd counts how much of «; END ;», which ends a trigger, has been seen.
type bodyEnd int

const (
	bodyOpen bodyEnd = iota
	bodySemicolon
	bodyEndWord
)

// wordsThatMatter is how many words tell whether a statement makes a trigger:
// EXPLAIN QUERY PLAN CREATE TEMP TRIGGER.
const wordsThatMatter = 6

func newScript() *script { return &script{blank: true} }

// isPending says whether a statement has begun and not ended.
func (s *script) isPending() bool { return !s.blank || s.within != inCode }

// feed takes the next line and returns the statements that it completes.
func (s *script) feed(line string) []statement {
	s.line++
	var done []statement
	for i := 0; i < len(line); i++ {
		i += s.take(line, i) - 1
		if line[i] != ';' || s.within != inCode || !s.endsStatement() {
			continue
		}
		if !s.blank {
			done = append(done, s.pending())
		}
		s.restart()
	}
	s.endLine()
	return done
}

// rest returns what has come since the last complete statement.
func (s *script) rest() (statement, bool) {
	last, any := s.pending(), !s.blank
	s.restart()
	return last, any
}

func (s *script) pending() statement {
	return statement{text: s.text.String(), line: s.first, breaksInside: s.breaksInside}
}

// drop forgets the pending statement.
func (s *script) drop() { s.restart() }

func (s *script) restart() {
	*s = script{line: s.line, blank: true}
}

// take reads the character at i, or the two of a comment's sign, and returns how many.
func (s *script) take(line string, i int) int {
	c, size := line[i], 1
	pair := line[i:min(i+2, len(line))]
	switch {
	case s.within == inCode && (pair == "--" || pair == "/*"):
		s.endWord()
		s.within, size = lexicon(pair[1]), 2
	case s.within == inCode:
		s.takeCode(c)
	case s.within == inBlockComment && pair == "*/":
		s.within, size = inCode, 2
	case s.within != inLineComment && s.within != inBlockComment && lexicon(c) == s.within:
		// A doubled quote closes and opens again, which comes to the same.
		s.within = inCode
	}
	s.text.WriteString(line[i : i+size])
	return size
}

func (s *script) takeCode(c byte) {
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
		return // judged by endsStatement
	case '\'', '"', '`':
		s.within = lexicon(c)
	case '[':
		s.within = ']'
	}
	s.begin()
	s.body = bodyOpen
}

// begin marks where the statement begins; what stood before it is forgotten.
func (s *script) begin() {
	if s.blank {
		s.blank, s.first, s.breaksInside = false, s.line, false
		s.text.Reset()
	}
}

func (s *script) endWord() {
	if len(s.word) == 0 {
		return
	}
	word := strings.ToUpper(string(s.word))
	s.word = s.word[:0]
	if len(s.words) < wordsThatMatter {
		s.words = append(s.words, word)
	}
	if s.body == bodySemicolon && word == "END" {
		s.body = bodyEndWord
	} else {
		s.body = bodyOpen
	}
}

// endsStatement is asked at a semicolon.
func (s *script) endsStatement() bool {
	if !s.makesTrigger() || s.body == bodyEndWord {
		return true
	}
	s.body = bodySemicolon
	return false
}

func (s *script) makesTrigger() bool {
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

func (s *script) endLine() {
	s.endWord()
	if s.text.Len() == 0 {
		return
	}
	s.breaksInside = s.breaksInside || s.within != inCode
	if s.within == inLineComment {
		s.within = inCode
	}
	s.text.WriteByte('\n')
}

func isWordByte(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
