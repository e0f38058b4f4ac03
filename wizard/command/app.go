// Package command is the command line: the cobra tree, with a file for each
// noun. A command turns flags into options, calls a flow, and prints the result.
// What a flow decides does not belong here.
package command

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/alias"
	"apono/wizard/command/complete"
	"apono/wizard/command/explain"
	"apono/wizard/command/output"
	"apono/wizard/prompt"
)

// App is the program, as Main builds it.
type App struct {
	Streams *render.Streams
	Env     render.Environment
	Version Version
	// Interrupts receives the signals that end the program.
	Interrupts *Interrupts
}

// Run runs the program with args, which do not include its name, and returns the
// exit code.
func (a *App) Run(ctx context.Context, args []string) int {
	if complete.IsRequest(args) {
		a.completionEngine().Run(ctx, args)
		return explain.ExitOK
	}
	if len(args) > 0 && args[0] == requestFill {
		_ = a.fillCatalog(ctx, strings.Join(args[1:], "")) // nobody would read the error
		return explain.ExitOK
	}
	a.prepareTerminal()
	prompter := sync.OnceValue(a.newPrompter)
	done := a.execute(ctx, args, prompter, nil)
	if done.offerLogin(ctx) {
		done = a.execute(ctx, args, prompter, done.answers())
	}
	if fault := a.Streams.WriteError(); done.err == nil && fault != nil {
		done.err = fmt.Errorf("write the output: %w", fault)
	}
	if done.err == nil {
		return explain.ExitOK
	}
	if a.Interrupts.Fired() && a.Streams.ErrTerminal {
		a.Streams.Printf("\n") // the terminal has echoed ^C
	}
	return a.Interrupts.ExitCode(done.report())
}

// prepareTerminal applies the user's preferences to the terminal.
func (a *App) prepareTerminal() {
	if !a.Streams.CanAsk() {
		return
	}
	a.Streams.Busy = prompt.Quiet(a.Streams)
	if a.setting(auth.SettingAccessible) == "true" {
		a.Streams.NoRedraw()
	}
}

// setting returns a setting, or its default if the configuration cannot be read,
// which the command that needs it reports.
func (a *App) setting(key string) string {
	cfg := &auth.Config{}
	if dirs, err := auth.UserDirs(); err == nil {
		if stored, err := auth.NewLogins(dirs).Store.Peek(); err == nil {
			cfg = stored
		}
	}
	value, _ := cfg.Get(key)
	return value
}

// newPrompter returns nil if there is no terminal.
func (a *App) newPrompter() prompt.Prompter {
	if !a.Streams.CanAsk() {
		return nil
	}
	return prompt.New(a.Streams, prompt.Options{
		Editor:  a.editor(),
		NoHints: a.setting(auth.SettingPromptHints) == "false",
	})
}

// editor returns the command of the user's editor, chosen as Git chooses it, or ""
// if there is none.
func (a *App) editor() string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if command, _ := a.Env(name); strings.TrimSpace(command) != "" {
			return command
		}
	}
	for _, program := range []string{"vi", "notepad.exe"} {
		if _, err := exec.LookPath(program); err == nil {
			return program
		}
	}
	return ""
}

// execution is the result of running a command line once.
type execution struct {
	factory *factory
	err     error
	json    bool // whether errors are printed as JSON
}

// execute runs the command line. answers are those of a request that an earlier
// execution could not send, or nil.
func (a *App) execute(ctx context.Context, args []string, prompter func() prompt.Prompter, answers *wizard.Answers) *execution {
	f := newFactory(a, prompter, answers)
	root := newRootCmd(f)
	expanded, err := f.expandAliases(ctx, root, args, f.config)
	if err != nil {
		return &execution{factory: f, err: f.close(err)}
	}
	root.SetArgs(expanded)
	cmd, err := root.ExecuteContextC(ctx)
	f.endAnnouncements(ctx, err == nil)
	f.tellShadowed(ctx, root, args)
	done := &execution{factory: f, err: f.close(err)}
	if o := cmd.Flags().Lookup("output"); o != nil {
		done.json = o.Value.String() == string(render.FormatJSON)
	}
	return done
}

// expandAliases expands the alias that args start with. Unless they start with
// a command, it loads the configuration, and lets root suggest aliases for a
// misspelled one.
func (f *factory) expandAliases(ctx context.Context, root *cobra.Command, args []string, load configLoader) ([]string, error) {
	if !alias.MayBeIn(root, args) {
		return args, nil
	}
	if f.dirsErr != nil {
		return nil, f.dirsErr
	}
	cfg, err := load(ctx)
	if err != nil {
		return nil, err
	}
	root.Args = noCommand(aliasNames(cfg))
	return alias.Expand(root, cfg.Aliases, args)
}

// configLoader reads the configuration.
type configLoader func(context.Context) (*auth.Config, error)

// answers returns the answers to the request that could not be sent, or nil if
// there is none.
func (e *execution) answers() *wizard.Answers {
	var unsent *wizard.UnsentError
	if errors.As(e.err, &unsent) {
		return &unsent.Answers
	}
	return nil
}

// offerLogin offers to log in again if the command failed because the login
// expired. It reports whether the user logged in, so that the command can run
// again. It offers nothing if the command changed something before it failed.
func (e *execution) offerLogin(ctx context.Context) bool {
	f := e.factory
	prompter := f.prompter()
	if prompter == nil || !loginExpired(e.err) || f.changed() || ctx.Err() != nil {
		return false
	}
	login, err := f.resolve(ctx, f.flags.profile)
	if err != nil || login.Origin == auth.FromToken || login.Sandbox() {
		return false
	}
	f.streams.Warn("%s", explain.Error(e.err).Message)
	yes, err := prompter.Confirm(ctx, "Log in again?", true)
	if err != nil || !yes {
		return false
	}
	o := newLoginOptions(f)
	o.name = login.Profile.Name
	if err := runLogin(ctx, o); err != nil {
		output.Problem(f.streams, explain.Error(err), e.profile())
		return false
	}
	return true
}

// loginExpired reports whether logging in again would fix an error.
func loginExpired(err error) bool {
	var login *auth.LoginError
	if errors.As(err, &login) {
		return login.NeedsLogin() && login.Kind != auth.NotLoggedIn
	}
	return client.IsUnauthorized(err)
}

// profile returns the profile to name in printed commands; "" if the user did
// not choose one.
func (e *execution) profile() string {
	for _, s := range e.factory.services {
		if s.profile != "" {
			return s.profile
		}
	}
	return e.factory.flags.profile
}

// report prints the execution's error and returns the exit code.
func (e *execution) report() int {
	p := explain.Error(e.err)
	var status *explain.StatusError
	switch {
	case errors.As(e.err, &status):
	case e.json:
		output.ProblemJSON(e.factory.streams, p, e.profile(), e.err)
	default:
		output.Problem(e.factory.streams, p, e.profile())
	}
	return p.Exit
}
