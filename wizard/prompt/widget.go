package prompt

import (
	"context"
	"fmt"

	"github.com/AlecAivazis/survey/v2/terminal"

	"apono/render"
)

// asker is what a prompt needs to ask one question: where keys come from and
// where it draws.
type asker struct {
	ctx     context.Context
	streams *render.Streams
	keys    *keyReader
	region  region
}

// widget is a prompt that is redrawn after every key.
type widget interface {
	// frame returns what to show now.
	frame() frame
	// press handles a key. An answer or an error ends the prompt; the answer is
	// nil if there is none yet.
	press(k key) (answer any, err error)
	// submit handles Enter. It returns false if there is no valid answer yet.
	submit() (answer any, ok bool)
	// endsOnEOF reports whether Ctrl-D cancels the prompt now. If it does not,
	// Ctrl-D is passed to press.
	endsOnEOF() bool
}

// run passes keys to w until the user submits, goes back, or cancels. It clears
// the screen of w unless there is an answer.
func (a *asker) run(w widget) (any, error) {
	jobs := watchJobControl()
	defer jobs.stop()
	restore, err := a.open()
	if err != nil {
		return nil, err
	}
	defer func() { restore() }()
	for {
		changed := a.changes(jobs)
		err := a.region.draw(w.frame())
		var pressed key
		if err == nil {
			pressed, err = a.keys.next(a.ctx, changed)
		}
		var answer any
		if err == nil {
			switch pressed.code {
			case keySuspend:
				_ = a.region.close()
				restore()
				jobs.suspend()
				restore, err = a.open()
			case keyContinued: // a shell has changed the mode
				restore()
				restore, err = a.open()
			default:
				answer, err = handle(w, pressed)
			}
		}
		if err != nil {
			_ = a.region.close()
			return nil, err
		}
		if answer != nil {
			return answer, nil
		}
	}
}

// handle passes one key to w. It returns the answer, or nil if there is none yet.
func handle(w widget, pressed key) (any, error) {
	switch {
	case pressed.code == keyInterrupt, pressed.code == keyEndOfInput && w.endsOnEOF():
		return nil, terminal.InterruptErr
	case pressed.code == keyEsc:
		return nil, ErrBack
	case pressed.code == keyEnter:
		if answer, ok := w.submit(); ok {
			return answer, nil
		}
	case pressed.code != keyResized:
		return w.press(pressed)
	}
	return nil, nil
}

// open prepares the terminal for a question. The function it returns restores it.
func (a *asker) open() (restore func(), err error) {
	mode, err := rawMode(a.keys.File)
	if err != nil {
		return func() {}, err
	}
	fmt.Fprint(a.streams.Err, enableBracketedPaste)
	return func() {
		fmt.Fprint(a.streams.Err, disableBracketedPaste+showCursor)
		mode()
	}, nil
}

// changes returns a function that reports what happened to the terminal since the
// last call.
func (a *asker) changes(jobs *jobControl) func() key {
	width, height := a.streams.Width(), a.streams.Height()
	return func() key {
		if code := jobs.event(); code != keyIgnored {
			return key{code: code}
		}
		if a.streams.Width() != width || a.streams.Height() != height {
			return key{code: keyResized}
		}
		return key{}
	}
}

// In bracketed paste mode, the terminal sends a sequence before and after pasted
// text, so that a pasted newline is not taken for Enter.
const (
	enableBracketedPaste  = "\x1b[?2004h"
	disableBracketedPaste = "\x1b[?2004l"
)
