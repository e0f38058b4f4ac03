package wizard

import (
	"context"
	"errors"
	"time"

	"apono/client"
	"apono/client/wait"
)

// pollInterval is how long to wait before the next poll of something that has been
// followed for some time. It is short at first, because most requests are granted
// right away, and grows.
func pollInterval(followed time.Duration) time.Duration {
	switch {
	case followed < 10*time.Second:
		return 400 * time.Millisecond
	case followed < time.Minute:
		return time.Second
	case followed < 5*time.Minute:
		return 3 * time.Second
	}
	return 10 * time.Second
}

// readAfterWrite bounds how long a change may be missing from reads: the service is
// eventually consistent.
const readAfterWrite = 10 * time.Second

// NoLimit is the timeout of following something for as long as it takes.
const NoLimit time.Duration = 0

// passes reports whether a poll that failed, some time after the change that it looks
// for, may succeed a little later. That is also true of a login that cannot be renewed
// now, such as after a laptop has slept.
func passes(err error, followed time.Duration) bool {
	var e interface{ Temporary() bool }
	return errors.As(err, &e) && e.Temporary() || client.IsNotFound(err) && followed < readAfterWrite
}

// errUnanswered is why a poll failed that the timeout cut short.
var errUnanswered = errors.New("no answer in time")

// slowAnswer is how long a poll may take until it counts as unanswered, if the timeout
// cuts it short.
const slowAnswer = time.Second

// change is something that the service has accepted and that takes time.
type change struct {
	// awaited is what it is.
	awaited Awaited
	// open returns the IDs of what it has not reached yet.
	open func() []string
	// look polls once. It reports whether the change is complete.
	look func(ctx context.Context, followed time.Duration) (done bool, err error)
}

// await polls until a change is complete. It tolerates a service that is unavailable,
// but takes no longer than timeout, whatever the service does, unless that is NoLimit. Its error is a
// *StoppedError, a *TimeoutError or a *FollowError.
func (c change) await(ctx context.Context, timeout time.Duration) error {
	limited, cancel := context.WithCancel(ctx)
	if timeout != NoLimit {
		limited, cancel = context.WithTimeout(ctx, timeout)
	}
	defer cancel()
	started := time.Now()
	unanswered := error(errUnanswered) // why the last poll failed; nil if it did not
	for {
		asked := time.Now()
		done, err := c.look(limited, asked.Sub(started))
		switch {
		case done:
			return nil
		case err == nil:
			unanswered = nil
		case limited.Err() == nil && !passes(err, asked.Sub(started)):
			return &FollowError{IDs: c.open(), Awaited: c.awaited, Err: err}
		case limited.Err() == nil:
			unanswered = err
		case time.Since(asked) >= slowAnswer:
			unanswered = errUnanswered
		}
		_ = wait.Sleep(limited, pause(err, time.Since(started))) // the contexts say why it ended
		switch {
		case ctx.Err() != nil:
			return &StoppedError{IDs: c.open(), Awaited: c.awaited}
		case limited.Err() != nil:
			return &TimeoutError{IDs: c.open(), After: timeout, Awaited: c.awaited, Err: unanswered}
		}
	}
}

// pause returns how long to wait before the next poll: at least as long as the service
// asked for when it failed with err.
func pause(err error, followed time.Duration) time.Duration {
	var e *client.Error
	if errors.As(err, &e) {
		return max(pollInterval(followed), e.RetryAfter)
	}
	return pollInterval(followed)
}
