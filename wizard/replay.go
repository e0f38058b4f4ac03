package wizard

import (
	"regexp"
	"strings"

	"apono/render"
)

// Replay returns the command line that makes the same request again, quoted for
// a shell. An empty profile is left out.
func (a *Answers) Replay(profile string, shell render.Shell) string {
	words := []string{"requests", "create"}
	for _, row := range answerTable() {
		for _, word := range row.words(a) {
			if !row.unquoted {
				word = shell.Quote(word)
			}
			words = append(words, "--"+row.flag, word)
		}
	}
	line := render.CommandLine{Shell: shell, Profile: profile, QuoteProfile: true}
	return string(line.Wrap(render.Arguments(strings.Join(words, " "))))
}

// JoinExpansion quotes and joins the words of an alias's expansion.
func JoinExpansion(words []string) string {
	return render.JoinWords(words, render.POSIX.QuoteIfNeeded)
}

// EscapePlaceholders doubles the dollar signs in words that an alias would take for
// placeholders, such as $1.
func EscapePlaceholders(words []string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = dollarDigit.ReplaceAllString(word, `$$$0`)
	}
	return list
}

var dollarDigit = regexp.MustCompile(`\$[1-9]`)
