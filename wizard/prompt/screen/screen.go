//go:build !windows

package screen

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// The keys of a terminal that have no character of their own.
const (
	Enter     = "\r"
	Esc       = "\x1b"
	CtrlC     = "\x03"
	CtrlD     = "\x04"
	Tab       = "\t"
	ShiftTab  = "\x1b[Z"
	Up        = "\x1b[A"
	Down      = "\x1b[B"
	Right     = "\x1b[C"
	Left      = "\x1b[D"
	PageUp    = "\x1b[5~"
	PageDown  = "\x1b[6~"
	Home      = "\x1b[H"
	End       = "\x1b[F"
	Delete    = "\x1b[3~"
	Backspace = "\x7f"
)

// patience is how long a test waits for what it expects on the screen. It only
// ends tests that fail.
const patience = 30 * time.Second

// Screen is a terminal, seen from its person's chair.
type Screen struct {
	t      testing.TB
	person *os.File // where keys go in, and what is written comes out
	tty    *os.File

	mu      sync.Mutex
	picture vt10x.Terminal
	written strings.Builder
	changed chan struct{} // closed, and made anew, when something is written
}

// New opens a terminal of a size. It is closed with the test.
func New(t testing.TB, columns, rows int) *Screen {
	t.Helper()
	person, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("open a terminal: %v", err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		t.Fatalf("size the terminal: %v", err)
	}
	s := &Screen{t: t, person: person, tty: tty, picture: vt10x.New(vt10x.WithSize(columns, rows)), changed: make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.watch()
	}()
	t.Cleanup(func() {
		_ = tty.Close()
		_ = person.Close()
		<-ended
	})
	return s
}

// TTY is the program's end of the terminal.
func (s *Screen) TTY() *os.File { return s.tty }

// Resize changes the size of the terminal, as a person does by pulling at its
// window.
func (s *Screen) Resize(columns, rows int) {
	s.t.Helper()
	s.mu.Lock()
	s.picture.Resize(columns, rows)
	s.mu.Unlock()
	if err := pty.Setsize(s.tty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		s.t.Fatalf("size the terminal: %v", err)
	}
}

// watch puts everything that is written on the picture, up to the end.
func (s *Screen) watch() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.person.Read(buffer)
		if n > 0 {
			s.mu.Lock()
			_, _ = s.picture.Write(buffer[:n]) // an emulator refuses nothing
			s.written.Write(buffer[:n])
			close(s.changed)
			s.changed = make(chan struct{})
			s.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// Text is what is on the screen now, without the space at the ends of lines and
// below the last one.
func (s *Screen) Text() string {
	text, _, _ := s.now()
	return text
}

// Written is everything that was written so far, as it was written.
func (s *Screen) Written() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written.String()
}

// Cursor is where the cursor stands, counted from 0, and whether it shows.
func (s *Screen) Cursor() (column, row int, shows bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.picture.Cursor()
	return c.X, c.Y, s.picture.CursorVisible()
}

func (s *Screen) now() (text, written string, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := strings.Split(s.picture.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n"), s.written.String(), s.changed
}

// Press types keys.
func (s *Screen) Press(keys ...string) {
	s.t.Helper()
	if _, err := s.person.WriteString(strings.Join(keys, "")); err != nil {
		s.t.Fatalf("press %q: %v", keys, err)
	}
}

// Wait waits until the screen is as ok wants it, and else ends the test, with
// the whole screen and what was waited for.
func (s *Screen) Wait(what string, ok func(text string) bool) {
	s.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		text, written, changed := s.now()
		if ok(text) {
			return
		}
		select {
		case <-changed:
		case <-deadline.C:
			s.t.Fatalf("waited for %s; on the screen is:\n%s\n\nthe last that was written is %q", what, text, written[max(0, len(written)-300):])
		}
	}
}

// Shows waits until every one of the texts is on the screen.
func (s *Screen) Shows(texts ...string) {
	s.t.Helper()
	s.Wait(strings.Join(texts, " | "), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// Lacks waits until none of the texts is on the screen.
func (s *Screen) Lacks(texts ...string) {
	s.t.Helper()
	s.Wait("no "+strings.Join(texts, " | "), func(screen string) bool {
		for _, text := range texts {
			if strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// Is waits until the screen holds these lines and no others.
func (s *Screen) Is(lines ...string) {
	s.t.Helper()
	want := strings.Join(lines, "\n")
	s.Wait("exactly:\n"+want, func(screen string) bool { return screen == want })
}

// Program is a program that runs on a screen.
type Program struct {
	t     testing.TB
	ended chan struct{}
	err   error
}

// Run starts a program that has the screen for its terminal. It is ended with
// the test, if it runs that long.
func (s *Screen) Run(cmd *exec.Cmd) *Program {
	s.t.Helper()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = or(cmd.Stdin, s.tty), or(cmd.Stdout, s.tty), or(cmd.Stderr, s.tty)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	if cmd.Stdin != s.tty {
		cmd.SysProcAttr.Ctty = 2
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start %s: %v", cmd, err)
	}
	p := &Program{t: s.t, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		p.err = cmd.Wait()
	}()
	s.t.Cleanup(func() {
		_ = cmd.Process.Kill() // most have ended by themselves
		<-p.ended
	})
	return p
}

// or is the stream that was chosen, or else the terminal.
func or[T comparable](chosen T, tty any) T {
	var none T
	if chosen != none {
		return chosen
	}
	stream, _ := tty.(T)
	return stream
}

// Code waits until the program ends, and returns its exit code; -1 where a
// signal ended it.
func (p *Program) Code() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatal("the program does not end")
	}
	var status *exec.ExitError
	if p.err != nil && !errors.As(p.err, &status) {
		p.t.Fatal(p.err)
	}
	if status != nil {
		return status.ExitCode()
	}
	return 0
}
