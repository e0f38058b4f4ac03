//go:build !windows

package screen

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/sys/unix"
)

// What a terminal sends for the keys that are not characters. Pass them to Press.
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

// timeout is how long to wait for the expected screen or the end of a program.
// Only failing tests wait that long.
const timeout = 30 * time.Second

// Screen is a terminal as its user sees it.
type Screen struct {
	t    testing.TB
	ptmx *os.File // the user's end: write keys, read output
	tty  *os.File // the program's end

	mu       sync.Mutex
	emulator vt10x.Terminal
	written  strings.Builder
	changed  chan struct{} // closed and replaced after every write
}

// New opens a terminal with the given size. It is closed when the test ends.
func New(t testing.TB, columns, rows int) *Screen {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("open a pseudo-terminal: %v", err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		t.Fatalf("set the size of the terminal: %v", err)
	}
	s := &Screen{t: t, ptmx: ptmx, tty: tty, emulator: vt10x.New(vt10x.WithSize(columns, rows)), changed: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.copyOutput()
	}()
	t.Cleanup(func() {
		_ = tty.Close()
		_ = ptmx.Close()
		<-done
	})
	return s
}

// TTY returns the program's end of the terminal.
func (s *Screen) TTY() *os.File { return s.tty }

// Resize changes the size of the terminal, as resizing its window does.
func (s *Screen) Resize(columns, rows int) {
	s.t.Helper()
	s.mu.Lock()
	s.emulator.Resize(columns, rows)
	s.mu.Unlock()
	if err := pty.Setsize(s.tty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		s.t.Fatalf("set the size of the terminal: %v", err)
	}
}

// copyOutput copies what the program writes to the emulator until the terminal is
// closed.
func (s *Screen) copyOutput() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.ptmx.Read(buffer)
		if n > 0 {
			s.mu.Lock()
			_, _ = s.emulator.Write(buffer[:n]) // never fails
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

// Text returns what is on the screen, without trailing spaces and empty lines at
// the bottom.
func (s *Screen) Text() string {
	text, _, _ := s.snapshot()
	return text
}

// Written returns everything written to the terminal so far, including escape
// sequences.
func (s *Screen) Written() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written.String()
}

// Cursor returns the position of the cursor, counted from 0, and whether it is
// visible.
func (s *Screen) Cursor() (column, row int, visible bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.emulator.Cursor()
	return c.X, c.Y, s.emulator.CursorVisible()
}

// snapshot returns the text, everything written, and a channel that is closed
// when either changes.
func (s *Screen) snapshot() (text, written string, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := strings.Split(s.emulator.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n"), s.written.String(), s.changed
}

// Press types keys: text or the constants of this package.
func (s *Screen) Press(keys ...string) {
	s.t.Helper()
	if _, err := s.ptmx.WriteString(strings.Join(keys, "")); err != nil {
		s.t.Fatalf("press %q: %v", keys, err)
	}
}

// Wait waits until ok returns true for the text on the screen. If that does not
// happen, the test fails and prints the screen; what describes the expectation.
func (s *Screen) Wait(what string, ok func(text string) bool) {
	s.t.Helper()
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	for {
		text, written, changed := s.snapshot()
		if ok(text) {
			return
		}
		select {
		case <-changed:
		case <-deadline.C:
			s.t.Fatalf("timed out waiting for %s\nscreen:\n%s\n\nlast output: %q", what, text, written[max(0, len(written)-300):])
		}
	}
}

// Shows waits until all of texts are on the screen.
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

// Lacks waits until none of texts is on the screen.
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

// Is waits until the screen shows exactly these lines.
func (s *Screen) Is(lines ...string) {
	s.t.Helper()
	want := strings.Join(lines, "\n")
	s.Wait("exactly:\n"+want, func(screen string) bool { return screen == want })
}

// Program is a process that runs on a Screen.
type Program struct {
	t    testing.TB
	done chan struct{}
	err  error // from exec.Cmd.Wait, once done is closed
}

// Run starts a program with the screen as its controlling terminal. Each of the
// standard streams that cmd does not set is the terminal too. The program is
// killed when the test ends.
func (s *Screen) Run(cmd *exec.Cmd) *Program {
	s.t.Helper()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = streamOr(cmd.Stdin, s.tty), streamOr(cmd.Stdout, s.tty), streamOr(cmd.Stderr, s.tty)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	if cmd.Stdin != s.tty {
		cmd.SysProcAttr.Ctty = 2
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start %s: %v", cmd, err)
	}
	p := &Program{t: s.t, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.err = cmd.Wait()
	}()
	s.t.Cleanup(func() {
		_ = cmd.Process.Kill() // fails if the program has already exited
		<-p.done
	})
	return p
}

// streamOr returns stream, or tty if stream is nil.
func streamOr[T comparable](stream T, tty any) T {
	var none T
	if stream != none {
		return stream
	}
	stream, _ = tty.(T)
	return stream
}

// Code waits until the program exits and returns its exit code, or -1 if a signal
// killed it.
func (p *Program) Code() int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(timeout):
		p.t.Fatal("the program is still running")
	}
	var exit *exec.ExitError
	if p.err != nil && !errors.As(p.err, &exit) {
		p.t.Fatal(p.err)
	}
	if exit != nil {
		return exit.ExitCode()
	}
	return 0
}

// TypedAhead waits until the program has n bytes of keys to read.
func (s *Screen) TypedAhead(n int) {
	s.t.Helper()
	fionread := uint(0x541b) // on Linux; see ioctl_tty(2)
	if runtime.GOOS == "darwin" {
		fionread = 0x4004667f
	}
	for deadline := time.Now().Add(timeout); ; runtime.Gosched() {
		if waiting, err := unix.IoctlGetInt(int(s.tty.Fd()), fionread); err == nil && waiting >= n {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("timed out waiting for %d bytes of keys", n)
		}
	}
}
