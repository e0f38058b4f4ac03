package client

import (
	"context"
	"time"
)

// DefaultDeadline is how long one exchange with the service, or one list, may take with
// all its retries and pages.
const DefaultDeadline = 2 * time.Minute

// DeadlineVariable is the environment variable that sets another deadline.
const DeadlineVariable = "APONO_DEADLINE"

// DeadlineError means that the service did not answer completely in time.
type DeadlineError struct{ After time.Duration }

// Error says how long it took.
func (e *DeadlineError) Error() string { return "no complete answer after " + e.After.String() }

// limitedKey is the context key of a deadline that is already set.
type limitedKey struct{}

// limited calls read with the client's deadline. The deadline of a list includes those of
// its pages. If it passes, the error is an *Error that wraps a *DeadlineError.
func (cl *Client) limited(ctx context.Context, read func(context.Context) error) error {
	if ctx.Value(limitedKey{}) != nil {
		return read(ctx)
	}
	limited, cancel := context.WithTimeout(context.WithValue(ctx, limitedKey{}, true), cl.deadline)
	defer cancel()
	err := read(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return &Error{Host: cl.base.Host, Err: &DeadlineError{After: cl.deadline}}
	}
	return err
}
