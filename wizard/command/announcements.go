package command

import (
	"context"
	"slices"

	"apono/auth"
	"apono/client"
	"apono/render"
)

// announcements fetches the service's announcements of new features while a
// command runs. After the command, show prints each of them once. A nil
// *announcements shows nothing.
type announcements struct {
	streams *render.Streams
	seen    *auth.Announcements
	cancel  context.CancelFunc
	done    chan struct{}         // closed when fetching has ended
	list    []client.Notification // set before done is closed
}

// fetchAnnouncements starts fetching. It returns nil if there is no terminal to
// show announcements on, or if the user turned them off.
func (f *factory) fetchAnnouncements(ctx context.Context, api *client.Client) *announcements {
	if !f.streams.ErrTerminal {
		return nil
	}
	cfg, err := f.stored.Store.Load(ctx)
	if err != nil || !cfg.FeatureAnnouncements() {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	a := &announcements{streams: f.streams, seen: auth.NewAnnouncements(f.dirs), cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.list, _ = api.Notifications(ctx) // without an answer there is nothing to show
	}()
	return a
}

// endAnnouncements shows the announcements of the services that the command
// connected to, or drops them.
func (f *factory) endAnnouncements(ctx context.Context, show bool) {
	for _, s := range f.services {
		if show {
			s.announcements.show(ctx)
		}
		s.announcements.stop()
	}
}

// show prints the announcements that were not shown before. If they have not
// arrived yet, it drops them: nobody should wait for them.
func (a *announcements) show(ctx context.Context) {
	if a == nil {
		return
	}
	select {
	case <-a.done:
		a.print(ctx)
	default:
	}
}

// stop ends fetching and waits until it has ended, so that the service can be
// closed.
func (a *announcements) stop() {
	if a == nil {
		return
	}
	a.cancel()
	<-a.done
}

func (a *announcements) print(ctx context.Context) {
	var ids []string
	for _, n := range a.list {
		if n.Category == client.NotificationFeatureAnnouncement {
			ids = append(ids, n.ID)
		}
	}
	unseen := a.seen.Unseen(ids)
	if len(unseen) == 0 || a.seen.MarkSeen(ctx, unseen) != nil {
		return // without a record, they would be shown after every command
	}
	colors := a.streams.PaletteErr()
	for _, n := range a.list {
		if slices.Contains(unseen, n.ID) {
			a.streams.Printf("\n")
			a.streams.Say(colors.Bold("NEW") + render.Text(" "+render.Clean(n.Text)))
		}
	}
	off := render.CommandLine{}.Join("config", "set", auth.SettingFeatureAnnouncements, "false")
	a.streams.Advise("Turn announcements off", off)
}
