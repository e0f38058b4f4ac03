package command

import (
	"context"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
)

// favoriteOptions are those of apono requests favorite and of apono requests unfavorite.
type favoriteOptions struct {
	streams  *render.Streams
	connect  func(context.Context) (*wizard.Flow, error)
	ids      []string
	favorite bool
	output   *output.Format
}

func newFavoriteCmd(f *factory, runF func(context.Context, *favoriteOptions) error) *cobra.Command {
	return favoriteCmd(f, runF, true, &cobra.Command{
		Use:     "favorite ID...",
		Short:   "List requests first when you request again",
		Example: "  apono requests favorite AR-00001 --profile sandbox\n  apono requests list --favorites --profile sandbox",
	})
}

func newUnfavoriteCmd(f *factory, runF func(context.Context, *favoriteOptions) error) *cobra.Command {
	return favoriteCmd(f, runF, false, &cobra.Command{
		Use:     "unfavorite ID...",
		Short:   "Remove requests from your favorites",
		Example: "  apono requests unfavorite AR-00001 --profile sandbox",
	})
}

func favoriteCmd(f *factory, runF func(context.Context, *favoriteOptions) error, favorite bool, cmd *cobra.Command) *cobra.Command {
	o := &favoriteOptions{streams: f.streams, connect: f.connectFlow, favorite: favorite}
	cmd.Args = atLeastArgs("a request ID")
	o.output = output.Flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		o.ids = distinctIDs(ids)
		return runOr(cmd.Context(), o, runF, runFavorite)
	}
	return cmd
}

func runFavorite(ctx context.Context, o *favoriteOptions) error {
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if _, err := findRequests(ctx, flow, o.ids, findRequest); err != nil {
		return err
	}
	changed, err := flow.SetFavorites(ctx, o.ids, o.favorite)
	return printChanged(o.streams, o.output, changed, err)
}
