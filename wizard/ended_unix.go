//go:build !windows

package wizard

import (
	"os"
	"syscall"
)

// end asks a process to end.
func end(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

// endedBy is the number of the signal that ended a process; 0 for none.
func endedBy(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return int(status.Signal())
	}
	return 0
}
