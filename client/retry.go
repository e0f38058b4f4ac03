package client

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"apono/client/wait"

	"github.com/cenkalti/backoff/v5"
)

const (
	// maxTries bounds how often one read is sent.
	maxTries = 4
	// maxRetryAfter is the longest wish of the service that is waited for; a
	// longer one is reported to the person instead.
	maxRetryAfter = 20 * time.Second
)

// retry runs a read until it succeeds, fails for good, or has been tried often
// enough. The service's Retry-After comes before our own backoff. It returns
// what the last try returned, or the error of a cancelled ctx.
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
			return err // the person has waited long enough for one answer
		}
		next := failed.wish()
		if next == 0 {
			next = interval.NextBackOff()
		}
		if err := cl.clock.sleep(ctx, next); err != nil {
			return err
		}
	}
}

// clock is how time passes for a Client: tests do not wait.
type clock struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

func realClock() clock { return clock{now: time.Now, sleep: wait.Sleep} }

// pause is the time until which the service wants to be left alone, by every
// call and not only by the one that it told so.
type pause struct {
	mu    sync.Mutex
	until time.Time
}

// politePause is how long a service is left alone that asks for less and does
// not say how long.
const politePause = time.Second

// wish is how long the service wants to be left alone; 0 for no wish.
func (e *Error) wish() time.Duration {
	if e.RetryAfter == 0 && e.Status == http.StatusTooManyRequests {
		return politePause
	}
	return e.RetryAfter
}

// heed takes note of the pause that a failure asks for, if it does.
func (p *pause) heed(err error, now time.Time) {
	var failed *Error
	if !errors.As(err, &failed) || failed.RetryAfter > maxRetryAfter {
		return
	}
	wish := failed.wish()
	if wish == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := now.Add(wish); until.After(p.until) {
		p.until = until
	}
}

func (p *pause) left(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until.Sub(now)
}

// enter waits for a place among the requests under way, and for the end of a
// pause. After it has returned nil, leave must be called.
func (cl *Client) enter(ctx context.Context) error {
	select {
	case cl.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	for left := cl.pause.left(cl.clock.now()); left > 0; left = cl.pause.left(cl.clock.now()) {
		if err := cl.clock.sleep(ctx, left); err != nil {
			cl.leave()
			return err
		}
	}
	return nil
}

func (cl *Client) leave() { <-cl.slots }
