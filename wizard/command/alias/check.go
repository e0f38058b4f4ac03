package alias

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"apono/wizard"
)

// Check returns the expansion to store for an alias, or an error that says why
// it cannot be added to aliases. replace lets it replace another one of the same
// name.
func Check(root *cobra.Command, aliases map[string]string, a Alias, replace bool) (string, error) {
	expansion, err := check(root, aliases, a, replace)
	if err != nil {
		return "", fmt.Errorf("cannot use %q as an alias: %w", a.Name, err)
	}
	return expansion, nil
}

func check(root *cobra.Command, aliases map[string]string, a Alias, replace bool) (string, error) {
	a.Expansion = strings.TrimSpace(a.Expansion)
	words, err := Split(a.Expansion)
	if err == nil && len(words) > 0 && words[0] == "apono" {
		words = words[1:]
		a.Expansion = wizard.JoinExpansion(words)
	}
	before, exists := aliases[a.Name]
	switch {
	case !isName(a.Name):
		return "", errors.New("use letters and digits, with - _ . between them")
	case IsCommand(root, a.Name):
		return "", errors.New("it is a command")
	case err != nil:
		return "", err
	case exists && before != a.Expansion && !replace:
		return "", fmt.Errorf("it already exists, for %q; use --clobber before the name to replace it", before)
	case holdsToken(words):
		return "", errors.New("it would store a token in plain text; use --personal-token -")
	}
	return a.Expansion, checkTarget(root, aliases, a, words)
}

// isName reports whether a name causes no trouble in any shell that it is
// exported to.
func isName(name string) bool {
	bad := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("_.-", r)
	}
	return name != "" && !strings.HasPrefix(name, "-") && !strings.HasPrefix(name, ".") && !strings.ContainsFunc(name, bad)
}

// holdsToken reports whether a command line contains a secret.
func holdsToken(words []string) bool {
	for i, word := range words {
		value, given := strings.CutPrefix(word, "--personal-token=")
		if word == "--personal-token" && i+1 < len(words) {
			value, given = words[i+1], true
		}
		if given && value != "-" {
			return true
		}
	}
	return false
}

// checkTarget fails if an alias does not lead to a command.
func checkTarget(root *cobra.Command, aliases map[string]string, a Alias, words []string) error {
	all := map[string]string{}
	maps.Copy(all, aliases)
	all[a.Name] = a.Expansion
	filler := make([]string, Placeholders(words))
	for i := range filler {
		filler[i] = "x"
	}
	args, err := Expand(root, all, append([]string{a.Name}, filler...))
	if err != nil {
		return err
	}
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if at := firstWord(cmd.Flags(), rest); at >= 0 && cmd.HasSubCommands() {
		return fmt.Errorf("%s has no command %q", cmd.CommandPath(), rest[at])
	}
	if cmd == root && len(args) == 0 {
		return errors.New("the command is empty")
	}
	return nil
}
