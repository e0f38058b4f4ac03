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
	"apono/wizard/command/output"
	"apono/wizard/kind"
)

func newRequestsCmd(f *factory) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "requests",
		Short:   "Request access and follow your requests",
		Long:    "Request access and follow your requests. Without a command, print all requests\nwith their resources.",
		Example: "  apono requests create --profile sandbox\n  apono requests list --profile sandbox",
		GroupID: groupRequest,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runRequests(cmd.Context(), &requestsOptions{streams: f.streams, connect: f.connect})
		},
	}
	cmd.AddCommand(newRequestCmds(f)...)
	return cmd
}

// newRequestCmds returns the commands of apono requests, which are also those of
// apono request.
func newRequestCmds(f *factory) []*cobra.Command {
	return []*cobra.Command{newCreateCmd(f, nil), newListCmd(f, nil), newDescribeCmd(f, nil), newUnitsCmd(f, nil), newRevokeCmd(f, nil), newWaitCmd(f, nil),
		newReviewCmd(f, nil), newApproveCmd(f, nil), newRejectCmd(f, nil),
		newExtendCmd(f, nil), newAgainCmd(f, nil), newFavoriteCmd(f, nil), newUnfavoriteCmd(f, nil)}
}

// requestsOptions are those of apono requests, which is a command of the first
// version.
type requestsOptions struct {
	streams *render.Streams
	connect func(context.Context) (*service, error)
}

func runRequests(ctx context.Context, o *requestsOptions) error {
	s, err := o.connect(ctx)
	if err != nil {
		return err
	}
	progress := o.streams.Progress("Loading requests", progressDelay)
	defer progress.Stop()
	found, err := s.client.Requests(ctx, client.RequestQuery{})
	if err != nil {
		return err
	}
	list := (&listOptions{}).filter(found)
	if len(list) == 0 {
		progress.Stop()
		noRequests(s).Print(o.streams)
		return nil
	}
	units, err := s.client.RequestUnits(ctx, requestIDs(list)...)
	if err != nil {
		return err
	}
	progress.Stop()
	output.LegacyRequests(o.streams, list, units)
	return nil
}

func requestIDs(requests []client.Request) []string {
	var ids []string
	for _, r := range requests {
		ids = append(ids, r.ID)
	}
	return ids
}

// listOptions are those of apono requests list.
type listOptions struct {
	streams *render.Streams
	connect func(context.Context) (*service, error)

	days      int
	all       bool
	favorites bool
	others    bool
	statuses  []string
	review    reviewScope
	output    *output.Format
}

func newListCmd(f *factory, runF func(context.Context, *listOptions) error) *cobra.Command {
	o := &listOptions{streams: f.streams, connect: f.connect}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List your requests, newest first",
		Example: "  apono requests list --days 30 --status Active --profile sandbox",
		Args:    noArgs,
	}
	cmd.Flags().IntVarP(&o.days, "days", "d", 7, "Show only requests of the last `N` days")
	cmd.Flags().BoolVar(&o.all, "all", false, "Show requests of any age")
	cmd.Flags().BoolVar(&o.favorites, "favorites", false, "Show only your favorites, of any age unless --days is given")
	cmd.Flags().StringSliceVar(&o.statuses, "status", nil, "Show only requests with these statuses, such as Active or \"Pending Approval\"")
	o.review.addTo(cmd)
	cmd.Flags().BoolVar(&o.others, "for-others", false, "Show the requests that you made for others")
	cmd.MarkFlagsMutuallyExclusive("for-others", "to-review", "reviewed")
	cmd.MarkFlagsMutuallyExclusive("for-others", "favorites")
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkStatuses(o.statuses); err != nil {
			return err
		}
		o.all = o.all || o.review.toReview && !cmd.Flags().Changed("days")
		if o.days < 0 {
			return usageError(cmd, "--days must not be negative")
		}
		o.all = o.all || o.favorites && !cmd.Flags().Changed("days")
		return runOr(cmd.Context(), o, runF, runList)
	}
	return cmd
}

