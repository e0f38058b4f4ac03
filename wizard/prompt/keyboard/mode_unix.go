//go:build !windows

package keyboard

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// RawMode makes a terminal send every key at once, without echoing it and without
// turning keys into signals. Output is not changed. The function it returns
// restores the mode.
func RawMode(f *os.File) (restore func(), err error) {
	return changeMode(f, func(t *unix.Termios) {
		t.Iflag &^= unix.BRKINT | unix.ICRNL | unix.INLCR | unix.IGNCR | unix.ISTRIP | unix.IXON
		t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	})
}

// NoEchoMode keeps a terminal from echoing a line that the user types.
func NoEchoMode(f *os.File) (restore func(), err error) {
	return changeMode(f, func(t *unix.Termios) { t.Lflag &^= unix.ECHO | unix.ECHONL })
}

// QuietMode keeps a terminal from echoing keys. Ctrl-C still sends a signal. A job in
// the background must not change the mode, and the system would stop it: then QuietMode
// does nothing.
func QuietMode(f *os.File) (restore func(), err error) {
	if !inForeground(f) {
		return func() {}, nil
	}
	before, err := changeMode(f, func(t *unix.Termios) {
		t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	})
	if err != nil {
		return nil, err
	}
	return func() {
		if inForeground(f) {
			before()
		}
	}, nil
}

// inForeground reports whether this program may change the mode of a terminal without
// being stopped: its job is in the foreground, or has another terminal.
func inForeground(f *os.File) bool {
	group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err != nil || group == unix.Getpgrp()
}

func changeMode(f *os.File, change func(*unix.Termios)) (restore func(), err error) {
	fd := int(f.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, fmt.Errorf("cannot read keys from this terminal: %w", err)
	}
	changed := *before
	change(&changed)
	if err := unix.IoctlSetTermios(fd, setTermios, &changed); err != nil {
		return nil, fmt.Errorf("cannot read keys from this terminal: %w", err)
	}
	return func() { _ = unix.IoctlSetTermios(fd, setTermios, before) }, nil
}
