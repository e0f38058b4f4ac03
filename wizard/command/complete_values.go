package command

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"apono/auth"
	"apono/client"
	"apono/wizard"
)

// line is the command line in which something is completed.
type line struct {
	cmd   *cobra.Command
	args  []string // before the one that is being typed
	typed string   // of the word, or of the flag's value
}

// flag is the value of a flag that stands on the line; empty where none does.
func (l line) flag(name string) string {
	if f := l.cmd.Flag(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// values offers what can stand in one place of a line.
type values func(context.Context, *lists, line) ([]wizard.Choice, error)

// flagValues is what flags take, by their names; where a command has its own
// meaning for one, by the command's name and the flag's.
func flagValues() map[string]values {
	return map[string]values{
		"profile":             offerProfiles,
		"login --profile":     offerStoredProfiles,
		"integration":         remembered("integrations", offerIntegrations),
		"resource-type":       remembered("types", offerTypes),
		"type":                remembered("types", offerTypes),
		"resources":           listOf(remembered("resources", offerResources)),
		"permissions":         listOf(remembered("permissions", offerPermissions)),
		"bundle":              remembered("bundles", offerBundles),
		"access-units":        listOf(remembered("units", offerUnits)),
		"request":             listOf(offerRequests(isActiveRequest)),
		"client":              offerApps,
		"access use --output": fixedWords(client.MethodCLI, client.MethodLink, client.MethodInstructions, client.MethodJSON),
		"status":              listOf(offerStatuses),
	}
}

// argumentValues is what commands take, by their names.
func argumentValues() map[string]values {
	return map[string]values{
		"requests describe":        firstArgument(offerRequests(isAnyRequest)),
		"requests units":           firstArgument(offerRequests(isAnyRequest)),
		"requests revoke":          moreArguments(offerRequests(isActiveRequest)),
		"access-details":           firstArgument(offerRequests(isActiveRequest)),
		"access use":               firstArgument(offerSessions(func(client.AccessSession) bool { return true })),
		"access reset-credentials": firstArgument(offerSessions(canReset)),
		"sandbox approve":          firstArgument(offerRequests((*client.Request).WaitsForPeople)),
		"sandbox reject":           firstArgument(offerRequests((*client.Request).WaitsForPeople)),
		"sandbox pass-mfa":         firstArgument(offerRequests((*client.Request).WaitsForMFA)),
		"profiles set":             firstArgument(offerProfiles),
		"profiles delete":          firstArgument(offerStoredProfiles),
		"logout":                   firstArgument(offerStoredProfiles),
		"config get":               firstArgument(offerSettingKeys),
		"config set":               offerSettings,
		"":                         firstArgument(offerAliases),
		"alias delete":             moreArguments(offerAliases),
	}
}

// offerValues has every command and flag offer its values.
func (a *completer) offerValues(root *cobra.Command) {
	flags, arguments := flagValues(), argumentValues()
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		name := commandName(cmd)
		a.offerFlags(cmd, name, flags)
		if offer := arguments[name]; offer != nil {
			cmd.ValidArgsFunction = a.completes(name, offer)
		}
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(root)
}

func (a *completer) offerFlags(cmd *cobra.Command, name string, known map[string]values) {
	offer := func(f *pflag.Flag) {
		found := known[name+" --"+f.Name]
		if found == nil {
			found = known[f.Name]
		}
		if found == nil && strings.Contains(f.Value.Type(), "|") {
			found = fixedWords(strings.Split(f.Value.Type(), "|")...)
		}
		if found != nil {
			// It fails for a flag that has its values already.
			_ = cmd.RegisterFlagCompletionFunc(f.Name, a.completes(name, found))
		}
	}
	cmd.Flags().VisitAll(offer)
	cmd.PersistentFlags().VisitAll(offer)
}

// commandName is a command's name without the program's. Where a command has
// two places, as in `apono request describe`, it is today's.
func commandName(cmd *cobra.Command) string {
	name := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()), " ")
	if rest, ok := strings.CutPrefix(name, "request "); ok {
		return "requests " + rest
	}
	return name
}

// completes is values as cobra wants them. A failure offers nothing.
func (a *completer) completes(name string, offer values) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		from := &lists{app: a, sandbox: strings.HasPrefix(name, "sandbox ")}
		found, err := offer(cmd.Context(), from, line{cmd: cmd, args: args, typed: typed})
		if err != nil {
			found = nil
		}
		completions := make([]cobra.Completion, 0, len(found))
		for _, c := range found {
			completions = append(completions, completion(c))
		}
		return completions, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// fixedWords offers what is always the same.
func fixedWords(list ...string) values {
	return func(context.Context, *lists, line) ([]wizard.Choice, error) {
		var found []wizard.Choice
		for _, word := range list {
			found = append(found, wizard.Choice{Value: word})
		}
		return found, nil
	}
}

// listOf offers one more word of a flag that takes several.
func listOf(one values) values {
	return func(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
		found, err := one(ctx, from, on)
		return wizard.ListChoices(on.typed, found), err
	}
}

// firstArgument offers values for the first argument only.
func firstArgument(one values) values {
	return func(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
		if len(on.args) > 0 {
			return nil, nil
		}
		return one(ctx, from, on)
	}
}

// moreArguments offers values for any argument, each only once.
func moreArguments(one values) values {
	return func(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
		found, err := one(ctx, from, on)
		return slices.DeleteFunc(found, func(c wizard.Choice) bool { return slices.Contains(on.args, c.Value) }), err
	}
}

func offerProfiles(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
	found, err := offerStoredProfiles(ctx, from, on)
	return append(found, wizard.Choice{Value: auth.SandboxProfile, About: "built in: needs no login"}), err
}

func offerStoredProfiles(ctx context.Context, from *lists, _ line) ([]wizard.Choice, error) {
	cfg, err := from.config(ctx)
	if err != nil {
		return nil, err
	}
	var found []wizard.Choice
	for _, name := range cfg.Names() {
		found = append(found, wizard.Choice{Value: name, About: cfg.Profiles[name].AccountName})
	}
	return found, nil
}

func offerSettingKeys(context.Context, *lists, line) ([]wizard.Choice, error) {
	var found []wizard.Choice
	for _, s := range auth.Settings() {
		found = append(found, wizard.Choice{Value: s.Key, About: strings.Join(s.Accepted, " or ")})
	}
	return found, nil
}

// offerSettings offers a key, and then what that can be set to.
func offerSettings(ctx context.Context, from *lists, on line) ([]wizard.Choice, error) {
	if len(on.args) == 0 {
		return offerSettingKeys(ctx, from, on)
	}
	var found []wizard.Choice
	for _, s := range auth.Settings() {
		if len(on.args) == 1 && s.Key == on.args[0] {
			return fixedWords(s.Accepted...)(ctx, from, on)
		}
	}
	return found, nil
}
