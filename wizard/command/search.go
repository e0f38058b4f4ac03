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
	"apono/wizard/command/output"
)

// kindList is the flag --kind.
type kindList []wizard.Kind

// Set implements pflag.Value: it adds the kinds of a list with commas.
func (k *kindList) Set(list string) error {
	for word := range strings.SplitSeq(list, ",") {
		kind := wizard.Kind(word)
		if !slices.Contains(wizard.Kinds(), kind) {
			return errors.New("use " + strings.ReplaceAll(k.Type(), "|", ", "))
		}
		*k = append(*k, kind)
	}
	return nil
}

// Type implements pflag.Value.
func (k *kindList) Type() string { return joinKinds(wizard.Kinds(), "|") }

// String implements pflag.Value.
func (k *kindList) String() string { return joinKinds(*k, ",") }

func joinKinds(kinds []wizard.Kind, between string) string {
	words := make([]string, len(kinds))
	for i, kind := range kinds {
		words[i] = string(kind)
	}
	return strings.Join(words, between)
}

func newSearchCmd(f *factory) *cobra.Command {
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
		Args:    atLeastArgs("a word to search for"),
	}
	cmd.Flags().Var(&kinds, "kind", "Only this kind (repeat, or separate by commas)")
	cmd.Flags().BoolVar(&requestable, "requestable", false, "Print the commands that ask for what is found, one a line")
	out := output.TableFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := f.connect(cmd.Context())
		if err != nil {
			return err
		}
		progress := f.streams.Progress("Searching", progressDelay)
		hits, err := wizard.Search(cmd.Context(), s.client, wizard.SearchQuery{Text: strings.Join(args, " "), Kinds: kinds})
		progress.Stop()
		if hits == nil {
			return err
		}
		if printErr := printHits(f.streams, out, foundRows(hits, s.profile), requestable); printErr != nil {
			return printErr
		}
		tellNotSearched(f.streams, out, err)
		return err
	}
	return cmd
}

// found is something that a search found, as it is printed.
type found struct {
	Kind          wizard.Kind `json:"kind"`
	Integration   string      `json:"integration"`
	IntegrationID string      `json:"integration_id"`
	ResourceType  string      `json:"resource_type"`
	ID            string      `json:"id"`
	Name          string      `json:"name"`
	SourceID      string      `json:"source_id"`
	Request       string      `json:"request"` // the command that asks for it
}

func foundRows(hits []wizard.Hit, profile string) []found {
	rows := make([]found, len(hits))
	shell := render.ShellFor(runtime.GOOS)
	for i, h := range hits {
		rows[i] = found{
			Kind: h.Kind, IntegrationID: h.Integration.ID, ResourceType: h.ResourceType.ID,
			ID: h.ID, Name: h.Name, SourceID: h.SourceID, Request: h.Answers.Replay(profile, shell),
		}
		if h.Kind != wizard.KindBundle {
			rows[i].Integration = h.Integration.Title()
		}
	}
	return rows
}

func printHits(s *render.Streams, out *output.Format, rows []found, requestable bool) error {
	const nothing = "Nothing is called so. To see what there is: apono inventory --help"
	if !requestable || len(rows) == 0 || out.IsData() {
		return out.PrintTable(s, rows, nothing, func() render.Table { return hitsTable(rows) })
	}
	for _, row := range rows {
		fmt.Fprintln(s.Out, render.Clean(row.Request))
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
		t.Row(string(row.Kind), row.Integration, row.ResourceType, row.Name, id)
	}
	return t
}

// tellNotSearched names what a search left out. The error says why.
func tellNotSearched(s *render.Streams, out *output.Format, err error) {
	var partial *wizard.PartialError
	if errors.As(err, &partial) && !out.IsData() {
		s.Printf("%s Not searched: %s\n", s.PaletteErr().Waiting("!"), strings.Join(partial.Places, ", "))
	}
}
