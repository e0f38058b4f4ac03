package prompt

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/AlecAivazis/survey/v2/terminal"

	"apono/render"
	"apono/wizard/prompt/keyboard"
)

// Live is text that changes while the user watches it.
type Live struct {
	// Lines returns what to show now in width columns. It is called several times a
	// second, and must return at once.
	Lines func(width int) []render.Text
	// Done ends the watching when it is closed.
	Done <-chan struct{}
	// State is shown before the keys, such as what is waited for; nil shows nothing.
	State func() string
	// LeaveVerb says in the key hint what q does, such as "leaves, the request goes on".
	// What follows the comma is left out if there is no room.
	LeaveVerb string
	// Keep leaves the last lines on the screen.
	Keep bool
}

// Watcher is implemented by a Prompter that can show text which changes in place.
type Watcher interface {
	// Watch shows live until it is done, and returns true if the user left before. It
	// returns ErrCanceled after Ctrl-C, and ctx.Err() if ctx ends first.
	Watch(ctx context.Context, live Live) (left bool, err error)
}

// Watch implements Watcher.
func (p *surveyPrompter) Watch(ctx context.Context, live Live) (left bool, err error) {
	w := &watchPrompt{asker: p.asker(ctx), live: live}
	answer, err := w.run(w)
	var last []render.Text
	if live.Keep {
		last = live.Lines(p.streams.Width() - 1)
	}
	if closeErr := w.region.close(last...); err == nil {
		err = closeErr
	}
	p.streams.AddLines(len(last))
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case errors.Is(err, ErrBack):
		return true, nil
	case errors.Is(err, terminal.InterruptErr), errors.Is(err, io.EOF):
		return false, ErrCanceled
	}
	return answer == watchLeft, err
}

// How watching ends.
const (
	watchDone = "done"
	watchLeft = "left"
)

// watchPrompt is a widget that shows text, and waits for q or for the end.
type watchPrompt struct {
	asker
	live  Live
	help  bool // shows every key
	shown []render.Text
}

// frame implements widget.
func (w *watchPrompt) frame() frame {
	w.shown = w.lines()
	return frame{lines: w.shown, row: -1}
}

// lines returns the text, as much of it as fits on the screen, and the keys.
func (w *watchPrompt) lines() []render.Text {
	width := w.streams.Width() - 1
	lines, foot := w.live.Lines(width), w.faintLines(w.foot(width))
	return append(slices.Clone(lines[:min(len(lines), max(0, w.streams.Height()-1-len(foot)))]), foot...)
}

func (w *watchPrompt) foot(width int) []string {
	if w.help {
		return helpLines(width-2, [][2]string{{"q Esc", w.live.LeaveVerb}, {"Ctrl-C", "cancels"}, {"Ctrl-Z", "suspends apono"}})
	}
	var state []string
	if w.live.State != nil {
		state = notes(w.live.State())
	}
	keys := []string{"q " + w.live.LeaveVerb, "F1 keys"}
	if render.Width(strings.Join(keys, hintGap)) > width-2 {
		short, _, _ := strings.Cut(keys[0], ",")
		keys[0] = short
	}
	return hintLines(state, keys, width-2, true)
}

// press implements widget.
func (w *watchPrompt) press(k keyboard.Key) (answer any, err error) {
	switch {
	case k.Code == keyboard.F1, k.Code == keyboard.Text && k.Text == "?":
		w.help = !w.help
	case k.Code == keyboard.Text && (k.Text == "q" || k.Text == "Q"):
		return watchLeft, nil
	default:
		w.help = false
	}
	return nil, nil
}

func (w *watchPrompt) isDone() bool {
	select {
	case <-w.live.Done:
		return true
	default:
		return false
	}
}

// submit implements widget. Enter by itself does nothing.
func (w *watchPrompt) submit() (answer any, ok bool) { return watchDone, w.isDone() }

// changed implements widget.
func (w *watchPrompt) changed() keyboard.Code {
	switch {
	case w.isDone():
		return keyboard.Enter
	case !slices.Equal(w.shown, w.lines()):
		return keyboard.Redraw
	}
	return keyboard.Ignored
}

// busy implements widget.
func (w *watchPrompt) busy() bool { return false }

// endsOnEOF implements widget.
func (w *watchPrompt) endsOnEOF() bool { return true }
