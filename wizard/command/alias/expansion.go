// Package alias expands, checks, imports and exports the user's aliases. An
// alias stands for a command line of this program, without the program's name,
// quoted as POSIX shells quote. $1, $2 and so on in it are placeholders for
// arguments; $$1 is a dollar sign before a 1. The package must not read or write
// the configuration that stores aliases.
package alias

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/shlex"
)

// Alias is a name and the command line that it stands for.
type Alias struct {
	Name      string `json:"name"`
	Expansion string `json:"expansion"`
}

// List returns aliases, by name.
func List(aliases map[string]string) []Alias {
	list := []Alias{}
	for _, name := range slices.Sorted(maps.Keys(aliases)) {
		list = append(list, Alias{name, aliases[name]})
	}
	return list
}

// Split returns the words of an expansion.
func Split(expansion string) ([]string, error) {
	// If a last word does not come back, a comment or a backslash ate it.
	const last = "."
	words, err := shlex.Split(expansion + " " + last)
	switch {
	case err != nil:
		return nil, errors.New("unclosed quote")
	case len(words) == 0 || words[len(words)-1] != last:
		return nil, errors.New("put words that contain # or \\ in quotes")
	}
	return words[:len(words)-1], nil
}

// placeholder matches $1 and so on, and $$1, which is not a placeholder.
var placeholder = regexp.MustCompile(`\$?\$([1-9][0-9]?)`)

// Fill replaces the placeholders in the words of an expansion by args, and
// appends the args that are left. Each argument stays one word. It fails if there
// are too few.
func Fill(words, args []string) ([]string, error) {
	needed := Placeholders(words)
	if needed > len(args) {
		return nil, fmt.Errorf("missing value for $%d", len(args)+1)
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
	return append(filled, args[needed:]...), nil
}

// Placeholders returns the highest number of a placeholder in words, which is
// how many arguments the alias needs.
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
