//go:build unix

// Package detached starts processes that outlive this one: a browser, or work
// that nobody waits for. It knows nothing about what they do.
package detached

import "syscall"

// Attributes returns the attributes for exec.Cmd.SysProcAttr that give a process
// a session of its own. Ctrl-C here and the end of this terminal do not reach it.
func Attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
