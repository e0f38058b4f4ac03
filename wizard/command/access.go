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
	"apono/wizard/command/explain"
	"apono/wizard/command/output"
	"apono/wizard/prompt"
)

// accessOptions are those of apono access.
type accessOptions struct {
	connect func(context.Context) (*wizard.Flow, error)
}

func newAccessCmd(f *factory) *cobra.Command {
	o := &accessOptions{connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:     "access",
		Aliases: []string{"sessions", "session"},
		Short:   "Use access that you have",
		Long: `Use access that you have: choose an access, and how to use it. Connect runs its
command in this terminal; Instructions prints the steps to follow by hand.`,
		Example: "  apono access --profile sandbox",
		GroupID: groupUse,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runAccess(cmd.Context(), o) },
	}
	cmd.AddCommand(newAccessListCmd(f, nil), newUseCmd(f, nil), newResetCmd(f, nil))
	return cmd
}

func runAccess(ctx context.Context, o *accessOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if flow.Prompter == nil {
		return &wizard.UsageError{Message: "choosing an access needs a terminal", Hint: "Name it instead: apono access use ID", Run: "access list"}
	}
	return exitStatus(flow.Use(ctx, wizard.AccessQuery{}))
}

// useGranted goes on from requests that were just granted to using the access.
func useGranted(ctx context.Context, s *render.Streams, flow *wizard.Flow, requestIDs []string) error {
	s.Printf("\n")
	err := exitStatus(flow.Use(ctx, wizard.AccessQuery{RequestIDs: requestIDs}))
	var none *wizard.NoAccessError
	switch {
	case errors.As(err, &none):
		s.Say("  There is nothing to open: the access works where you already use it")
		return nil
	case errors.Is(err, prompt.ErrBack), errors.Is(err, prompt.ErrCanceled):
		// The access has been granted, so leaving now is not an error.
		s.Advise("Use it later with", flow.CommandLine("access", "use", requestIDs[0]))
		return nil
	}
	return err
}

// exitStatus returns err, or an error for the exit code of a program that ran
// and failed.
func exitStatus(code int, err error) error {
	if err == nil && code != 0 {
		return &explain.StatusError{Code: code}
	}
	return err
}

// accessListOptions are those of apono access list.
type accessListOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)
	query   wizard.AccessQuery
	output  *output.Format
}

func newAccessListCmd(f *factory, runF func(context.Context, *accessListOptions) error) *cobra.Command {
	o := &accessListOptions{streams: f.streams, connect: f.connectFlow}
	cmd := &cobra.Command{Use: "list", Short: "List the access you have", Example: "  apono access list --profile sandbox", Args: noArgs}
	cmd.Flags().StringVarP(&o.query.Integration, "integration", "i", "", "Show only access to this integration: ID, type/name or name")
	cmd.Flags().StringVarP(&o.query.Bundle, "bundle", "b", "", "Show only access from this bundle: ID or name")
	cmd.Flags().StringSliceVarP(&o.query.RequestIDs, "request", "r", nil, "Show only access that these requests granted: IDs")
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runOr(cmd.Context(), o, runF, runAccessList) }
	return cmd
}

func runAccessList(ctx context.Context, o *accessListOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	progress := o.streams.Progress("Loading your access", progressDelay)
	defer progress.Stop()
	sessions, err := flow.Accesses(ctx, o.query)
	if err != nil {
		return err
	}
	var uses map[string]wizard.AccessUse // only shown in the table
	var usesErr error
	if len(sessions) > 0 && !o.output.IsData() {
		uses, usesErr = flow.AccessUses(ctx)
	}
	progress.Stop()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if usesErr != nil { // an empty cell would mean that the access has no end
		o.streams.Warn("Not known when every access ends and what it allows: %s", explain.Error(usesErr).Message)
	}
	empty := output.Empty{Message: "No access yet", Advice: "Request it", Command: flow.CommandLine("requests", "create")}
	return o.output.PrintTable(o.streams, sessions, empty, func() render.Table {
		return output.AccessTable(o.streams.PaletteOut(), sessions, uses, flow.Clock())
	})
}

// useOptions are those of apono access use.
type useOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)

	access string // an ID or a name
	output string
	run    bool
	client string
}

