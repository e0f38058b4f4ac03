package command

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"apono/wizard"
	"apono/wizard/kind"
)

// usageError returns an error in how a command was called, with its usage.
func usageError(cmd *cobra.Command, message string) error {
	return &wizard.UsageError{Message: message, Hint: "Usage: " + cmd.UseLine()}
}

// noArgs rejects arguments, and suggests the command that may have been meant.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unexpectedArg(cmd, args[0], nil)
}

// noCommand is noArgs for the root command. The user's aliases are among its
// suggestions.
func noCommand(aliases []string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return unexpectedArg(cmd, args[0], aliases)
	}
}

// unexpectedArg rejects an argument. It may be a misspelled command or one of
// more, which are suggested.
func unexpectedArg(cmd *cobra.Command, arg string, more []string) error {
	if !cmd.HasSubCommands() {
		return usageError(cmd, fmt.Sprintf("%s takes no arguments, but got %q", cmd.CommandPath(), arg))
	}
	e := &wizard.UsageError{Message: fmt.Sprintf("%s has no command %q", cmd.CommandPath(), arg), Hint: "See: " + cmd.CommandPath() + " --help"}
	near := kind.Nearest(arg, append(commandNames(cmd, false), more...))
	if len(near) == 0 {
		near = kind.Nearest(arg, commandNames(cmd, true))
	}
	if len(near) > 0 {
		e.Hint = "Did you mean: " + cmd.CommandPath() + " " + near[0]
	}
	return e
}

// commandNames returns the names and aliases of a command's visible subcommands,
// or of its hidden ones.
func commandNames(cmd *cobra.Command, hidden bool) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.Hidden == hidden {
			names = append(append(names, sub.Name()), sub.Aliases...)
		}
	}
	return names
}

// exactArgs requires one argument for each name.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > len(names) {
			return tooManyArgs(cmd, args[len(names)])
		}
		return atLeastArgs(names...)(cmd, args)
	}
}

// atMostOneArg allows one argument, or none.
func atMostOneArg(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return tooManyArgs(cmd, args[1])
	}
	return nil
}

func tooManyArgs(cmd *cobra.Command, first string) error {
	return usageError(cmd, fmt.Sprintf("too many arguments, starting with %q", first))
}

// atLeastArgs requires an argument for each name, and allows more.
func atLeastArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return usageError(cmd, "missing argument: "+strings.Join(names[len(args):], ", "))
		}
		return nil
	}
}

// flagError explains an error of a flag, and suggests the flag that may have been
// meant.
func flagError(cmd *cobra.Command, err error) error {
	e := &wizard.UsageError{Message: err.Error(), Hint: "Usage: " + cmd.UseLine()}
	var invalid *pflag.InvalidValueError
	var number *strconv.NumError
	if errors.As(err, &invalid) && errors.As(err, &number) {
		e.Message = fmt.Sprintf("--%s %q: not a number", invalid.GetFlag().Name, invalid.GetValue())
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := kind.Nearest(unknown.GetSpecifiedName(), names); len(near) > 0 {
			e.Hint = "Did you mean: --" + near[0]
		}
	}
	return e
}

// exclusiveFlags explains that flags exclude each other, as cobra found.
func exclusiveFlags(cmd *cobra.Command) error {
	var given []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if len(f.Annotations["cobra_annotation_mutually_exclusive"]) > 0 {
			given = append(given, "--"+f.Name)
		}
	})
	return usageError(cmd, "use only one of "+strings.Join(given, " and "))
}

// newGroupCmd returns a command that only groups others. Its example is the first
// one of the first of them.
func newGroupCmd(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.Example, _, _ = strings.Cut(commands[0].Example, "\n")
	cmd.AddCommand(commands...)
	return cmd
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
