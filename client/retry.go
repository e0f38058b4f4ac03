package client

import (
	"context"
	"errors"
	"time"

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
// the last *Error, or the error of a cancelled ctx.
func retry(ctx context.Context, read func() error) error {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = 200 * time.Millisecond
	wait.MaxInterval = 3 * time.Second

	var last *Error
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := read()
		if err == nil {
			return struct{}{}, nil
		}
		last = nil
		if !errors.As(err, &last) || !last.Temporary() || last.RetryAfter > maxRetryAfter {
			return struct{}{}, backoff.Permanent(err)
		}
		if last.RetryAfter > 0 {
			return struct{}{}, &backoff.RetryAfterError{Duration: last.RetryAfter}
		}
		return struct{}{}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(maxTries))

	if err != nil && ctx.Err() == nil && last != nil {
		return last
	}
	return err
}
