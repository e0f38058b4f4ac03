package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/prompt"
)

func (a *App) accessCommand() *cobra.Command {
	var query wizard.AccessQuery
	cmd := &cobra.Command{
		Use:     "access",
		Aliases: []string{"sessions", "session"},
		Short:   "Use an access you have",
		Long: `Use an access you have: choose one, and choose how. Connect runs the access's
own command in this terminal; Instructions prints how to use it by hand.`,
		Example: "  apono access --profile sandbox",
		GroupID: groupUse,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.connect(cmd.Context())
			if err != nil {
				return err
			}
			return a.useAccess(cmd.Context(), a.flow(s), query)
		},
	}
	cmd.AddCommand(a.listAccessCommand(), a.useCommand(), a.resetCredentialsCommand())
	return cmd
}

// useAccess is the guided way into an access.
func (a *App) useAccess(ctx context.Context, flow *wizard.Flow, query wizard.AccessQuery) error {
	if flow.Prompter == nil {
		return &wizard.UsageError{Message: "without a terminal nobody can be asked which access to use", Hint: "Name it: apono access use ID", Run: "access list"}
	}
	return ended(flow.Use(ctx, query))
}

// useGranted goes on from requests that were just granted to what they gave.
func (a *App) useGranted(ctx context.Context, flow *wizard.Flow, requestIDs []string) error {
	err := ended(flow.Use(ctx, wizard.AccessQuery{RequestIDs: requestIDs}))
	var none *wizard.NoAccessError
	switch {
	case errors.As(err, &none):
		a.Streams.Printf("  There is nothing to open here: the access works where you use it already\n")
		return nil
	case errors.Is(err, prompt.ErrBack), errors.Is(err, prompt.ErrCanceled):
		// The request was made and granted: leaving now cancels nothing.
		a.Streams.Printf("  Use it later with: %s\n", a.Streams.PaletteErr().Command(flow.CommandLine("access")))
		return nil
	}
	return err
}

// ended turns the exit code of a program into an error that carries it.
func ended(code int, err error) error {
	if err == nil && code != 0 {
		return &exitStatus{code}
	}
	return err
}

func (a *App) listAccessCommand() *cobra.Command {
	var query wizard.AccessQuery
	cmd := &cobra.Command{Use: "list", Short: "List the accesses you have", Example: "  apono access list --profile sandbox", Args: noArgs}
	cmd.Flags().StringVarP(&query.Integration, "integration", "i", "", "Only of this integration: ID, type/name or name")
	cmd.Flags().StringVarP(&query.Bundle, "bundle", "b", "", "Only of this bundle: ID or name")
	cmd.Flags().StringSliceVarP(&query.RequestIDs, "request", "r", nil, "Only what these requests granted: IDs")
	out := tableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		sessions, err := a.flow(s).Accesses(cmd.Context(), query)
		if err != nil {
			return err
		}
		return a.printTable(out, sessions, "No access yet. Ask for it with: "+a.runnable(hint{run: "requests create"}), func() render.Table { return accessTable(sessions) })
	}
	return cmd
}

func accessTable(sessions []client.AccessSession) render.Table {
	t := render.Table{Columns: []string{"ID", "Name", "Integration", "Type", "Status", "Ways to use it", "Credentials"}}
	for _, s := range sessions {
		credentials := ""
		if s.Credentials != nil {
			credentials = strings.ToLower(s.Credentials.Status)
		}
		t.Row(s.ID, s.Name, s.Integration.Title(), s.Type.Name, s.Status, strings.Join(s.ConnectionMethods, ", "), credentials)
	}
	return t
}

// useOptions are the flags of access use.
type useOptions struct {
	output string
	run    bool
	client string
}