func newUseCmd(f *factory, runF func(context.Context, *useOptions) error) *cobra.Command {
	o := &useOptions{streams: f.streams, connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:   "use ID",
		Short: "Use one access: run its command, or print how to use it",
		Long: `Use one access, given by its ID, by a unique name, or by the ID of the request
that granted it. In a terminal, apono asks how to use it. Without a terminal, it
prints the instructions.`,
		Example: `  apono access use ID --run
  echo 'select count(*) from orders' | apono access use ID --run
  apono access use ID -o json > credentials.json`,
		Args: exactArgs("the access ID"),
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "What to print: cli, link, instructions or json (default instructions)")
	cmd.Flags().BoolVarP(&o.run, "run", "r", false, "Run the access's command here, and exit with its exit code")
	cmd.Flags().StringVarP(&o.client, "client", "c", "", "Open the access in this app (`ID`)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := o.check(); err != nil {
			return err
		}
		o.access = args[0]
		return runOr(cmd.Context(), o, runF, runUse)
	}
	return cmd
}

func (o *useOptions) check() error {
	given := 0
	for _, set := range []bool{o.output != "", o.run, o.client != ""} {
		if set {
			given++
		}
	}
	known := []string{client.MethodCLI, client.MethodLink, client.MethodInstructions, client.MethodJSON}
	switch {
	case given > 1:
		return &wizard.UsageError{Message: "use only one of --output, --run and --client"}
	case o.output != "" && !slices.Contains(known, o.output):
		return &wizard.UsageError{Message: fmt.Sprintf("unknown --output %q", o.output), Hint: "Use " + strings.Join(known, ", ")}
	}
	return nil
}

func runUse(ctx context.Context, o *useOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	session, err := flow.FindAccess(ctx, o.access)
	if err != nil {
		return err
	}
	switch {
	case o.run:
		return exitStatus(flow.Connect(ctx, session))
	case o.client != "":
		return exitStatus(flow.Launch(ctx, session, o.client))
	case o.output == "" && flow.Prompter != nil && o.streams.OutTerminal:
		return exitStatus(flow.UseAccess(ctx, session))
	}
	method := o.output
	if method == "" {
		method = client.MethodInstructions
	}
	if method != client.MethodInstructions && !slices.Contains(session.ConnectionMethods, method) {
		return &wizard.WrongMethodError{Session: session, Method: method}
	}
	d, err := flow.Details(ctx, session)
	if err != nil {
		return err
	}
	if err := flow.Offered(ctx, session, d, method); err != nil {
		return err
	}
	return printDetails(ctx, o.streams, flow, session, d, method)
}

// printDetails prints what access details have for a method, which they must offer.
func printDetails(ctx context.Context, out *render.Streams, flow *wizard.Flow, s *client.AccessSession, d *client.AccessDetails, method string) error {
	switch method {
	case client.MethodInstructions:
		flow.PrintInstructions(s, d)
		return nil
	case client.MethodLink:
		return flow.PrintLink(ctx, d)
	case client.MethodJSON:
		flow.WarnAboutSecret(s, d)
		return out.Data(render.FormatJSON, json.RawMessage(d.JSON))
	}
	fmt.Fprintln(out.Out, render.CleanLines(*d.CLI))
	flow.WarnAboutSecret(s, d)
	return nil
}

// resetOptions are those of apono access reset-credentials.
type resetOptions struct {
	connect func(context.Context) (*wizard.Flow, error)
	access  string
	timeout time.Duration
}

func newResetCmd(f *factory, runF func(context.Context, *resetOptions) error) *cobra.Command {
	o := &resetOptions{connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:     "reset-credentials ID",
		Short:   "Reset the credentials of an access",
		Example: "  apono access reset-credentials ID --profile sandbox",
		Args:    exactArgs("the access ID"),
	}
	cmd.Flags().DurationVar(&o.timeout, "timeout", wizard.DefaultTimeout, "How long to wait for the new credentials")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.timeout < time.Second {
			return usageError(cmd, "--timeout must be at least 1s")
		}
		o.access = args[0]
		return runOr(cmd.Context(), o, runF, runReset)
	}
	return cmd
}

func runReset(ctx context.Context, o *resetOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	session, err := flow.FindAccess(ctx, o.access)
	if err != nil {
		return err
	}
	_, err = flow.ResetCredentials(ctx, session, o.timeout)
	return err
}
