package sqlshell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/peterh/liner"
)

// errCanceled is returned if a person presses Ctrl-C while typing a line.
var errCanceled = errors.New("canceled")

// lineSource is where an interactive shell gets its lines from.
type lineSource interface {
	// next prompts for a line. It returns io.EOF for Ctrl-D and errCanceled for
	// Ctrl-C.
	next(ctx context.Context, prompt string) (string, error)
	// remember adds an entry to what the up arrow key recalls.
	remember(entry string)
	// close restores the terminal.
	close() error
}

// newLineSource returns a line editor if the terminal supports one, and
// otherwise reads plain lines.
func (r *runner) newLineSource() lineSource {
	if r.shell.In == os.Stdin && r.shell.Out == os.Stdout && r.shell.Width != nil && liner.TerminalSupported() {
		return newEditor(r.complete)
	}
	return &plainSource{lines: newLineReader(r.shell.In), err: r.shell.Err, interrupts: r.interrupts}
}

// plainSource reads lines without line editing, for terminals that do not
// support it and for input or output that is not a terminal.
type plainSource struct {
	lines      *lineReader
	err        io.Writer
	interrupts <-chan os.Signal
}

func (s *plainSource) next(ctx context.Context, prompt string) (string, error) {
	_, _ = fmt.Fprint(s.err, prompt) // reading works without a prompt too
	select {
	case next := <-s.lines.lines:
		return next.text, next.err
	case <-s.interrupts:
		_, _ = fmt.Fprintln(s.err)
		return "", errCanceled
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (s *plainSource) remember(string) {}

func (s *plainSource) close() error { return nil }
