package command

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/explain"
	"apono/wizard/command/output"
	"apono/wizard/prompt"
)

// statusOptions are those of apono status.
type statusOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)
	watch   bool
	output  *output.Format
}

func newStatusCmd(f *factory, runF func(context.Context, *statusOptions) error) *cobra.Command {
	o := &statusOptions{streams: f.streams, connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what is active, what waits and what you must review",
		Long: `Show what is active and how long is left, which requests wait and for whom, and
which wait for your review.

With --watch, the page is redrawn in place until you press q or Ctrl-C. In a pipe,
--watch prints a line for each request, and another whenever one changes.`,
		Example: "  apono status --profile sandbox\n  apono status --watch --profile sandbox",
		GroupID: groupUse,
		Args:    noArgs,
	}
	cmd.Flags().BoolVar(&o.watch, "watch", false, "Show changes until you press q or Ctrl-C")
	o.output = output.Flags(cmd)
	for _, name := range []string{"output", "jq", "template"} {
		cmd.MarkFlagsMutuallyExclusive("watch", name)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runOr(cmd.Context(), o, runF, runStatus) }
	return cmd
}

func runStatus(ctx context.Context, o *statusOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if o.watch {
		return watchStatus(ctx, o.streams, flow)
	}
	progress := o.streams.Progress("Loading your requests", progressDelay)
	defer progress.Stop()
	page, err := flow.Page(ctx)
	if err != nil {
		return err
	}
	flow.RememberPage(ctx, page)
	progress.Stop()
	return o.output.Print(o.streams, page, func() error {
		s := o.streams
		switch {
		case page.IsEmpty():
			output.Empty{Message: wizard.NothingOnPage, Advice: "Request access", Command: flow.CommandLine("requests", "create")}.Print(s)
		case !s.OutTerminal:
			s.Table(page.Table())
		default:
			for _, line := range page.Lines(s.PaletteOut(), time.Now(), s.Width()) {
				writeLine(s, line)
			}
		}
		return nil
	})
}

// writeLine writes a line to Out that fits the terminal.
func writeLine(s *render.Streams, line render.Text) { _, _ = s.Out.Write([]byte(string(line) + "\n")) }

// watchStatus shows changes until the user ends it. Ctrl-C is not an error worth a message.
func watchStatus(ctx context.Context, s *render.Streams, flow *wizard.Flow) error {
	var err error
	if watcher, ok := flow.Prompter.(prompt.Watcher); ok && s.OutTerminal {
		err = flow.WatchPage(ctx, watcher)
	} else {
		err = flow.PrintPageChanges(ctx)
	}
	if errors.Is(err, prompt.ErrCanceled) || errors.Is(err, context.Canceled) {
		return &explain.StatusError{Code: explain.ExitCanceled}
	}
	return err
}