func (a *App) useCommand() *cobra.Command {
	var options useOptions
	cmd := &cobra.Command{
		Use:   "use ID",
		Short: "Use one access: run its command, or print how",
		Long: `Use one access, named by its ID, by a name that only one has, or by the ID of
the request that granted it. In a terminal, without flags, it asks how;
elsewhere it prints the command (-o cli).`,
		Example: `  apono access use ID --run
  echo 'select count(*) from orders' | apono access use ID --run
  apono access use ID -o json > credentials.json`,
		Args: exactArgs("the access's ID"),
	}
	cmd.Flags().StringVarP(&options.output, "output", "o", "", "What to print: cli, link, instructions or json (default cli)")
	cmd.Flags().BoolVarP(&options.run, "run", "r", false, "Run the access's command here; its exit code becomes ours")
	cmd.Flags().StringVarP(&options.client, "client", "c", "", "Open the access with this app (`ID`)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := options.check(); err != nil {
			return err
		}
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		flow := a.flow(s)
		session, err := flow.FindAccess(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return a.useOne(cmd.Context(), flow, session, options)
	}
	return cmd
}

func (o useOptions) check() error {
	given := 0
	for _, set := range []bool{o.output != "", o.run, o.client != ""} {
		if set {
			given++
		}
	}
	known := []string{client.MethodCLI, client.MethodLink, client.MethodInstructions, client.MethodJSON}
	switch {
	case given > 1:
		return &wizard.UsageError{Message: "--output, --run and --client exclude each other", Hint: "Give one of them"}
	case o.output != "" && !slices.Contains(known, o.output):
		return &wizard.UsageError{Message: fmt.Sprintf("--output %q is not known", o.output), Hint: "Use " + strings.Join(known, ", ")}
	}
	return nil
}

func (a *App) useOne(ctx context.Context, flow *wizard.Flow, s *client.AccessSession, o useOptions) error {
	switch {
	case o.run:
		return ended(flow.Connect(ctx, s))
	case o.client != "":
		return ended(flow.Launch(ctx, s, o.client))
	case o.output == "" && flow.Prompter != nil && a.Streams.OutTerminal:
		return ended(flow.UseAccess(ctx, s))
	}
	method := o.output
	if method == "" {
		method = client.MethodCLI
		if !slices.Contains(s.ConnectionMethods, method) {
			method = client.MethodInstructions
		}
	}
	if method != client.MethodInstructions && !slices.Contains(s.ConnectionMethods, method) {
		return &wizard.WrongMethodError{Session: s, Method: method}
	}
	d, err := flow.Details(ctx, s)
	if err != nil {
		return err
	}
	return a.printDetails(ctx, flow, s, d, method)
}

func (a *App) printDetails(ctx context.Context, flow *wizard.Flow, s *client.AccessSession, d *client.AccessDetails, method string) error {
	switch method {
	case client.MethodInstructions:
		flow.PrintInstructions(s, d)
		return nil
	case client.MethodLink:
		return flow.PrintLink(ctx, s, d)
	case client.MethodJSON:
		if len(d.JSON) == 0 || string(d.JSON) == "null" {
			return &wizard.WrongMethodError{Session: s, Method: method}
		}
		flow.WarnAboutSecret(s, d)
		return a.Streams.Data(render.FormatJSON, json.RawMessage(d.JSON))
	}
	if d.CLI == nil {
		return &wizard.WrongMethodError{Session: s, Method: method}
	}
	fmt.Fprintln(a.Streams.Out, render.CleanLines(*d.CLI))
	flow.WarnAboutSecret(s, d)
	return nil
}

func (a *App) resetCredentialsCommand() *cobra.Command {
	timeout := wizard.DefaultTimeout
	cmd := &cobra.Command{
		Use:     "reset-credentials ID",
		Short:   "Make a new secret for an access, and wait until it is there",
		Example: "  apono access reset-credentials ID --profile sandbox",
		Args:    exactArgs("the access's ID"),
	}
	cmd.Flags().DurationVar(&timeout, "timeout", timeout, "How long to wait")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if timeout < time.Second {
			return &wizard.UsageError{Message: "--timeout must be at least 1s", Hint: "Usage: " + cmd.UseLine()}
		}
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		flow := a.flow(s)
		session, err := flow.FindAccess(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		_, err = flow.ResetCredentials(cmd.Context(), session.ID, timeout)
		return err
	}
	return cmd
}
