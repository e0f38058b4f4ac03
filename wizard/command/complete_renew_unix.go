//go:build unix

package command

import "syscall"

// apart gives a process a session of its own: Ctrl-C here, or the terminal's
// end, does not reach it, and it cannot take the terminal.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
