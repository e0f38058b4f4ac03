package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/google/shlex"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/complete"
)

func (a *App) importAliasesCommand() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take over aliases from a file, or from a shell",
		Long: `Take over aliases from a file; - reads stdin. These are understood: the aliases
of a shell, of which those that start apono count, and YAML with a name and a
command on each line.`,
		Example: `  alias | apono alias import -
  apono alias import aliases.yaml`,
		Args: exactArgs("the file, or -"),
	}
	cmd.Flags().BoolVar(&replace, "clobber", false, "Replace aliases that have these names")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		text, err := a.readText(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		list, err := readAliases(text)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			a.Streams.Printf("There is no alias of apono in it\n")
			return nil
		}
		return a.setAliases(cmd, list, replace)
	}
	return cmd
}

func (a *App) readText(ctx context.Context, file string) (string, error) {
	if file == "-" {
		text, err := a.readIn(ctx)
		return string(text), err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", &wizard.UsageError{Message: fmt.Sprintf("%s cannot be read: %v", file, err), Hint: "Use - for stdin"}
	}
	return string(text), nil
}

// readAliases reads what a shell prints of its aliases, or YAML.
func readAliases(text string) ([]namedAlias, error) {
	if regexp.MustCompile(`(?m)^(alias\s|[^\s:=]+=)`).MatchString(text) {
		return readShellAliases(text), nil
	}
	var byName map[string]string
	if yaml.Unmarshal([]byte(text), &byName) == nil {
		var list []namedAlias
		for name, expansion := range byName {
			list = append(list, namedAlias{name, expansion})
		}
		slices.SortFunc(list, func(x, y namedAlias) int { return strings.Compare(x.Name, y.Name) })
		return list, nil
	}
	var list []namedAlias // as alias list prints it
	if yaml.Unmarshal([]byte(text), &list) == nil {
		return list, nil
	}
	return nil, &wizard.UsageError{Message: "these are neither a shell's aliases nor YAML", Run: "alias import --help"}
}

// readShellAliases reads the aliases of this program among a shell's: bash and
// fish write them after the word alias, zsh without it, and fish puts a space
// where the others put an equals sign.
func readShellAliases(text string) []namedAlias {
	var list []namedAlias
	for line := range strings.Lines(text) {
		words, err := shlex.Split(line)
		if err != nil || len(words) == 0 {
			continue // not a line of its own, and none of ours
		}
		if words[0] == "alias" {
			words = slices.DeleteFunc(words[1:], func(word string) bool { return strings.HasPrefix(word, "-") })
		}
		if one, ok := shellAlias(words); ok {
			list = append(list, one)
		}
	}
	return list
}

// shellAlias reads NAME=VALUE, or NAME VALUE. No shell has placeholders in its
// aliases, so dollars mean themselves.
func shellAlias(words []string) (namedAlias, bool) {
	name, value, ok := "", "", false
	switch len(words) {
	case 1:
		name, value, ok = strings.Cut(words[0], "=")
	case 2:
		name, value, ok = words[0], words[1], true
	}
	command, err := wizard.SplitExpansion(value)
	if !ok || err != nil || len(command) == 0 || !isThisProgram(command[0]) {
		return namedAlias{}, false
	}
	if len(command) > 1 && command[1] == name {
		return namedAlias{}, false // it only leads to ours
	}
	return namedAlias{name, wizard.JoinExpansion(wizard.Literal(command[1:]))}, true
}

func isThisProgram(word string) bool {
	return strings.TrimSuffix(path.Base(filepath.ToSlash(word)), ".exe") == "apono"
}

func (a *App) exportAliasesCommand() *cobra.Command {
	shell := oneOf{words: complete.ShellNames()}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print the aliases as a shell's own",
		Long: `Print the aliases as a shell's own, to be put into its configuration. One with $1
in it, which a shell's alias cannot have, leads to the alias of apono.`,
		Example: `  apono alias export --shell zsh
  apono alias export --shell bash >> ~/.bashrc`,
		Args: noArgs,
	}
	cmd.Flags().Var(&shell, "shell", "For which shell (default yours)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if shell.chosen == "" {
			shell.chosen = a.ownShell()
		}
		list, err := a.aliasList(cmd.Context())
		if err != nil {
			return err
		}
		for _, one := range list {
			line, err := exported(one, shell.chosen)
			if err != nil {
				return err
			}
			fmt.Fprintln(a.Streams.Out, line)
		}
		return nil
	}
	return cmd
}

// ownShell is the person's shell, or else what is usual.
func (a *App) ownShell() string {
	if own, err := complete.DetectShell(a.getenv, runtime.GOOS); err == nil {
		return own.Name()
	}
	if runtime.GOOS == "windows" {
		return "powershell"
	}
	return "bash"
}

// exported is an alias as a line for a shell.
func exported(one namedAlias, shell string) (string, error) {
	words, err := wizard.SplitExpansion(one.Expansion)
	if err != nil {
		return "", &wizard.UsageError{Message: fmt.Sprintf("the alias %s cannot be used: %v", one.Name, err), Hint: "It stands for: " + one.Expansion}
	}
	if wizard.Placeholders(words) > 0 {
		words = []string{one.Name}
	} else if words, err = wizard.FillExpansion(words, nil); err != nil {
		return "", err
	}
	switch words = append([]string{"apono"}, words...); shell {
	case "powershell":
		return "function " + one.Name + " { " + joinPowerShell(words) + " @args }", nil
	case "fish":
		return "alias " + one.Name + " " + quoteAlias(words), nil
	}
	return "alias " + one.Name + "=" + quoteAlias(words), nil
}

// quoteAlias writes the value of a shell's alias: a line, as one word.
func quoteAlias(words []string) string {
	return render.POSIX.Quote(wizard.JoinExpansion(words))
}

func joinPowerShell(words []string) string {
	// A word that PowerShell hands to a program as it is.
	plain := regexp.MustCompile(`^(--)?[A-Za-z][A-Za-z0-9-]*$`)
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if !plain.MatchString(word) {
			quoted[i] = render.PowerShell.Quote(word)
		}
	}
	return strings.Join(quoted, " ")
}

// oneOf is a flag that takes one of some words.
type oneOf struct {
	words  []string
	chosen string
}

// Set implements pflag.Value.
func (o *oneOf) Set(word string) error {
	if !slices.Contains(o.words, word) {
		return errors.New("use " + strings.Join(o.words, ", "))
	}
	o.chosen = word
	return nil
}

// Type implements pflag.Value.
func (o *oneOf) Type() string { return strings.Join(o.words, "|") }

// String implements pflag.Value.
func (o *oneOf) String() string { return o.chosen }
