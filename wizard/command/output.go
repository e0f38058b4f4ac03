package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
)

// output is how a command prints its data: the flags -o, --jq, --template and,
// for tables, --columns.
type output struct {
	format   render.Format
	jq       string
	template string
	columns  []string
}

// Set implements pflag.Value, for -o.
func (o *output) Set(word string) error {
	if !slices.Contains(render.Formats(), word) {
		return errors.New("use " + strings.Join(render.Formats(), ", "))
	}
	o.format = render.Format(word)
	return nil
}

// Type implements pflag.Value.
func (o *output) Type() string { return strings.Join(render.Formats(), "|") }

// String implements pflag.Value.
func (o *output) String() string { return string(o.format) }

// outputFlags adds the flags to a command, and checks them before it runs.
func outputFlags(cmd *cobra.Command) *output {
	o := &output{format: render.FormatTable}
	cmd.Flags().VarP(o, "output", "o", "How to print")
	cmd.Flags().Var(&checked{to: &o.jq, kind: "expression", check: render.CheckJQ}, "jq", "Print what a jq `expression` makes of the JSON")
	cmd.Flags().Var(&checked{to: &o.template, kind: "template", check: render.CheckTemplate}, "template", "Print what a Go `template` makes of the JSON")
	cmd.MarkFlagsMutuallyExclusive("jq", "template")
	return o
}

// tableFlags is outputFlags for a command whose data is a table.
func tableFlags(cmd *cobra.Command) *output {
	o := outputFlags(cmd)
	cmd.Flags().StringSliceVar(&o.columns, "columns", nil, "Print only these columns of the table, in this order")
	return o
}

// isData says whether data is wanted, rather than something for a person.
func (o *output) isData() bool {
	return o.format != render.FormatTable || o.jq != "" || o.template != ""
}

// print writes data as it was asked for. human is called where it is for a
// person to read.
func (a *App) print(o *output, data any, human func() error) error {
	switch {
	case o.jq != "":
		return a.Streams.JQ(o.jq, data)
	case o.template != "":
		return a.Streams.Template(o.template, data)
	case o.format != render.FormatTable:
		return a.Streams.Data(o.format, data)
	}
	return human()
}

// printTable writes data as it was asked for; table makes its table. empty is
// what a person is told instead of a table without rows.
func (a *App) printTable(o *output, data any, empty string, table func() render.Table) error {
	return a.print(o, data, func() error {
		t := table()
		if len(t.Rows) == 0 && empty != "" {
			a.Streams.Printf("%s\n", empty)
			return nil
		}
		t, err := chooseColumns(t, o.columns)
		if err == nil {
			a.Streams.Table(t)
		}
		return err
	})
}

// chooseColumns keeps the named columns of a table, in the order of the names.
func chooseColumns(t render.Table, names []string) (render.Table, error) {
	if len(names) == 0 {
		return t, nil
	}
	var places []int
	for _, name := range names {
		at := slices.IndexFunc(t.Columns, func(column string) bool { return plainName(column) == plainName(name) })
		if at < 0 {
			return t, &wizard.UsageError{Message: fmt.Sprintf("there is no column %q", name), Hint: "The columns are: " + strings.Join(t.Columns, ", ")}
		}
		places = append(places, at)
	}
	chosen := render.Table{Columns: at(t.Columns, places)}
	for _, row := range t.Rows {
		chosen.Rows = append(chosen.Rows, at(row, places))
	}
	return chosen, nil
}

// plainName is a column's name without what people vary: case, spaces, dashes.
func plainName(name string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(name))
}

func at[T any](items []T, places []int) []T {
	list := make([]T, len(places))
	for i, place := range places {
		list[i] = items[place]
	}
	return list
}

// checked is a text flag that is checked when it is read.
type checked struct {
	to    *string
	kind  string
	check func(string) error
}

// Set implements pflag.Value.
func (c *checked) Set(word string) error {
	*c.to = word
	return c.check(word)
}

// Type implements pflag.Value.
func (c *checked) Type() string { return c.kind }

// String implements pflag.Value.
func (c *checked) String() string {
	if c.to == nil {
		return ""
	}
	return *c.to
}

// quick is how long a look-up may take before the person is told of it.
const quick = 200 * time.Millisecond
