//go:build !windows

package prompt

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// readable waits until there is something to read, or the end, for so long.
// select is used since poll knows no terminals on macOS.
func readable(f *os.File, wait time.Duration) bool {
	fd := int(f.Fd())
	for deadline := time.Now().Add(wait); ; {
		left := max(0, time.Until(deadline))
		var set unix.FdSet
		set.Zero()
		set.Set(fd)
		timeout := unix.NsecToTimeval(left.Nanoseconds())
		n, err := unix.Select(fd+1, &set, nil, nil, &timeout)
		if errors.Is(err, unix.EINTR) {
			continue // a resize, say
		}
		return err != nil || n > 0
	}
}
