package command

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"apono/wizard"
	"apono/wizard/kind"
)

// noArgs refuses arguments, and names the command that may have been meant.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return surplus(cmd, args[0], nil)
}

// surplus is about a word that a command has no use for. It may be a misspelt
// command, or one of more names that would do.
func surplus(cmd *cobra.Command, word string, more []string) error {
	if !cmd.HasSubCommands() {
		return &wizard.UsageError{Message: fmt.Sprintf("%s takes no argument, and %q is given", cmd.CommandPath(), word), Hint: "Usage: " + cmd.UseLine()}
	}
	e := &wizard.UsageError{Message: fmt.Sprintf("%s has no command %q", cmd.CommandPath(), word), Hint: "See: " + cmd.CommandPath() + " --help"}
	near := kind.Nearest(word, append(commandNames(cmd, false), more...))
	if len(near) == 0 {
		near = kind.Nearest(word, commandNames(cmd, true))
	}
	if len(near) > 0 {
		e.Hint = "Did you mean: " + cmd.CommandPath() + " " + strings.Join(near, ", ")
	}
	return e
}

// commandNames are the names and aliases of a command's own commands: of those
// that help lists, or of those that it hides.
func commandNames(cmd *cobra.Command, hidden bool) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.Hidden == hidden {
			names = append(append(names, sub.Name()), sub.Aliases...)
		}
	}
	return names
}

// exactArgs wants one argument for each name.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return &wizard.UsageError{Message: "missing: " + strings.Join(names[len(args):], ", "), Hint: "Usage: " + cmd.UseLine()}
		case len(args) > len(names):
			return &wizard.UsageError{Message: fmt.Sprintf("%q is one argument too many", args[len(names)]), Hint: "Usage: " + cmd.UseLine()}
		}
		return nil
	}
}

// atMostOneArg wants one argument, or none.
func atMostOneArg(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return &wizard.UsageError{Message: fmt.Sprintf("%q is one argument too many", args[1]), Hint: "Usage: " + cmd.UseLine()}
	}
	return nil
}

// someArgs wants at least one argument.
func someArgs(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return &wizard.UsageError{Message: "missing: " + name, Hint: "Usage: " + cmd.UseLine()}
		}
		return nil
	}
}

// atLeastArgs wants an argument for each name, or more.
func atLeastArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return &wizard.UsageError{Message: "missing: " + strings.Join(names[len(args):], ", "), Hint: "Usage: " + cmd.UseLine()}
		}
		return nil
	}
}

// flagError words what is wrong with a flag, and names the flag that may have
// been meant.
func flagError(cmd *cobra.Command, err error) error {
	e := &wizard.UsageError{Message: err.Error(), Hint: "Usage: " + cmd.UseLine()}
	var invalid *pflag.InvalidValueError
	var number *strconv.NumError
	if errors.As(err, &invalid) && errors.As(err, &number) {
		e.Message = fmt.Sprintf("--%s %q: that is no number", invalid.GetFlag().Name, invalid.GetValue())
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

// exclusiveFlags is about flags that cobra knows to exclude each other.
func exclusiveFlags(cmd *cobra.Command) error {
	var given []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if len(f.Annotations["cobra_annotation_mutually_exclusive"]) > 0 {
			given = append(given, "--"+f.Name)
		}
	})
	return &wizard.UsageError{Message: strings.Join(given, " and ") + " exclude each other", Hint: "Usage: " + cmd.UseLine()}
}

// group is a command that only holds others. Its example is the first one of
// the first of them.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.Example, _, _ = strings.Cut(commands[0].Example, "\n")
	cmd.AddCommand(commands...)
	return cmd
}
