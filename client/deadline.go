package client

import (
	"context"
	"sync/atomic"
	"time"
)

// DefaultDeadline is how long one exchange with the service, or one list, may take with
// all its retries and pages.
const DefaultDeadline = 2 * time.Minute

// DeadlineVariable is the environment variable that sets another deadline.
const DeadlineVariable = "APONO_DEADLINE"

// DeadlineError means that the service did not answer completely in time.
type DeadlineError struct {
	After time.Duration
	// Last is why the last attempt failed; nil if none failed before time was up.
	Last *Error
}

// Error says how long it took, and why.
func (e *DeadlineError) Error() string {
	text := "no complete answer after " + e.After.String()
	if e.Last != nil {
		text += "; the last attempt failed: " + e.Last.Error()
	}
	return text
}

// limitedKey is the context key of the attempts within a deadline that is already set.
type limitedKey struct{}

// attempts records why the last attempt within a deadline failed.
type attempts struct{ last atomic.Pointer[Error] }

// record remembers the result of an attempt in the deadline of ctx; nil is a success.
func record(ctx context.Context, failed *Error) {
	if a, ok := ctx.Value(limitedKey{}).(*attempts); ok {
		a.last.Store(failed)
	}
}

// limited calls read with the client's deadline. The deadline of a list includes those of
// its pages. If it passes, the error is an *Error that wraps a *DeadlineError.
func (cl *Client) limited(ctx context.Context, read func(context.Context) error) error {
	if ctx.Value(limitedKey{}) != nil {
		return read(ctx)
	}
	made := &attempts{}
	limited, cancel := context.WithTimeout(context.WithValue(ctx, limitedKey{}, made), cl.deadline)
	defer cancel()
	err := read(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return &Error{Host: cl.base.Host, Err: &DeadlineError{After: cl.deadline, Last: made.last.Load()}}
	}
	return err
}
