//go:build !windows

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

// Timeout is how long a test waits for something that must happen. Only failing
// tests wait that long.
const Timeout = 30 * time.Second

// Terminal is a pseudo-terminal with a Prompter that asks on it.
type Terminal struct {
	*screen.Screen
	T        *testing.T
	Streams  *render.Streams
	Prompter prompt.Prompter
}

// New opens a terminal with the given size and marks the test as parallel.
func New(t *testing.T, columns, rows int) *Terminal {
	t.Helper()
	t.Parallel()
	return On(t, screen.New(t, columns, rows))
}

// On returns a Terminal that uses an open screen.
func On(t *testing.T, s *screen.Screen) *Terminal {
	streams := render.NewStreams(s.TTY(), s.TTY(), s.TTY(), func(string) (string, bool) { return "", false })
	return &Terminal{Screen: s, T: t, Streams: streams, Prompter: prompt.New(streams, prompt.Options{})}
}

// Reply is the pending result of a question that runs in its own goroutine.
type Reply[T any] struct {
	t      *testing.T
	screen *screen.Screen
	done   chan struct{}
	value  T
	err    error
}

// Ask calls question in a goroutine. While it waits for an answer, the test can
// press keys. A question that is still open when the test ends is canceled.
func Ask[T any](terminal *Terminal, question func(context.Context, prompt.Prompter) (T, error)) *Reply[T] {
	return AskContext(terminal.T.Context(), terminal, question)
}

// AskContext is like Ask, with a context other than that of the test.
func AskContext[T any](ctx context.Context, terminal *Terminal, question func(context.Context, prompt.Prompter) (T, error)) *Reply[T] {
	r := &Reply[T]{t: terminal.T, screen: terminal.Screen, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.value, r.err = question(ctx, terminal.Prompter)
	}()
	terminal.T.Cleanup(r.stop)
	return r
}

// stop ends a question that a failed test left open. Its context is canceled by
// now, and Ctrl-D ends a program that reads the terminal.
func (r *Reply[T]) stop() {
	select {
	case <-r.done:
		return
	default:
		r.screen.Press(screen.CtrlD)
	}
	select {
	case <-r.done:
	case <-time.After(Timeout):
		r.t.Error("the question is still open")
	}
}

// Wait waits for the result of the question and returns it.
func (r *Reply[T]) Wait() (T, error) {
	r.t.Helper()
	select {
	case <-r.done:
	case <-time.After(Timeout):
		r.t.Fatalf("the question is still open\nscreen:\n%s", r.screen.Text())
	}
	return r.value, r.err
}

// Answer waits for the result. The test fails if it is an error.
func (r *Reply[T]) Answer() T {
	r.t.Helper()
	value, err := r.Wait()
	if err != nil {
		r.t.Fatalf("got error: %v\nscreen:\n%s", err, r.screen.Text())
	}
	return value
}

// Fails waits for the result. The test fails unless it is an error that matches
// want.
func (r *Reply[T]) Fails(want error) {
	r.t.Helper()
	if value, err := r.Wait(); !errors.Is(err, want) {
		r.t.Fatalf("got %v and error %v, want error %v", value, err, want)
	}
}
