package command

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard/command/output"
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
	root.AddCommand(newRequestsCmd(f), newAccessCmd(f), newMCPCmd(f, nil), newInventoryCmd(f), newSearchCmd(f, nil), newStatusCmd(f, nil), newAliasCmd(f), newSandboxCmd(f),
		newLoginCmd(f, nil), newLogoutCmd(f, nil), newProfilesCmd(f), newConfigCmd(f), newCompletionCmd(f, nil), newVersionCmd(f, nil))
	root.AddCommand(newShortReviewCmd(f))
	root.AddCommand(newTokensCmd(f))
	root.AddCommand(newLegacyCmds(f)...)
	root.AddCommand(newTopicCmds(f)...)
	return root
}

// addTo adds the flags to root and all its commands.
func (g *globalFlags) addTo(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&g.profile, "profile", "", "Use the profile called `name` (sandbox and sandbox-approver need no login)")
	flags.BoolVarP(&g.verbose, "verbose", "v", false, "Print HTTP requests and responses to stderr, with secrets masked")
	flags.BoolVar(&g.noColor, "no-color", false, "Disable color (or set NO_COLOR=1)")
	flags.BoolVar(&g.noCache, "no-cache", false, "Ask the service for every list (or set "+noCacheVariable+"=1)")
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

// Version identifies a build.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
}

// BuildVersion fills the empty fields of released, which a release sets, from
// the binary's build information.
func BuildVersion(released Version) Version {
	v := released
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if v.Version == "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && v.Commit == "":
			v.Commit = s.Value
		case s.Key == "vcs.time" && v.Date == "":
			v.Date = s.Value
		}
	}
	return v
}

// versionOptions are those of apono version.
type versionOptions struct {
	streams *render.Streams
	version Version
	output  *output.Format
}

func newVersionCmd(f *factory, runF func(context.Context, *versionOptions) error) *cobra.Command {
	o := &versionOptions{streams: f.streams, version: f.version}
	cmd := &cobra.Command{Use: "version", Short: "Print the version", Example: "  apono version -o json", Args: noArgs, GroupID: groupAccount}
	o.output = output.Flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runOr(cmd.Context(), o, runF, runVersion) }
	return cmd
}

func runVersion(_ context.Context, o *versionOptions) error {
	data := struct {
		Version
		BuildDate string `json:"buildDate"` // the official tool's name for the date
	}{o.version, o.version.Date}
	return o.output.Print(o.streams, data, func() error {
		o.streams.Fields([][2]render.Text{
			{"Version", clean(o.version.Version)},
			{"Commit", clean(o.version.Commit)},
			{"Date", clean(o.version.Date)},
			{"Platform", render.Text(runtime.GOOS + "/" + runtime.GOARCH)},
		})
		return nil
	})
}

// progressDelay is how long a call may take before a progress line appears.
const progressDelay = 200 * time.Millisecond

// clean returns text from the service or the user, safe to print.
func clean(text string) render.Text { return render.Text(render.Clean(text)) }
