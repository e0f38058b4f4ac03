package command

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// apart keeps a process off this console and its Ctrl-C.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
}
