package wizard

import (
	"context"
	"errors"
	"slices"
	"time"

	"apono/client"
)

// Revoke revokes requests, which the caller has just read. If one cannot be revoked,
// Revoke still revokes the others and returns a *RevokeError. If wait is set, Revoke
// waits until the requests are revoked, or until timeout.
func (f *Flow) Revoke(ctx context.Context, requests []client.Request, wait bool, timeout time.Duration) error {
	failed := &RevokeError{}
	var accepted []string
	for i := range requests {
		id := requests[i].ID
		if err := f.revoke(ctx, &requests[i]); err != nil {
			failed.add(id, err)
			continue
		}
		accepted = append(accepted, id)
		if !wait {
			f.Streams.Done("%s is being revoked", id)
		}
	}
	if wait && len(accepted) > 0 {
		f.waitUntilRevoked(ctx, accepted, timeout, failed)
	}
	if len(failed.IDs) > 0 {
		return failed
	}
	return nil
}

// waitUntilRevoked waits for revocations that were accepted. It adds to failed what it
// cannot see the end of.
func (f *Flow) waitUntilRevoked(ctx context.Context, ids []string, timeout time.Duration, failed *RevokeError) {
	progress := f.Streams.Progress("Revoking", progressDelay)
	defer progress.Stop()
	open := slices.Clone(ids)
	look := func(ctx context.Context, followed time.Duration) (bool, error) {
		var passing error
		for _, id := range slices.Clone(open) {
			r, err := f.Client.Request(ctx, id)
			switch {
			case err != nil && (passes(err, followed) || ctx.Err() != nil):
				passing = err
				continue
			case err != nil:
				failed.add(id, &FollowError{IDs: []string{id}, Awaited: AwaitedRevoke, Err: err})
			case !r.HasEnded() || r.Status.Status.Open():
				continue
			default:
				progress.Stop()
				f.Streams.Done("%s is %s", r.ID, StatusText(f.Streams.PaletteErr(), r))
			}
			open = slices.DeleteFunc(open, func(other string) bool { return other == id })
		}
		return len(open) == 0, passing
	}
	err := change{awaited: AwaitedRevoke, open: func() []string { return open }, look: look}.await(ctx, timeout)
	for _, id := range open {
		failed.add(id, only(id, err))
	}
}

// only returns the error of waiting for several revocations for one of them.
func only(id string, err error) error {
	var late *TimeoutError
	if errors.As(err, &late) {
		one := *late
		one.IDs = []string{id}
		return &one
	}
	return &StoppedError{IDs: []string{id}, Awaited: AwaitedRevoke}
}
