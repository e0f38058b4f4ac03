package command

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/explain"
	"apono/wizard/command/output"
	"apono/wizard/kind"
)

// againOptions are those of apono requests again.
type againOptions struct {
	createOptions
	id   string // of a request or of an access; empty: ask which
	edit bool
	yes  bool
}

func newAgainCmd(f *factory, runF func(context.Context, *againOptions) error) *cobra.Command {
	o := &againOptions{createOptions: createOptions{streams: f.streams, connect: f.connectFlow}}
	cmd := &cobra.Command{
		Use:   "again [ID]",
		Short: "Make a past request again, exactly or with changes",
		Long: `Make a past request again. Without an ID, choose one: favorites are listed first,
then what you request most often and most recently. Enter repeats a request
exactly; the right arrow (or Alt-E) lets you change it first.

With --yes, with one of the flags that change a request, or without a terminal,
the request is sent at once. A request that is still being decided cannot be
repeated. The ID of an access requests what the access was granted for.`,
		Example: `  apono requests again AR-00001 --yes --profile sandbox
  apono requests again AR-00001 --justification "Look into order 43" --profile sandbox`,
		Args: atMostOneArg,
	}
	cmd.Flags().SortFlags = false
	o.answers.FlagsOf(cmd.Flags(), "duration", "justification", "custom-field")
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "Repeat the request without asking")
	cmd.Flags().BoolVar(&o.edit, "edit", false, "Ask every question again, with the past answers filled in")
	cmd.Flags().BoolVar(&o.request.NoWait, "no-wait", false, "Return as soon as the request is sent")
	cmd.Flags().DurationVar(&o.request.Timeout, "timeout", wizard.DefaultTimeout, "How long to follow the request")
	o.output = output.Flags(cmd)
	cmd.MarkFlagsMutuallyExclusive("yes", "edit")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.request.Timeout <= 0 {
			return &wizard.UsageError{Message: "--timeout must be greater than zero", Hint: "To return as soon as the request is sent, use --no-wait"}
		}
		if len(args) > 0 {
			o.id = args[0]
		}
		o.yes = o.yes || cmd.Flags().Changed("duration") || cmd.Flags().Changed("justification") || cmd.Flags().Changed("custom-field")
		return runOr(cmd.Context(), o, runF, runAgain)
	}
	return cmd
}

func runAgain(ctx context.Context, o *againOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	switch {
	case flow.Prompter != nil:
	case o.edit:
		return &wizard.UsageError{Message: "--edit needs a terminal", Hint: "Give the changes as flags instead, such as --duration or --justification"}
	case o.id == "":
		return needsID("again")
	}
	o.request.DataOnly = o.output.IsData()
	outcome, err := o.again(ctx, flow)
	return o.finish(ctx, flow, outcome, err)
}

// again makes the request.
func (o *againOptions) again(ctx context.Context, flow *wizard.Flow) (*wizard.Outcome, error) {
	if o.id == "" {
		return flow.AskAgain(ctx, nil, o.answers, o.request)
	}
	r, session, err := findRepeatable(ctx, flow, o.id)
	switch {
	case err != nil:
		return nil, err
	case session != nil:
		return flow.AgainFrom(ctx, session, o.edit, o.answers, o.request)
	case !wizard.CanAskAgain(r):
		return nil, &wizard.UsageError{Message: r.ID + " is " + r.StatusTitle() + ", so requesting it again would request it twice", Run: render.QuoteArguments("requests", "describe", r.ID)}
	case o.edit:
		return flow.Change(ctx, r, o.answers, o.request)
	case o.yes || flow.Prompter == nil:
		return flow.Again(ctx, r, o.answers, o.request)
	}
	return flow.AskAgain(ctx, r, o.answers, o.request)
}

// findRepeatable returns the request or the access with an ID.
func findRepeatable(ctx context.Context, flow *wizard.Flow, id string) (*client.Request, *client.AccessSession, error) {
	progress := flow.Streams.Progress("Loading the request", progressDelay)
	defer progress.Stop()
	r, err := flow.Client.Request(ctx, id)
	if !client.IsNotFound(err) {
		return r, nil, err
	}
	session, err := flow.Client.AccessSession(ctx, id)
	if client.IsNotFound(err) {
		err = &kind.MatchError{Kind: "request", Value: id, List: "requests list --all"}
	}
	if err != nil {
		return nil, nil, err
	}
	return nil, session, nil
}

// finish prints the outcome of a request. If the user was prompted, it goes straight on to
// using the access.
func (o *createOptions) finish(ctx context.Context, flow *wizard.Flow, outcome *wizard.Outcome, err error) error {
	if outcome == nil {
		return err
	}
	printErr := o.print(outcome)
	if err != nil {
		if printErr != nil {
			// The request's own error is the more important one.
			output.Problem(o.streams, explain.Error(printErr), flow.Profile)
		}
		return err
	}
	if printErr != nil {
		return printErr
	}
	if active := activeIDs(outcome.Requests); outcome.GoesOn && len(active) > 0 {
		return useGranted(ctx, o.streams, flow, active)
	}
	return nil
}

// guideAgain is the guided flow's Request again.
func guideAgain(ctx context.Context, streams *render.Streams, flow *wizard.Flow) error {
	o := &createOptions{streams: streams, output: output.Table()}
	outcome, err := flow.AskAgain(ctx, nil, wizard.Answers{}, wizard.RequestOptions{})
	return o.finish(ctx, flow, outcome, err)
}

// guideExtend is the guided flow's Extend.
func guideExtend(ctx context.Context, flow *wizard.Flow) error {
	_, err := flow.AskExtend(ctx)
	return err
}

// nothingLeft returns why Request again or Extend has nothing to offer any more; empty if
// that is not why it failed.
func nothingLeft(choice wizard.MenuChoice, err error) string {
	var empty *wizard.EmptyError
	if errors.As(err, &empty) && (choice == wizard.MenuAgain || choice == wizard.MenuExtend) {
		return empty.Message
	}
	return ""
}
