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

	"github.com/peterh/liner"
)

const (
	promptFirst = "shop> "
	promptMore  = "  ...> "
)

// converse is the prompt for a person.
func (p *prompt) converse(ctx context.Context) int {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	p.interrupts = interrupts
	if err := p.check(ctx); err != nil {
		return p.report(ctx, err, 0)
	}
	p.greet()
	from := p.typist()
	defer func() { _ = from.close() }() // the terminal is given back as well as it can be
	p.recall(from)
	for {
		typed, err := p.ask(ctx, from)
		switch {
		case errors.Is(err, errCancelled):
			p.script.drop()
			continue
		case errors.Is(err, io.EOF):
			p.notice("")
			return 0
		case err != nil:
			return p.report(ctx, err, 0)
		}
		p.keep(typed, from)
		if code, ended := p.answer(ctx, typed); ended {
			return code
		}
	}
}

func (p *prompt) greet() {
	p.notice(p.shell.Database.Access().String() + p.until() + ". Statements end with a semicolon; .help lists the commands, .quit ends.")
}

func (p *prompt) until() string {
	if p.shell.Ends.IsZero() {
		return ""
	}
	return " until " + p.shell.Ends.Local().Format(time.DateTime)
}

// typist chooses between the line editor and plain lines.
func (p *prompt) typist() typist {
	if p.shell.In == os.Stdin && p.shell.Out == os.Stdout && p.shell.Width != nil && liner.TerminalSupported() {
		return newEditor(p.complete)
	}
	return &reader{lines: newLineReader(p.shell.In), err: p.shell.Err, interrupts: p.interrupts}
}

// recall gives the typist what was typed at earlier prompts.
func (p *prompt) recall(from typist) {
	p.past = history{path: p.shell.HistoryFile}
	entries, err := p.past.load()
	if err != nil {
		p.forsake(err)
	}
	for _, entry := range entries {
		from.remember(entry)
	}
}

// forsake goes on without the history, which is no reason to stop.
func (p *prompt) forsake(err error) {
	p.notice("Going on without a history: " + visible(err.Error()))
	p.past = history{}
}

// typed is what a person entered: a dot command, or the lines that complete
// one statement or several.
type typed struct {
	command    string
	lines      []string
	statements []statement
}

// ask reads lines until they make up something to do.
func (p *prompt) ask(ctx context.Context, from typist) (typed, error) {
	var got typed
	for {
		sign := promptFirst
		if len(got.lines) > 0 {
			sign = promptMore
		}
		text, err := from.next(ctx, sign)
		if err != nil {
			return typed{}, err
		}
		if len(got.lines) == 0 && isCommand(text) {
			return typed{command: text, lines: []string{text}}, nil
		}
		done := p.script.feed(text)
		if len(got.lines) > 0 || p.script.isPending() || len(done) > 0 {
			got.lines = append(got.lines, text)
		}
		got.statements = append(got.statements, done...)
		if !p.script.isPending() && len(got.lines) > 0 {
			return got, nil
		}
	}
}

// keep adds what was typed to the history.
func (p *prompt) keep(got typed, from typist) {
	joinable := !slices.ContainsFunc(got.statements, func(s statement) bool { return s.breaksInside })
	for _, entry := range entriesOf(got.lines, joinable) {
		from.remember(entry)
		if err := p.past.add(entry); err != nil {
			p.forsake(err)
		}
	}
}

// answer does what was typed; ended says that the prompt is over.
func (p *prompt) answer(ctx context.Context, got typed) (code int, ended bool) {
	if got.command != "" {
		return p.answered(ctx, p.command(ctx, strings.TrimSpace(got.command)))
	}
	for _, next := range got.statements {
		err := p.interruptible(ctx, func(ctx context.Context) error { return p.execute(ctx, next) })
		if code, ended := p.answered(ctx, err); ended || err != nil {
			return code, ended
		}
	}
	return 0, false
}

// answered tells of an error; most leave the prompt as it is.
func (p *prompt) answered(ctx context.Context, err error) (code int, ended bool) {
	var over *endedError
	switch {
	case err == nil:
		return 0, false
	case errors.Is(err, errQuit):
		return 0, true
	}
	code = p.report(ctx, err, 0)
	return code, errors.As(err, &over) || ctx.Err() != nil
}

// interruptible does something that Ctrl-C stops without ending the program.
func (p *prompt) interruptible(ctx context.Context, do func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	select {
	case <-p.interrupts: // it was meant for something that is over
	default:
	}
	go func() {
		select {
		case <-p.interrupts:
			stop()
		case <-ctx.Done():
		}
	}()
	return do(ctx)
}

// complete offers the names and keywords that begin with the prefix.
func (p *prompt) complete(prefix string) []string {
	if prefix == "" {
		return nil
	}
	tables, err := p.shell.Database.Tables()
	if err != nil {
		return nil
	}
	columns, err := p.shell.Database.Columns()
	if err != nil {
		return nil
	}
	var offers []string
	for _, word := range slices.Concat(tables, columns, keywords()) {
		if len(word) >= len(prefix) && strings.EqualFold(word[:len(prefix)], prefix) {
			offers = append(offers, word)
		}
	}
	slices.Sort(offers)
	return slices.Compact(offers)
}

func keywords() []string {
	return strings.Fields("SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET JOIN LEFT ON AS AND OR NOT NULL LIKE BETWEEN " +
		"INSERT INTO VALUES UPDATE SET DELETE RETURNING BEGIN COMMIT ROLLBACK EXPLAIN DISTINCT UNION CASE WHEN THEN ELSE END " +
		"CREATE TABLE VIEW INDEX ALTER DROP PRAGMA WITH count sum avg min max")
}
