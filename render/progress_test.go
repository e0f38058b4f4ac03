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

// screen is a terminal with what a person sees on it.
type screen struct {
	t       *testing.T
	tty     *os.File
	changed chan struct{}

	mu      sync.Mutex
	picture vt10x.Terminal
	written bytes.Buffer // everything that came
	rows    int          // the most rows that were in use at once
}

func newScreen(t *testing.T, columns int) *screen {
	t.Helper()
	const rows = 6
	person, tty := openTerminal(t, columns, rows)
	s := &screen{t: t, tty: tty, changed: make(chan struct{}, 1), picture: vt10x.New(vt10x.WithSize(columns, rows))}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := person.Read(buffer)
			if err != nil {
				return
			}
			s.take(buffer[:n])
		}
	}()
	t.Cleanup(func() { person.Close() })
	return s
}

func (s *screen) take(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written.Write(data)
	s.picture.Write(data)
	s.rows = max(s.rows, s.picture.Cursor().Y+1)
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// lines is what is on the screen, without the empty lines below.
func (s *screen) lines() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, line := range strings.Split(s.picture.String(), "\n") {
		all = append(all, strings.TrimRight(line, " "))
	}
	return strings.TrimRight(strings.Join(all, "\n"), "\n")
}

// until waits for a picture that fits.
func (s *screen) until(what string, fits func(lines string) bool) {
	s.t.Helper()
	late := time.After(30 * time.Second)
	for !fits(s.lines()) {
		select {
		case <-s.changed:
		case <-late:
			s.t.Fatalf("%s does not come; the screen shows\n%s", what, s.lines())
		}
	}
}

func (s *screen) shows(text string) {
	s.t.Helper()
	s.until(text, func(lines string) bool { return strings.Contains(lines, text) })
}

func (s *screen) streams() *Streams {
	return NewStreams(s.tty, s.tty, s.tty, environment(""))
}

func TestProgressAppearsAndLeavesNothing(t *testing.T) {
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
		t.Errorf("%d rows were in use", screen.rows)
	}
}

func TestProgressMoves(t *testing.T) {
	screen := newScreen(t, 40)
	p := screen.streams().Progress("text", 0)
	defer p.Stop()
	seen := map[string]bool{}
	screen.until("a second picture", func(lines string) bool {
		if picture, _, ok := strings.Cut(lines, " text"); ok {
			seen[picture] = true
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
			screen.until("the text", func(lines string) bool { return !strings.Contains(lines, "first") && strings.Count(lines, "\n") == 1 })
			p.Update("last")
			screen.shows("last")
			p.Stop()
			streams.Printf("after\n")
			screen.shows("after")
			if got := screen.lines(); got != "before\nafter" || screen.rows > 3 {
				t.Errorf("%d rows were in use, the screen shows\n%s", screen.rows, got)
			}
		})
	}
}

func TestProgressThatIsQuickIsNotShown(t *testing.T) {
	screen := newScreen(t, 40)
	streams := screen.streams()
	p := streams.Progress("never seen", time.Hour)
	p.Update("nor this")
	p.Stop()
	streams.Printf("after\n")
	screen.shows("after")
	if got := screen.written.String(); got != "after\r\n" {
		t.Errorf("%q was written", got)
	}
}

// The moment to begin may come while Stop is under way.
func TestProgressBeginsNoMoreAfterStop(t *testing.T) {
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

// Many at once, stopped at any moment, write nothing after Stop.
func TestProgressStopsAtOnce(t *testing.T) {
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

func TestProgressIsForTerminalsOnly(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/err")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, tty := openTerminal(t, 40, 10)
	for name, streams := range map[string]*Streams{
		"no file":          {ErrTerminal: false},
		"a file":           NewStreams(file, file, file, environment("CLICOLOR_FORCE=1")),
		"only Out":         NewStreams(tty, tty, file, environment("")),
		"a dumb terminal":  NewStreams(tty, tty, tty, environment("TERM=dumb")),
		"a terminal's lie": {ErrTerminal: true},
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
			t.Errorf("%s: it would be drawn", name)
		}
	}
}
