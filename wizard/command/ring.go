package command

import (
	"runtime"

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
	return r.ring
}

// ring rings the bell and shows a notification. It does not wait for that.
func (r *ringer) ring(text string) {
	const title = "apono"
	text = render.Clean(text)
	r.streams.Bell()
	if !r.desktop {
		r.streams.NotifyTerminal(r.term, title, text)
		return
	}
	go func() {
		beeep.AppName = title
		if beeep.Notify(title, text, "") != nil && runtime.GOOS != "windows" {
			r.streams.NotifyTerminal(r.term, title, text)
		}
	}()
}
