package render

import (
	"io"
	"strings"
	"sync"
	"time"
)

// Progress is a line with a spinner on Err that shows what the program is waiting
// for. It is only drawn on a terminal that can redraw a line, and Stop erases it;
// otherwise it does nothing.
type Progress struct {
	streams *Streams
	delay   *time.Timer   // nil if nothing is ever drawn
	idle    func()        // called by Stop
	done    chan struct{} // closed by Stop

	mu      sync.Mutex
	text    string
	frame   int
	shown   bool
	stopped bool
}

// frameInterval is how long each frame of the spinner is shown.
const frameInterval = 100 * time.Millisecond

// spinnerFrames are the frames of the spinner, one character each.
const spinnerFrames = "⣾⣽⣻⢿⡿⣟⣯⣷"

// Progress shows text with a spinner after delay, so that quick work shows nothing.
// The caller must call Stop.
func (s *Streams) Progress(text string, delay time.Duration) *Progress {
	p := &Progress{streams: s, text: Clean(text), done: make(chan struct{}), idle: func() {}}
	if s.Busy != nil {
		p.idle = s.Busy()
	}
	if s.ErrTerminal && s.ErrFile != nil && !s.dumb {
		p.mu.Lock() // with a delay of 0, run starts before p.delay is set
		defer p.mu.Unlock()
		p.delay = time.AfterFunc(delay, p.run)
	}
	return p
}

// run draws one frame after the other until Stop.
func (p *Progress) run() {
	ticks := time.NewTicker(frameInterval)
	defer ticks.Stop()
	for {
		p.mu.Lock()
		p.shown = !p.stopped
		p.frame++
		p.draw()
		p.mu.Unlock()
		select {
		case <-ticks.C:
		case <-p.done:
			return
		}
	}
}

// Update replaces the text. Colors made by a Palette are kept.
func (p *Progress) Update(text Text) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = strings.Map(oneLine, string(text))
	p.draw()
}

// Stop erases the line. Calling it more than once is harmless.
func (p *Progress) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	p.stopped = true
	p.idle()
	if p.delay == nil {
		return
	}
	p.delay.Stop()
	close(p.done)
	if p.shown {
		io.WriteString(p.streams.Err, "\r\x1b[K")
		p.shown = false
	}
}

// draw overwrites the line. It leaves the last column free, because a line that
// wraps cannot be erased.
func (p *Progress) draw() {
	if !p.shown {
		return
	}
	frames := []rune(spinnerFrames)
	line := string(frames[p.frame%len(frames)]) + " " + p.text + p.streams.waiting.text(time.Now())
	io.WriteString(p.streams.Err, "\r"+cutStyled(line, p.streams.Width()-1)+"\x1b[K")
}

// noticedDelay is the shortest wait that is said without a terminal.
const noticedDelay = 2 * time.Second

// Waiting says that the program waits for delay, and why: on the line of what it does, or
// on a line of its own where no line can be redrawn. It may be called concurrently.
func (s *Streams) Waiting(reason string, delay time.Duration) {
	w := s.waiting
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	until := time.Now().Add(delay)
	known := w.reason == reason && until.Sub(w.until) < noticedDelay // another call waits for the same
	w.reason, w.until = reason, until
	if known || s.CanRedraw() || delay < noticedDelay {
		return
	}
	words := Clean("Waiting: " + reason + ", retry in " + Duration(delay.Round(time.Second)))
	io.WriteString(s.Err, string(s.PaletteErr().Waiting("!"))+" "+words+"\n")
}

// WaitingText says what the program waits for now, and how long; empty if it does not wait.
func (s *Streams) WaitingText() string {
	return strings.TrimPrefix(s.waiting.text(time.Now()), " · ")
}

// waitingFor is what the program waits for, and until when.
type waitingFor struct {
	mu     sync.Mutex
	reason string
	until  time.Time
}

// text returns the end of a progress line; empty if the program does not wait.
func (w *waitingFor) text(now time.Time) string {
	if w == nil {
		return ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	left := w.until.Sub(now)
	if left <= 0 {
		return ""
	}
	return " · " + Clean(w.reason) + ", retry in " + Duration(max(time.Second, left.Round(time.Second)))
}
