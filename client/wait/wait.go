// Package wait provides a sleep that ends when a context is canceled. It must not
// know what callers wait for.
package wait

import (
	"context"
	"time"
)

// Sleep waits for d. If ctx is canceled first, Sleep returns its error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
