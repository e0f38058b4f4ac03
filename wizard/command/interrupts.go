package command

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
)

// Interrupts cancels a context when the person presses Ctrl-C or the system
// wants the program to end; a second signal ends it on the spot. While the
// terminal is handed to another program, Ctrl-C is that program's.
type Interrupts struct {
	handedOver atomic.Bool
	fired      atomic.Bool
}

// Fired says whether a signal has ended the watched context.
func (i *Interrupts) Fired() bool { return i.fired.Load() }

// Watch returns a context that ends with one of the signals; stop ends the
// watch.
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

// HandOver leaves Ctrl-C to another program until back is called.
func (i *Interrupts) HandOver() (back func()) {
	i.handedOver.Store(true)
	return func() { i.handedOver.Store(false) }
}
