package render

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hinshun/vt10x"
)

// screen is an emulated terminal behind a pseudo-terminal.
type screen struct {
	t       *testing.T
	tty     *os.File
	changed chan struct{}

	mu       sync.Mutex
	terminal vt10x.Terminal
	written  bytes.Buffer // every byte that was written
	rows     int          // the most rows in use at once
}

func newScreen(t *testing.T, columns int) *screen {
	t.Helper()
	const rows = 6
	ptmx, tty := openTerminal(t, columns, rows)
	s := &screen{t: t, tty: tty, changed: make(chan struct{}, 1), terminal: vt10x.New(vt10x.WithSize(columns, rows))}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := ptmx.Read(buffer)
			if err != nil {
				return
			}
			s.feed(buffer[:n])
		}
	}()
	t.Cleanup(func() { ptmx.Close() })
	return s
}

// feed shows data on the screen.
func (s *screen) feed(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written.Write(data)
	s.terminal.Write(data)
	s.rows = max(s.rows, s.terminal.Cursor().Y+1)
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// lines returns what the screen shows, without empty lines at the end.
func (s *screen) lines() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, line := range strings.Split(s.terminal.String(), "\n") {
		all = append(all, strings.TrimRight(line, " "))
	}
	return strings.TrimRight(strings.Join(all, "\n"), "\n")
}

// waitFor waits until the screen matches.
func (s *screen) waitFor(what string, matches func(lines string) bool) {
	s.t.Helper()
	timeout := time.After(30 * time.Second)
	for !matches(s.lines()) {
		select {
		case <-s.changed:
		case <-timeout:
			s.t.Fatalf("timed out waiting for %s; the screen shows\n%s", what, s.lines())
		}
	}
}

func (s *screen) shows(text string) {
	s.t.Helper()
	s.waitFor(text, func(lines string) bool { return strings.Contains(lines, text) })
}

func (s *screen) streams() *Streams {
	return NewStreams(s.tty, s.tty, s.tty, environment(""))
}

func TestProgressIsErased(t *testing.T) {
	screen := newScreen(t, 40)
	streams := screen.streams()
	streams.Printf("before\n")
	p := streams.Progress("Waiting for \x1b[31mAR-1\n", 0)
	screen.shows("Waiting for AR-1")
	p.Update(Palette{on: true}.Good("Granting"))
	screen.shows("Granting")
	p.Stop()
	p.Stop()
	p.Update("too late")
	streams.Printf("after\n")
	screen.shows("after")
	if got := screen.lines(); got != "before\nafter" {
		t.Errorf("the screen shows\n%s", got)
	}
	if screen.rows > 3 {
		t.Errorf("%d rows in use", screen.rows)
	}
}

func TestProgressSpins(t *testing.T) {
	screen := newScreen(t, 40)
	p := screen.streams().Progress("text", 0)
	defer p.Stop()
	seen := map[string]bool{}
	screen.waitFor("a second frame", func(lines string) bool {
		if frame, _, ok := strings.Cut(lines, " text"); ok {
			seen[frame] = true
		}
		return len(seen) > 1
	})
}

func TestProgressNeverWraps(t *testing.T) {
	for name, text := range map[string]string{
		"ascii": strings.Repeat("word ", 30), "wide": strings.Repeat("日本", 40), "three bytes each": strings.Repeat("…", 37),
		"just fits": strings.Repeat("x", 37), "one too long": strings.Repeat("x", 38), "lines": "one\ntwo\nthree",
	} {
		t.Run(name, func(t *testing.T) {
			screen := newScreen(t, 40)
			streams := screen.streams()
			streams.Printf("before\n")
			p := streams.Progress("first", 0)
			screen.shows("first")
			p.Update(Palette{on: true}.Waiting(text))
			screen.waitFor("the text", func(lines string) bool { return !strings.Contains(lines, "first") && strings.Count(lines, "\n") == 1 })
			p.Update("last")
			screen.shows("last")
			p.Stop()
			streams.Printf("after\n")
			screen.shows("after")
			if got := screen.lines(); got != "before\nafter" || screen.rows > 3 {
				t.Errorf("%d rows in use, the screen shows\n%s", screen.rows, got)
			}
		})
	}
}

func TestProgressIsDelayed(t *testing.T) {
	screen := newScreen(t, 40)
	streams := screen.streams()
	p := streams.Progress("not shown", time.Hour)
	p.Update("not shown either")
	p.Stop()
	streams.Printf("after\n")
	screen.shows("after")
	if got := screen.written.String(); got != "after\r\n" {
		t.Errorf("%q was written", got)
	}
}

// The delay may pass while Stop runs.
func TestProgressDoesNotStartAfterStop(t *testing.T) {
	screen := newScreen(t, 40)
	streams := screen.streams()
	p := streams.Progress("too late", time.Hour)
	p.Stop()
	p.run()
	streams.Printf("after\n")
	screen.shows("after")
	if got := screen.written.String(); got != "after\r\n" {
		t.Errorf("%q was written", got)
	}
}

// Stop may come at any moment. Nothing is written after it.
func TestProgressStopsImmediately(t *testing.T) {
	screen := newScreen(t, 40)
	streams := screen.streams()
	for range 200 {
		p := streams.Progress("passing", 0)
		p.Update("still passing")
		p.Stop()
	}
	streams.Printf("after\n")
	screen.shows("after")
	if got := screen.lines(); got != "after" {
		t.Errorf("the screen shows\n%s", got)
	}
}

func TestProgressNeedsATerminal(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/err")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, tty := openTerminal(t, 40, 10)
	for name, streams := range map[string]*Streams{
		"no file":                   {ErrTerminal: false},
		"a file":                    NewStreams(file, file, file, environment("CLICOLOR_FORCE=1")),
		"only Out":                  NewStreams(tty, tty, file, environment("")),
		"a dumb terminal":           NewStreams(tty, tty, tty, environment("TERM=dumb")),
		"a terminal without a file": {ErrTerminal: true},
	} {
		var out bytes.Buffer
		streams.Err = &out
		p := streams.Progress("text", 0)
		p.Update("more")
		p.Stop()
		if out.Len() > 0 {
			t.Errorf("%s: %q was written", name, &out)
		}
		if p.delay != nil {
			t.Errorf("%s: it would be drawn later", name)
		}
	}
}
