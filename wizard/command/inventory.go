package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
	"apono/wizard/kind"
)

func newInventoryCmd(f *factory) *cobra.Command {
	var lists []*cobra.Command
	for _, d := range kind.All() {
		info := d.Describe()
		lists = append(lists, newListKindCmd(f, d, "inventory "+info.Command, nil, info.Slug))
	}
	cmd := newGroupCmd("inventory", "List what you can request", lists...)
	cmd.GroupID = groupFind
	return cmd
}

// listKindOptions are those of a command that lists a kind.
type listKindOptions struct {
	streams *render.Streams
	connect func(context.Context) (*service, error)
	kind    kind.Descriptor
	// parents are the names of the kinds that must be selected first, by slug.
	parents map[string]*string
	search  string
	output  *output.Format
}

// newListKindCmd returns a command that lists a kind. path is how the command is
// called, for its example.
func newListKindCmd(f *factory, d kind.Descriptor, path string, runF func(context.Context, *listKindOptions) error, aliases ...string) *cobra.Command {
	info := d.Describe()
	o := &listKindOptions{streams: f.streams, connect: f.connect, kind: d, parents: map[string]*string{}}
	cmd := &cobra.Command{Use: info.Command, Aliases: aliases, Short: info.Short, Args: noArgs}
	cmd.Example = strings.Join(strings.Fields("apono "+path+" "+info.Example+" --profile sandbox"), " ")
	cmd.Example = "  " + cmd.Example
	for _, parent := range info.Parents {
		o.parents[parent] = new(string)
		addParentFlag(cmd, parent, o.parents[parent])
	}
	if info.Filterable {
		cmd.Flags().StringVar(&o.search, "search", "", "Only "+info.Name+"s with all these `words`, in any order")
	}
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runOr(cmd.Context(), o, runF, runListKind) }
	return cmd
}

// addParentFlag adds the flag that names one of the kinds to be chosen first. It has
// the name, the letter and the help that it has for a request.
func addParentFlag(cmd *cobra.Command, slug string, value *string) {
	flag := wizard.AnswerFlag(slug)
	cmd.Flags().StringVarP(value, flag.Name, flag.Shorthand, "", flag.Usage)
	if d, ok := kind.Named(slug); ok && d.Describe().FlagAlias != "" {
		cmd.Flags().StringVar(value, d.Describe().FlagAlias, "", "The same as --"+flag.Name)
	}
}

func runListKind(ctx context.Context, o *listKindOptions) error {
	s, err := o.connect(ctx)
	if err != nil {
		return err
	}
	in, err := o.locate(ctx, s.client)
	if err != nil {
		return err
	}
	progress := o.streams.Progress("Loading", progressDelay)
	data, table, err := o.kind.List(ctx, s.client, in, o.search)
	progress.Stop()
	if err != nil {
		return err
	}
	return o.output.PrintTable(o.streams, data, o.empty(in), func() render.Table { return table })
}

// empty says that there is nothing in a scope.
func (o *listKindOptions) empty(in kind.Scope) output.Empty {
	if o.search != "" {
		return output.Empty{Message: fmt.Sprintf("No matches for %q", o.search)}
	}
	return output.Empty{Message: o.kind.Nothing(in)}
}

// locate resolves the flags to the scope of the list. The error names all flags
// that are missing.
func (o *listKindOptions) locate(ctx context.Context, api *client.Client) (kind.Scope, error) {
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
	return kind.Locate(ctx, kind.FromService(api), o.kind.Describe().Parents, names)
}
