package command

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
)

// kindList is the flag --kind.
type kindList []string

// Set implements pflag.Value: it adds the kinds of a list with commas.
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

func (a *App) searchCommand() *cobra.Command {
	var kinds kindList
	var requestable bool
	cmd := &cobra.Command{
		Use:   "search WORDS...",
		Short: "Find anything that can be asked for, by words in its name or ID",
		Long: `Find integrations, resource types, resources, permissions and bundles that have
all the words, in any order, in their name, their ID (such as an ARN) or the
place where they are.

With --requestable, what is found comes as the commands that ask for it.`,
		Example: `  apono search orders --profile sandbox
  apono search playground logs --kind resource --profile sandbox
  apono search on call --requestable --profile sandbox`,
		GroupID: groupFind,
		Args:    someArgs("a word to search for"),
	}
	cmd.Flags().Var(&kinds, "kind", "Only this kind (repeat, or separate by commas)")
	cmd.Flags().BoolVar(&requestable, "requestable", false, "Print the commands that ask for what is found, one a line")
	out := tableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.connect(cmd.Context())
		if err != nil {
			return err
		}
		progress := a.Streams.Progress("Searching", quick)
		hits, err := wizard.Search(cmd.Context(), s.client, wizard.SearchQuery{Text: strings.Join(args, " "), Kinds: kinds})
		progress.Stop()
		if hits == nil {
			return err
		}
		if printErr := a.printHits(out, foundRows(hits, s.profile), requestable); printErr != nil {
			return printErr
		}
		a.tellNotSearched(out, err)
		return err
	}
	return cmd
}

// found is something that a search found, as it is printed.
type found struct {
	Kind          string `json:"kind"`
	Integration   string `json:"integration"`
	IntegrationID string `json:"integration_id"`
	ResourceType  string `json:"resource_type"`
	ID            string `json:"id"`
	Name          string `json:"name"`
	SourceID      string `json:"source_id"`
	Request       string `json:"request"` // the command that asks for it
}

func foundRows(hits []wizard.Hit, profile string) []found {
	rows := make([]found, len(hits))
	shell := render.ShellFor(runtime.GOOS)
	for i, h := range hits {
		rows[i] = found{
			Kind: h.Info.Slug, IntegrationID: h.Scope.Integration.ID, ResourceType: h.Scope.ResourceType.ID,
			ID: h.ID, Name: h.Name, SourceID: h.SourceID, Request: h.Answers.Replay(profile, shell),
		}
		if h.Scope.Integration.ID != "" {
			rows[i].Integration = h.Scope.Integration.Title()
		}
	}
	return rows
}

func (a *App) printHits(out *output, rows []found, requestable bool) error {
	const nothing = "Nothing is called so. To see what there is: apono inventory --help"
	if !requestable || len(rows) == 0 || out.isData() {
		return a.printTable(out, rows, nothing, func() render.Table { return hitsTable(rows) })
	}
	for _, row := range rows {
		fmt.Fprintln(a.Streams.Out, render.Clean(row.Request))
	}
	return nil
}

func hitsTable(rows []found) render.Table {
	t := render.Table{Columns: []string{"Kind", "Where", "Resource type", "Name", "ID"}}
	for _, row := range rows {
		id := row.ID
		if row.SourceID != "" {
			id = row.SourceID
		}
		t.Row(row.Kind, row.Integration, row.ResourceType, row.Name, id)
	}
	return t
}

// tellNotSearched names what a search left out. The error says why.
func (a *App) tellNotSearched(out *output, err error) {
	var partial *wizard.PartialError
	if errors.As(err, &partial) && !out.isData() {
		a.Streams.Printf("%s Not searched: %s\n", a.Streams.PaletteErr().Waiting("!"), strings.Join(partial.Places, ", "))
	}
}
