package prompt

import (
	"context"
	"fmt"

	"github.com/AlecAivazis/survey/v2/terminal"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// asker is what a prompt needs to ask one question: where keys come from and
// where it draws.
type asker struct {
	ctx     context.Context
	streams *render.Streams
	keys    *keyboard.Reader
	region  region
	restore func() // returns the terminal to the mode it had before the question
	// stopped is called when a shell has used the terminal in the meantime.
	stopped func()
}

// widget is a prompt that is redrawn after every key.
type widget interface {
	// frame returns what to show now.
	frame() frame
	// press handles a key. An answer or an error ends the prompt; the answer is
	// nil if there is none yet.
	press(k keyboard.Key) (answer any, err error)
	// submit handles Enter. It returns false if there is no valid answer yet.
	submit() (answer any, ok bool)
	// changed reports what happened without a key: Redraw if the frame has changed,
	// Enter if an Enter that had to wait can be handled, or else Ignored.
	changed() keyboard.Code
	// busy reports whether the frame is likely to change soon without a key.
	busy() bool
	// endsOnEOF reports whether Ctrl-D cancels the prompt now. If it does not,
	// Ctrl-D is passed to press.
	endsOnEOF() bool
}

// run passes keys to w until the user submits, goes back, or cancels. It clears
// the screen of w unless there is an answer.
func (a *asker) run(w widget) (answer any, err error) {
	jobs := keyboard.WatchJobControl()
	defer jobs.Stop()
	if err := a.open(); err != nil {
		return nil, err
	}
	defer func() { a.restore() }()
	for answer == nil && err == nil {
		changed := a.changes(jobs, w)
		if err = a.region.draw(w.frame()); err != nil {
			break
		}
		a.keys.Eager = w.busy()
		var pressed keyboard.Key
		if pressed, err = a.keys.Next(a.ctx, changed); err != nil {
			break
		}
		switch pressed.Code {
		case keyboard.Suspend:
			err = a.pause(jobs.Suspend)
			a.stopped()
		case keyboard.Continued: // a shell has changed the mode
			a.stopped()
			a.restore()
			err = a.open()
		default:
			answer, err = handle(w, pressed)
		}
	}
	if err != nil {
		_ = a.region.close()
	}
	return answer, err
}

// handle passes one key to w. It returns the answer, or nil if there is none yet.
func handle(w widget, pressed keyboard.Key) (any, error) {
	switch {
	case pressed.Code == keyboard.Interrupt, pressed.Code == keyboard.EndOfInput && w.endsOnEOF():
		return nil, terminal.InterruptErr
	case pressed.Code == keyboard.Esc:
		return nil, ErrBack
	case pressed.Code == keyboard.Enter:
		if answer, ok := w.submit(); ok {
			return answer, nil
		}
	case pressed.Code != keyboard.Redraw:
		return w.press(pressed)
	}
	return nil, nil
}

// open prepares the terminal for a question.
func (a *asker) open() error {
	a.restore = func() {}
	mode, err := keyboard.RawMode(a.keys.File)
	if err != nil {
		return err
	}
	fmt.Fprint(a.streams.Err, enableBracketedPaste)
	a.restore = func() {
		fmt.Fprint(a.streams.Err, disableBracketedPaste+showCursor)
		mode()
	}
	return nil
}

// pause clears the screen of the prompt and calls use with the terminal as it was
// before the question.
func (a *asker) pause(use func() error) error {
	_ = a.region.close()
	a.restore()
	if err := use(); err != nil {
		return err
	}
	return a.open()
}

// changes returns a function that reports what happened to the terminal since the
// last call.
func (a *asker) changes(jobs *keyboard.JobControl, w widget) func() keyboard.Key {
	width, height := a.streams.Width(), a.streams.Height()
	return func() keyboard.Key {
		if code := jobs.Event(); code != keyboard.Ignored {
			return keyboard.Key{Code: code}
		}
		if a.streams.Width() != width || a.streams.Height() != height {
			return keyboard.Key{Code: keyboard.Redraw}
		}
		return keyboard.Key{Code: w.changed()}
	}
}

// In bracketed paste mode, the terminal sends a sequence before and after pasted
// text, so that a pasted newline is not taken for Enter.
const (
	enableBracketedPaste  = "\x1b[?2004h"
	disableBracketedPaste = "\x1b[?2004l"
)
