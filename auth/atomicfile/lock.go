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
	held := flock.New(path+".lock", flock.SetPermissions(Private))
	_, err = held.TryLockContext(ctx, lockPause)
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = held.Close() }, nil
}