func runList(ctx context.Context, o *listOptions) error {
	s, err := o.connect(ctx)
	if err != nil {
		return err
	}
	progress := o.streams.Progress("Loading requests", progressDelay)
	defer progress.Stop()
	found, err := s.client.Requests(ctx, o.query(time.Now()))
	if err != nil {
		return err
	}
	if o.scope() == "" && !o.favorites {
		wizard.RememberRequests(ctx, s.catalog, found)
	}
	list := o.filter(found)
	empty := output.Empty{}
	if len(list) == 0 && o.favorites {
		empty = output.Empty{Message: "No matching favorites", Advice: "Add one", Command: s.commandLine("requests", "favorite", "ID")}
	} else if len(list) == 0 && !o.output.IsData() {
		if empty, err = emptyListMessage(ctx, s, o); err != nil {
			return err
		}
	}
	progress.Stop()
	table := o.review.requestsTable
	if o.others {
		table = output.DelegatedTable
	}
	return o.output.PrintTable(o.streams, list, empty, func() render.Table { return table(o.streams, list, time.Now()) })
}

// emptyListMessage says whether the user has no requests at all, or none that the
// flags select.
func emptyListMessage(ctx context.Context, s *service, o *listOptions) (output.Empty, error) {
	some, err := s.client.HasRequests(ctx, client.RequestQuery{Scope: o.scope()})
	switch {
	case o.review.name() != "":
		return o.review.empty(s, some), err
	case some && o.others:
		return output.Empty{Message: "No matching requests", Advice: "List all of them", Command: s.commandLine("requests", "list", "--for-others", "--all")}, err
	case some:
		return output.Empty{Message: "No matching requests", Advice: "List all of them", Command: s.commandLine("requests", "list", "--all")}, err
	case o.others:
		return output.Empty{Message: "No requests for others yet", Advice: "Request access for somebody else", Command: s.commandLine("requests", "create", "--grantee", "NAME")}, err
	}
	return noRequests(s), err
}

func noRequests(s *service) output.Empty {
	return output.Empty{Message: "No requests yet", Advice: "Request access", Command: s.commandLine("requests", "create")}
}

// checkStatuses rejects a name that is not a status.
func checkStatuses(names []string) error {
	for _, name := range names {
		if len(client.StatusesNamed(name)) == 0 {
			return &wizard.UsageError{Message: fmt.Sprintf("unknown status %q", name), Hint: "The statuses are: " + strings.Join(client.StatusTitles(), ", ")}
		}
	}
	return nil
}

// query returns the query for the requests that the flags select. The service
// cannot tell Pending Approval from Pending, but filter can.
func (o *listOptions) query(now time.Time) client.RequestQuery {
	q := client.RequestQuery{Scope: o.scope(), Favorites: o.favorites}
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

// scope returns the scope of the list.
func (o *listOptions) scope() string {
	if o.others {
		return client.ScopeMyDelegatedRequests
	}
	return o.review.name() // empty for the user's own
}

// filter returns the requests that have one of the statuses, newest first.
func (o *listOptions) filter(requests []client.Request) []client.Request {
	selected := []client.Request{}
	for _, r := range requests {
		if len(o.statuses) == 0 || slices.ContainsFunc(o.statuses, r.HasStatus) {
			selected = append(selected, r)
		}
	}
	slices.SortStableFunc(selected, func(x, y client.Request) int {
		return y.CreationTime.Time().Compare(x.CreationTime.Time())
	})
	return selected
}

// describeOptions are those of apono requests describe and of apono requests
// units.
type describeOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)
	id      string
	output  *output.Format
}

func newDescribeCmd(f *factory, runF func(context.Context, *describeOptions) error) *cobra.Command {
	o := &describeOptions{streams: f.streams, connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:     "describe ID",
		Aliases: []string{"get"},
		Short:   "Show the details of a request, and the command that repeats it",
		Example: "  apono requests describe AR-00001 --profile sandbox",
		Args:    exactArgs("the request ID"),
	}
	o.output = output.Flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.id = args[0]
		return runOr(cmd.Context(), o, runF, runDescribe)
	}
	return cmd
}

func runDescribe(ctx context.Context, o *describeOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	progress := o.streams.Progress("Loading the request", progressDelay)
	defer progress.Stop()
	r, err := findRequest(ctx, flow.Client, o.id)
	if err != nil {
		return err
	}
	var found []client.RequestUnits // not a part of the data
	requester := func() string { return "" }
	if !o.output.IsData() {
		requester = flow.Requester(ctx, r)
		if found, err = flow.Client.RequestUnits(ctx, r.ID); err != nil {
			return err
		}
	}
	progress.Stop()
	return o.output.Print(o.streams, r, func() error {
		units := unitsOf(found)
		who := requester()
		flow.Summary(ctx, r, units, who)
		if who != "" {
			flow.ReviewStep(ctx, r)
			return nil
		}
		flow.NextSteps(r)
		flow.Repeat(ctx, r, units)
		return nil
	})
}

