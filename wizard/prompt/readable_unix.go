//go:build !windows

package prompt

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// readable reports whether f has data, is at its end, or has an error. It waits
// up to timeout for that. It uses select, because poll does not support terminals
// on macOS.
func readable(f *os.File, timeout time.Duration) bool {
	fd := int(f.Fd())
	for deadline := time.Now().Add(timeout); ; {
		left := max(0, time.Until(deadline))
		var set unix.FdSet
		set.Zero()
		set.Set(fd)
		timeval := unix.NsecToTimeval(left.Nanoseconds())
		n, err := unix.Select(fd+1, &set, nil, nil, &timeval)
		if errors.Is(err, unix.EINTR) {
			continue // by a signal, for example after a resize
		}
		return err != nil || n > 0
	}
}
