//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package keyboard

import (
	"os"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// FlushInput drops what the user typed but no program has read.
func FlushInput(f *os.File) {
	const read = 1 // FREAD, in sys/fcntl.h
	_ = unix.IoctlSetPointerInt(int(f.Fd()), unix.TIOCFLUSH, read)
}
