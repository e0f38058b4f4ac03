package command

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// endSignals returns the signals that end the program: Ctrl-C, Ctrl-\, a request to
// terminate, and a closed terminal.
func endSignals() []os.Signal {
	return []os.Signal{os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP}
}

// Interrupts cancels a context when the program receives a signal that ends it. A
// second signal kills the program. While another program has the terminal,
// Ctrl-C and Ctrl-\ are for that program.
type Interrupts struct {
	handedOver atomic.Bool
	back       atomic.Int64 // when it was over, in nanoseconds since 1970
	fired      atomic.Int32 // the signal's number
}

// Fired reports whether a signal has canceled the watched context.
func (i *Interrupts) Fired() bool { return i.fired.Load() != 0 }

// ExitCode returns the exit code of the program: that of the signal if one ended it, as
// shells report it, and else code.
func (i *Interrupts) ExitCode(code int) int {
	const signaled = 128
	if number := int(i.fired.Load()); number != 0 && code != 0 {
		return signaled + number
	}
	return code
}

// Watch returns a context that is canceled by any of the signals. Call stop to
// stop watching.
func (i *Interrupts) Watch(ctx context.Context, signals ...os.Signal) (watched context.Context, stop func()) {
	watched, cancel := context.WithCancel(ctx)
	received := make(chan os.Signal, 1)
	signal.Notify(received, signals...)
	go func() {
		for {
			select {
			case s := <-received:
				if (s == os.Interrupt || s == syscall.SIGQUIT) && i.isForOther() {
					continue
				}
				if number, ok := s.(syscall.Signal); ok {
					i.fired.Store(int32(number))
				}
				signal.Stop(received)
				cancel()
			case <-watched.Done():
				return
			}
		}
	}()
	return watched, func() {
		signal.Stop(received)
		cancel()
	}
}

// HandOver leaves Ctrl-C and Ctrl-\ to another program, which has the terminal, until
// back is called.
func (i *Interrupts) HandOver() (back func()) {
	i.handedOver.Store(true)
	return func() {
		i.back.Store(time.Now().UnixNano())
		i.handedOver.Store(false)
	}
}

// lateSignal is how long after another program had the terminal its Ctrl-C may arrive: it
// goes to both at once, but a busy machine may let this one notice it later.
const lateSignal = 250 * time.Millisecond

// isForOther reports whether Ctrl-C is for another program.
func (i *Interrupts) isForOther() bool {
	return i.handedOver.Load() || time.Since(time.Unix(0, i.back.Load())) < lateSignal
}
