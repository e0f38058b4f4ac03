package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
)

// newLegacyCmds returns the commands of the official tool's first version. The
// main help hides them; apono help legacy lists them.
func newLegacyCmds(f *factory) []*cobra.Command {
	commands := []*cobra.Command{newLegacyRequestCmd(f), newAccessDetailsCmd(f, nil)}
	for _, d := range kind.All() {
		if info := d.Describe(); info.TopLevel {
			commands = append(commands, newListKindCmd(f, d, info.Command, nil))
		}
	}
	for _, cmd := range commands {
		cmd.Hidden = true
	}
	return commands
}

// newLegacyRequestCmd returns apono request, which makes a request. As the hints
// of the official tool have it, it has the commands of apono requests too.
func newLegacyRequestCmd(f *factory) *cobra.Command {
	cmd := newCreateCmd(f, func(ctx context.Context, o *createOptions) error {
		o.legacy = true
		return runCreate(ctx, o)
	})
	cmd.Use, cmd.Aliases = "request", nil
	cmd.Example = "  apono request -i sqlite/shop -t sqlite-table -r orders -r items -p READ_ONLY -j \"Look into order 42\" --profile sandbox"
	cmd.AddCommand(newRequestCmds(f)...)
	return cmd
}

// accessDetailsOptions are those of apono access-details.
type accessDetailsOptions struct {
	streams *render.Streams
	connect func(context.Context) (*wizard.Flow, error)
	request string // an ID
}

func newAccessDetailsCmd(f *factory, runF func(context.Context, *accessDetailsOptions) error) *cobra.Command {
	o := &accessDetailsOptions{streams: f.streams, connect: f.connectFlow}
	return &cobra.Command{
		Use:     "access-details REQUEST-ID",
		Short:   "Print how to use what a request granted",
		Example: "  apono access-details AR-00001 --profile sandbox",
		Args:    exactArgs("the request ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.request = args[0]
			return runOr(cmd.Context(), o, runF, runAccessDetails)
		},
	}
}

func runAccessDetails(ctx context.Context, o *accessDetailsOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	progress := o.streams.Progress("Loading your access", progressDelay)
	defer progress.Stop()
	if _, err := findRequest(ctx, flow, o.request); err != nil {
		return err
	}
	sessions, err := flow.Accesses(ctx, wizard.AccessQuery{RequestIDs: []string{o.request}})
	if err != nil {
		return err
	}
	if len(sessions) == 0 {
		return &wizard.NoAccessError{Request: o.request}
	}
	progress.Stop()
	for i := range sessions {
		if i > 0 {
			fmt.Fprintln(o.streams.Out)
		}
		if _, err := flow.Instructions(ctx, &sessions[i]); err != nil {
			return err
		}
		if !sessions[i].Credentials.AreNew() { // else the notice about the secret says so
			flow.Streams.Warn("Close this terminal when you are done")
		}
	}
	return nil
}
