package atomicfile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofrs/flock"
)

// lockPause is how long Lock waits between attempts.
const lockPause = 20 * time.Millisecond

// Lock acquires the lock of path, which excludes other processes and other
// goroutines. It waits until ctx is done. The lock is a private file next to path.
// On a file system without locks, Lock succeeds but excludes nothing.
func Lock(ctx context.Context, path string) (unlock func(), err error) {
	if err := makeFolder(path, Private); err != nil {
		return nil, err
	}
	held := lockOf(path)
	_, err = held.TryLockContext(ctx, lockPause)
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = held.Close() }, nil
}

// tryLock is Lock without waiting. ok is false if the lock is taken, or if it cannot be
// known whether it is, as on a file system without locks.
func tryLock(path string) (unlock func(), ok bool) {
	held := lockOf(path)
	if ok, err := held.TryLock(); err != nil || !ok {
		_ = held.Close()
		return nil, false
	}
	return func() { _ = held.Close() }, true
}

func lockOf(path string) *flock.Flock {
	return flock.New(path+".lock", flock.SetPermissions(Private))
}
