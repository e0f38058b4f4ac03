package sqlshell

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

const (
	primaryPrompt      = "shop> "
	continuationPrompt = "  ...> "
)

// runInteractive prompts for statements and runs them until the end of the input.
func (r *runner) runInteractive(ctx context.Context) int {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	r.interrupts = interrupts
	if err := r.checkAccess(ctx); err != nil {
		return r.reportError(ctx, err, 0)
	}
	r.greet()
	lines := r.newLineSource()
	defer func() { _ = lines.close() }() // the shell ends anyway
	r.loadHistory(lines)
	for {
		in, err := r.readInput(ctx, lines)
		switch {
		case errors.Is(err, errCanceled):
			r.splitter.reset()
			continue
		case errors.Is(err, io.EOF):
			r.notice("")
			return 0
		case err != nil:
			return r.reportError(ctx, err, 0)
		}
		r.saveHistory(in, lines)
		if code, done := r.runInput(ctx, in); done {
			return code
		}
	}
}

func (r *runner) greet() {
	r.notice(r.shell.Database.Access().String() + r.until() + ". End statements with a semicolon. Type .help for help or .quit to exit.")
}

// until returns " until" and the time when the access ends, or "" if it is unknown.
func (r *runner) until() string {
	if r.shell.Expires.IsZero() {
		return ""
	}
	return " until " + r.shell.Expires.Local().Format(time.DateTime)
}

// loadHistory gives the line source the lines of earlier shells.
func (r *runner) loadHistory(lines lineSource) {
	r.history = history{path: r.shell.HistoryFile}
	entries, err := r.history.load()
	if err != nil {
		r.disableHistory(err)
	}
	for _, entry := range entries {
		lines.remember(entry)
	}
}

// disableHistory reports why the history cannot be used. The shell works without it.
func (r *runner) disableHistory(err error) {
	r.notice("Command history is off: " + escapeUnsafe(err.Error()))
	r.history = history{}
}

// input is what a person entered: a dot command, or the lines of one or more
// complete statements.
type input struct {
	dotCommand string
	lines      []string
	statements []statement
}

// readInput reads lines until they form a dot command or complete statements.
func (r *runner) readInput(ctx context.Context, lines lineSource) (input, error) {
	var in input
	for {
		prompt := primaryPrompt
		if len(in.lines) > 0 {
			prompt = continuationPrompt
		}
		text, err := lines.next(ctx, prompt)
		if err != nil {
			return input{}, err
		}
		if len(in.lines) == 0 && isDotCommand(text) {
			return input{dotCommand: text, lines: []string{text}}, nil
		}
		statements := r.splitter.feed(text)
		if len(in.lines) > 0 || r.splitter.isPending() || len(statements) > 0 {
			in.lines = append(in.lines, text)
		}
		in.statements = append(in.statements, statements...)
		if !r.splitter.isPending() && len(in.lines) > 0 {
			return in, nil
		}
	}
}

func (r *runner) saveHistory(in input, lines lineSource) {
	joinable := !slices.ContainsFunc(in.statements, func(s statement) bool { return s.breaksInside })
	for _, entry := range historyEntries(in.lines, joinable) {
		lines.remember(entry)
		if err := r.history.add(entry); err != nil {
			r.disableHistory(err)
		}
	}
}

// runInput runs what a person entered and reports whether the shell is done.
func (r *runner) runInput(ctx context.Context, in input) (code int, done bool) {
	if in.dotCommand != "" {
		return r.afterInput(ctx, r.runDotCommand(ctx, in.dotCommand))
	}
	for _, next := range in.statements {
		err := r.runInterruptible(ctx, func(ctx context.Context) error { return r.execute(ctx, next) })
		if code, done := r.afterInput(ctx, err); done || err != nil {
			return code, done
		}
	}
	return 0, false
}

// afterInput reports an error, if any, and whether it ends the shell. Most do not.
func (r *runner) afterInput(ctx context.Context, err error) (code int, done bool) {
	switch {
	case err == nil:
		return 0, false
	case errors.Is(err, errQuit):
		return 0, true
	}
	var ended *accessEndedError
	code = r.reportError(ctx, err, 0)
	return code, errors.As(err, &ended) || ctx.Err() != nil
}

// runInterruptible calls run with a context that Ctrl-C cancels.
func (r *runner) runInterruptible(ctx context.Context, run func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	select {
	case <-r.interrupts: // discard a Ctrl-C from before this call
	default:
	}
	go func() {
		select {
		case <-r.interrupts:
			cancel()
		case <-ctx.Done():
		}
	}()
	return run(ctx)
}

// complete returns the names and keywords that start with prefix.
func (r *runner) complete(prefix string) []string {
	if prefix == "" {
		return nil
	}
	tables, err := r.shell.Database.Tables()
	if err != nil {
		return nil
	}
	columns, err := r.shell.Database.Columns()
	if err != nil {
		return nil
	}
	var matches []string
	for _, word := range slices.Concat(tables, columns, keywords()) {
		if len(word) >= len(prefix) && strings.EqualFold(word[:len(prefix)], prefix) {
			matches = append(matches, word)
		}
	}
	slices.Sort(matches)
	return slices.Compact(matches)
}

func keywords() []string {
	return strings.Fields("SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET JOIN LEFT ON AS AND OR NOT NULL LIKE BETWEEN " +
		"INSERT INTO VALUES UPDATE SET DELETE RETURNING BEGIN COMMIT ROLLBACK EXPLAIN DISTINCT UNION CASE WHEN THEN ELSE END " +
		"CREATE TABLE VIEW INDEX ALTER DROP PRAGMA WITH count sum avg min max")
}
