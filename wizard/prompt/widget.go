package prompt

import (
	"context"
	"fmt"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"

	"apono/render"
)

// asker is what a prompt needs to ask one question: where keys come from and
// where it draws.
type asker struct {
	survey.Renderer
	ctx     context.Context
	streams *render.Streams
	keys    *keyReader
}

// widget is a prompt that is redrawn after every key.
type widget interface {
	draw() error
	press(k key)
	// submit handles Enter. It returns false if there is no valid answer yet.
	submit() (answer any, ok bool)
	// endsOnEOF reports whether Ctrl-D cancels the prompt now. If it does not,
	// Ctrl-D is passed to press.
	endsOnEOF() bool
}

// run passes keys to w until the user submits, goes back, or cancels. It clears
// the screen of w unless there is an answer.
func (a *asker) run(w widget) (any, error) {
	mode := a.NewRuneReader()
	if err := mode.SetTermMode(); err != nil {
		return nil, fmt.Errorf("cannot read keys from this terminal: %w", err)
	}
	defer func() { _ = mode.RestoreTermMode() }()
	for {
		if err := w.draw(); err != nil {
			return nil, err
		}
		pressed, err := a.keys.next(a.ctx)
		switch {
		case err != nil:
		case pressed.code == keyInterrupt, pressed.code == keyEndOfInput && w.endsOnEOF():
			err = terminal.InterruptErr
		case pressed.code == keyEsc:
			err = ErrBack
		case pressed.code == keyEnter:
			if answer, ok := w.submit(); ok {
				return answer, nil
			}
		default:
			w.press(pressed)
		}
		if err != nil {
			_ = a.Render("", nil)
			return nil, err
		}
	}
}
