//go:build !windows

package prompt

import (
	"fmt"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// jobControl receives the signals by which a shell stops and continues this
// program while a question is open.
type jobControl struct{ signals chan os.Signal }

func watchJobControl() *jobControl {
	j := &jobControl{signals: make(chan os.Signal, 4)}
	signal.Notify(j.signals, unix.SIGTSTP, unix.SIGCONT)
	return j
}

func (j *jobControl) stop() { signal.Stop(j.signals) }

// event returns keySuspend if the program was told to stop, keyContinued if it was
// continued, and keyIgnored otherwise.
func (j *jobControl) event() keyCode {
	select {
	case s := <-j.signals:
		if s == unix.SIGTSTP {
			return keySuspend
		}
		return keyContinued
	default:
		return keyIgnored
	}
}

// suspend stops every process of this job, as the terminal does on Ctrl-Z, and
// returns when they continue. The terminal must be as the shell left it. It does
// nothing if no shell could continue the job. It sends SIGSTOP, because the Go
// runtime keeps handling SIGTSTP once a program has asked for it.
func (j *jobControl) suspend() error {
	session, err := unix.Getsid(0)
	if err != nil || session == unix.Getpgrp() {
		return nil // started by ssh or a container, not as a job of a shell
	}
	for j.event() != keyIgnored { // earlier signals
	}
	if err := unix.Kill(0, unix.SIGSTOP); err != nil {
		return fmt.Errorf("cannot stop: %w", err)
	}
	<-j.signals // SIGCONT
	return nil
}
