// Package detached starts processes that outlive this one: a browser, or work
// that nobody waits for. It knows nothing about what they do.
package detached

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// Attributes returns the attributes for exec.Cmd.SysProcAttr that detach a
// process from this console. Ctrl-C here and the end of the console do not reach
// it, and it opens no window.
func Attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
}
