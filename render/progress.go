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
	line := string(frames[p.frame%len(frames)]) + " " + p.text
	io.WriteString(p.streams.Err, "\r"+cutStyled(line, p.streams.Width()-1)+"\x1b[K")
}
