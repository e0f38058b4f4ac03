package client

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"apono/client/wait"
)

const (
	// maxTries limits how often an idempotent call is sent.
	maxTries = 4
	// maxRetryAfter is the longest Retry-After that a call waits for. A longer
	// one fails the call, so that the user can decide.
	maxRetryAfter = 20 * time.Second
	// defaultRetryAfter is used for a 429 without Retry-After.
	defaultRetryAfter = time.Second
)

// retry calls read until it succeeds, fails permanently or has failed maxTries
// times. It waits for the service's Retry-After, or an exponential backoff. It
// returns the last error of read, or the error of a canceled ctx.
func (cl *Client) retry(ctx context.Context, read func() error) error {
	interval := backoff.NewExponentialBackOff()
	interval.InitialInterval = 200 * time.Millisecond
	interval.MaxInterval = 3 * time.Second
	for try := 1; ; try++ {
		err := read()
		var failed *Error
		if !errors.As(err, &failed) || !failed.Temporary() || failed.RetryAfter > maxRetryAfter || try == maxTries {
			return err
		}
		if errors.Is(err, context.DeadlineExceeded) {
			return err // one response has already taken too long
		}
		next := failed.retryDelay()
		if next == 0 {
			next = interval.NextBackOff()
		}
		cl.waiting(failed, next)
		if err := cl.clock.sleep(ctx, next); err != nil {
			return err
		}
	}
}

// clock lets tests replace the passing of time.
type clock struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

func realClock() clock { return clock{now: time.Now, sleep: wait.Sleep} }

// retryDelay returns how long the service wants clients to wait, 0 if it did
// not ask them to.
func (e *Error) retryDelay() time.Duration {
	if e.RetryAfter == 0 && e.RateLimited() {
		return defaultRetryAfter
	}
	return e.RetryAfter
}

// throttle delays every call of a client, not only the one that failed, until
// the time that the service asked for.
type throttle struct {
	mu    sync.Mutex
	until time.Time
}

// update delays calls by what e asks for, if it does.
func (t *throttle) update(e *Error, now time.Time) {
	delay := e.retryDelay()
	if delay == 0 || e.RetryAfter > maxRetryAfter {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if until := now.Add(delay); until.After(t.until) {
		t.until = until
	}
}

// remaining returns how long calls must wait. It is zero or negative if they need
// not wait.
func (t *throttle) remaining(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.until.Sub(now)
}

// acquire waits for a slot and for the end of the throttle. If it returns nil,
// the caller must call release.
func (cl *Client) acquire(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	select {
	case cl.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	for left := cl.throttle.remaining(cl.clock.now()); left > 0; left = cl.throttle.remaining(cl.clock.now()) {
		if err := cl.clock.sleep(ctx, left); err != nil {
			cl.release()
			return err
		}
	}
	return nil
}

func (cl *Client) release() { <-cl.slots }
