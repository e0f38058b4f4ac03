package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"apono/wizard"
	"apono/wizard/kind"
)

// legacyCommands are the commands of the tool's first version, each a thin row
// over today's. They stay out of the main help: `apono help legacy` lists them.
func (a *App) legacyCommands() []*cobra.Command {
	commands := []*cobra.Command{a.legacyRequestCommand(), a.accessDetailsCommand()}
	for _, d := range kind.All() {
		if info := d.Describe(); info.TopLevel {
			commands = append(commands, a.newListCmd(d, info.Command))
		}
	}
	for _, cmd := range commands {
		cmd.Hidden = true
	}
	return commands
}

// legacyRequestCommand is `apono request`, which asks for access by itself and,
// as old hints say, takes the commands of `apono requests` too.
func (a *App) legacyRequestCommand() *cobra.Command {
	cmd := a.createCommand()
	cmd.Use, cmd.Aliases = "request", nil
	cmd.Example = "  apono request -i sqlite/shop -t sqlite-table -r orders -r items -p READ_ONLY -j \"Look into order 42\" --profile sandbox"
	cmd.AddCommand(a.createCommand(), a.listRequestsCommand(), a.describeCommand(), a.unitsCommand(), a.revokeCommand())
	return cmd
}

func (a *App) accessDetailsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "access-details REQUEST-ID",
		Short:   "Print how to reach what a request granted",
		Example: "  apono access-details AR-00001 --profile sandbox",
		Args:    exactArgs("the request's ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			s, err := a.connect(ctx)
			if err != nil {
				return err
			}
			if _, err := a.findRequest(ctx, s, args[0]); err != nil {
				return err
			}
			flow := a.flow(s)
			sessions, err := flow.Accesses(ctx, wizard.AccessQuery{RequestIDs: args})
			if err != nil {
				return err
			}
			if len(sessions) == 0 {
				return &wizard.NoAccessError{Request: args[0]}
			}
			for i := range sessions {
				if i > 0 {
					fmt.Fprintln(a.Streams.Out)
				}
				if _, err := flow.Instructions(ctx, &sessions[i]); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
