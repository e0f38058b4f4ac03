// Package detached provides the attributes of processes that outlive this one,
// such as a browser or a refresh of a cache. It must not know what they do.
package detached

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// Attributes returns the attributes for exec.Cmd.SysProcAttr that detach a process
// from this console. Neither Ctrl-C in the console nor closing it ends the
// process, and the process opens no window.
func Attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
}
