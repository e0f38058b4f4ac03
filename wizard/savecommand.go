package wizard

import (
	"regexp"
	"strings"

	"apono/render"
)

// SaveCommand returns the command line that saves the request as an alias, quoted
// for a shell. NAME in it is for the user to replace.
func (a *Answers) SaveCommand(profile string, shell render.Shell) string {
	words := append([]string{"requests", "create"}, a.Args()...)
	if profile != "" {
		words = append(words, "--profile", profile)
	}
	quote := render.POSIX.Quote
	if shell == render.PowerShell {
		quote = withoutDoubleQuotes
	}
	return "apono alias set NAME " + shell.Quote(joinWords(EscapePlaceholders(words), quote))
}

// withoutDoubleQuotes quotes for an expansion that goes through PowerShell: older
// versions lose the double quotes in an argument.
func withoutDoubleQuotes(word string) string {
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// JoinExpansion quotes and joins the words of an alias's expansion.
func JoinExpansion(words []string) string { return joinWords(words, render.POSIX.Quote) }

func joinWords(words []string, quote func(string) string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if !plainWord.MatchString(word) {
			quoted[i] = quote(word)
		}
	}
	return strings.Join(quoted, " ")
}

// plainWord matches words that need no quotes in any shell.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:+-][A-Za-z0-9_./:@+=-]*$`)

// EscapePlaceholders doubles the dollar signs in words that an alias would take
// for placeholders, such as $1.
func EscapePlaceholders(words []string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = dollarDigit.ReplaceAllString(word, `$$$0`)
	}
	return list
}

var dollarDigit = regexp.MustCompile(`\$[1-9]`)
