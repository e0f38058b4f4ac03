//go:build !windows

package keyboard

import (
	"fmt"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// JobControl receives the signals by which a shell stops and continues this
// program while a question is open.
type JobControl struct{ signals chan os.Signal }

// WatchJobControl starts to receive the signals. The caller must call Stop.
func WatchJobControl() *JobControl {
	j := &JobControl{signals: make(chan os.Signal, 4)}
	signal.Notify(j.signals, unix.SIGTSTP, unix.SIGCONT)
	return j
}

// Stop ends that.
func (j *JobControl) Stop() { signal.Stop(j.signals) }

// Event returns Suspend if the program was told to stop, Continued if it was
// continued, and Ignored otherwise.
func (j *JobControl) Event() Code {
	select {
	case s := <-j.signals:
		if s == unix.SIGTSTP {
			return Suspend
		}
		return Continued
	default:
		return Ignored
	}
}

// Suspend stops every process of this job, as the terminal does on Ctrl-Z, and
// returns when they continue. The terminal must be as the shell left it. It does
// nothing if no shell could continue the job. It sends SIGSTOP, because the Go
// runtime keeps handling SIGTSTP once a program has asked for it.
func (j *JobControl) Suspend() error {
	session, err := unix.Getsid(0)
	if err != nil || session == unix.Getpgrp() {
		return nil // started by ssh or a container, not as a job of a shell
	}
	for j.Event() != Ignored { // earlier signals
	}
	if err := unix.Kill(0, unix.SIGSTOP); err != nil {
		return fmt.Errorf("cannot stop: %w", err)
	}
	<-j.signals // SIGCONT
	return nil
}
