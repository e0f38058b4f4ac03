//go:build !windows

package handover

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// runInGroup runs a command in a process group of its own, and returns its exit code.
// Everything in the group gets the signals that end it, so that no program of it lives
// on.
func runInGroup(cmd *exec.Cmd) (int, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, syscall.SIGINT, syscall.SIGQUIT) // before there is anything to end
	defer signal.Stop(interrupts)
	if err := cmd.Start(); err != nil {
		return exitCode(err)
	}
	group := -cmd.Process.Pid
	done := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-interrupts:
				_ = syscall.Kill(group, s.(syscall.Signal)) // fails if nothing is left of it
			case <-done:
				return
			}
		}
	}()
	code, err := exitCode(cmd.Wait())
	close(done)
	if code > signaled {
		_ = syscall.Kill(group, syscall.SIGKILL) // what ignored the first signal
	}
	return code, err
}

// terminate asks a process to end.
func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

// exitSignal returns the number of the signal that ended a process, or 0.
func exitSignal(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return int(status.Signal())
	}
	return 0
}
