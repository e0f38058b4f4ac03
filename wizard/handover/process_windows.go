package handover

import "os"

// terminate kills a process, because Windows has no signal that asks it to end.
func terminate(p *os.Process) error { return p.Kill() }

// exitSignal returns 0: no signal ends a process on Windows.
func exitSignal(*os.ProcessState) int { return 0 }
