package command

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
	"apono/wizard/kind"
)

// kindList is the flag --kind.
type kindList []string

// Set implements pflag.Value. It adds the kinds in a list with commas.
func (k *kindList) Set(list string) error {
	for word := range strings.SplitSeq(list, ",") {
		if !slices.Contains(searchableKinds(), word) {
			return errors.New("use " + strings.Join(searchableKinds(), ", "))
		}
		*k = append(*k, word)
	}
	return nil
}

// Type implements pflag.Value.
func (k *kindList) Type() string { return strings.Join(searchableKinds(), "|") }

// String implements pflag.Value.
func (k *kindList) String() string { return strings.Join(*k, ",") }

func searchableKinds() []string {
	var slugs []string
	for _, d := range kind.Searchable() {
		slugs = append(slugs, d.Describe().Slug)
	}
	return slugs
}

// searchOptions are those of apono search.
type searchOptions struct {
	streams     *render.Streams
	connect     func(context.Context) (*service, error)
	words       []string
	kinds       kindList
	requestable bool
	output      *output.Format
}

func newSearchCmd(f *factory, runF func(context.Context, *searchOptions) error) *cobra.Command {
	o := &searchOptions{streams: f.streams, connect: f.connect}
	cmd := &cobra.Command{
		Use:   "search WORDS...",
		Short: "Find anything you can request, by words in its name or ID",
		Long: `Find integrations, resource types, resources, permissions and bundles. All the
words must occur, in any order, in the name, the ID (such as an ARN) or the place
of what is found.

With --requestable, print the commands that request it.`,
		Example: `  apono search orders --profile sandbox
  apono search playground logs --kind resource --profile sandbox
  apono search on call --requestable --profile sandbox`,
		GroupID: groupFind,
		Args:    atLeastArgs("a word to search for"),
	}
	cmd.Flags().Var(&o.kinds, "kind", "Only this kind (repeatable, or separated by commas)")
	cmd.Flags().BoolVar(&o.requestable, "requestable", false, "Print the commands that request what is found, one per line")
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.words = args
		return runOr(cmd.Context(), o, runF, runSearch)
	}
	return cmd
}

func runSearch(ctx context.Context, o *searchOptions) error {
	s, err := o.connect(ctx)
	if err != nil {
		return err
	}
	progress := o.streams.Progress("Searching", progressDelay)
	hits, err := wizard.Search(ctx, s.client, wizard.SearchQuery{Text: strings.Join(o.words, " "), Kinds: o.kinds})
	progress.Stop()
	if hits == nil {
		return err
	}
	if printErr := o.print(hitRows(hits, s.profile)); printErr != nil {
		return printErr
	}
	var partial *wizard.PartialError
	if errors.As(err, &partial) && !o.output.IsData() {
		o.streams.Warn("Not searched: %s", strings.Join(partial.Places, ", "))
	}
	return err
}

func (o *searchOptions) print(rows []hitRow) error {
	if !o.requestable || len(rows) == 0 || o.output.IsData() {
		none := output.Empty{Message: fmt.Sprintf("No matches for %q", strings.Join(o.words, " ")), Advice: "List what there is", Command: "apono inventory --help"}
		return o.output.PrintTable(o.streams, rows, none, func() render.Table { return hitTable(rows) })
	}
	for _, row := range rows {
		fmt.Fprintln(o.streams.Out, render.Clean(row.Request))
	}
	return nil
}

// hitRow is something that a search found, as data.
type hitRow struct {
	Kind          string `json:"kind"`
	Integration   string `json:"integration"`
	IntegrationID string `json:"integration_id"`
	ResourceType  string `json:"resource_type"`
	ID            string `json:"id"`
	Name          string `json:"name"`
	SourceID      string `json:"source_id"`
	Request       string `json:"request"` // the command that requests it
}

func hitRows(hits []wizard.Hit, profile string) []hitRow {
	rows := make([]hitRow, len(hits))
	shell := render.ShellFor(runtime.GOOS)
	for i, h := range hits {
		rows[i] = hitRow{
			Kind: h.Info.Slug, IntegrationID: h.Scope.Integration.ID, ResourceType: h.Scope.ResourceType.ID,
			ID: h.ID, Name: h.Name, SourceID: h.SourceID, Request: h.Answers.Replay(profile, shell),
		}
		if h.Scope.Integration.ID != "" {
			rows[i].Integration = h.Scope.Integration.Title()
		}
	}
	return rows
}

func hitTable(rows []hitRow) render.Table {
	t := render.Table{Columns: []render.Column{{Title: "Kind"}, {Title: "Where", Drop: 2}, {Title: "Resource type", Drop: 1}, {Title: "Name"}, {Title: "ID", Whole: true}}, Records: [][]string{{"ID"}, {"Name", "Kind"}}}
	for _, row := range rows {
		id := row.ID
		if row.SourceID != "" {
			id = row.SourceID
		}
		t.Row(row.Kind, row.Integration, row.ResourceType, row.Name, id)
	}
	return t
}
