package command

import (
	"context"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
)

func (a *App) inventoryCommand() *cobra.Command {
	var lists []*cobra.Command
	for _, d := range kind.All() {
		info := d.Describe()
		lists = append(lists, a.newListCmd(d, "inventory "+info.Command, info.Slug))
	}
	cmd := group("inventory", "List what can be requested", lists...)
	cmd.GroupID = groupFind
	return cmd
}

// inventoryOptions are the flags of a command that lists a kind.
type inventoryOptions struct {
	kind kind.Descriptor
	// parents are the names that were given for the kinds that must be chosen
	// first, by slug.
	parents map[string]*string
	search  string
	out     *output
}

// newListCmd returns a command that lists a kind. path is how it is called, for
// its example.
func (a *App) newListCmd(d kind.Descriptor, path string, aliases ...string) *cobra.Command {
	info := d.Describe()
	o := &inventoryOptions{kind: d, parents: map[string]*string{}}
	cmd := &cobra.Command{Use: info.Command, Aliases: aliases, Short: info.Short, Args: noArgs}
	cmd.Example = "  apono " + path + " "
	if info.Example != "" {
		cmd.Example += info.Example + " "
	}
	cmd.Example += "--profile sandbox"
	for _, parent := range info.Parents {
		o.parents[parent] = new(string)
		parentFlag(cmd, parent, o.parents[parent])
	}
	if info.Filterable {
		cmd.Flags().StringVar(&o.search, "search", "", "Only "+info.Name+"s with all these `words`, in any order")
	}
	o.out = tableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return a.listKind(cmd.Context(), o) }
	return cmd
}

// parentFlag adds the flag that names one of the kinds to be chosen first. It has
// the name, the letter and the help that it has for a request.
func parentFlag(cmd *cobra.Command, slug string, value *string) {
	flag := wizard.AnswerFlag(slug)
	cmd.Flags().StringVarP(value, flag.Name, flag.Shorthand, "", flag.Usage)
	if d, ok := kind.Named(slug); ok && d.Describe().FlagAlias != "" {
		cmd.Flags().StringVar(value, d.Describe().FlagAlias, "", "The same as --"+flag.Name)
	}
}

func (a *App) listKind(ctx context.Context, o *inventoryOptions) error {
	s, err := a.connect(ctx)
	if err != nil {
		return err
	}
	in, err := o.locate(ctx, s.client)
	if err != nil {
		return err
	}
	progress := a.Streams.Progress("Loading", quick)
	data, table, err := o.kind.List(ctx, s.client, in, o.search)
	progress.Stop()
	if err != nil {
		return err
	}
	return a.printTable(o.out, data, "", func() render.Table { return table })
}

// locate resolves the flags to the scope of the list. The error names all flags
// that are missing.
func (o *inventoryOptions) locate(ctx context.Context, api *client.Client) (kind.Scope, error) {
	e := &wizard.MissingError{}
	names := map[string]string{}
	for _, slug := range o.kind.Describe().Parents {
		names[slug] = *o.parents[slug]
		if names[slug] == "" {
			e.Flags = append(e.Flags, "--"+slug)
		}
	}
	e.Run = kind.ListOf(o.kind.Describe().Slug, names)
	if len(e.Flags) > 0 {
		return kind.Scope{}, e
	}
	return kind.Locate(ctx, api, o.kind.Describe().Parents, names)
}
