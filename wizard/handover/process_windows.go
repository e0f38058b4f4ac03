package handover

import (
	"os"
	"os/exec"
)

// runInGroup runs a command. Windows has no process groups that get signals.
func runInGroup(cmd *exec.Cmd) (int, error) {
	cmd.Cancel = func() error { return terminate(cmd.Process) }
	return exitCode(cmd.Run())
}

// terminate kills a process, because Windows has no signal that asks it to end.
func terminate(p *os.Process) error { return p.Kill() }

// exitSignal returns 0: no signal ends a process on Windows.
func exitSignal(*os.ProcessState) int { return 0 }
