package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/client/sandbox"
	"apono/client/sandbox/connect"
	"apono/client/sandbox/shop"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/sqlshell"
)

func newSandboxCmd(f *factory) *cobra.Command {
	cmd := newGroupCmd("sandbox", "Act as the approver in the built-in sandbox, reset it or serve it",
		newSandboxAnswerCmd(f, "approve", "Approve a request, as its approver", (*sandbox.Sandbox).Approve),
		newSandboxAnswerCmd(f, "reject", "Reject a request, as its approver", (*sandbox.Sandbox).Reject),
		newSandboxMFACmd(f), newSandboxFieldsCmd(f), newSandboxEnrollmentCmd(f), newSandboxResetCmd(f), newSandboxSQLCmd(f), newServeCmd(f, nil), newTokenCmd(f, nil))
	cmd.Long = `Act as other people in the sandbox. The sandbox is a complete Apono
service inside this program, with a demo catalog and a real database. It needs
no account: use --profile sandbox, or --profile sandbox-approver to review
what is requested there.`
	cmd.GroupID = groupAccount
	return cmd
}

// sandboxOptions are those of the commands that act on the sandbox.
type sandboxOptions struct {
	streams *render.Streams
	open    func(context.Context) (*sandbox.Sandbox, error)
	connect func(context.Context) (*service, error) // to the sandbox
}

func newSandboxOptions(f *factory) *sandboxOptions {
	return &sandboxOptions{
		streams: f.streams, connect: f.connectSandbox,
		open: func(ctx context.Context) (*sandbox.Sandbox, error) { return f.openSandbox(ctx, nil) },
	}
}

// act changes a request in the sandbox and prints its new status.
func (o *sandboxOptions) act(ctx context.Context, id string, change func(*sandbox.Sandbox) error) error {
	box, err := o.open(ctx)
	if err != nil {
		return err
	}
	if err := change(box); err != nil {
		return err
	}
	s, err := o.connect(ctx)
	if err != nil {
		return err
	}
	r, err := s.client.Request(ctx, id)
	if err != nil {
		return err
	}
	colors := o.streams.PaletteErr()
	o.streams.Done("%s is %s", r.ID, wizard.StatusText(colors, r))
	return nil
}

func newSandboxAnswerCmd(f *factory, verb, short string, answer func(*sandbox.Sandbox, context.Context, string, string) error) *cobra.Command {
	o := newSandboxOptions(f)
	cmd := &cobra.Command{Use: verb + " ID", Short: short, Example: "  apono sandbox " + verb + " AR-00002", Args: exactArgs("the request ID")}
	reason := cmd.Flags().String("reason", "", "The approver's reason")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		return o.act(ctx, args[0], func(box *sandbox.Sandbox) error { return answer(box, ctx, args[0], *reason) })
	}
	return cmd
}

func newSandboxMFACmd(f *factory) *cobra.Command {
	o := newSandboxOptions(f)
	return &cobra.Command{
		Use: "pass-mfa ID", Short: "Complete the MFA that a request waits for", Example: "  apono sandbox pass-mfa AR-00003", Args: exactArgs("the request ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return o.act(ctx, args[0], func(box *sandbox.Sandbox) error { return box.PassMFA(ctx, args[0]) })
		},
	}
}

func newSandboxFieldsCmd(f *factory) *cobra.Command {
	return newSandboxSwitchCmd(f, sandboxSwitch{
		name: "custom-fields", short: "Turn the demo account's custom fields on or off", example: "on",
		set:  (*sandbox.Sandbox).SetCustomFields,
		done: func(on bool) string { return "The demo account's custom fields are " + onOrOff(on) },
	})
}

func newSandboxEnrollmentCmd(f *factory) *cobra.Command {
	return newSandboxSwitchCmd(f, sandboxSwitch{
		name: "mfa", short: "Say whether the demo user has set up MFA", example: "off",
		set: (*sandbox.Sandbox).SetMFAEnrolled,
		done: func(on bool) string {
			return "The demo user has " + map[bool]string{false: "not "}[on] + "set up MFA"
		},
	})
}

// sandboxSwitch is something in the sandbox that can be on or off.
type sandboxSwitch struct {
	name, short, example string
	set                  func(box *sandbox.Sandbox, ctx context.Context, on bool) error
	done                 func(on bool) string // what is printed then
}

func newSandboxSwitchCmd(f *factory, s sandboxSwitch) *cobra.Command {
	o := newSandboxOptions(f)
	words := []string{onOrOff(true), onOrOff(false)}
	return &cobra.Command{
		Use: s.name + " on|off", Short: s.short,
		Example: "  apono sandbox " + s.name + " " + s.example, Args: exactArgs("on or off"), ValidArgs: words,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(words, args[0]) {
				return usageError(cmd, fmt.Sprintf("%q is neither on nor off", args[0]))
			}
			box, err := o.open(cmd.Context())
			if err != nil {
				return err
			}
			on := args[0] == onOrOff(true)
			if err := s.set(box, cmd.Context(), on); err != nil {
				return err
			}
			o.streams.Done("%s", s.done(on))
			return nil
		},
	}
}

func onOrOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func newSandboxResetCmd(f *factory) *cobra.Command {
	o := newSandboxOptions(f)
	return &cobra.Command{
		Use: "reset", Short: "Delete all requests and recreate the database", Example: "  apono sandbox reset", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			box, err := o.open(cmd.Context())
			if err != nil {
				return err
			}
			if err := box.Reset(cmd.Context()); err != nil {
				return err
			}
			o.streams.Done("Reset the sandbox")
			return nil
		},
	}
}

func newSandboxSQLCmd(f *factory) *cobra.Command {
	var session, statement, dir string
	cmd := &cobra.Command{
		Use:   "sql",
		Short: "Open the sandbox's database with a session's credentials",
		Long: `Open the sandbox's database with the credentials of a session. This is what the
command of such a session runs: apono access use ID --run. The secret comes in
the variable ` + connect.ShopPasswordVariable + `.`,
		Example: "  apono access use ID --run --profile sandbox",
		Args:    noArgs,
	}
	cmd.Flags().StringVar(&session, "session", "", "The session's `ID`")
	cmd.Flags().StringVar(&dir, strings.TrimPrefix(sandbox.ShopDirFlag, "--"), f.sandboxDir(), "The sandbox's `folder`")
	cmd.Flags().Lookup("dir").DefValue = "" // it differs from machine to machine
	cmd.Flags().StringVarP(&statement, "command", "c", "", "Run this `SQL` and end")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		password := f.getenv(connect.ShopPasswordVariable)
		_ = os.Unsetenv(connect.ShopPasswordVariable)
		if session == "" || password == "" {
			return &wizard.UsageError{Message: "the sandbox's database needs --session and " + connect.ShopPasswordVariable, Hint: "Open it with: apono access use ID --run --profile sandbox"}
		}
		return f.runSQL(cmd.Context(), dir, sandbox.Credential{SessionID: session, Password: password}, statement)
	}
	return cmd
}

func (f *factory) runSQL(ctx context.Context, dir string, credential sandbox.Credential, statement string) error {
	if _, err := os.Stat(dir); err != nil {
		return &wizard.UsageError{Message: "there is no sandbox in " + dir, Hint: "Open the database with: apono access use ID --run --profile sandbox"}
	}
	box, err := f.openSandboxIn(ctx, sandbox.Options{Dir: dir, Program: program()})
	if err != nil {
		return err
	}
	granted, err := box.Login(ctx, credential)
	if err != nil {
		return err
	}
	if err := shop.Create(ctx, granted.Path); err != nil {
		return err
	}
	db, err := shop.Open(ctx, granted.Path, shop.Access{Permission: granted.Permission, Tables: granted.Tables})
	if err != nil {
		return err
	}
	f.onExit(db)
	shell := f.sqlShell(db, granted)
	shell.CheckAccess = func(ctx context.Context) error {
		_, err := box.Login(ctx, credential)
		return err
	}
	if statement != "" {
		return exitStatus(shell.Execute(ctx, statement), nil)
	}
	if shell.Interactive {
		// Ctrl-C is the prompt's own there: it cancels a line or a statement.
		defer f.interrupts.HandOver()()
	}
	return exitStatus(shell.Run(ctx), nil)
}

func (f *factory) sqlShell(db *shop.Database, granted *sandbox.DatabaseAccess) *sqlshell.Shell {
	s := &sqlshell.Shell{
		Database: db, In: f.streams.In, Out: f.streams.OutFile, Err: f.streams.ErrFile,
		Interactive:    f.streams.InTerminal && f.streams.OutTerminal,
		HistoryFile:    filepath.Join(f.sandboxDir(), "sql_history"),
		Expires:        granted.Expires,
		RequestCommand: shopRequest,
	}
	if f.streams.OutTerminal {
		s.Width = f.streams.Width
		s.HeaderStyle = f.streams.PaletteOut().Faint
	}
	return s
}

// shopRequest returns the command that requests a permission on tables of the demo shop,
// or on all of it.
func shopRequest(permission string, tables []string) string {
	answers := wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}, Permissions: []string{permission}, Duration: time.Hour}
	if len(tables) > 0 {
		answers.ResourceType, answers.Resources = "sqlite-table", nil
		for _, table := range tables {
			answers.Resources = append(answers.Resources, "shop."+strings.ToLower(table))
		}
	}
	return answers.Replay(auth.SandboxProfile, render.ShellFor(runtime.GOOS))
}
