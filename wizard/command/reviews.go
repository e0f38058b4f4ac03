package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
	"apono/wizard/kind"
)

// reviewOptions are those of apono review, which is also apono requests review.
type reviewOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)
	id      string // empty asks
}

func newReviewCmd(f *factory, runF func(context.Context, *reviewOptions) error) *cobra.Command {
	o := &reviewOptions{streams: f.streams, connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:   "review [ID]",
		Short: "Review requests that wait for you: approve or reject them",
		Long: `Review requests that wait for you: see who asks for what, for how long and why,
then approve or reject. In scripts, use apono requests approve and reject.`,
		Example: "  apono review --profile sandbox-approver",
		Args:    atMostOneArg,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.id = strings.Join(args, "")
		return runOr(cmd.Context(), o, runF, runReview)
	}
	return cmd
}

// newShortReviewCmd returns apono review, which is short for apono requests review.
func newShortReviewCmd(f *factory) *cobra.Command {
	cmd := newReviewCmd(f, nil)
	cmd.GroupID = groupRequest
	return cmd
}

func runReview(ctx context.Context, o *reviewOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if flow.Prompter == nil {
		return &wizard.UsageError{
			Message: "a guided review needs a terminal",
			Hint:    "Decide with: apono requests approve ID, or apono requests reject ID",
			Run:     "requests list --to-review",
		}
	}
	if o.id == "" {
		return flow.Review(ctx)
	}
	progress := o.streams.Progress("Loading the request", progressDelay)
	r, err := findForReview(ctx, flow, o.id)
	progress.Stop()
	if err != nil {
		return err
	}
	return flow.ReviewRequest(ctx, r)
}

// decideOptions are those of apono requests approve and of apono requests reject.
type decideOptions struct {
	streams  *render.Streams
	connect  func(context.Context) (*wizard.Flow, error)
	decision wizard.Decision
	ids      []string
	reason   string
	output   *output.Format
}

func newApproveCmd(f *factory, runF func(context.Context, *decideOptions) error) *cobra.Command {
	return newDecideCmd(f, wizard.DecisionApprove, "Approve requests that wait for your review", runF)
}

func newRejectCmd(f *factory, runF func(context.Context, *decideOptions) error) *cobra.Command {
	return newDecideCmd(f, wizard.DecisionReject, "Reject requests that wait for your review", runF)
}

func newDecideCmd(f *factory, d wizard.Decision, short string, runF func(context.Context, *decideOptions) error) *cobra.Command {
	o := &decideOptions{streams: f.streams, connect: f.connectFlow, decision: d}
	cmd := &cobra.Command{
		Use:     string(d) + " ID...",
		Short:   short,
		Example: "  apono requests " + string(d) + " AR-00002 --profile sandbox-approver",
		Args:    atLeastArgs("a request ID"),
	}
	cmd.Flags().StringVarP(&o.reason, "reason", "j", "", fmt.Sprintf("Your reason, at most %d characters", client.MaxReasonLength))
	o.output = output.Flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		o.reason = strings.TrimSpace(o.reason)
		if err := wizard.CheckReason(o.reason); err != nil {
			return usageError(cmd, err.Error())
		}
		o.ids = ids
		return runOr(cmd.Context(), o, runF, runDecide)
	}
	return cmd
}

func runDecide(ctx context.Context, o *decideOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	found, err := findRequests(ctx, flow, o.ids, findForReview)
	if err != nil {
		return err
	}
	reason, err := flow.ReasonFor(ctx, found, o.reason)
	if err != nil {
		return err
	}
	done, err := flow.Decide(ctx, found, o.decision, reason)
	if o.output.IsData() {
		err = errors.Join(err, printRequests(ctx, o, flow, done))
	}
	return err
}

// findForReview is findRequest, whose error says how to list what waits for review.
func findForReview(ctx context.Context, flow *wizard.Flow, id string) (*client.Request, error) {
	r, err := findRequest(ctx, flow, id)
	var unknown *kind.MatchError
	if errors.As(err, &unknown) {
		unknown.List = "requests list --to-review"
	}
	return r, err
}

// printRequests prints requests as they are now, one object after the other.
func printRequests(ctx context.Context, o *decideOptions, flow *wizard.Flow, ids []string) error {
	for i, id := range ids {
		r, err := flow.Client.Request(ctx, id)
		if err != nil {
			return err
		}
		if i > 0 {
			o.output.Separate(o.streams)
		}
		if err := o.output.Print(o.streams, r, nil); err != nil {
			return err
		}
	}
	return nil
}

// reviewScope are the flags of apono requests list that select other people's requests.
type reviewScope struct{ toReview, reviewed bool }

func (v *reviewScope) addTo(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&v.toReview, "to-review", false, "Show the requests that wait for your review, of any age unless --days is given")
	cmd.Flags().BoolVar(&v.reviewed, "reviewed", false, "Show requests that you have reviewed")
	cmd.MarkFlagsMutuallyExclusive("to-review", "reviewed")
}

// name returns the service's name of the scope; empty for the user's own requests.
func (v *reviewScope) name() string {
	switch {
	case v.toReview:
		return client.ScopeMyTasks
	case v.reviewed:
		return client.ScopeMyHistoricTasks
	}
	return ""
}

// empty returns the notice for an empty list of the scope. some reports whether there are
// requests that the other flags leave out.
func (v *reviewScope) empty(s *service, some bool) output.Empty {
	switch {
	case some && v.toReview:
		return output.Empty{Message: "No matching requests", Advice: "List all that wait for your review", Command: s.commandLine("requests", "list", "--to-review")}
	case some:
		return output.Empty{Message: "No matching requests", Advice: "List all that you have reviewed", Command: s.commandLine("requests", "list", "--reviewed", "--all")}
	case v.toReview:
		return output.Empty{Message: "No requests wait for your review"}
	}
	return output.Empty{Message: "You have not reviewed any requests yet"}
}

// requestsTable returns the table of a list: with who asks if the requests are other
// people's.
func (v *reviewScope) requestsTable(s *render.Streams, list []client.Request, now time.Time) render.Table {
	if v.name() != "" {
		return output.ReviewsTable(s, list, now)
	}
	return output.RequestsTable(s, list, now)
}
