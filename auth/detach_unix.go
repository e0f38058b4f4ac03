//go:build unix

package auth

import "syscall"

// detached gives a browser a session of its own, so that Ctrl-C here, or the
// terminal's end, does not close it.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
