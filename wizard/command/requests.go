package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

func (a *App) requestsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "requests",
		Short:   "Ask for access, and see what became of it",
		Example: "  apono requests create --profile sandbox\n  apono requests list --profile sandbox",
		GroupID: groupRequest,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.showGrouped(cmd.Context()) },
	}
	cmd.AddCommand(a.createCommand(), a.listRequestsCommand(), a.describeCommand(), a.unitsCommand(), a.revokeCommand())
	return cmd
}

func (a *App) createCommand() *cobra.Command {
	var answers wizard.Answers
	var options wizard.RequestOptions
	var dryRun bool
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
	cmd.Flags().SortFlags = false
	answers.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&options.Every, "interactive", false, "Ask for everything that the flags do not say, optional answers too")
	cmd.Flags().BoolVar(&options.NoWait, "no-wait", false, "Leave the request once it is sent")
	cmd.Flags().DurationVar(&options.Timeout, "timeout", wizard.DefaultTimeout, "How long to follow the request")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "Send nothing: say what would be sent, and what would become of it")
	out := outputFlags(cmd)
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
		if dryRun {
			return a.dryRun(cmd.Context(), flow, answers, out)
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
	if a.answered != nil {
		answers, a.answered = *a.answered, nil
	}
	outcome, err := flow.Request(ctx, answers, options)
	if outcome == nil {
		if loginDied(err) {
			a.answered = &flow.Answered
		}
		return err
	}
	printErr := a.print(out, outcome.Requests, func() error { return a.printSummaries(outcome.Requests) })
	if err != nil {
		if printErr != nil {
			a.tellProblem(explain(printErr)) // what became of the request counts more
		}
		return err
	}
	if printErr != nil {
		return printErr
	}
	active := activeIDs(outcome.Requests)
	if len(active) == 0 {
		return nil
	}
	if outcome.Guided && !out.isData() {
		return a.useGranted(ctx, flow, active)
	}
	a.Streams.Printf("  Use it with: %s\n", a.Streams.PaletteErr().Command(flow.CommandLine("access", "use", active[0])))
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

// listOptions are the flags of requests list.
type listOptions struct {
	days     int
	all      bool
	statuses []string
}

func (a *App) listRequestsCommand() *cobra.Command {
	o := listOptions{days: 7}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List your requests, the newest first",
		Example: "  apono requests list --days 30 --status Active --profile sandbox",
		Args:    noArgs,
	}
	cmd.Flags().IntVarP(&o.days, "days", "d", o.days, "Only what was asked for in the last `N` days")
	cmd.Flags().BoolVar(&o.all, "all", false, "Every request, however old")
	cmd.Flags().StringSliceVar(&o.statuses, "status", nil, "Only requests with these statuses, such as Active or \"Pending Approval\"")
	out := tableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		if o.days < 0 {
			return &wizard.UsageError{Message: "--days cannot be negative", Hint: "Usage: " + cmd.UseLine()}
		}
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		progress := a.Streams.Progress("Loading requests", quick)
		defer progress.Stop()
		found, err := s.client.Requests(cmd.Context(), o.query(time.Now()))
		if err != nil {
			return err
		}
		list := o.keep(found)
		empty := ""
		if len(list) == 0 && !out.isData() {
			if empty, err = a.noRequests(cmd.Context(), s); err != nil {
				return err
			}
		}
		progress.Stop()
		return a.printTable(out, list, empty, func() render.Table { return a.requestsTable(list) })
	}
	return cmd
}

// noRequests returns the message for an empty list: whether the user has no
// requests at all, or none that the flags select.
func (a *App) noRequests(ctx context.Context, s *service) (string, error) {
	some, err := s.client.HasRequests(ctx, client.RequestQuery{})
	if some {
		return "No matching requests. To list all of them: " + a.runnable(hint{run: "requests list --all"}), err
	}
	return "No requests. Ask for access with: " + a.runnable(hint{run: "requests create"}), err
}

// check rejects a name that is not a status.
func (o listOptions) check() error {
	for _, name := range o.statuses {
		if len(client.StatusesNamed(name)) == 0 {
			return &wizard.UsageError{Message: fmt.Sprintf("no request has the status %q", name), Hint: "The statuses are: " + strings.Join(client.StatusTitles(), ", ")}
		}
	}
	return nil
}

// query returns the query for the requests that the flags select. The service
// cannot tell Pending Approval from Pending: keep does.
func (o listOptions) query(now time.Time) client.RequestQuery {
	var q client.RequestQuery
	if !o.all {
		q.Since = now.AddDate(0, 0, -o.days)
	}
	for _, name := range o.statuses {
		for _, status := range client.StatusesNamed(name) {
			if !slices.Contains(q.Statuses, status) {
				q.Statuses = append(q.Statuses, status)
			}
		}
	}
	return q
}

// keep returns the requests that have one of the statuses, the newest first.
func (o listOptions) keep(requests []client.Request) []client.Request {
	kept := []client.Request{}
	for _, r := range requests {
		if len(o.statuses) == 0 || slices.ContainsFunc(o.statuses, r.HasStatus) {
			kept = append(kept, r)
		}
	}
	slices.SortStableFunc(kept, func(x, y client.Request) int {
		return y.CreationTime.Time().Compare(x.CreationTime.Time())
	})
	return kept
}

func (a *App) describeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "describe ID",
		Aliases: []string{"get"},
		Short:   "Show everything about a request, and how to repeat it",
		Example: "  apono requests describe AR-00001 --profile sandbox",
		Args:    exactArgs("the request's ID"),
	}
	out := outputFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		r, err := a.findRequest(cmd.Context(), s, args[0])
		if err != nil {
			return err
		}
		return a.print(out, r, func() error { return a.describe(cmd.Context(), s, r) })
	}
	return cmd
}

func (a *App) unitsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "units ID",
		Short:   "List every resource and permission of a request",
		Example: "  apono requests units AR-00001 --profile sandbox",
		Args:    exactArgs("the request's ID"),
	}
	out := tableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		if _, err := a.findRequest(cmd.Context(), s, args[0]); err != nil {
			return err
		}
		found, err := s.client.RequestUnits(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		units := unitsOf(found)
		return a.printTable(out, units, "", func() render.Table { return a.unitsTable(units) })
	}
	return cmd
}

func unitsOf(found []client.RequestUnits) []client.AccessUnit {
	units := []client.AccessUnit{}
	for _, r := range found {
		units = append(units, r.AccessUnits...)
	}
	return units
}

func (a *App) revokeCommand() *cobra.Command {
	var wait bool
	timeout := wizard.DefaultTimeout
	cmd := &cobra.Command{
		Use:     "revoke ID...",
		Short:   "Give accesses back before their time is up",
		Example: "  apono requests revoke AR-00001 --wait --profile sandbox",
		Args:    someArgs("a request's ID"),
	}
	cmd.Flags().BoolVarP(&wait, "wait", "w", false, "Wait until the access is gone")
	cmd.Flags().DurationVarP(&timeout, "timeout", "t", timeout, "How long to wait")
	cmd.Flags().DurationVar(&timeout, "wait-timeout", timeout, "The official tool's name for --timeout")
	_ = cmd.Flags().MarkHidden("wait-timeout")
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		if timeout <= 0 {
			return &wizard.UsageError{Message: "--timeout must be longer than nothing", Hint: "Usage: " + cmd.UseLine()}
		}
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := a.findRequest(cmd.Context(), s, id); err != nil {
				return err
			}
		}
		return a.flow(s).Revoke(cmd.Context(), ids, wait, timeout)
	}
	return cmd
}
