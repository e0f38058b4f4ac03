package wizard

import (
	"context"
	"errors"
	"time"

	"apono/client"
)

// Revoke gives the accesses of requests back. With wait it follows them until
// they are gone; it fails with a *TimeoutError where that takes too long. One
// request that cannot be revoked does not keep the others from it.
func (f *Flow) Revoke(ctx context.Context, ids []string, wait bool, timeout time.Duration) error {
	var failed []error
	var revoked []string
	for _, id := range ids {
		if err := f.Client.Revoke(ctx, id); err != nil {
			failed = append(failed, err)
			continue
		}
		revoked = append(revoked, id)
		if !wait {
			f.Streams.Printf("%s %s is being revoked\n", f.Streams.PaletteErr().Good("✓"), id)
		}
	}
	if wait && len(revoked) > 0 {
		failed = append(failed, f.waitUntilGone(ctx, revoked, timeout))
	}
	return errors.Join(failed...)
}

func (f *Flow) waitUntilGone(ctx context.Context, ids []string, timeout time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	progress := f.Streams.Progress("Revoking", quick)
	defer progress.Stop()
	started := time.Now()
	for i, id := range ids {
		for {
			r, err := f.Client.Request(limited, id)
			if err == nil && !r.IsActive() && !isRevoking(r) {
				progress.Stop()
				f.Streams.Printf("%s %s is %s\n", f.Streams.PaletteErr().Good("✓"), r.ID, f.Streams.PaletteErr().Status(r.Status.Status, false))
				break
			}
			if err == nil {
				err = sleep(limited, pause(time.Since(started)))
			}
			switch {
			case ctx.Err() != nil:
				return &StoppedError{IDs: ids[i:]}
			case limited.Err() != nil:
				return &TimeoutError{IDs: ids[i:], After: timeout}
			case err != nil:
				return err
			}
		}
	}
	return nil
}

func isRevoking(r *client.Request) bool { return r.Status.Status == client.StatusRevoking }
