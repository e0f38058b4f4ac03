package alias

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"apono/wizard"
)

// Command returns the word that names a command in args; false if they start with
// something else, such as an alias.
func Command(root *cobra.Command, args []string) (word string, ok bool) {
	at := firstWord(root.PersistentFlags(), args)
	if at < 0 || !IsCommand(root, args[at]) {
		return "", false
	}
	return args[at], true
}

// MayBeIn reports whether args may start with an alias: whether their first word
// is not a command. If it is false, there is no need to read the configuration.
func MayBeIn(root *cobra.Command, args []string) bool {
	at := firstWord(root.PersistentFlags(), args)
	return at >= 0 && !IsCommand(root, args[at])
}

// Expand replaces the alias that args start with by its expansion, until they
// start with something else. It fails if an alias leads back to itself or needs
// more arguments; the error is a *wizard.UsageError.
func Expand(root *cobra.Command, aliases map[string]string, args []string) ([]string, error) {
	var followed []string
	for {
		at := firstWord(root.PersistentFlags(), args)
		if at < 0 || IsCommand(root, args[at]) {
			return args, nil
		}
		name := args[at]
		expansion, ok := aliases[name]
		if !ok {
			return args, nil
		}
		if slices.Contains(followed, name) {
			return nil, &wizard.UsageError{Message: "alias " + name + " leads back to itself: " + strings.Join(append(followed, name), " → "), Run: "alias list"}
		}
		followed = append(followed, name)
		words, rest, err := fill(expansion, args[at+1:])
		if err != nil {
			return nil, unusable(Alias{name, expansion}, err)
		}
		args = append(withFlags(words, args[:at]), rest...)
	}
}

func unusable(a Alias, err error) error {
	return &wizard.UsageError{Message: fmt.Sprintf("alias %s: %v", a.Name, err), Hint: "Its command: " + a.Expansion}
}

// fill returns the words of an expansion with args in its placeholders, and the
// rest of args.
func fill(expansion string, args []string) (words, rest []string, err error) {
	if words, err = Split(expansion); err != nil {
		return nil, nil, err
	}
	taken := min(Placeholders(words), len(args))
	words, err = Fill(words, args[:taken])
	return words, args[taken:], err
}

// withFlags adds the flags that precede an alias to its expansion. They go after
// the expansion's own flags, since the last value of a flag wins.
func withFlags(words, flags []string) []string {
	at := slices.Index(words, "--")
	if at < 0 {
		at = len(words)
	}
	return slices.Insert(words, at, flags...)
}

// firstWord returns the index of the first argument that is neither a flag nor
// the value of a flag, as cobra sees it; -1 if there is none.
func firstWord(flags *pflag.FlagSet, args []string) int {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return -1
		case !strings.HasPrefix(arg, "-") || arg == "-":
			return i
		case !strings.Contains(arg, "=") && takesNext(flags, arg):
			i++
		}
	}
	return -1
}

// takesNext reports whether the argument after a flag is its value.
func takesNext(flags *pflag.FlagSet, arg string) bool {
	var flag *pflag.Flag
	if name, long := strings.CutPrefix(arg, "--"); long {
		flag = flags.Lookup(name)
	} else if len(arg) == 2 {
		flag = flags.ShorthandLookup(arg[1:])
	} else {
		return false // the value is in the same argument
	}
	return flag == nil || flag.NoOptDefVal == ""
}

// IsCommand reports whether word is a command, hidden ones and those for
// completion included. An alias with that name does nothing.
func IsCommand(root *cobra.Command, word string) bool {
	root.InitDefaultHelpCmd()
	return strings.HasPrefix(word, "__") || slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool {
		return c.Name() == word || c.HasAlias(word)
	})
}
