package command

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
)

// extendOptions are those of apono requests extend.
type extendOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)
	ids     []string // none: ask which
	yes     bool
	output  *output.Format
}

func newExtendCmd(f *factory, runF func(context.Context, *extendOptions) error) *cobra.Command {
	o := &extendOptions{streams: f.streams, connect: f.connectFlow}
	cmd := &cobra.Command{
		Use:   "extend [ID...]",
		Short: "Extend access before it expires",
		Long: `Extend access before it expires. The access flow decides by how much, and how
often: apono shows both and asks before it extends anything. Without an ID, it
asks which access to extend.

Without a terminal, --yes is required.`,
		Example: "  apono requests extend AR-00001 --yes --profile sandbox",
	}
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "Extend without asking")
	o.output = output.Flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		o.ids = distinctIDs(ids)
		return runOr(cmd.Context(), o, runF, runExtend)
	}
	return cmd
}

// distinctIDs returns IDs, each once, in their order.
func distinctIDs(ids []string) []string {
	var list []string
	for _, id := range ids {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

func runExtend(ctx context.Context, o *extendOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if len(o.ids) == 0 {
		if flow.Prompter == nil {
			return needsID("extend")
		}
		extended, err := flow.AskExtend(ctx)
		return o.print(extended, err)
	}
	found, err := findRequests(ctx, flow, o.ids, findRequest)
	if err != nil {
		return err
	}
	extended, err := flow.Extend(ctx, found, o.yes)
	return o.print(extended, err)
}

// needsID returns the error for a command that cannot ask for a request.
func needsID(verb string) error {
	return &wizard.UsageError{Message: "missing the request ID (not a terminal, so nothing can be asked)", Hint: "Usage: apono requests " + verb + " ID", Run: "requests list"}
}

// print prints requests as data, one after the other, and returns err, or its own error.
func (o *extendOptions) print(requests []client.Request, err error) error {
	return printChanged(o.streams, o.output, requests, err)
}

// printChanged prints requests that a command has changed, if it prints data: what people
// need to know is printed already. It returns err, or its own error.
func printChanged(s *render.Streams, format *output.Format, requests []client.Request, err error) error {
	for i, r := range requests {
		if i > 0 {
			format.Separate(s)
		}
		if printErr := format.Print(s, r, func() error { return nil }); printErr != nil && err == nil {
			err = printErr
		}
	}
	return err
}
