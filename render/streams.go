// Package render is how things are shown: streams and what they can do, tables,
// JSON and YAML, status words, notices, progress, and the cleaning and quoting
// of text that comes from elsewhere. It knows terminals. It must not know the
// service, profiles or what a command is for.
package render

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/mattn/go-colorable"
	"github.com/mattn/go-isatty"
	"golang.org/x/term"
)

// Streams are the three streams of a command and what can be done with each:
// data goes to Out; prompts, progress and notices go to Err.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	// InFile, OutFile and ErrFile are the files below, for prompts and for programs that
	// are handed the terminal. Nil where there is no file, as in tests.
	InFile, OutFile, ErrFile *os.File

	// InTerminal, OutTerminal and ErrTerminal say whether a person sits there.
	InTerminal, OutTerminal, ErrTerminal bool

	// ColorOut and ColorErr say whether colour may be written.
	ColorOut, ColorErr bool

	// dumb says that the terminal cannot take a line back.
	dumb bool

	fault *faults

	// lines counts the lines that Printf has written to Err.
	lines int
}

// Environment looks up a variable, as os.LookupEnv does.
type Environment func(name string) (string, bool)

// NewStreams describes three files. Colour follows NO_COLOR (no-color.org),
// CLICOLOR_FORCE, CLICOLOR and TERM=dumb, and else goes to terminals only.
func NewStreams(in, out, err *os.File, env Environment) *Streams {
	s := &Streams{
		In: in, Err: colorable.NewColorable(err),
		InFile: in, OutFile: out, ErrFile: err,
		InTerminal: isTerminal(in), OutTerminal: isTerminal(out), ErrTerminal: isTerminal(err),
	}
	term, _ := env("TERM")
	s.dumb = term == "dumb"
	s.fault = &faults{to: colorable.NewColorable(out)}
	s.Out = s.fault
	s.ColorOut = wantsColor(s.OutTerminal, env)
	s.ColorErr = wantsColor(s.ErrTerminal, env)
	return s
}

// CanAsk says whether a person can be asked: they see Err, which can be drawn
// on, and type into In.
func (s *Streams) CanAsk() bool { return s.InTerminal && s.CanMove() }

// Fault is the first error of writing to Out, such as a full disk; nil where
// everything was written.
func (s *Streams) Fault() error {
	if s.fault == nil {
		return nil
	}
	s.fault.mu.Lock()
	defer s.fault.mu.Unlock()
	return s.fault.err
}

// faults is a writer that remembers what went wrong.
type faults struct {
	to  io.Writer
	mu  sync.Mutex
	err error
}

// Write implements io.Writer.
func (f *faults) Write(p []byte) (int, error) {
	n, err := f.to.Write(p)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
	return n, err
}

// CanMove says whether a line on Err can be taken back and written anew.
func (s *Streams) CanMove() bool { return s.ErrTerminal && !s.dumb }

// NoColor turns colour off for good, as the flag --no-color does.
func (s *Streams) NoColor() { s.ColorOut, s.ColorErr = false, false }

// fallbackWidth and fallbackHeight stand in where a terminal has no size.
const (
	fallbackWidth  = 80
	fallbackHeight = 24
)

// Width is the number of columns of the terminal behind Err, or behind Out
// where Err is none; 80 where neither says.
func (s *Streams) Width() int {
	width, _ := s.size()
	return width
}

// Height is the number of lines of that terminal; 24 where it does not say.
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

// Printf writes to Err, cleaning every argument that is text: what came from
// the service cannot move the cursor or change colours. Text that is ready to
// be shown, such as a Palette's, is passed through.
func (s *Streams) Printf(format string, args ...any) {
	for i, arg := range args {
		args[i] = cleanArgument(arg)
	}
	text := fmt.Sprintf(format, args...)
	s.lines += screenLines(text, s.Width())
	fmt.Fprint(s.Err, text)
}

// Lines is how many lines of the screen Printf has used so far.
func (s *Streams) Lines() int { return s.lines }

// AddLines counts lines that were written to Err by other means, or taken back.
func (s *Streams) AddLines(n int) { s.lines += n }

func cleanArgument(arg any) any {
	switch v := arg.(type) {
	case nil, bool, int: // an int may be the * of a verb
		return v
	case Text:
		return string(v)
	}
	return cleaned{arg}
}

// cleaned formats any value as fmt does, and cleans what comes out: texts may
// sit in errors, lists and structs too.
type cleaned struct{ value any }

// Format implements fmt.Formatter.
func (c cleaned) Format(state fmt.State, verb rune) {
	io.WriteString(state, CleanLines(fmt.Sprintf(fmt.FormatString(state, verb), c.value)))
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
