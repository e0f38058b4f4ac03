package command

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"apono/render"
)

// output is the flag -o of a command that prints data.
type output struct{ format render.Format }

// Set implements pflag.Value.
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

// outputFlag adds -o to a command.
func outputFlag(cmd *cobra.Command) *output {
	o := &output{format: render.FormatTable}
	cmd.Flags().VarP(o, "output", "o", "How to print")
	return o
}

// print writes data in the format that was asked for. table is only called
// where a table is.
func (a *App) print(o *output, data any, table func()) error {
	if o.format == render.FormatTable {
		table()
		return nil
	}
	return a.Streams.Data(o.format, data)
}

// quick is how long a look-up may take before the person is told of it.
const quick = 200 * time.Millisecond
