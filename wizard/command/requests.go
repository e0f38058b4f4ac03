package command

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
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
	r, err := findRequest(ctx, flow, o.id)
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
	if _, err := findRequest(ctx, flow, o.id); err != nil {
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
	found, err := findRequests(ctx, flow, o.ids, findRequest)
	if err != nil {
		return err
	}
	return flow.Revoke(ctx, found, o.wait, o.timeout)
}
