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

// progressDelay is how long a call may take before a progress line appears.
const progressDelay = 200 * time.Millisecond

// output is how a command prints its data: the flags -o, --jq, --template and,
// for tables, --columns.
type output struct {
	format   render.Format
	jq       string
	template string
	columns  []string
}

// newOutput returns the output of a command without flags: a table.
func newOutput() *output { return &output{format: render.FormatTable} }

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

// outputFlags adds the flags to a command. They are checked when they are parsed.
func outputFlags(cmd *cobra.Command) *output {
	o := newOutput()
	cmd.Flags().VarP(o, "output", "o", "Output format")
	cmd.Flags().Var(&checked{to: &o.jq, kind: "expression", check: render.CheckJQ}, "jq", "Filter JSON output with a jq `expression`")
	cmd.Flags().Var(&checked{to: &o.template, kind: "template", check: render.CheckTemplate}, "template", "Format JSON output with a Go `template`")
	cmd.MarkFlagsMutuallyExclusive("jq", "template")
	return o
}

// tableFlags is outputFlags for a command that prints a table.
func tableFlags(cmd *cobra.Command) *output {
	o := outputFlags(cmd)
	cmd.Flags().StringSliceVar(&o.columns, "columns", nil, "Print only these columns of the table, in this order")
	return o
}

// isData reports whether the output is for a program rather than a person.
func (o *output) isData() bool {
	return o.format != render.FormatTable || o.jq != "" || o.template != ""
}

// print prints data in the format of the flags. It calls human to print it for a
// person.
func (o *output) print(s *render.Streams, data any, human func() error) error {
	switch {
	case o.jq != "":
		return s.JQ(o.jq, data)
	case o.template != "":
		return s.Template(o.template, data)
	case o.format != render.FormatTable:
		return s.Data(o.format, data)
	}
	return human()
}

// printTable prints data in the format of the flags. For a person it prints what
// table returns, or the notice empty if there are no rows.
func (o *output) printTable(s *render.Streams, data any, empty string, table func() render.Table) error {
	return o.print(s, data, func() error {
		t := table()
		if len(t.Rows) == 0 && empty != "" {
			s.Printf("%s\n", empty)
			return nil
		}
		t, err := selectColumns(t, o.columns)
		if err == nil {
			s.Table(t)
		}
		return err
	})
}

// selectColumns returns the named columns of a table, in the order of the names;
// all if there are no names.
func selectColumns(t render.Table, names []string) (render.Table, error) {
	if len(names) == 0 {
		return t, nil
	}
	var indexes []int
	for _, name := range names {
		index := slices.IndexFunc(t.Columns, func(column string) bool { return plainName(column) == plainName(name) })
		if index < 0 {
			return t, &wizard.UsageError{Message: fmt.Sprintf("unknown column %q", name), Hint: "The columns are: " + strings.Join(t.Columns, ", ")}
		}
		indexes = append(indexes, index)
	}
	selected := render.Table{Columns: pick(t.Columns, indexes)}
	for _, row := range t.Rows {
		selected.Rows = append(selected.Rows, pick(row, indexes))
	}
	return selected, nil
}

// plainName removes from a name what people write differently: case, spaces,
// dashes.
func plainName(name string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(name))
}

func pick[T any](items []T, indexes []int) []T {
	list := make([]T, len(indexes))
	for i, index := range indexes {
		list[i] = items[index]
	}
	return list
}

// checked is a text flag that is checked when it is parsed.
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

// oneOf is a flag that takes one of some words.
type oneOf struct {
	words  []string
	chosen string
}

// Set implements pflag.Value.
func (o *oneOf) Set(word string) error {
	if !slices.Contains(o.words, word) {
		return errors.New("use " + strings.Join(o.words, ", "))
	}
	o.chosen = word
	return nil
}

// Type implements pflag.Value.
func (o *oneOf) Type() string { return strings.Join(o.words, "|") }

// String implements pflag.Value.
func (o *oneOf) String() string { return o.chosen }
