package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/client/sandbox"
	"apono/client/sandbox/shop"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/sqlshell"
)

// passwordVariable carries the secret of a session of the sandbox's database,
// so that it stands in no process's arguments.
const passwordVariable = "APONO_SANDBOX_PASSWORD"

func (a *App) sandboxCommand() *cobra.Command {
	cmd := group("sandbox", "Play the other parts in the built-in sandbox",
		a.sandboxAnswer("approve", "Approve a request, as its approver would", (*sandbox.Sandbox).Approve),
		a.sandboxAnswer("reject", "Reject a request, as its approver would", (*sandbox.Sandbox).Reject),
		a.sandboxMFACommand(), a.sandboxFieldsCommand(), a.sandboxResetCommand(), a.sandboxSQLCommand(), a.serveCommand(), a.tokenCommand())
	cmd.Long = `The sandbox is a whole Apono service inside this program, with a demo catalogue
and a real database. It needs no account: choose it with --profile sandbox.

These commands play the parts that other people play in a real service.`
	cmd.GroupID = groupAccount
	return cmd
}

func (a *App) sandboxAnswer(verb, short string, answer func(*sandbox.Sandbox, context.Context, string, string) error) *cobra.Command {
	var why string
	cmd := &cobra.Command{Use: verb + " ID", Short: short, Example: "  apono sandbox " + verb + " AR-00002", Args: exactArgs("the request's ID")}
	cmd.Flags().StringVar(&why, "reason", "", "What the approver has to say")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		box, err := a.openSandbox(cmd.Context(), nil)
		if err != nil {
			return err
		}
		if err := answer(box, cmd.Context(), args[0], why); err != nil {
			return err
		}
		return a.tellSandbox(cmd.Context(), args[0])
	}
	return cmd
}

// tellSandbox says how a request of the sandbox stands.
func (a *App) tellSandbox(ctx context.Context, id string) error {
	s, err := a.connectSandbox(ctx)
	if err != nil {
		return err
	}
	r, err := s.client.Request(ctx, id)
	if err != nil {
		return err
	}
	a.Streams.Printf("%s %s is %s\n", a.Streams.PaletteErr().Good("✓"), r.ID, wizard.StatusText(a.Streams.PaletteErr(), r))
	return nil
}

func (a *App) sandboxMFACommand() *cobra.Command {
	cmd := &cobra.Command{Use: "pass-mfa ID", Short: "Pass the MFA that a request waits for, as in the portal", Example: "  apono sandbox pass-mfa AR-00003", Args: exactArgs("the request's ID")}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		box, err := a.openSandbox(cmd.Context(), nil)
		if err != nil {
			return err
		}
		if err := box.PassMFA(cmd.Context(), args[0]); err != nil {
			return err
		}
		return a.tellSandbox(cmd.Context(), args[0])
	}
	return cmd
}

func (a *App) sandboxFieldsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "custom-fields on|off", Short: "Switch the demo account's own questions on or off",
		Example: "  apono sandbox custom-fields on", Args: exactArgs("on or off"), ValidArgs: []string{"on", "off"},
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if args[0] != "on" && args[0] != "off" {
			return &wizard.UsageError{Message: fmt.Sprintf("%q is neither on nor off", args[0]), Hint: "Usage: " + cmd.UseLine()}
		}
		box, err := a.openSandbox(cmd.Context(), nil)
		if err != nil {
			return err
		}
		if err := box.SetCustomFields(cmd.Context(), args[0] == "on"); err != nil {
			return err
		}
		a.Streams.Printf("%s The demo account's own questions are %s\n", a.Streams.PaletteErr().Good("✓"), args[0])
		return nil
	}
	return cmd
}

func (a *App) sandboxResetCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "reset", Short: "Start afresh: forget all requests and make the database new", Example: "  apono sandbox reset", Args: noArgs}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		box, err := a.openSandbox(cmd.Context(), nil)
		if err != nil {
			return err
		}
		if err := box.Reset(cmd.Context()); err != nil {
			return err
		}
		a.Streams.Printf("%s The sandbox is new\n", a.Streams.PaletteErr().Good("✓"))
		return nil
	}
	return cmd
}

func (a *App) sandboxSQLCommand() *cobra.Command {
	var session, statement string
	cmd := &cobra.Command{
		Use:   "sql",
		Short: "Open the sandbox's database with a session's credentials",
		Long: `Open the sandbox's database with the credentials of a session. This is what the
command of such a session runs: apono access use ID --run. The secret comes in
the variable ` + passwordVariable + `.`,
		Example: "  apono access use ID --run --profile sandbox",
		Args:    noArgs,
	}
	cmd.Flags().StringVar(&session, "session", "", "The session's `ID`")
	cmd.Flags().StringVarP(&statement, "command", "c", "", "Run this `SQL` and end")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		password, _ := a.Env(passwordVariable)
		_ = os.Unsetenv(passwordVariable)
		if session == "" || password == "" {
			return &wizard.UsageError{Message: "the sandbox's database needs --session and " + passwordVariable, Hint: "Open it with: apono access use ID --run --profile sandbox"}
		}
		return a.runSQL(cmd.Context(), sandbox.Credential{SessionID: session, Password: password}, statement)
	}
	return cmd
}

func (a *App) runSQL(ctx context.Context, credential sandbox.Credential, statement string) error {
	box, err := a.openSandbox(ctx, nil)
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
	a.onExit(db)
	shell := a.sqlShell(db, granted)
	shell.CheckAccess = func(ctx context.Context) error {
		_, err := box.Login(ctx, credential)
		return err
	}
	if statement != "" {
		return ended(shell.Execute(ctx, statement), nil)
	}
	if shell.Interactive {
		// Ctrl-C is the prompt's own there: it cancels a line or a statement.
		defer a.Interrupts.HandOver()()
	}
	return ended(shell.Run(ctx), nil)
}

func (a *App) sqlShell(db *shop.Database, granted *sandbox.DatabaseAccess) *sqlshell.Shell {
	s := &sqlshell.Shell{
		Database: db, In: a.Streams.In, Out: a.Streams.OutFile, Err: a.Streams.ErrFile,
		Interactive: a.Streams.InTerminal && a.Streams.OutTerminal,
		HistoryFile: filepath.Join(a.sandboxDir(), "sql_history"),
		Expires:     granted.Expires,
		RequestCommand: func(permission string) string {
			answers := wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}, Permissions: []string{permission}, Duration: time.Hour}
			return answers.Replay(auth.SandboxProfile, render.ShellFor(runtime.GOOS))
		},
	}
	if a.Streams.OutTerminal {
		s.Width = a.Streams.Width
		s.HeaderStyle = a.Streams.PaletteOut().Faint
	}
	return s
}
