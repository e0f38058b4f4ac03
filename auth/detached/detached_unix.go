//go:build unix

// Package detached provides the attributes of processes that outlive this one,
// such as a browser or a refresh of a cache. It must not know what they do.
package detached

import "syscall"

// Attributes returns the attributes for exec.Cmd.SysProcAttr that give a process
// its own session. Neither Ctrl-C in this terminal nor closing it ends the process.
func Attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
