//go:build !windows

package keyboard

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// fileInput implements input for a terminal's file.
type fileInput struct{ file *os.File }

func newInput(file *os.File) input { return fileInput{file} }

// newLineInput returns the input of a terminal that edits lines itself.
func newLineInput(file *os.File) input { return fileInput{file} }

func (f fileInput) read(p []byte) (int, error) { return f.file.Read(p) }

// ready implements input. It uses select, because poll does not support terminals
// on macOS.
func (f fileInput) ready(timeout time.Duration) bool {
	fd := int(f.file.Fd())
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
