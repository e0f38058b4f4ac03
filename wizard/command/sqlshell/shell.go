package sqlshell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"apono/client/sandbox/shop"
)

const (
	// interactiveRows is how many rows of one result a terminal gets unasked.
	interactiveRows = 1000
	exitFailed      = 1
	// exitInterrupted is what a program that Ctrl-C ended exits with.
	exitInterrupted = 130
)

// Shell is the SQL prompt of a shop, for a person or for a script.
//
// Interactive, it asks for statements with line editing and a history, draws
// tables, and lives on after errors. Otherwise it runs what In holds, prints
// nothing but results to Out, and stops at the first error.
type Shell struct {
	Database *shop.Database
	// In is where statements come from. Line editing needs os.Stdin here and
	// os.Stdout in Out, both terminals; else lines are read as they come.
	In  io.Reader
	Out io.Writer
	// Err takes prompts that are not edited, notices and errors.
	Err         io.Writer
	Interactive bool
	// Width is the terminal's width in columns; nil means that Out is no terminal.
	Width func() int
	// HistoryFile keeps what was typed, readable by its owner alone; empty: no
	// history beyond this prompt. What begins with a space is not kept.
	HistoryFile string
	// Check is asked before every statement whether the access still stands.
	// Its error ends the prompt with its message and exit code 1. May be nil.
	Check func(ctx context.Context) error
	// Ends is when the access ends, to be shown; zero: not shown.
	Ends time.Time
	// Request returns the command line that asks for a permission, as a hint
	// for what was refused. May be nil.
	Request func(permission string) string
	// Mode is how results are printed at first, as .mode names it; empty:
	// table for a person, tabs for a script.
	Mode string
}

// Run is the prompt. It returns the exit code: 0 after the last statement,
// .quit or the end of the input, 1 after an error that ended it, 130 when ctx
// ended. In an interactive prompt Ctrl-C cancels the line or the statement and
// not the program, so ctx must not be one that an interrupt ends.
func (s *Shell) Run(ctx context.Context) int {
	p, err := s.start()
	if err != nil {
		return s.fail(err)
	}
	defer p.finish()
	if s.Interactive {
		return p.converse(ctx)
	}
	return p.batch(ctx, s.In)
}

// Execute runs the statements in sql as a script would be, whatever
// Interactive says, and returns the exit code.
func (s *Shell) Execute(ctx context.Context, sql string) int {
	script := *s
	script.Interactive = false
	p, err := script.start()
	if err != nil {
		return s.fail(err)
	}
	defer p.finish()
	p.namesLines = strings.Contains(strings.TrimSpace(sql), "\n")
	return p.batch(ctx, strings.NewReader(sql))
}

func (s *Shell) fail(err error) int {
	_, _ = fmt.Fprintln(s.Err, "Error:", visible(err.Error())) // nobody is left to tell
	return exitFailed
}

// prompt is one run of a Shell: what was set with dot commands, and what has
// been read of the next statement.
type prompt struct {
	shell   *Shell
	out     *bufio.Writer
	script  *script
	mode    string
	headers bool
	// limit is how many rows of a result are printed, negative for all.
	limit int
	// namesLines says whether errors name the line of the script.
	namesLines bool
	// past is where what is typed is kept.
	past history
	// interrupts gets a value for every Ctrl-C that reaches the program; nil
	// where those end the program.
	interrupts <-chan os.Signal
}

func (s *Shell) start() (*prompt, error) {
	p := &prompt{shell: s, out: bufio.NewWriter(s.Out), script: newScript(), mode: s.Mode, limit: -1, namesLines: !s.Interactive}
	switch {
	case p.mode != "" && !slices.Contains(modes(), p.mode):
		return nil, fmt.Errorf("unknown mode %q: want %s", s.Mode, strings.Join(modes(), ", "))
	case p.mode == "" && s.Interactive:
		p.mode = modeTable
	case p.mode == "":
		p.mode = modeTabs
	}
	p.headers = s.Interactive
	if s.Interactive && s.Width != nil {
		p.limit = interactiveRows
	}
	return p, nil
}

// finish undoes a transaction that was left open, and says so.
func (p *prompt) finish() {
	if p.inTransaction() {
		p.notice("The open transaction was undone: it had no COMMIT.")
	}
	_ = p.out.Flush() // what was printed has been flushed, and checked, before
}

// batch runs a script to its end or to its first error.
func (p *prompt) batch(ctx context.Context, in io.Reader) int {
	lines := newLineReader(in)
	for {
		line, err := lines.next(ctx)
		if errors.Is(err, io.EOF) {
			return p.last(ctx)
		}
		if err != nil {
			return p.report(ctx, err, 0)
		}
		if p.script.line == 0 {
			line = strings.TrimPrefix(line, "\uFEFF") // some editors begin files so
		}
		code, ended := p.take(ctx, line)
		if ended {
			return code
		}
	}
}

// last runs a statement that has no semicolon because the script ends.
func (p *prompt) last(ctx context.Context) int {
	rest, any := p.script.rest()
	if !any {
		return 0
	}
	if err := p.execute(ctx, rest); err != nil {
		return p.report(ctx, err, faultyLine(rest, err))
	}
	return 0
}

// take handles one line of a script; ended says that it was the last.
func (p *prompt) take(ctx context.Context, line string) (code int, ended bool) {
	if !p.script.isPending() && isCommand(line) {
		p.script.line++
		switch err := p.command(ctx, line); {
		case errors.Is(err, errQuit):
			return 0, true
		case err != nil:
			return p.report(ctx, err, p.script.line), true
		}
		return 0, false
	}
	for _, next := range p.script.feed(line) {
		if err := p.execute(ctx, next); err != nil {
			return p.report(ctx, err, faultyLine(next, err)), true
		}
	}
	return 0, false
}

// execute asks whether the access still stands, runs the statement and prints
// what it answers.
func (p *prompt) execute(ctx context.Context, next statement) error {
	if err := p.check(ctx); err != nil {
		return err
	}
	began, wasInTransaction := time.Now(), p.inTransaction()
	done, err := p.shell.Database.Run(ctx, next.text, p.sink())
	if flushed := p.out.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("write the result: %w", flushed)
	}
	if err != nil {
		if wasInTransaction && !p.inTransaction() {
			p.notice("The transaction was undone.")
		}
		return err
	}
	if done.Truncated {
		p.notice(fmt.Sprintf("The first %s are shown, there are more: .limit 0 shows all, or add LIMIT to the statement.", count(done.Rows, "row")))
	}
	if p.shell.Interactive {
		p.notice(summary(done, time.Since(began)))
	}
	return nil
}

// isCommand says whether a line on which no statement is pending is a dot command.
func isCommand(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), ".") }

func (p *prompt) inTransaction() bool { return p.shell.Database.InTransaction() }

func (p *prompt) sink() shop.Sink {
	var to shop.Sink
	switch p.mode {
	case modeTable:
		to = &drawn{out: p.out, width: p.width()}
	case modeCSV:
		to = &commas{out: p.out, headers: p.headers, clean: p.shell.Width != nil}
	case modeJSON:
		to = &objects{out: p.out}
	case modeLine:
		to = &record{out: p.out}
	default:
		to = &tabs{out: p.out, headers: p.headers}
	}
	return &limited{Sink: to, left: p.limit}
}

func (p *prompt) width() int {
	if p.shell.Width == nil {
		return 0
	}
	return p.shell.Width()
}