func unitsOf(found []client.RequestUnits) []client.AccessUnit {
	units := []client.AccessUnit{}
	for _, r := range found {
		units = append(units, r.AccessUnits...)
	}
	return units
}

func newUnitsCmd(f *factory, runF func(context.Context, *describeOptions) error) *cobra.Command {
	o := &describeOptions{streams: f.streams, connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:     "units ID",
		Aliases: []string{"access-units", "access-unit", "accessunits", "accessunit", "acccess-units"}, // the official tool's spellings
		Short:   "List the resources and permissions of a request",
		Example: "  apono requests units AR-00001 --profile sandbox",
		Args:    exactArgs("the request ID"),
	}
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.id = args[0]
		return runOr(cmd.Context(), o, runF, runUnits)
	}
	return cmd
}

func runUnits(ctx context.Context, o *describeOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	progress := o.streams.Progress("Loading the request", progressDelay)
	defer progress.Stop()
	if _, err := findRequest(ctx, flow.Client, o.id); err != nil {
		return err
	}
	found, err := flow.Client.RequestUnits(ctx, o.id)
	if err != nil {
		return err
	}
	progress.Stop()
	units := unitsOf(found)
	return o.output.PrintTable(o.streams, units, output.Empty{Message: o.id + " has no resources"}, func() render.Table { return output.UnitsTable(o.streams.PaletteOut(), units) })
}

// revokeOptions are those of apono requests revoke.
type revokeOptions struct {
	connect func(context.Context) (*wizard.Flow, error)
	ids     []string
	wait    bool
	timeout time.Duration
}

func newRevokeCmd(f *factory, runF func(context.Context, *revokeOptions) error) *cobra.Command {
	o := &revokeOptions{connect: f.connectFlow, timeout: wizard.DefaultTimeout}
	cmd := &cobra.Command{
		Use:     "revoke ID...",
		Short:   "Revoke access before it expires",
		Example: "  apono requests revoke AR-00001 --wait --profile sandbox",
		Args:    atLeastArgs("a request ID"),
	}
	cmd.Flags().BoolVarP(&o.wait, "wait", "w", false, "Wait until the access is revoked")
	cmd.Flags().DurationVarP(&o.timeout, "timeout", "t", o.timeout, "How long to wait")
	cmd.Flags().DurationVar(&o.timeout, "wait-timeout", o.timeout, "The official tool's name for --timeout")
	_ = cmd.Flags().MarkHidden("wait-timeout")
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		if o.timeout <= 0 {
			return usageError(cmd, "--timeout must be greater than zero")
		}
		o.ids = slices.Compact(slices.Sorted(slices.Values(ids)))
		return runOr(cmd.Context(), o, runF, runRevoke)
	}
	return cmd
}

func runRevoke(ctx context.Context, o *revokeOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	progress := flow.Streams.Progress("Loading the request", progressDelay)
	defer progress.Stop()
	var found []client.Request
	for _, id := range o.ids {
		r, err := findRequest(ctx, flow.Client, id)
		if err != nil {
			return err
		}
		found = append(found, *r)
	}
	progress.Stop()
	return flow.Revoke(ctx, found, o.wait, o.timeout)
}

// findRequest returns a request by its ID. If there is none, the error is a
// *kind.MatchError, or a *wizard.UsageError if it is the ID of an access.
func findRequest(ctx context.Context, api *client.Client, id string) (*client.Request, error) {
	r, err := api.Request(ctx, id)
	if !client.IsNotFound(err) {
		return r, err
	}
	if session, sessionErr := api.AccessSession(ctx, id); sessionErr == nil {
		return nil, &wizard.UsageError{Message: fmt.Sprintf("%q is an access, not a request", id), Run: render.QuoteArguments("access", "use", session.ID)}
	}
	return nil, &kind.MatchError{Kind: "request", Value: id, List: "requests list --all"}
}
