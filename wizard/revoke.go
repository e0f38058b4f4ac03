package wizard

import (
	"context"
	"errors"
	"time"

	"apono/client/wait"
)

// Revoke revokes requests. If one cannot be revoked, Revoke still revokes the others and
// returns a *RevokeError. If wait is set, Revoke waits until the requests are revoked,
// and fails with a *TimeoutError if that takes too long.
func (f *Flow) Revoke(ctx context.Context, ids []string, wait bool, timeout time.Duration) error {
	failed := &RevokeError{}
	var revoked []string
	for _, id := range ids {
		if err := f.revoke(ctx, id); err != nil {
			failed.IDs, failed.Errs = append(failed.IDs, id), append(failed.Errs, err)
			continue
		}
		revoked = append(revoked, id)
		if !wait {
			f.Streams.Done("%s is being revoked", id)
		}
	}
	var waitErr error
	if wait && len(revoked) > 0 {
		waitErr = f.waitUntilRevoked(ctx, revoked, timeout)
	}
	if len(failed.IDs) > 0 {
		return errors.Join(failed, waitErr)
	}
	return waitErr
}

func (f *Flow) waitUntilRevoked(ctx context.Context, ids []string, timeout time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	progress := f.Streams.Progress("Revoking", progressDelay)
	defer progress.Stop()
	started := time.Now()
	for i, id := range ids {
		for {
			r, err := f.Client.Request(limited, id)
			if err == nil && r.HasEnded() && !r.Status.Status.Open() {
				progress.Stop()
				f.Streams.Done("%s is %s", r.ID, StatusText(f.Streams.PaletteErr(), r))
				break
			}
			if err == nil {
				err = wait.Sleep(limited, pollInterval(time.Since(started)))
			}
			switch {
			case ctx.Err() != nil:
				return &StoppedError{IDs: ids[i:]}
			case limited.Err() != nil:
				return &TimeoutError{IDs: ids[i:], After: timeout, Awaited: AwaitedRevoke}
			case err != nil:
				return err
			}
		}
	}
	return nil
}
