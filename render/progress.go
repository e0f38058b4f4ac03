package render

import (
	"io"
	"strings"
	"sync"
	"time"
)

// Progress is a line on Err that says what is being waited for. It is shown
// only to a terminal, and leaves nothing behind. The zero of a stream without a
// terminal does nothing.
type Progress struct {
	streams *Streams
	delay   *time.Timer   // nil without a terminal
	done    chan struct{} // closed by Stop

	mu      sync.Mutex
	text    string
	picture int
	shown   bool
	stopped bool
}

// frame is how long one picture of the spinner stays.
const frame = 100 * time.Millisecond

const pictures = "⣾⣽⣻⢿⡿⣟⣯⣷"

// Progress starts a line with text, once delay has passed: what is quicker than
// that is not worth a flicker. Stop must be called.
func (s *Streams) Progress(text string, delay time.Duration) *Progress {
	p := &Progress{streams: s, text: Clean(text), done: make(chan struct{})}
	if s.ErrTerminal && s.ErrFile != nil && !s.dumb {
		p.mu.Lock() // for a delay of nothing
		defer p.mu.Unlock()
		p.delay = time.AfterFunc(delay, p.run)
	}
	return p
}

// run draws one picture after the other until Stop.
func (p *Progress) run() {
	ticks := time.NewTicker(frame)
	defer ticks.Stop()
	for {
		p.mu.Lock()
		p.shown = !p.stopped
		p.picture++
		p.draw()
		p.mu.Unlock()
		select {
		case <-ticks.C:
		case <-p.done:
			return
		}
	}
}

// Update changes what the line says. A Palette's colours stay.
func (p *Progress) Update(text Text) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = strings.Map(oneLine, string(text))
	p.draw()
}

// Stop takes the line away. It may be called twice.
func (p *Progress) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped || p.delay == nil {
		return
	}
	p.stopped = true
	p.delay.Stop()
	close(p.done)
	if p.shown {
		io.WriteString(p.streams.Err, "\r\x1b[K")
		p.shown = false
	}
}

// draw writes the line over the one before. It leaves the last column free: a
// line that wraps cannot be taken back.
func (p *Progress) draw() {
	if !p.shown {
		return
	}
	all := []rune(pictures)
	line := string(all[p.picture%len(all)]) + " " + p.text
	io.WriteString(p.streams.Err, "\r"+cutStyled(line, p.streams.Width()-1)+"\x1b[K")
}
