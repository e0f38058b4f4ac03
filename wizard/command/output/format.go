// Package output is how commands print: in the format that flags select, as
// tables for people, and as problems on stderr. It must not fetch anything.
package output

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"apono/render"
	"apono/wizard"
)

// Format is how a command prints its data: the values of the flags -o, --jq,
// --template and, for tables, --columns. It is the pflag.Value of -o.
type Format struct {
	format   render.Format
	jq       string
	template string
	columns  []string
}

// Table returns the format of a command without flags: a table.
func Table() *Format { return &Format{format: render.FormatTable} }

// Set implements pflag.Value.
func (o *Format) Set(word string) error {
	if !slices.Contains(render.Formats(), word) {
		return errors.New("use " + strings.Join(render.Formats(), ", "))
	}
	o.format = render.Format(word)
	return nil
}

// Type implements pflag.Value.
func (o *Format) Type() string { return strings.Join(render.Formats(), "|") }

// String implements pflag.Value.
func (o *Format) String() string { return string(o.format) }

// Flags adds the flags to a command. They are checked when they are parsed.
func Flags(cmd *cobra.Command) *Format {
	o := Table()
	cmd.Flags().VarP(o, "output", "o", "Output format")
	cmd.Flags().Var(&checked{to: &o.jq, kind: "expression", check: render.CheckJQ}, "jq", "Filter JSON output with a jq `expression`")
	cmd.Flags().Var(&checked{to: &o.template, kind: "template", check: render.CheckTemplate}, "template", "Format JSON output with a Go `template`")
	cmd.MarkFlagsMutuallyExclusive("jq", "template")
	return o
}

// TableFlags is Flags for a command that prints a table.
func TableFlags(cmd *cobra.Command) *Format {
	o := Flags(cmd)
	cmd.Flags().StringSliceVar(&o.columns, "columns", nil, "Print only these columns of the table, in this order")
	return o
}

// IsData reports whether the output is for a program rather than a person.
func (o *Format) IsData() bool {
	return o.format != render.FormatTable || o.jq != "" || o.template != ""
}

// Print prints data in the format of the flags. It calls human to print it for a
// person.
func (o *Format) Print(s *render.Streams, data any, human func() error) error {
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

// Separate ends one of several objects that Print prints, so that a program can tell
// them apart: JSON needs nothing, YAML starts a document, and a template a line.
func (o *Format) Separate(s *render.Streams) {
	switch {
	case o.jq != "":
	case o.template != "":
		fmt.Fprintln(s.Out)
	case o.format == render.FormatYAML:
		fmt.Fprintln(s.Out, "---")
	}
}

// PrintTable prints data in the format of the flags. For a person it prints what
// table returns, or the notice empty if there are no rows.
func (o *Format) PrintTable(s *render.Streams, data any, empty Empty, table func() render.Table) error {
	return o.Print(s, data, func() error {
		t := table()
		if len(t.Rows) == 0 {
			empty.Print(s)
			return nil
		}
		t, err := selectColumns(t, o.columns)
		if err == nil {
			s.Table(t)
		}
		return err
	})
}

// Empty is the notice that replaces an empty list.
type Empty struct {
	// Message says that there is nothing. Without one, "Nothing found" does.
	Message string
	// Advice and Command are what to do about it; they may be empty.
	Advice  string
	Command render.Command
}

// Print writes the notice to Err.
func (e Empty) Print(s *render.Streams) {
	if e.Message == "" {
		e.Message = "Nothing found"
	}
	s.Say(render.Text(render.Clean(e.Message)))
	if e.Command != "" {
		s.Advise(e.Advice, e.Command)
	}
}

// selectColumns returns the named columns of a table, in the order of the names;
// all if there are no names.
func selectColumns(t render.Table, names []string) (render.Table, error) {
	if len(names) == 0 {
		return t, nil
	}
	var indexes []int
	for _, name := range names {
		index := slices.IndexFunc(t.Columns, func(column render.Column) bool { return PlainName(column.Title) == PlainName(name) })
		if index < 0 {
			return t, &wizard.UsageError{Message: fmt.Sprintf("unknown column %q", name), Hint: "The columns are: " + columnTitles(t)}
		}
		indexes = append(indexes, index)
	}
	selected := render.Table{Columns: pick(t.Columns, indexes)}
	for i := range selected.Columns { // all of them were asked for
		selected.Columns[i].Drop = 0
	}
	for _, row := range t.Rows {
		selected.Rows = append(selected.Rows, pick(row, indexes))
	}
	return selected, nil
}

func columnTitles(t render.Table) string {
	var titles []string
	for _, column := range t.Columns {
		titles = append(titles, column.Title)
	}
	return strings.Join(titles, ", ")
}

// PlainName removes from a name what people write differently: case, spaces,
// dashes and underscores.
func PlainName(name string) string {
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
