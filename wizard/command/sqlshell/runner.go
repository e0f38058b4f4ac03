package sqlshell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// runner is one run of a Shell: its settings, and the statement that it is reading.
type runner struct {
	shell    *Shell
	out      *bufio.Writer
	splitter *splitter
	mode     mode
	headers  bool
	// limit is how many rows of each result are printed, or noLimit.
	limit int
	// showLines is set if errors name the line of the script.
	showLines bool
	history   history
	// interrupts receives every Ctrl-C of an interactive shell. It is nil in a
	// script, which an interrupt ends.
	interrupts <-chan os.Signal
}

// close reports a transaction that is still open. The caller then closes the
// database, which rolls it back.
func (r *runner) close() {
	if r.shell.Database.InTransaction() {
		r.notice("Rolled back the open transaction: there was no COMMIT")
	}
	_ = r.out.Flush() // each result has been flushed already
}

// runScript runs a script to its end or to its first error.
func (r *runner) runScript(ctx context.Context, in io.Reader) int {
	lines := newLineReader(in)
	for {
		line, err := lines.next(ctx)
		if errors.Is(err, io.EOF) {
			return r.runRest(ctx)
		}
		if err != nil {
			return r.reportError(ctx, err, 0)
		}
		if r.splitter.line == 0 {
			line = strings.TrimPrefix(line, "\uFEFF") // a byte order mark
		}
		code, done := r.runLine(ctx, line)
		if done {
			return code
		}
	}
}

// runRest runs the last statement of a script if it has no semicolon.
func (r *runner) runRest(ctx context.Context) int {
	rest, found := r.splitter.rest()
	if !found {
		return 0
	}
	if err := r.execute(ctx, rest); err != nil {
		return r.reportError(ctx, err, errorLine(rest, err))
	}
	return 0
}

// runLine runs one line of a script and reports whether it ends the script.
func (r *runner) runLine(ctx context.Context, line string) (code int, done bool) {
	if !r.splitter.isPending() && isDotCommand(line) {
		r.splitter.skipLine()
		switch err := r.runDotCommand(ctx, line); {
		case errors.Is(err, errQuit):
			return 0, true
		case err != nil:
			return r.reportError(ctx, err, r.splitter.line), true
		}
		return 0, false
	}
	for _, next := range r.splitter.feed(line) {
		if err := r.execute(ctx, next); err != nil {
			return r.reportError(ctx, err, errorLine(next, err)), true
		}
	}
	return 0, false
}

// execute checks the access, runs the statement and prints its result.
func (r *runner) execute(ctx context.Context, next statement) error {
	if err := r.checkAccess(ctx); err != nil {
		return err
	}
	start, wasInTransaction := time.Now(), r.shell.Database.InTransaction()
	result, err := r.shell.Database.Run(ctx, next.text, r.newSink())
	if flushErr := r.out.Flush(); err == nil && flushErr != nil {
		err = fmt.Errorf("write the result: %w", flushErr)
	}
	if err != nil {
		if wasInTransaction && !r.shell.Database.InTransaction() {
			r.notice("The transaction was rolled back")
		}
		return err
	}
	if result.Truncated {
		r.notice(fmt.Sprintf("Showing only the first %s; use .limit 0 to show all", rowCount(result.Rows)))
	}
	if r.shell.Interactive {
		r.notice(resultSummary(result, time.Since(start)))
	}
	return nil
}

// width returns the width of the terminal in columns, or 0 if there is none.
func (r *runner) width() int {
	if r.shell.Width == nil {
		return 0
	}
	return r.shell.Width()
}

// notice prints a line to Err. Errors are ignored, because there is nowhere left
// to report them.
func (r *runner) notice(line string) { _, _ = fmt.Fprintln(r.shell.Err, line) }
