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
	"apono/wizard/catalog"
	"apono/wizard/command/output"
	"apono/wizard/kind"
	"apono/wizard/prompt"
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
	connect     func(context.Context) (*wizard.Flow, error)
	prompter    func() prompt.Prompter
	words       []string
	kinds       kindList
	limit       int
	requestable bool
	asks        bool // no flag says what to print
	output      *output.Format
}

func newSearchCmd(f *factory, runF func(context.Context, *searchOptions) error) *cobra.Command {
	o := &searchOptions{streams: f.streams, connect: f.connectFlow, prompter: f.prompter}
	cmd := &cobra.Command{
		Use:   "search [WORDS...]",
		Short: "Find anything you can request, by words in its name or ID",
		Long: `Find integrations, resource types, resources, permissions and bundles. All the
words must occur, in any order, in the name, the ID (such as an ARN) or the place
of what is found. If nothing has them, words may be misspelt or abbreviated.

In a terminal, choose what to request while you type. Without a terminal, or with
--output, --limit, --kind or --requestable, print what is found, best first.`,
		Example: `  apono search orders --profile sandbox
  apono search playground logs --kind resource --profile sandbox
  apono search on call --requestable --profile sandbox`,
		GroupID: groupFind,
	}
	cmd.Flags().Var(&o.kinds, "kind", "Only this kind (repeatable, or separated by commas)")
	cmd.Flags().IntVar(&o.limit, "limit", 1000, "Print at most `N` results (0: all)")
	cmd.Flags().BoolVar(&o.requestable, "requestable", false, "Print the commands that request what is found, one per line")
	o.output = output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.words = args
		if o.limit < 0 {
			return usageError(cmd, "--limit must not be negative")
		}
		o.asks = !cmd.Flags().Changed("output") && !o.output.IsData() && !cmd.Flags().Changed("limit") && len(o.kinds) == 0 && !o.requestable
		return runOr(cmd.Context(), o, runF, runSearch)
	}
	return cmd
}

func runSearch(ctx context.Context, o *searchOptions) error {
	text := strings.Join(o.words, " ")
	asks := o.asks && o.prompter() != nil && o.streams.OutTerminal
	if !asks && len(prompt.Words(text)) == 0 {
		return &wizard.UsageError{Message: "missing words to search for", Hint: "To list everything, use apono inventory"}
	}
	flow, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if asks {
		return find(ctx, o.streams, flow, text)
	}
	progress := o.streams.Progress("Searching", progressDelay)
	named := o.requestable || o.output.IsData()
	found, err := flow.Search(ctx, catalog.Query{Text: text, Kinds: o.kinds, Limit: o.limit, Whole: true}, named)
	progress.Stop()
	var partial *catalog.PartialError
	if err != nil && !errors.As(err, &partial) {
		return err
	}
	if printErr := o.print(hitRows(found.Hits, flow.Profile)); printErr != nil {
		return printErr
	}
	if found.Total > len(found.Hits) {
		o.streams.Warn("Only %s of %s are printed: add words, or use --limit 0", render.Digits(len(found.Hits)), render.Count(found.Total, "result"))
	}
	if note := wizard.CatalogAge(found); note != "" && !o.output.IsData() {
		o.streams.Warn("The catalog is %s", note)
	}
	if found.Total == 0 && found.From.IsZero() && flow.Catalog != nil && !o.output.IsData() {
		o.streams.Printf("  Misspelt words are found as soon as the whole catalog is there: it is being fetched\n")
	}
	return err
}

// find lets the user choose anything that can be requested, and requests it.
func find(ctx context.Context, streams *render.Streams, flow *wizard.Flow, text string) error {
	for {
		mark := flow.Mark()
		answers, typed, err := flow.Find(ctx, text)
		if err != nil {
			return err
		}
		text = typed
		err = request(ctx, flow, &createOptions{streams: streams, answers: answers, output: output.Table()})
		var gone *kind.MatchError
		switch {
		case errors.Is(err, prompt.ErrBack):
			flow.Rewind(mark)
		case errors.As(err, &gone): // since the catalog was fetched
			flow.Rewind(mark)
			streams.Warn("No longer offered: %s", gone.Value)
		default:
			return err
		}
	}
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

func hitRows(hits []catalog.Hit, profile string) []hitRow {
	rows := make([]hitRow, len(hits))
	shell := render.ShellFor(runtime.GOOS)
	request := func(h catalog.Hit) string {
		answers := wizard.AnswersFor(h.Item)
		return answers.Replay(profile, shell)
	}
	for i, h := range hits {
		rows[i] = hitRow{
			Kind: h.Info.Slug, IntegrationID: h.Scope.Integration.ID, ResourceType: h.Scope.ResourceType.ID,
			ID: h.ID, Name: h.Name, SourceID: h.SourceID, Request: request(h),
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
