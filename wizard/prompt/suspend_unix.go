//go:build !windows

package prompt

import (
	"os"
	"os/signal"
	"time"

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
// returns when they continue. The terminal must be as the shell left it.
func (j *jobControl) suspend() error {
	signal.Stop(j.signals)
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	signal.Reset(unix.SIGTSTP)
	_ = unix.Kill(0, unix.SIGTSTP)
	select {
	case <-continued:
	case <-time.After(time.Second): // no shell could continue it, so it was not stopped
	}
	signal.Notify(j.signals, unix.SIGTSTP, unix.SIGCONT)
	return nil
}
