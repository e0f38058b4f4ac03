package command

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// EndSignals returns the signals that end the program: Ctrl-C, a request to
// terminate, and a closed terminal.
func EndSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} }

// Interrupts cancels a context when the program receives a signal that ends it. A
// second signal kills the program. While another program has the terminal,
// Ctrl-C is for that program.
type Interrupts struct {
	handedOver atomic.Bool
	fired      atomic.Bool
}

// Fired reports whether a signal has canceled the watched context.
func (i *Interrupts) Fired() bool { return i.fired.Load() }

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
				if s == os.Interrupt && i.handedOver.Load() {
					continue
				}
				i.fired.Store(true)
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

// HandOver ignores Ctrl-C until back is called, because another program has the
// terminal.
func (i *Interrupts) HandOver() (back func()) {
	i.handedOver.Store(true)
	return func() { i.handedOver.Store(false) }
}
