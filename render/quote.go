package render

import (
	"strings"
)

// Shell is a family of shells with one way of quoting.
type Shell int

const (
	// POSIX stands for bash, zsh, dash and fish: what is written for it means
	// the same in each of them.
	POSIX Shell = iota
	// PowerShell is Windows' own.
	PowerShell
)

// ShellFor is the shell that a command is quoted for on an operating system, as
// runtime.GOOS names it.
func ShellFor(goos string) Shell {
	if goos == "windows" {
		return PowerShell
	}
	return POSIX
}

// Quote writes a word so that the shell reads it back unchanged and runs
// nothing: in double quotes where nothing in it means anything to a shell, in
// single quotes otherwise.
func (s Shell) Quote(word string) string {
	if !strings.ContainsFunc(word, needsSingleQuotes) {
		return `"` + word + `"`
	}
	if s == PowerShell {
		return quotePowerShell(word)
	}
	return quotePOSIX(word)
}

// needsSingleQuotes says whether a character may mean something to some shell
// between double quotes: expansions, history, escapes, ends of lines and, for
// PowerShell, the typographic quotes that it takes for quotes.
func needsSingleQuotes(r rune) bool {
	return r < ' ' || r == 0x7f || r == 0xfffd || strings.ContainsRune("$`\\!\"'", r) || isTypographicQuote(r)
}

func isTypographicQuote(r rune) bool {
	return r >= 0x2018 && r <= 0x201f
}

// quotePOSIX puts the word in single quotes. A single quote ends them for a
// moment; so does a backslash, which fish alone reads as an escape even there.
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

// quotePowerShell puts the word in single quotes, in which only a quote itself,
// in any of the forms that PowerShell accepts, has to be doubled
// (about_Quoting_Rules).
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
