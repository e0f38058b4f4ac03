package command

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/explain"
	"apono/wizard/command/output"
)

// createOptions are those of apono requests create.
type createOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)

	answers wizard.Answers
	request wizard.RequestOptions
	dryRun  bool
	legacy  bool // print the result as the first version of the official tool did
	output  *output.Format
}

func newCreateCmd(f *factory, runF func(context.Context, *createOptions) error) *cobra.Command {
	o := &createOptions{streams: f.streams, connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:     "create",
		Aliases: []string{"new"},
		Short:   "Request access",
		Long: `Request access. In a terminal, apono prompts for what the flags leave open.
Without a terminal, the command fails and names all missing flags.

Separate several values of --permissions, --resources or --access-units by
commas, or repeat the flag. Put a value that contains a comma in double quotes.`,
		Example: `  apono requests create --profile sandbox
  apono requests create --profile sandbox -i sqlite/shop -t sqlite-database -r shop -p READ_ONLY -j "Look into order 42"`,
		Args: noArgs,
	}
	cmd.Flags().SortFlags = false
	o.answers.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&o.request.Every, "interactive", false, "Prompt for everything the flags leave open, optional answers included")
	cmd.Flags().BoolVar(&o.request.NoWait, "no-wait", false, "Return as soon as the request is sent")
	cmd.Flags().DurationVar(&o.request.Timeout, "timeout", wizard.DefaultTimeout, "How long to follow the request")
	cmd.Flags().BoolVar(&o.request.Wait, "wait", false, "Follow the request until it is active or rejected, however long people take")
	cmd.MarkFlagsMutuallyExclusive("wait", "no-wait")
	cmd.MarkFlagsMutuallyExclusive("wait", "timeout")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "Print what would be sent and whether it would be accepted, without sending it")
	o.output = output.Flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if o.request.Timeout <= 0 {
			return &wizard.UsageError{Message: "--timeout must be greater than zero", Hint: "To return as soon as the request is sent, use --no-wait"}
		}
		if !cmd.Flags().Changed("timeout") {
			o.request.Timeout = 0 // the default, unless the user keeps watching
		}
		if f.answers != nil {
			o.answers = *f.answers
		}
		return runOr(cmd.Context(), o, runF, runCreate)
	}
	return cmd
}

func runCreate(ctx context.Context, o *createOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if o.request.Every && flow.Prompter == nil {
		return &wizard.UsageError{Message: "--interactive needs a terminal", Hint: "Give the answers as flags instead"}
	}
	if o.dryRun {
		return dryRun(ctx, o.streams, flow, o.answers, o.output)
	}
	return request(ctx, flow, o)
}

// request makes a request and prints the result. If the user was prompted, it
// goes straight on to using the access.
func request(ctx context.Context, flow *wizard.Flow, o *createOptions) error {
	options := o.request
	options.DataOnly = o.legacy || o.output.IsData()
	outcome, err := flow.Request(ctx, o.answers, options)
	return o.finish(ctx, flow, outcome, err)
}

// print prints what flow.Request does not: requests as data, or in the form of the
// official tool's first version.
func (o *createOptions) print(outcome *wizard.Outcome) error {
	for i, id := range outcome.IDs {
		if i > 0 {
			o.output.Separate(o.streams)
		}
		at := slices.IndexFunc(outcome.Requests, func(r client.Request) bool { return r.ID == id })
		var err error
		switch {
		case at < 0:
			err = o.output.Print(o.streams, map[string]string{"id": id}, func() error { o.printID(id); return nil })
		case o.legacy && !o.output.IsData():
			output.LegacySummary(o.streams, &outcome.Requests[at], outcome.Answers)
		default:
			err = o.output.Print(o.streams, outcome.Requests[at], func() error { return nil })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// printID prints all that is known of a request that was sent and not seen since.
func (o *createOptions) printID(id string) {
	if o.legacy || !o.streams.OutTerminal {
		o.streams.WriteOut(clean("ID: " + id))
	}
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

// dryRunResult is the result of a dry run as it is printed.
type dryRunResult struct {
	Request     client.NewRequest `json:"request"`
	Accepted    bool              `json:"accepted"`
	Missing     []string          `json:"missing"`
	Errors      []string          `json:"errors"`
	MaxDuration *int64            `json:"max_duration_in_sec"`
	Service     *client.DryRun    `json:"dry_run"`
}

// dryRun prints what would be sent and whether it would be accepted. If not, the
// error has the exit code of a rejected request.
func dryRun(ctx context.Context, s *render.Streams, flow *wizard.Flow, answers wizard.Answers, out *output.Format) error {
	tried, err := flow.DryRun(ctx, answers)
	if err != nil {
		return err
	}
	result := dryRunResult{Request: tried.Request, Accepted: tried.Accepted(), Missing: tried.Missing, Errors: tried.Remarks, Service: tried.Run, MaxDuration: tried.Run.MaxDurationInSec}
	err = out.Print(s, result, func() error {
		s.WriteOut(verdict(s.PaletteOut(), tried))
		s.Fields(dryRunFields(tried))
		return nil
	})
	if err == nil && !result.Accepted {
		return &explain.StatusError{Code: explain.ExitRefused}
	}
	return err
}

func verdict(colors render.Palette, t *wizard.DryRun) render.Text {
	if t.Accepted() {
		return colors.Good("✓") + " The request would be accepted"
	}
	return colors.Bad("✗") + " The request would be rejected"
}

func dryRunFields(t *wizard.DryRun) [][2]render.Text {
	pairs := [][2]render.Text{{"Request", output.Lines(t.What)}}
	if t.Longest > 0 {
		pairs = append(pairs, [2]render.Text{"Longest duration", render.Text(render.Duration(t.Longest.Truncate(time.Second)))})
	}
	if len(t.Missing) > 0 {
		pairs = append(pairs, [2]render.Text{"Missing", clean(strings.Join(t.Missing, ", "))})
	}
	if len(t.Remarks) > 0 {
		pairs = append(pairs, [2]render.Text{"The service says", output.Lines(t.Remarks)})
	}
	return pairs
}
