//go:build !unix

package auth

import "syscall"

// detached asks for nothing: the starter hands the address to a browser that is
// no child of this program.
func detached() *syscall.SysProcAttr { return nil }
