package complete

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
)

// line is the command line being completed.
type line struct {
	cmd   *cobra.Command
	args  []string // complete arguments before the word being typed
	typed string   // the word being typed, or the flag's value if it is one
}

// flag returns the value of a flag on the line; "" if it is not set.
func (l line) flag(name string) string {
	if f := l.cmd.Flag(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// values returns the candidates for one flag or argument. The shell picks those
// that match the word being typed.
type values func(context.Context, *source, line) ([]kind.Choice, error)

// valueTable lists what flags and arguments take; see inventoryValues for those
// that take what can be requested. A flag's key is its name with
// two dashes, after the command if the flag means something else there. The key
// of arguments is the command, without the program's name.
func valueTable() map[string]values {
	table := inventoryValues()
	maps.Copy(table, map[string]values{
		"--profile":           profileValues,
		"login --profile":     storedProfileValues,
		"--request":           commaSeparated(requestValues(isActive)),
		"--client":            launcherValues,
		"access use --output": fixedWords(client.MethodCLI, client.MethodLink, client.MethodInstructions, client.MethodJSON),
		"--status":            commaSeparated(statusValues),
		"--grantee":           granteeValues,
		"tokens delete":       distinctArguments(tokenValues),

		"requests describe":        firstArgument(requestValues(isAny)),
		"requests units":           firstArgument(requestValues(isAny)),
		"requests revoke":          distinctArguments(requestValues(isActive)),
		"requests review":          firstArgument(reviewValues),
		"review":                   firstArgument(reviewValues),
		"requests approve":         distinctArguments(reviewValues),
		"requests reject":          distinctArguments(reviewValues),
		"requests extend":          distinctArguments(requestValues((*client.Request).CanExtend)),
		"requests again":           firstArgument(requestValues(canAskAgain)),
		"requests favorite":        distinctArguments(requestValues(func(r *client.Request) bool { return !r.IsFavorite() })),
		"requests unfavorite":      distinctArguments(requestValues((*client.Request).IsFavorite)),
		"requests wait":            distinctArguments(requestValues(isOpen)),
		"access-details":           firstArgument(requestValues(isActive)),
		"access use":               firstArgument(sessionValues(func(client.AccessSession) bool { return true })),
		"access reset-credentials": firstArgument(sessionValues(canReset)),
		"sandbox approve":          firstArgument(requestValues((*client.Request).WaitsForApproval)),
		"sandbox reject":           firstArgument(requestValues((*client.Request).WaitsForApproval)),
		"sandbox pass-mfa":         firstArgument(requestValues((*client.Request).WaitsForMFA)),
		"profiles set":             firstArgument(profileValues),
		"profiles delete":          firstArgument(storedProfileValues),
		"logout":                   firstArgument(storedProfileValues),
		"config get":               firstArgument(settingKeyValues),
		"config set":               settingValues,
		"":                         firstArgument(aliasValues),
		"alias delete":             distinctArguments(aliasValues),
		"alias rename":             firstArgument(aliasValues),
	})
	return table
}

// register makes every command below root offer the values of its flags and
// arguments.
func (c *completion) register(root *cobra.Command) {
	table := valueTable()
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		name := commandName(cmd)
		c.registerFlags(cmd, name, table)
		if offered := table[name]; offered != nil {
			cmd.ValidArgsFunction = c.cobraFunc(name, offered)
		}
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(root)
}

func (c *completion) registerFlags(cmd *cobra.Command, name string, table map[string]values) {
	register := func(f *pflag.Flag) {
		offered := table[strings.TrimSpace(name+" --"+f.Name)]
		if offered == nil {
			offered = table["--"+f.Name]
		}
		if offered == nil && strings.Contains(f.Value.Type(), "|") {
			offered = fixedWords(strings.Split(f.Value.Type(), "|")...)
		}
		if offered != nil {
			// It fails for a flag that a parent command has registered.
			_ = cmd.RegisterFlagCompletionFunc(f.Name, c.cobraFunc(name, offered))
		}
	}
	cmd.Flags().VisitAll(register)
	cmd.PersistentFlags().VisitAll(register)
}

// commandName returns a command's path without the program's name. For the old
// command request, it returns the path of its successor.
func commandName(cmd *cobra.Command) string {
	name := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()), " ")
	if rest, ok := strings.CutPrefix(name, "request "); ok {
		return "requests " + rest
	}
	return name
}

// cobraFunc adapts values for cobra. An error offers nothing.
func (c *completion) cobraFunc(name string, offered values) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		from := &source{completion: c, sandbox: strings.HasPrefix(name, "sandbox ")}
		found, err := offered(cmd.Context(), from, line{cmd: cmd, args: args, typed: typed})
		if err != nil {
			found = nil
		}
		completions := make([]cobra.Completion, 0, len(found))
		for _, choice := range found {
			completions = append(completions, cobra.CompletionWithDesc(choice.Value, render.Clean(choice.Description)))
		}
		return completions, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

func fixedWords(words ...string) values {
	return func(context.Context, *source, line) ([]kind.Choice, error) {
		var found []kind.Choice
		for _, word := range words {
			found = append(found, kind.Choice{Value: word})
		}
		return found, nil
	}
}

// commaSeparated completes the last word of a flag that takes a list.
func commaSeparated(one values) values {
	return func(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
		found, err := one(ctx, from, on)
		return kind.ListChoices(on.typed, found), err
	}
}

// firstArgument offers values for the first argument only.
func firstArgument(one values) values {
	return func(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
		if len(on.args) > 0 {
			return nil, nil
		}
		return one(ctx, from, on)
	}
}

// distinctArguments offers values for every argument, each value once.
func distinctArguments(one values) values {
	return func(ctx context.Context, from *source, on line) ([]kind.Choice, error) {
		found, err := one(ctx, from, on)
		return slices.DeleteFunc(found, func(c kind.Choice) bool { return slices.Contains(on.args, c.Value) }), err
	}
}
