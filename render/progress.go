package render

import (
	"sync"
	"time"

	"github.com/briandowns/spinner"
)

// Progress is a line on Err that says what is being waited for. It is shown
// only to a terminal, and leaves nothing behind. The zero of a stream without a
// terminal does nothing.
type Progress struct {
	streams *Streams
	spinner *spinner.Spinner
	delay   *time.Timer

	mu      sync.Mutex
	text    string
	stopped bool
}

// frame is how long one picture of the spinner stays.
const frame = 100 * time.Millisecond

// Progress starts a line with text, once delay has passed: what is quicker than
// that is not worth a flicker. Stop must be called.
func (s *Streams) Progress(text string, delay time.Duration) *Progress {
	p := &Progress{streams: s, text: text}
	if !s.ErrTerminal || s.ErrFile == nil {
		return p
	}
	p.spinner = spinner.New(spinner.CharSets[14], frame, spinner.WithWriterFile(s.ErrFile), spinner.WithHiddenCursor(true))
	p.spinner.Writer = s.Err // not by WithWriter, which makes the spinner look at stdout instead
	p.delay = time.AfterFunc(delay, p.start)
	return p
}

func (p *Progress) start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	p.spinner.Suffix = p.fitted()
	p.spinner.Start()
}

// Update changes what the line says. Text is cleaned; a Palette's colours stay
// as long as the line fits.
func (p *Progress) Update(text Text) {
	if p.spinner == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = string(text)
	p.spinner.Lock()
	defer p.spinner.Unlock()
	p.spinner.Suffix = p.fitted()
}

// Stop takes the line away. It may be called twice.
func (p *Progress) Stop() {
	if p.spinner == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.delay.Stop()
	p.spinner.Stop()
}

// fitted is the text cut to one line, since a line that wraps cannot be erased.
func (p *Progress) fitted() string {
	room := p.streams.Width() - 3
	plain := escapes.ReplaceAllString(p.text, "")
	if Width(plain) > room {
		return " " + Cut(plain, room)
	}
	return " " + p.text
}
