package sqlshell

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"apono/client/sandbox/shop"
	"apono/render"
)

const (
	exitError       = 1
	exitInterrupted = 130 // what a shell reports for a program that Ctrl-C ended
)

// terminalRows is how many rows of one result a terminal shows by default.
const terminalRows = 1000

// Shell is the SQL prompt of a demo database, for a person or for a script.
//
// An interactive shell prompts for statements with line editing and a history,
// prints tables, and continues after errors. Otherwise it runs the script in In,
// prints only results to Out, and stops at the first error.
type Shell struct {
	Database *shop.Database
	// In is where statements come from. Line editing needs os.Stdin here and
	// os.Stdout in Out, both terminals; otherwise In is read line by line.
	In  io.Reader
	Out io.Writer
	// Err receives notices, errors, and prompts without line editing.
	Err         io.Writer
	Interactive bool
	// Width returns the width of the terminal in columns. It is nil if Out is
	// not a terminal.
	Width func() int
	// HeaderStyle styles the header of tables; nil leaves it plain.
	HeaderStyle func(text string) render.Text
	// HistoryFile is where lines are saved; only the owner can read it. If it is
	// empty, the history ends with the shell. Statements that start with a space
	// are not saved.
	HistoryFile string
	// CheckAccess, if not nil, is called before every statement. If it returns
	// an error, the shell prints the error and exits with 1.
	CheckAccess func(ctx context.Context) error
	// Expires is when the access ends. It is shown unless it is zero.
	Expires time.Time
	// RequestCommand returns the command line that requests a permission on some
	// tables; on the whole database if there are none. It is shown if a statement is
	// refused. If nil, a general command is shown.
	RequestCommand func(permission string, tables []string) string
	// Mode is the initial output mode, as .mode takes it. If empty, it is table
	// for an interactive shell and tabs for a script.
	Mode string
}

// Run runs the shell and returns its exit code: 0 after the last statement,
// .quit or the end of In; 1 after an error that ended the shell; 130 if ctx
// ended. In an interactive shell, Ctrl-C cancels the current line or statement,
// so ctx must not be one that an interrupt cancels.
func (s *Shell) Run(ctx context.Context) int {
	r, err := s.newRunner()
	if err != nil {
		return s.fail(err)
	}
	defer r.close()
	if s.Interactive {
		return r.runInteractive(ctx)
	}
	return r.runScript(ctx, s.In)
}

// Execute runs the statements in sql as a script, even if the shell is
// interactive, and returns the exit code.
func (s *Shell) Execute(ctx context.Context, sql string) int {
	script := *s
	script.Interactive = false
	r, err := script.newRunner()
	if err != nil {
		return s.fail(err)
	}
	defer r.close()
	r.showLines = strings.Contains(strings.TrimSpace(sql), "\n")
	return r.runScript(ctx, strings.NewReader(sql))
}

func (s *Shell) fail(err error) int {
	_, _ = fmt.Fprintln(s.Err, "Error:", escapeUnsafe(err.Error()))
	return exitError
}

// newRunner returns a runner with the shell's initial settings.
func (s *Shell) newRunner() (*runner, error) {
	name := s.Mode
	switch {
	case name == "" && s.Interactive:
		name = "table"
	case name == "":
		name = "tabs"
	}
	mode, err := findMode(name)
	if err != nil {
		return nil, err
	}
	r := &runner{shell: s, out: bufio.NewWriter(s.Out), splitter: newSplitter(), mode: mode, headers: s.Interactive, limit: noLimit, showLines: !s.Interactive}
	if s.Interactive && s.Width != nil {
		r.limit = terminalRows
	}
	return r, nil
}
