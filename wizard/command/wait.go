package command

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/explain"
	"apono/wizard/command/output"
)

// waitOptions are those of apono requests wait.
type waitOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)
	ids     []string
	goal    goalFlag
	timeout time.Duration // wizard.NoLimit is as long as it takes
	output  *output.Format
}

func newWaitCmd(f *factory, runF func(context.Context, *waitOptions) error) *cobra.Command {
	o := &waitOptions{streams: f.streams, connect: f.connectFlow, goal: goalFlag(wizard.GoalActive)}
	cmd := &cobra.Command{
		Use:   "wait ID...",
		Short: "Wait until requests are active, decided or over",
		Long: `Wait until requests are active, decided or over, however long people take. The
wait survives network failures. In a terminal it shows who must answer, and rings
when something happens; q leaves.

If a request is rejected or fails, the exit code is 3; if --timeout passes, it is
5. With several requests, 3 comes before 5.`,
		Example: "  apono requests wait AR-00002 --profile sandbox\n  apono requests wait AR-00002 AR-00003 --for decided --timeout 1h --profile sandbox",
		Args:    atLeastArgs("a request ID"),
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().Var(&o.goal, "for", "What to wait for")
	cmd.Flags().DurationVar(&o.timeout, "timeout", wizard.NoLimit, "How long to wait (default: as long as it takes)")
	cmd.Flags().Lookup("timeout").DefValue = ""
	o.output = output.Flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		if cmd.Flags().Changed("timeout") && o.timeout <= 0 {
			return &wizard.UsageError{Message: "--timeout must be greater than zero", Hint: "To wait as long as it takes, leave it out"}
		}
		for _, id := range ids {
			if !slices.Contains(o.ids, id) {
				o.ids = append(o.ids, id)
			}
		}
		return runOr(cmd.Context(), o, runF, runWait)
	}
	return cmd
}

// goalFlag is the value of --for.
type goalFlag wizard.Goal

// Set implements pflag.Value.
func (g *goalFlag) Set(word string) error {
	if !slices.Contains(wizard.Goals(), word) {
		return &wizard.UsageError{Message: "use " + strings.Join(wizard.Goals(), ", ")}
	}
	*g = goalFlag(word)
	return nil
}

// Type implements pflag.Value. Completion offers the words.
func (g *goalFlag) Type() string { return strings.Join(wizard.Goals(), "|") }

// String implements pflag.Value.
func (g *goalFlag) String() string { return string(*g) }

func runWait(ctx context.Context, o *waitOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	found, err := findRequests(ctx, flow, o.ids, findRequest)
	if err != nil {
		return err
	}
	now, err := flow.Wait(ctx, found, wizard.WaitOptions{Goal: wizard.Goal(o.goal), Timeout: o.timeout, DataOnly: o.output.IsData()})
	for i := range now {
		if i > 0 {
			o.output.Separate(o.streams)
		}
		if printErr := o.output.Print(o.streams, now[i], func() error { return nil }); printErr != nil {
			if err != nil {
				// The wait's own error is the more important one.
				output.Problem(o.streams, explain.Error(printErr), flow.Profile)
				return err
			}
			return printErr
		}
	}
	return err
}
