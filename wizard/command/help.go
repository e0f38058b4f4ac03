package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/auth/browser"
	"apono/client"
	"apono/client/sandbox/connect"
	"apono/render"
	"apono/wizard/command/alias"
	"apono/wizard/command/explain"
)

// newHelpCmd returns apono help. Unlike cobra's own, it fails if there is no such
// command.
func newHelpCmd(f *factory) *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		Short:   "Print help for a command or a topic",
		Example: "  apono help requests create\n  apono help exit-codes",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 && target.HasSubCommands() {
				return helpForAlias(cmd.Context(), f.streams, f.config, target, rest[0])
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
		ValidArgsFunction: completeHelp,
	}
}

// helpForAlias prints what an alias stands for. It fails if word is not an alias.
func helpForAlias(ctx context.Context, s *render.Streams, config configLoader, parent *cobra.Command, word string) error {
	if parent.HasParent() {
		return unexpectedArg(parent, word, nil)
	}
	cfg, err := config(ctx)
	if err != nil {
		return err
	}
	for _, one := range alias.List(cfg.Aliases) {
		if one.Name == word {
			fmt.Fprintf(s.Out, "%s is an alias for:\n\n  apono %s\n", word, render.Clean(one.Expansion))
			return nil
		}
	}
	return unexpectedArg(parent, word, aliasNames(cfg))
}

// completeHelp completes the names of commands and topics.
func completeHelp(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var found []cobra.Completion
	target, rest, err := cmd.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, sub := range target.Commands() {
		if sub.IsAvailableCommand() && strings.HasPrefix(sub.Name(), typed) {
			found = append(found, cobra.CompletionWithDesc(sub.Name(), sub.Short))
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// topic is a help page that is not about a command: a table between two texts.
type topic struct {
	name, short string
	before      string
	rows        []topicRow
	after       string
}

// topicRow is a name and what it means.
type topicRow struct{ name, meaning string }

// newTopicCmds returns the topics as commands that print themselves. Help,
// completion and suggestions then treat them like other commands.
func newTopicCmds(f *factory) []*cobra.Command {
	var commands []*cobra.Command
	for _, t := range []topic{exitCodesTopic(), environmentTopic(), legacyTopic()} {
		cmd := &cobra.Command{
			Use: t.name, Short: t.short, Example: "  apono help " + t.name, GroupID: groupTopics, Args: noArgs,
			RunE: func(*cobra.Command, []string) error { printTopic(f.streams, t); return nil },
		}
		cmd.SetHelpFunc(func(*cobra.Command, []string) { printTopic(f.streams, t) })
		commands = append(commands, cmd)
	}
	return commands
}

func printTopic(s *render.Streams, t topic) {
	fmt.Fprintf(s.Out, "%s\n\n", t.before)
	pairs := make([][2]render.Text, len(t.rows))
	for i, row := range t.rows {
		pairs[i] = [2]render.Text{clean(row.name), clean(row.meaning)}
	}
	s.Fields(pairs)
	if t.after != "" {
		fmt.Fprintf(s.Out, "\n%s\n", t.after)
	}
}

func exitCodesTopic() topic {
	t := topic{
		name: "exit-codes", short: "Exit codes and what they mean",
		before: "apono exits with these codes. With -o json, the error on stderr is JSON, with the\nword in parentheses as its \"code\".",
		after:  "apono access use ID --run exits with the exit code of the program it ran, or with\n128+N if signal N ended the program.",
	}
	for _, c := range explain.ExitCodes() {
		meaning := c.Meaning
		if c.Word != "" {
			meaning += " (" + c.Word + ")"
		}
		t.rows = append(t.rows, topicRow{strconv.Itoa(c.Code), meaning})
	}
	return t
}

func environmentTopic() topic {
	return topic{
		name: "environment", short: "Environment variables that apono reads",
		before: "apono reads these environment variables. Flags take precedence.",
		rows: []topicRow{
			{auth.ProfileVariable, "the profile to use (--profile)"},
			{auth.TokenVariable, "a token to use instead of a login; it is not stored"},
			{auth.PersonalTokenVariable, "the official tool's name for the same variable"},
			{auth.APIURLVariable, "the API that the token is for (default Apono's)"},
			{auth.ConfigDirVariable, "the directory for configuration, state and cache"},
			{client.DeadlineVariable, "how long one answer of the service may take, with retries (default 2m)"},
			{noCacheVariable, "set to 1 to ask the service for every list (--no-cache)"},
			{postgresVariable, "the admin URL of a PostgreSQL server for the sandbox to use"},
			{connect.ShopPasswordVariable, "the password for apono sandbox sql, set by the session's command"},
			{browser.Variable, "the command that opens a web page; %s in it is the address"},
			{"HOME", "your home folder; without it, the account's is used"},
			{"HTTPS_PROXY", "the proxy to reach the service through"},
			{"NO_PROXY", "hosts to reach without the proxy, separated by commas"},
			{"SSL_CERT_FILE", "a file of root certificates to trust, on Linux"},
			{"NO_COLOR", "set to any value to disable color (--no-color)"},
			{"CLICOLOR", "set to 0 to disable color"},
			{"CLICOLOR_FORCE", "set to 1 to use color even without a terminal"},
			{"TERM", "dumb means a terminal without color, where prompts are plain lines"},
			{render.AccessibleVariable, "set to 1 for prompts as plain lines, for screen readers"},
			{"VISUAL, EDITOR", "the editor for long answers"},
			{"CI", "set in CI jobs, where no browser can open"},
			{"SSH_CONNECTION, SSH_TTY", "set in SSH sessions, where no browser can open"},
			{"DISPLAY, WAYLAND_DISPLAY", "set on Linux if a browser can open"},
			{"WSL_DISTRO_NAME", "set in WSL, where the browser of Windows opens"},
			{"DBUS_SESSION_BUS_ADDRESS", "the address of the keyring, on Linux"},
			{"SHELL", "the default shell for completion and alias export"},
			{"ZDOTDIR", "the directory of zsh's configuration"},
			{"XDG_CONFIG_HOME", "the parent directory for configuration, on Linux"},
			{"XDG_STATE_HOME", "the parent directory for the sandbox and histories, on Linux"},
			{"XDG_CACHE_HOME", "the parent directory for the catalog, on Linux"},
			{"XDG_DATA_HOME", "the parent directory of bash completions"},
			{"ProgramFiles", "where to look for programs, on Windows"},
			{"ProgramFiles(x86)", "the same"},
			{"ProgramW6432", "the same"},
			{"LocalAppData", "the same, and the parent directory for state and cache"},
		},
		after: "The command of an access runs in a shell that gets it in APONO_SESSION_COMMAND,\nalong with the variables that the access sets.",
	}
}

func legacyTopic() topic {
	return topic{
		name: "legacy", short: "Commands of the first version, which still work",
		before: "These commands of the first version still work. Their current names are:",
		rows: []topicRow{
			{"apono integrations", "apono inventory integrations"},
			{"apono resource-types -i ID", "apono inventory resource-types -i ID"},
			{"apono resources -i ID -t TYPE", "apono inventory resources -i ID -t TYPE"},
			{"apono permissions -i ID -t TYPE", "apono inventory permissions -i ID -t TYPE"},
			{"apono request -i … -t … -r … -p … -j …", "apono requests create, with the same flags"},
			{"apono requests", "the same; apono requests list prints a table"},
			{"apono access-details REQUEST-ID", "apono access use REQUEST-ID -o instructions"},
		},
		after: "apono request also has the commands of apono requests: create, list, describe,\nunits and revoke.",
	}
}
