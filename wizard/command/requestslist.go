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
)

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
	cmd.MarkFlagsMutuallyExclusive("for-others", "favorites", "to-review", "reviewed")
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

// emptyListMessage returns what to print if the user has no requests at all, or none
// that the flags select.
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
