package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"apono/auth"
	"apono/wizard"
)

// configLoader reads the configuration.
type configLoader func(context.Context) (*auth.Config, error)

// expandAliases puts what an alias stands for in its place. The configuration
// is read only where the first word is no command: nothing else pays for it.
func (a *App) expandAliases(ctx context.Context, root *cobra.Command, args []string, load configLoader) ([]string, error) {
	at := firstWord(root.PersistentFlags(), args)
	if at < 0 || isCommand(root, args[at]) {
		return args, nil
	}
	var err error
	if a.dirs, err = auth.UserDirs(); err != nil {
		return nil, err
	}
	cfg, err := load(ctx)
	if err != nil {
		return nil, err
	}
	a.aliases = slices.Sorted(maps.Keys(cfg.Aliases))
	return expand(root, cfg.Aliases, args)
}

// expand follows aliases until the first word is none. It fails where one leads
// back to itself.
func expand(root *cobra.Command, aliases map[string]string, args []string) ([]string, error) {
	var followed []string
	for {
		at := firstWord(root.PersistentFlags(), args)
		if at < 0 || isCommand(root, args[at]) {
			return args, nil
		}
		name := args[at]
		expansion, ok := aliases[name]
		if !ok {
			return args, nil
		}
		if slices.Contains(followed, name) {
			return nil, &wizard.UsageError{Message: "the alias " + name + " leads back to itself: " + strings.Join(append(followed, name), " → "), Run: "alias list"}
		}
		followed = append(followed, name)
		words, rest, err := filled(expansion, args[at+1:])
		if err != nil {
			return nil, &wizard.UsageError{Message: fmt.Sprintf("the alias %s cannot be used: %v", name, err), Hint: "It stands for: " + expansion}
		}
		args = append(withFlags(words, args[:at]), rest...)
	}
}

// filled is an expansion with arguments in their places, and the rest of them.
func filled(expansion string, args []string) (words, rest []string, err error) {
	if words, err = wizard.SplitExpansion(expansion); err != nil {
		return nil, nil, err
	}
	taken := min(wizard.Placeholders(words), len(args))
	words, err = wizard.FillExpansion(words, args[:taken])
	return words, args[taken:], err
}

// withFlags adds the flags that stood before an alias to what it stands for.
// They come after its own, since the last of a flag's values counts.
func withFlags(words, flags []string) []string {
	at := slices.Index(words, "--")
	if at < 0 {
		at = len(words)
	}
	return slices.Insert(words, at, flags...)
}

// firstWord is the place of the first argument that is neither a flag nor a
// flag's value, as cobra sees it; -1 where there is none.
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

// takesNext says whether the argument after a flag is its value.
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

// isCommand says whether a word is a command, hidden ones included, or one that
// completion uses.
func isCommand(root *cobra.Command, word string) bool {
	root.InitDefaultHelpCmd()
	return strings.HasPrefix(word, "__") || slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool {
		return c.Name() == word || c.HasAlias(word)
	})
}

// noCommand refuses what is neither a command nor an alias.
func (a *App) noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return surplus(cmd, args[0], a.aliases)
}

// isAliasName says whether an alias can be called so: a name that is no trouble
// to any shell that it is exported to.
func isAliasName(name string) bool {
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("_.-", r)
	}
	return name != "" && !strings.HasPrefix(name, "-") && !strings.HasPrefix(name, ".") && !strings.ContainsFunc(name, odd)
}

// checkAlias returns the expansion to keep for an alias, or says what is wrong
// with it.
func checkAlias(root *cobra.Command, aliases map[string]string, one namedAlias, replace bool) (string, error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", fmt.Errorf("%q cannot be an alias: %w", one.Name, fmt.Errorf(format, args...))
	}
	one.Expansion = strings.TrimSpace(one.Expansion)
	words, err := wizard.SplitExpansion(one.Expansion)
	if err == nil && len(words) > 0 && words[0] == "apono" {
		words = words[1:]
		one.Expansion = wizard.JoinExpansion(words)
	}
	before, exists := aliases[one.Name]
	switch {
	case !isAliasName(one.Name):
		return refuse("use letters, digits, and - _ . between them")
	case isCommand(root, one.Name):
		return refuse("there is a command of that name")
	case err != nil:
		return refuse("%w", err)
	case exists && before != one.Expansion && !replace:
		return refuse("it stands for %q already, and --clobber, before the name, replaces that", before)
	case holdsToken(words):
		return refuse("it would keep a token where others can read it; write --personal-token -")
	}
	if err := checkLeads(root, aliases, one, words); err != nil {
		return refuse("%w", err)
	}
	return one.Expansion, nil
}

// holdsToken says whether a command has a secret among its words.
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

// checkLeads says where an alias does not lead to a command.
func checkLeads(root *cobra.Command, aliases map[string]string, one namedAlias, words []string) error {
	all := maps.Clone(aliases)
	if all == nil {
		all = map[string]string{}
	}
	all[one.Name] = one.Expansion
	filler := make([]string, wizard.Placeholders(words))
	for i := range filler {
		filler[i] = "x"
	}
	args, err := expand(root, all, append([]string{one.Name}, filler...))
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
		return errors.New("it has to stand for something")
	}
	return nil
}
