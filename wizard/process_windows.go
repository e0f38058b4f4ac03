package wizard

import "os"

// terminate ends a process. Windows cannot ask it to.
func terminate(p *os.Process) error { return p.Kill() }

// exitSignal returns 0: no signal ends a process on Windows.
func exitSignal(*os.ProcessState) int { return 0 }
