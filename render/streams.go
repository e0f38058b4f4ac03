// Package render writes a command's output: tables, JSON, YAML and progress lines,
// adapted to what each stream can show. It also cleans text from the service and
// quotes words for shells. It knows terminals and shells. It must not know the
// service, logins or what a command is for.
package render

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/mattn/go-colorable"
	"github.com/mattn/go-isatty"
	"golang.org/x/term"
)

// Streams are the standard streams of a command and their capabilities. Data
// goes to Out; prompts, progress and notices go to Err.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	// InFile, OutFile and ErrFile are the files behind the streams, for prompts
	// and for programs that take over the terminal. They are nil in most tests.
	InFile, OutFile, ErrFile *os.File

	// InTerminal, OutTerminal and ErrTerminal report which streams are terminals.
	InTerminal, OutTerminal, ErrTerminal bool

	// ColorOut and ColorErr report whether to write color.
	ColorOut, ColorErr bool

	// dumb reports whether lines must not be redrawn: the terminal cannot, or the
	// user asked for output that a screen reader can follow.
	dumb bool

	// Busy, if not nil, is called while a Progress waits. The function it returns is
	// called when the Progress stops.
	Busy func() (done func())

	// outErrors records errors of writing to Out; nil records none.
	outErrors *errorRecorder

	// lines counts the lines that were written to Err.
	lines int

	// waiting is what the program waits for; nil if that is not said.
	waiting *waitingFor
}

// Environment looks up an environment variable, as os.LookupEnv does.
type Environment func(name string) (string, bool)

// NewStreams returns streams for three files. Color follows NO_COLOR
// (no-color.org), CLICOLOR_FORCE, CLICOLOR and TERM=dumb, in this order; without
// them, terminals get color and other files do not.
func NewStreams(in, out, err *os.File, env Environment) *Streams {
	s := &Streams{
		waiting: &waitingFor{},
		In:      in, Err: colorable.NewColorable(err),
		InFile: in, OutFile: out, ErrFile: err,
		InTerminal: isTerminal(in), OutTerminal: isTerminal(out), ErrTerminal: isTerminal(err),
	}
	term, _ := env("TERM")
	accessible, _ := env(AccessibleVariable)
	s.dumb = term == "dumb" || accessible != "" && accessible != "0" && accessible != "false"
	s.outErrors = &errorRecorder{to: colorable.NewColorable(out)}
	s.Out = s.outErrors
	s.ColorOut = wantsColor(s.OutTerminal, env)
	s.ColorErr = wantsColor(s.ErrTerminal, env)
	return s
}

// AccessibleVariable is the environment variable that asks for output without
// redrawn lines, for screen readers.
const AccessibleVariable = "APONO_ACCESSIBLE"

// CanAsk reports whether the user can be prompted: In and Err are terminals.
func (s *Streams) CanAsk() bool { return s.InTerminal && s.ErrTerminal }

// NoRedraw never redraws a line, as AccessibleVariable asks.
func (s *Streams) NoRedraw() { s.dumb = true }

// WriteError returns the first error of writing to Out, such as a full disk. It
// returns nil if there was none, or if the Streams are not from NewStreams.
func (s *Streams) WriteError() error {
	if s.outErrors == nil {
		return nil
	}
	s.outErrors.mu.Lock()
	defer s.outErrors.mu.Unlock()
	return s.outErrors.err
}

// errorRecorder is a writer that records its first error.
type errorRecorder struct {
	to  io.Writer
	mu  sync.Mutex
	err error
}

// Write implements io.Writer.
func (r *errorRecorder) Write(p []byte) (int, error) {
	n, err := r.to.Write(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
	return n, err
}

// CanRedraw reports whether a line on Err can be erased and written again.
func (s *Streams) CanRedraw() bool { return s.ErrTerminal && !s.dumb }

// NoColor turns color off, as the flag --no-color does.
func (s *Streams) NoColor() { s.ColorOut, s.ColorErr = false, false }

// fallbackWidth and fallbackHeight are the size if no terminal reports one.
const (
	fallbackWidth  = 80
	fallbackHeight = 24
)

// Width returns the number of columns of the terminal behind Err, or behind Out
// if Err is not a terminal. It returns 80 if neither reports a size.
func (s *Streams) Width() int {
	width, _ := s.size()
	return width
}

// Height returns the number of lines of the terminal that Width measures, or 24.
func (s *Streams) Height() int {
	_, height := s.size()
	return height
}

func (s *Streams) size() (width, height int) {
	for _, f := range []*os.File{s.ErrFile, s.OutFile} {
		if f == nil {
			continue
		}
		if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 && h > 0 {
			return w, h
		}
	}
	return fallbackWidth, fallbackHeight
}

// Printf writes to Err. It cleans every argument that is text and keeps it on one line, so that text from
// the service cannot move the cursor, change colors or look like lines of this program. Arguments of type Text,
// such as those made by a Palette, are written unchanged.
func (s *Streams) Printf(format string, args ...any) {
	for i, arg := range args {
		args[i] = cleanArgument(arg)
	}
	text := fmt.Sprintf(format, args...)
	s.lines += screenLines(text, s.Width())
	fmt.Fprint(s.Err, text)
}

// WriteOut writes one line to Out. On a terminal it wraps at words, and the lines that
// follow are indented.
func (s *Streams) WriteOut(text Text) {
	if s.OutTerminal {
		text = wrapIndented(text, s.Width())
	}
	io.WriteString(s.Out, string(text)+"\n")
}

// Lines returns how many lines of the screen were written to Err so far.
func (s *Streams) Lines() int { return s.lines }

// AddLines adds to Lines what was written by other means than Printf. A negative
// n is for lines that were erased.
func (s *Streams) AddLines(n int) { s.lines += n }

func cleanArgument(arg any) any {
	switch v := arg.(type) {
	case nil, bool, int: // an int may be the width for a * in a verb
		return v
	case Text:
		return string(v)
	}
	return cleaned{arg}
}

// cleaned formats a value of any type as fmt does and cleans the result, since
// errors, slices and structs can contain text too.
type cleaned struct{ value any }

// Format implements fmt.Formatter.
func (c cleaned) Format(state fmt.State, verb rune) {
	io.WriteString(state, strings.Map(oneLine, CleanLines(fmt.Sprintf(fmt.FormatString(state, verb), c.value))))
}

func isTerminal(f *os.File) bool {
	return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd())
}

func wantsColor(terminal bool, env Environment) bool {
	if v, ok := env("NO_COLOR"); ok && v != "" {
		return false
	}
	if v, ok := env("CLICOLOR_FORCE"); ok && v != "" && v != "0" {
		return true
	}
	if v, _ := env("CLICOLOR"); v == "0" {
		return false
	}
	if v, _ := env("TERM"); v == "dumb" {
		return false
	}
	return terminal
}
