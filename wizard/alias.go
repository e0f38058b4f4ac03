package wizard

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/shlex"

	"apono/render"
)

// An alias's expansion is a command line of this program, without its name,
// quoted as POSIX shells quote. $1, $2 and so on stand in it for the arguments
// that come with the alias; a dollar before a digit that means itself is
// doubled.

// SplitExpansion returns the words of an expansion.
func SplitExpansion(text string) ([]string, error) {
	// A last word that does not come back is in a comment, or was escaped.
	const last = "."
	words, err := shlex.Split(text + " " + last)
	switch {
	case err != nil:
		return nil, errors.New("a quote is not closed")
	case len(words) == 0 || words[len(words)-1] != last:
		return nil, errors.New("a word with # or \\ in it has to stand in quotes")
	}
	return words[:len(words)-1], nil
}

// JoinExpansion writes words as an expansion.
func JoinExpansion(words []string) string {
	return render.JoinWords(words, render.POSIX.QuoteIfNeeded)
}

// placeholder is $1 and so on, or one that means itself.
var placeholder = regexp.MustCompile(`\$?\$([1-9][0-9]?)`)

// FillExpansion puts arguments in the places that the words of an expansion
// keep for them, and the others at the end. An argument stays one word,
// whatever is in it. It fails where there are too few.
func FillExpansion(words, args []string) ([]string, error) {
	wanted := Placeholders(words)
	if wanted > len(args) {
		return nil, fmt.Errorf("it needs a value for $%d", len(args)+1)
	}
	filled := make([]string, 0, len(words)+len(args))
	for _, word := range words {
		filled = append(filled, placeholder.ReplaceAllStringFunc(word, func(found string) string {
			if strings.HasPrefix(found, "$$") {
				return found[1:]
			}
			n, _ := strconv.Atoi(found[1:])
			return args[n-1]
		}))
	}
	return append(filled, args[wanted:]...), nil
}

// Placeholders is the highest number of a placeholder in the words of an
// expansion: so many arguments it wants.
func Placeholders(words []string) int {
	highest := 0
	for _, word := range words {
		for _, found := range placeholder.FindAllStringSubmatch(word, -1) {
			if !strings.HasPrefix(found[0], "$$") {
				n, _ := strconv.Atoi(found[1])
				highest = max(highest, n)
			}
		}
	}
	return highest
}

// Literal writes words so that nothing in them is a placeholder.
func Literal(words []string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = dollarDigit.ReplaceAllString(word, `$$$0`)
	}
	return list
}

var dollarDigit = regexp.MustCompile(`\$[1-9]`)

// SaveCommand returns the command line that saves the request as an alias,
// quoted for a shell, with NAME in place of the alias's name.
func (a *Answers) SaveCommand(profile string, shell render.Shell) string {
	words := render.CommandLine{Profile: profile}.Args(append([]string{"requests", "create"}, a.Args()...)...)
	quote := render.POSIX.QuoteIfNeeded
	if shell.DropsDoubleQuotes() {
		quote = quoteSingle
	}
	expansion := render.JoinWords(Literal(words), quote)
	return render.CommandLine{Shell: shell}.Join("alias", "set", "NAME", expansion)
}

// quoteSingle quotes a word of an expansion without double quotes, for a shell
// that drops them from arguments.
func quoteSingle(word string) string {
	if render.POSIX.QuoteIfNeeded(word) == word {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
