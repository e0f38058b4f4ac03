package command

import (
	"sync"
	"time"

	"github.com/gen2brain/beeep"

	"apono/auth"
	"apono/auth/browser"
	"apono/render"
)

// ringer tells a user who does something else that a request they follow has changed.
type ringer struct {
	streams *render.Streams
	term    string // the type of the terminal
	desktop bool   // this machine has a desktop, and the user sits at it
	pending sync.WaitGroup
}

// ringLimit is how long a command that ends waits for its last notification.
const ringLimit = time.Second

// Close waits until the notifications have been shown, but not for long.
func (r *ringer) Close() error {
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		r.pending.Wait()
	}()
	select {
	case <-shown:
	case <-time.After(ringLimit):
	}
	return nil
}

// ring returns what tells the user about changes, or nil if nobody is there or they have
// turned it off.
func (f *factory) ring() func(text string) {
	if !f.streams.ErrTerminal || f.setting(auth.SettingDesktopNotifications) == "false" {
		return nil
	}
	// A machine without a browser has no desktop, or is at the other end of an SSH session:
	// then the terminal shows the notification.
	r := &ringer{streams: f.streams, term: f.getenv("TERM"), desktop: browser.ThisMachine().NoBrowser() == ""}
	beeep.AppName = ringTitle
	f.onExit(r)
	return r.ring
}

// ringTitle is the title of a notification.
const ringTitle = "apono"

// ring rings the bell and shows a notification. It does not wait for that.
func (r *ringer) ring(text string) {
	text = render.Clean(text)
	r.streams.Bell()
	if !r.desktop {
		r.streams.NotifyTerminal(r.term, ringTitle, text)
		return
	}
	r.pending.Go(func() {
		if beeep.Notify(ringTitle, text, "") != nil {
			r.streams.NotifyTerminal(r.term, ringTitle, text)
		}
	})
}
