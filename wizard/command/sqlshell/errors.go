package sqlshell

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"apono/client/sandbox/shop"
)

// endedError is the reason for which the access no longer stands.
type endedError struct{ err error }

func (e *endedError) Error() string { return e.err.Error() }

func (e *endedError) Unwrap() error { return e.err }

func (p *prompt) check(ctx context.Context) error {
	if p.shell.Check == nil {
		return nil
	}
	if err := p.shell.Check(ctx); err != nil {
		return &endedError{err: err}
	}
	return nil
}

// report tells what went wrong at a line of the script (0: nowhere in
// particular) and returns the exit code that it comes to.
func (p *prompt) report(ctx context.Context, err error, line int) int {
	if ctx.Err() != nil {
		p.notice("Interrupted.")
		return exitInterrupted
	}
	prefix := "Error: "
	var ended *endedError
	switch {
	case errors.As(err, &ended):
		prefix = ""
	case p.namesLines && line > 0:
		prefix = fmt.Sprintf("Error in line %d: ", line)
	}
	p.notice(prefix + visible(err.Error()))
	p.suggest(err)
	return exitFailed
}

// faultyLine is the line of the script that SQLite stumbled over, as far as it says.
func faultyLine(s statement, err error) int {
	var fault *shop.StatementError
	if !errors.As(err, &fault) || fault.Offset < 0 || fault.Offset > len(s.text) {
		return s.line
	}
	return s.line + strings.Count(s.text[:fault.Offset], "\n")
}

// suggest says how to get what was refused.
func (p *prompt) suggest(err error) {
	var refused *shop.RefusedError
	if !errors.As(err, &refused) || refused.Required == "" {
		return
	}
	p.notice("  To ask for more: " + p.request(refused.Required))
}

func (p *prompt) request(permission string) string {
	if p.shell.Request == nil {
		return "apono requests create --permissions " + permission
	}
	return visible(p.shell.Request(permission))
}

// notice writes a line beside the results. Nothing can be done about an error
// there.
func (p *prompt) notice(line string) { _, _ = fmt.Fprintln(p.shell.Err, line) }

// summary says what a statement did and how long it took.
func summary(done shop.Result, took time.Duration) string {
	words := "Done"
	switch {
	case done.Changed >= 0:
		words = count(done.Changed, "row") + " changed"
	case done.IsQuery:
		words = count(done.Rows, "row")
	}
	return fmt.Sprintf("%s (%s)", words, duration(took))
}

func duration(took time.Duration) string {
	if took < time.Second {
		return fmt.Sprintf("%d ms", took.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", took.Seconds())
}

// count writes a number of things: «1 row», «12,345 rows».
func count(n int, thing string) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if n == 1 {
		return b.String() + " " + thing
	}
	return b.String() + " " + thing + "s"
}
