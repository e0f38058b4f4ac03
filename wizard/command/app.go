// Package command is the command line: the cobra tree with a file for each
// noun. A command turns flags into a call of a flow and data into output. It
// knows every other package and holds the one place where errors become
// messages, hints and exit codes. It must not hold anything that a flow decides.
package command

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/complete"
	"apono/wizard/prompt"
)

// App is what every command gets from outside.
type App struct {
	Streams *render.Streams
	Env     render.Environment
	Version Version
	// Interrupts are the signals that end the program.
	Interrupts *Interrupts

	flags  globalFlags
	dirs   auth.Dirs
	stored *auth.Logins
	asks   prompt.Prompter
	// answered are the answers of a request that found its login dead, so that
	// they are not asked again after a new one.
	answered *wizard.Answers
	clients  []*client.Client // every client of this run
	aliases  []string         // their names, where the first word was no command
	// jsonErrors says that the command was to print JSON, so that its error is
	// JSON too.
	jsonErrors bool
	open       []io.Closer // closed when the command ends, the last first
}

// globalFlags are the flags that every command has.
type globalFlags struct {
	profile string
	verbose bool
	noColor bool
	noCache bool
}

// Run runs the program with its arguments, without its name, and returns its
// exit code.
func (a *App) Run(ctx context.Context, args []string) int {
	if complete.IsRequest(args) {
		a.completionEngine().Run(ctx, args)
		return exitDone
	}
	err := a.execute(ctx, args)
	if a.offerLogin(ctx, err) {
		err = a.execute(ctx, args)
	}
	if fault := a.Streams.WriteError(); err == nil && fault != nil {
		err = fmt.Errorf("not everything could be written: %w", fault)
	}
	return a.exit(err)
}

func (a *App) execute(ctx context.Context, args []string) error {
	root := a.root()
	args, err := a.expandAliases(ctx, root, args, a.config)
	if err != nil {
		return a.close(err)
	}
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if o := cmd.Flags().Lookup("output"); o != nil {
		a.jsonErrors = o.Value.String() == string(render.FormatJSON)
	}
	return a.close(err)
}

// close closes what the command opened. It returns err, the command's own
// error, or else the first that came of closing.
func (a *App) close(err error) error {
	for i := len(a.open) - 1; i >= 0; i-- {
		if closeErr := a.open[i].Close(); err == nil {
			err = closeErr
		}
	}
	a.open = nil
	return err
}

// onExit has something closed when the command ends.
func (a *App) onExit(c io.Closer) { a.open = append(a.open, c) }

func (a *App) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "apono",
		Short: "Ask for access, and use it, without leaving the terminal",
		Long: `apono asks for just-in-time access to cloud resources, databases and
applications through Apono, follows the request until it is granted, and opens
the access.

Without a command it guides you through a request. Try it without an account:

  apono --profile sandbox`,
		Example: `  apono                      be guided through a request
  apono --profile sandbox    the same, in the built-in sandbox
  apono access               use an access you have`,
		Args:              a.noCommand,
		Version:           a.Version.Version,
		SilenceErrors:     true,
		SilenceUsage:      true,
		RunE:              a.runMenu,
		PersistentPreRunE: a.prepare,
	}
	root.SetOut(a.Streams.Out)
	root.SetErr(a.Streams.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagError(cmd, err) })
	flags := root.PersistentFlags()
	flags.StringVar(&a.flags.profile, "profile", "", "Use this profile (`name`); sandbox needs no login")
	flags.BoolVarP(&a.flags.verbose, "verbose", "v", false, "Show the exchange with the service on stderr, secrets masked")
	flags.BoolVar(&a.flags.noColor, "no-color", false, "Write without colour (so does NO_COLOR=1)")
	flags.BoolVar(&a.flags.noCache, "no-cache", false, "Use and keep nothing from earlier commands (so does "+noCacheVariable+"=1)")
	root.SetHelpCommand(a.helpCommand())
	a.addGroups(root)
	root.AddCommand(a.requestsCommand(), a.accessCommand(), a.mcpCommand(), a.inventoryCommand(), a.searchCommand(), a.aliasCommand(), a.sandboxCommand(),
		a.loginCommand(), a.logoutCommand(), a.profilesCommand(), a.configCommand(), a.completionCommand(), a.versionCommand())
	root.AddCommand(a.legacyCommands()...)
	root.AddCommand(a.topicCommands()...)
	return root
}

// The groups of commands in help, as people think of them.
const (
	groupRequest = "request"
	groupUse     = "use"
	groupFind    = "find"
	groupAccount = "account"
)

func (a *App) addGroups(root *cobra.Command) {
	root.AddGroup(
		&cobra.Group{ID: groupRequest, Title: "Ask for access:"},
		&cobra.Group{ID: groupUse, Title: "Use it:"},
		&cobra.Group{ID: groupFind, Title: "Find what can be asked for:"},
		&cobra.Group{ID: groupAccount, Title: "Your account and this program:"},
		&cobra.Group{ID: groupTopics, Title: "Read about (apono help TOPIC):"},
	)
	root.SetHelpCommandGroupID(groupAccount)
	root.SetCompletionCommandGroupID(groupAccount)
}

// prepare runs before every command.
func (a *App) prepare(cmd *cobra.Command, _ []string) error {
	if a.flags.noColor {
		a.Streams.NoColor()
	}
	if err := cmd.ValidateFlagGroups(); err != nil {
		return exclusiveFlags(cmd)
	}
	dirs, err := auth.UserDirs()
	a.dirs = dirs
	return err
}

// mostInput bounds what is read of stdin.
const mostInput = 1 << 20

// readIn reads all of stdin, for as long as nobody ends the command.
func (a *App) readIn(ctx context.Context) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(a.Streams.In, mostInput))
		read <- result{data, err}
	}()
	select {
	case r := <-read:
		if r.err != nil {
			return nil, fmt.Errorf("read stdin: %w", r.err)
		}
		return r.data, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// program is how this program can be started again.
func program() []string {
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	return []string{path}
}
