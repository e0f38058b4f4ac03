//go:build !windows

// Package prompttest lets a test ask questions on a pseudo-terminal, press keys
// and read the screen, as a person would. Only tests use it.
package prompttest

import (
	"context"
	"errors"
	"testing"
	"time"

	"apono/render"
	"apono/wizard/prompt"
	"apono/wizard/prompt/screen"
)

// Patience is how long a test waits for something that must happen. Only a test
// that fails waits that long.
const Patience = 30 * time.Second

// Terminal is a pseudo-terminal and a prompter that asks on it.
type Terminal struct {
	*screen.Screen
	T        *testing.T
	Streams  *render.Streams
	Prompter prompt.Prompter
}

// New opens a terminal of the given size and marks the test as parallel.
func New(t *testing.T, columns, rows int) *Terminal {
	t.Helper()
	t.Parallel()
	return On(t, screen.New(t, columns, rows))
}

// On returns a Terminal over a screen that is already open.
func On(t *testing.T, s *screen.Screen) *Terminal {
	streams := render.NewStreams(s.TTY(), s.TTY(), s.TTY(), func(string) (string, bool) { return "", false })
	return &Terminal{Screen: s, T: t, Streams: streams, Prompter: prompt.New(streams)}
}

// Reply is the result of a question that runs beside the test.
type Reply[T any] struct {
	t      *testing.T
	screen *screen.Screen
	ended  chan struct{}
	value  T
	err    error
}

// Ask runs a question in a goroutine. It ends with the test.
func Ask[T any](terminal *Terminal, question func(context.Context, prompt.Prompter) (T, error)) *Reply[T] {
	return AskWithin(terminal.T.Context(), terminal, question)
}

// AskWithin is Ask with a context of the test's own.
func AskWithin[T any](ctx context.Context, terminal *Terminal, question func(context.Context, prompt.Prompter) (T, error)) *Reply[T] {
	r := &Reply[T]{t: terminal.T, screen: terminal.Screen, ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		r.value, r.err = question(ctx, terminal.Prompter)
	}()
	terminal.T.Cleanup(r.end)
	return r
}

// end stops what a failed test has left running: a question whose context is
// canceled by now, or a program that reads from the terminal.
func (r *Reply[T]) end() {
	select {
	case <-r.ended:
		return
	default:
		r.screen.Press(screen.CtrlD)
	}
	select {
	case <-r.ended:
	case <-time.After(Patience):
		r.t.Error("the question on the terminal does not end")
	}
}

// Wait waits until the question has ended and returns its result.
func (r *Reply[T]) Wait() (T, error) {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(Patience):
		r.t.Fatalf("the question has not ended; the screen shows:\n%s", r.screen.Text())
	}
	return r.value, r.err
}

// Answer waits for the answer. The test fails if the question ends with an error.
func (r *Reply[T]) Answer() T {
	r.t.Helper()
	value, err := r.Wait()
	if err != nil {
		r.t.Fatalf("the question ended with %v; the screen shows:\n%s", err, r.screen.Text())
	}
	return value
}

// Fails waits for the end of the question. The test fails unless the error is want.
func (r *Reply[T]) Fails(want error) {
	r.t.Helper()
	if value, err := r.Wait(); !errors.Is(err, want) {
		r.t.Fatalf("got %v and the error %v, want %v", value, err, want)
	}
}
