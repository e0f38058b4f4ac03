package prompt

import (
	"sync"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// Quiet returns a function for Streams.Busy: it keeps the terminal from echoing keys
// while the program is busy, because they would end up in the line of a spinner. The
// keys are kept for the next question; see Discarder.
func Quiet(s *render.Streams) func() (done func()) {
	q := &quietTerminal{streams: s}
	return q.begin
}

// quietTerminal counts who needs the terminal to be quiet. The first one changes the
// mode, and the last one restores it.
type quietTerminal struct {
	streams *render.Streams
	mu      sync.Mutex
	users   int
	restore func()
}

func (q *quietTerminal) begin() (done func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.users == 0 {
		q.restore = func() {}
		if restore, err := keyboard.QuietMode(q.streams.InFile); err == nil {
			q.restore = restore
		}
	}
	q.users++
	return sync.OnceFunc(q.end)
}

func (q *quietTerminal) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.users--; q.users == 0 {
		q.restore()
	}
}
