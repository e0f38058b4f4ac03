package wizard

import "os"

// end ends a process.
func end(p *os.Process) error { return p.Kill() }

// endedBy is always 0: Windows has no signals that end a process.
func endedBy(*os.ProcessState) int { return 0 }
