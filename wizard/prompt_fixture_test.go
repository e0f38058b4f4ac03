//go:build !windows

package wizard_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"apono/render"
	"apono/wizard"
	"apono/wizard/screen"
)

// patience is how long a test waits for something that must happen. It only
// ends tests that fail.
const patience = 30 * time.Second

// seat is a terminal with a person at it and a prompter that asks them.
type seat struct {
	*screen.Screen
	t        *testing.T
	streams  *render.Streams
	prompter wizard.Prompter
}

func newSeat(t *testing.T, columns, rows int) *seat {
	t.Helper()
	t.Parallel()
	return seatAt(t, screen.New(t, columns, rows))
}

func seatAt(t *testing.T, s *screen.Screen) *seat {
	streams := render.NewStreams(s.TTY(), s.TTY(), s.TTY(), func(string) (string, bool) { return "", false })
	return &seat{Screen: s, t: t, streams: streams, prompter: wizard.NewPrompter(streams)}
}

// reply is how a question ended, once it has.
type reply[T any] struct {
	t     *testing.T
	seat  *screen.Screen
	ended chan struct{}
	value T
	err   error
}

// put puts a question, which goes on beside the test.
func put[T any](s *seat, question func(context.Context, wizard.Prompter) (T, error)) *reply[T] {
	return putWithin(s.t.Context(), s, question)
}

func putWithin[T any](ctx context.Context, s *seat, question func(context.Context, wizard.Prompter) (T, error)) *reply[T] {
	r := &reply[T]{t: s.t, seat: s.Screen, ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		r.value, r.err = question(ctx, s.prompter)
	}()
	s.t.Cleanup(r.leave)
	return r
}

// leave ends what a test that failed has left running: a question, whose context
// is over by now, or a program that reads the terminal.
func (r *reply[T]) leave() {
	select {
	case <-r.ended:
		return
	default:
		r.seat.Press(screen.CtrlD)
	}
	select {
	case <-r.ended:
	case <-time.After(patience):
		r.t.Error("what runs on the terminal does not end")
	}
}

func (r *reply[T]) wait() (T, error) {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(patience):
		r.t.Fatalf("the question is not over; on the screen is:\n%s", r.seat.Text())
	}
	return r.value, r.err
}

// answer is the value that was given.
func (r *reply[T]) answer() T {
	r.t.Helper()
	value, err := r.wait()
	if err != nil {
		r.t.Fatalf("the question ended with %v; on the screen is:\n%s", err, r.seat.Text())
	}
	return value
}

// fails wants the question to end without an answer.
func (r *reply[T]) fails(want error) {
	r.t.Helper()
	if value, err := r.wait(); !errors.Is(err, want) {
		r.t.Fatalf("got %v and the error %v, want %v", value, err, want)
	}
}

func putSelect(s *seat, list wizard.List) *reply[int] {
	return put(s, func(ctx context.Context, p wizard.Prompter) (int, error) { return p.Select(ctx, list) })
}

func putMany(s *seat, list wizard.List) *reply[[]int] {
	return put(s, func(ctx context.Context, p wizard.Prompter) ([]int, error) { return p.MultiSelect(ctx, list) })
}

func putInput(s *seat, text wizard.Text) *reply[string] {
	return put(s, func(ctx context.Context, p wizard.Prompter) (string, error) { return p.Input(ctx, text) })
}

func putConfirm(s *seat, question string, byDefault bool) *reply[bool] {
	return put(s, func(ctx context.Context, p wizard.Prompter) (bool, error) { return p.Confirm(ctx, question, byDefault) })
}

func options(labels ...string) []wizard.Option {
	list := make([]wizard.Option, len(labels))
	for i, label := range labels {
		list[i] = wizard.Option{Label: label}
	}
	return list
}
