package render

import (
	"regexp"
	"strings"
)

// Quote always quotes word, so that the shell reads it back unchanged and runs
// nothing. It uses double quotes if every character in them means itself in
// every shell, and single quotes otherwise.
func (s Shell) Quote(word string) string {
	if !strings.ContainsFunc(word, needsSingleQuotes) {
		return `"` + word + `"`
	}
	return s.row().quote(word)
}

// QuoteIfNeeded returns word unchanged if the shell reads it as itself, and
// quotes it otherwise.
func (s Shell) QuoteIfNeeded(word string) string {
	if s.row().isPlain(word) {
		return word
	}
	return s.Quote(word)
}

// plainWord matches words that mean themselves without quotes.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:+-][A-Za-z0-9_./:@+=-]*$`)

func isPlainPOSIX(word string) bool { return plainWord.MatchString(word) }

// isPlainPowerShell is stricter about words that start with a dash: PowerShell
// splits them at a colon or a point before it runs a program.
func isPlainPowerShell(word string) bool {
	if strings.HasPrefix(word, "-") && strings.ContainsAny(word, ".:") {
		return false
	}
	return plainWord.MatchString(word)
}

// needsSingleQuotes reports whether some shell may give a character a meaning
// between double quotes: expansion, history, escapes and line ends, and the
// typographic quotes that PowerShell treats as quotes.
func needsSingleQuotes(r rune) bool {
	return r < ' ' || r == 0x7f || r == 0xfffd || strings.ContainsRune("$`\\!\"'", r) || isTypographicQuote(r)
}

func isTypographicQuote(r rune) bool {
	return r >= 0x2018 && r <= 0x201f
}

// quotePOSIX puts the word in single quotes, except for single quotes and
// backslashes, which go in double quotes: fish treats a backslash as an escape
// even between single quotes.
func quotePOSIX(word string) string {
	if word == "" {
		return "''"
	}
	var b strings.Builder
	for word != "" {
		special := strings.IndexAny(word, `'\`)
		plain := word
		if special >= 0 {
			plain = word[:special]
		}
		if plain != "" {
			b.WriteString("'" + plain + "'")
		}
		if special < 0 {
			break
		}
		run := len(word[special:]) - len(strings.TrimLeft(word[special:], word[special:special+1]))
		quoted := word[special : special+run]
		b.WriteString(`"` + strings.ReplaceAll(quoted, `\`, `\\`) + `"`)
		word = word[special+run:]
	}
	return b.String()
}

// quotePowerShell puts the word in single quotes, where only a single quote, in
// any of the forms that PowerShell accepts, must be doubled (about_Quoting_Rules).
func quotePowerShell(word string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range word {
		b.WriteRune(r)
		if r == '\'' || r >= 0x2018 && r <= 0x201b {
			b.WriteRune(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

func aliasPOSIX(name string, words []string) string {
	return "alias " + name + "=" + POSIX.Quote(JoinWords(words, POSIX.QuoteIfNeeded))
}

func aliasFish(name string, words []string) string {
	return "alias " + name + " " + POSIX.Quote(JoinWords(words, POSIX.QuoteIfNeeded))
}

// aliasPowerShell defines a function, because an alias of PowerShell cannot have
// arguments. It quotes every word
// that PowerShell might split or read as an operator.
func aliasPowerShell(name string, words []string) string {
	quote := func(word string) string {
		if plainInFunction.MatchString(word) {
			return word
		}
		return PowerShell.Quote(word)
	}
	return "function " + name + " { " + JoinWords(words, quote) + " @args }"
}

// plainInFunction matches words that PowerShell passes on unchanged to a program.
var plainInFunction = regexp.MustCompile(`^(--)?[A-Za-z][A-Za-z0-9-]*$`)
