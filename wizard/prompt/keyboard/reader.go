package keyboard

import (
	"context"
	"os"
	"time"
)

// pollInterval is how often a reader that waits for a key checks whether its
// context has ended and whether the terminal has another size.
const pollInterval = 100 * time.Millisecond

// eagerInterval is the interval of an eager reader. It is too short to be noticed.
const eagerInterval = 10 * time.Millisecond

// Reader reads a terminal one key at a time, and keeps keys typed ahead for
// the next question. It also implements survey's terminal.FileReader, whose Read
// no prompt uses.
type Reader struct {
	*os.File
	// Eager makes Next call changed more often, because something is about to
	// change.
	Eager bool

	input   input
	parser  *parser
	pending []byte // read from the terminal but not returned yet
}

// NewReader returns a reader of a terminal. On Windows, a file that is not a
// console is read as it is.
func NewReader(file *os.File) *Reader {
	return &Reader{File: file, input: newInput(file), parser: newParser()}
}

// Next waits for a key. While it waits, it calls changed, and returns what that
// returns unless it is Ignored. It returns ctx.Err() if ctx ends first, and
// io.EOF if the terminal is gone.
func (k *Reader) Next(ctx context.Context, changed func() Key) (Key, error) {
	var idle time.Duration // how long the rest of an incomplete key has not come
	for {
		pressed, patience := k.takeComplete()
		if pressed.Code != Ignored {
			return pressed, nil
		}
		pause := pollInterval
		if k.Eager {
			pause = eagerInterval
		}
		if patience != forever {
			pause = min(patience-idle, pause)
		}
		more, err := k.readMore(pause)
		if more {
			idle = 0
			continue
		}
		if idle += pause; err != nil || patience != forever && idle >= patience {
			if pressed := k.takeIncomplete(); pressed.Code != Ignored {
				return pressed, nil
			}
			idle = 0
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return Key{}, err
		}
		if event := changed(); event.Code != Ignored {
			return event, nil
		}
	}
}

// takeComplete takes the first complete key off pending, and returns Ignored
// if there is none. If pending is the start of a key, patience is how long to
// wait for the rest.
func (k *Reader) takeComplete() (pressed Key, patience time.Duration) {
	for len(k.pending) > 0 {
		pressed, used, patience := k.parser.split(k.pending)
		k.pending = k.pending[used:]
		if used == 0 || pressed.Code != Ignored {
			return pressed, patience
		}
	}
	return Key{}, forever
}

// takeIncomplete takes a key off pending whose rest has not come.
func (k *Reader) takeIncomplete() Key {
	if len(k.pending) == 0 {
		return Key{}
	}
	pressed, used := k.parser.giveUp(k.pending)
	k.pending = k.pending[used:]
	return pressed
}

// readMore appends what the terminal has to pending, and reports whether it had
// anything. It waits up to timeout.
func (k *Reader) readMore(timeout time.Duration) (bool, error) {
	if !k.input.ready(timeout) {
		return false, nil
	}
	buffer := make([]byte, 4096)
	n, err := k.input.read(buffer)
	k.pending = append(k.pending, buffer[:n]...)
	if n > 0 {
		err = nil // the next read returns it again
	}
	return n > 0, err
}

// Discard drops everything typed so far.
func (k *Reader) Discard() {
	k.pending, k.parser = nil, newParser()
	FlushInput(k.File)
}

// input is what a terminal sends: the bytes of keys, pastes and reports.
type input interface {
	// ready reports whether read has something to return, an error included. It
	// waits up to timeout for that.
	ready(timeout time.Duration) bool
	read(p []byte) (int, error)
}
