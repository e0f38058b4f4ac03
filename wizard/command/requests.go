package command

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

func (a *App) requestsCommand() *cobra.Command {
	cmd := group("requests", "Ask for access, and see what became of it", a.createCommand(), a.listRequestsCommand(), a.describeCommand())
	cmd.Aliases = []string{"request"}
	cmd.GroupID = groupRequest
	return cmd
}

func (a *App) createCommand() *cobra.Command {
	var answers wizard.Answers
	var options wizard.RequestOptions
	cmd := &cobra.Command{
		Use:     "create",
		Aliases: []string{"new"},
		Short:   "Ask for access",
		Long: `Ask for access. In a terminal, what the flags do not say is asked; elsewhere
the command fails at once and names all the flags that are missing.

A value of --permissions, --resources and --access-units may hold several,
separated by commas; one that has a comma itself goes into double quotes.`,
		Example: `  apono requests create --profile sandbox
  apono requests create --profile sandbox -i sqlite/shop -t sqlite-database -r shop -p READ_ONLY -j "Look into order 42"`,
		Args: noArgs,
	}
	answers.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&options.Every, "interactive", false, "Ask for everything that the flags do not say, optional answers too")
	cmd.Flags().BoolVar(&options.NoWait, "no-wait", false, "Leave the request once it is sent")
	cmd.Flags().DurationVar(&options.Timeout, "timeout", wizard.DefaultTimeout, "How long to follow the request")
	out := outputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if options.Timeout <= 0 {
			return &wizard.UsageError{Message: "--timeout must be longer than nothing", Hint: "To leave the request at once, use --no-wait"}
		}
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		flow := a.flow(s)
		if options.Every && flow.Prompter == nil {
			return &wizard.UsageError{Message: "--interactive needs a terminal", Hint: "Give the answers as flags"}
		}
		return a.request(cmd.Context(), flow, answers, options, out)
	}
	return cmd
}

// request makes a request, prints what became of it, and after a guided one
// goes straight on to using the access. out nil means a table.
func (a *App) request(ctx context.Context, flow *wizard.Flow, answers wizard.Answers, options wizard.RequestOptions, out *output) error {
	if out == nil {
		out = &output{format: render.FormatTable}
	}
	outcome, err := flow.Request(ctx, answers, options)
	if outcome == nil {
		return err
	}
	if printErr := a.print(out, outcome.Requests, func() { a.printSummaries(outcome.Requests, flow.Profile) }); printErr != nil {
		return printErr
	}
	if err != nil {
		return err
	}
	active := activeIDs(outcome.Requests)
	if len(active) == 0 {
		return nil
	}
	if outcome.Guided && out.format == render.FormatTable {
		return a.useGranted(ctx, flow, active)
	}
	a.Streams.Printf("  Use it with: %s\n", a.Streams.PaletteErr().Command(command(flow, "access use "+active[0])))
	return nil
}

func activeIDs(requests []client.Request) []string {
	var ids []string
	for _, r := range requests {
		if r.IsActive() {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func command(flow *wizard.Flow, words string) string {
	if flow.Profile != "" {
		words += " --profile " + flow.Profile
	}
	return "apono " + words
}

func (a *App) describeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "describe ID",
		Aliases: []string{"get"},
		Short:   "Show everything about a request",
		Example: "  apono requests describe AR-00012 --profile sandbox",
		Args:    exactArgs("the request's ID"),
	}
	out := outputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		r, err := s.client.Request(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return a.print(out, r, func() { a.printSummaries([]client.Request{*r}, s.profile) })
	}
	return cmd
}

func (a *App) listRequestsCommand() *cobra.Command {
	days := 7
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List your requests, the newest first",
		Example: "  apono requests list --days 30 --profile sandbox",
		Args:    noArgs,
	}
	cmd.Flags().IntVarP(&days, "days", "d", days, "Only what was asked for in the last `N` days")
	out := outputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if days < 0 {
			return &wizard.UsageError{Message: "--days cannot be negative", Hint: "Usage: " + cmd.UseLine()}
		}
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		found, err := s.client.Requests(cmd.Context(), client.RequestQuery{})
		if err != nil {
			return err
		}
		recent := since(found, time.Now().AddDate(0, 0, -days))
		return a.print(out, recent, func() { a.printRequests(recent) })
	}
	return cmd
}
