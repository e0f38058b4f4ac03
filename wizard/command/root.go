package command

import (
	"context"

	"github.com/spf13/cobra"
)

// newRootCmd returns the whole command tree.
func newRootCmd(f *factory) *cobra.Command {
	root := &cobra.Command{
		Use:   "apono",
		Short: "Request access and use it, without leaving the terminal",
		Long: `Request just-in-time access to cloud resources, databases and applications
through Apono, follow the request until it is granted, and use the access.

Without a command, apono guides you through a request. To try it without an
account:

  apono --profile sandbox`,
		Example: `  apono                      start the guided flow
  apono --profile sandbox    the same, in the built-in sandbox
  apono access               use access that you have`,
		Args:          noCommand(nil),
		Version:       f.version.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return runMenu(cmd.Context(), newMenuOptions(f)) },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if f.flags.noColor {
				f.streams.NoColor()
			}
			if err := cmd.ValidateFlagGroups(); err != nil {
				return exclusiveFlags(cmd)
			}
			return f.dirsErr
		},
	}
	root.SetOut(f.streams.Out)
	root.SetErr(f.streams.Err)
	root.SetFlagErrorFunc(flagError)
	f.flags.addTo(root)
	root.SetHelpCommand(newHelpCmd(f))
	addGroups(root)
	root.AddCommand(newRequestsCmd(f), newAccessCmd(f), newMCPCmd(f, nil), newInventoryCmd(f), newSearchCmd(f), newAliasCmd(f), newSandboxCmd(f),
		newLoginCmd(f, nil), newLogoutCmd(f, nil), newProfilesCmd(f), newConfigCmd(f), newCompletionCmd(f), newVersionCmd(f, nil))
	root.AddCommand(newLegacyCmds(f)...)
	root.AddCommand(newTopicCmds(f)...)
	return root
}

// addTo adds the flags to root and all its commands.
func (g *globalFlags) addTo(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&g.profile, "profile", "", "Use the profile called `name` (sandbox needs no login)")
	flags.BoolVarP(&g.verbose, "verbose", "v", false, "Print HTTP requests and responses to stderr, with secrets masked")
	flags.BoolVar(&g.noColor, "no-color", false, "Disable color (or set NO_COLOR=1)")
	flags.BoolVar(&g.noCache, "no-cache", false, "Do not use the lookup cache (or set "+noCacheVariable+"=1)")
}

// The groups of commands in the main help.
const (
	groupRequest = "request"
	groupUse     = "use"
	groupFind    = "find"
	groupAccount = "account"
	groupTopics  = "topics"
)

func addGroups(root *cobra.Command) {
	root.AddGroup(
		&cobra.Group{ID: groupRequest, Title: "Request access:"},
		&cobra.Group{ID: groupUse, Title: "Use access:"},
		&cobra.Group{ID: groupFind, Title: "Find what you can request:"},
		&cobra.Group{ID: groupAccount, Title: "Account and settings:"},
		&cobra.Group{ID: groupTopics, Title: "Help topics (apono help TOPIC):"},
	)
	root.SetHelpCommandGroupID(groupAccount)
	root.SetCompletionCommandGroupID(groupAccount)
}

// runOr calls runF, or run if runF is nil. Tests pass a runF to see the options
// that a command line results in.
func runOr[O any](ctx context.Context, o *O, runF, run func(context.Context, *O) error) error {
	if runF != nil {
		return runF(ctx, o)
	}
	return run(ctx, o)
}
