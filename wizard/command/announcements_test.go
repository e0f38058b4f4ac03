package command

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"apono/auth"
	"apono/client"
	"apono/wizard/prompt"
)

// announcementsHarness is a factory with a terminal and a service that announces
// two features.
type announcementsHarness struct {
	*appHarness
	factory *factory
	api     *client.Client
	stderr  bytes.Buffer
}

func newAnnouncementsHarness(t *testing.T, handler http.HandlerFunc) *announcementsHarness {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	api, err := client.New(client.Config{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	h := &announcementsHarness{appHarness: newAppHarness(t), api: api}
	h.newFactory(true)
	return h
}

func (h *announcementsHarness) newFactory(terminal bool) {
	app := h.app(&bytes.Buffer{}, &h.stderr)
	app.Streams.ErrTerminal = terminal
	h.factory = newFactory(app, func() prompt.Prompter { return nil }, nil)
}

// command runs what a command does about announcements, and returns what it
// prints. The announcements arrive in time.
func (h *announcementsHarness) command() string {
	h.t.Helper()
	h.stderr.Reset()
	a := h.factory.fetchAnnouncements(h.t.Context(), h.api)
	if a != nil {
		<-a.done
	}
	a.show(h.t.Context())
	a.stop()
	return h.stderr.String()
}

func twoAnnouncements(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte(`{"notifications":[
		{"id":"1","category":"featureAnnouncement","text":"Bundles\n✓ forged \u001b[31mline"},
		{"id":"2","category":"somethingElse","text":"Not an announcement"}]}`))
}

func TestAnnouncementsAreShownOnce(t *testing.T) {
	h := newAnnouncementsHarness(t, twoAnnouncements)
	first := h.command()
	if !strings.Contains(first, "NEW Bundles ✓ forged line\n") || strings.Contains(first, "Not an announcement") {
		t.Errorf("printed %q", first)
	}
	if !strings.Contains(first, "apono config set notifications.feature_announcements false") {
		t.Errorf("%q does not say how to turn them off", first)
	}
	if again := h.command(); again != "" {
		t.Errorf("the second command prints %q", again)
	}
}

func TestAnnouncementsCanBeTurnedOff(t *testing.T) {
	h := newAnnouncementsHarness(t, twoAnnouncements)
	h.mustRun("config", "set", auth.SettingFeatureAnnouncements, "false")
	if got := h.command(); got != "" {
		t.Errorf("printed %q", got)
	}
	h.mustRun("config", "set", auth.SettingFeatureAnnouncements, "true")
	if got := h.command(); !strings.Contains(got, "NEW Bundles") {
		t.Errorf("printed %q", got)
	}
}

func TestAnnouncementsNeedATerminal(t *testing.T) {
	h := newAnnouncementsHarness(t, twoAnnouncements)
	h.newFactory(false)
	if got := h.command(); got != "" {
		t.Errorf("printed %q", got)
	}
}

func TestLateAnnouncementsAreDropped(t *testing.T) {
	h := newAnnouncementsHarness(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	a := h.factory.fetchAnnouncements(t.Context(), h.api)
	a.show(t.Context())
	a.stop() // returns although the service never answers
	if got := h.stderr.String(); got != "" {
		t.Errorf("printed %q", got)
	}
}
