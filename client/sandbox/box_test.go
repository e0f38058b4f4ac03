package sandbox

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"apono/client"
)

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// box is a sandbox with a clock and a client of its own.
type box struct {
	*Sandbox
	t     *testing.T
	clock *clock
	api   *client.Client
	// contract holds every call against the API description; nil where there is none.
	contract *contract
}

func newBox(t *testing.T, change ...func(*Options)) *box {
	t.Helper()
	c := newClock()
	opts := Options{Dir: t.TempDir(), Now: c.Now, Program: []string{"/opt/my tools/apono"}}
	for _, f := range change {
		f(&opts)
	}
	s, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &box{Sandbox: s, t: t, clock: c, contract: newContract(t)}
	b.api = newClient(t, b.transport(demoUser()))
	return b
}

// transport carries calls in the name of user.
func (b *box) transport(user User) http.RoundTripper {
	inner := asUser{b.Sandbox, user}
	if b.contract == nil {
		return inner
	}
	return held{b.contract, inner}
}

// asUser is the API in process for any user.
type asUser struct {
	sandbox *Sandbox
	user    User
}

func (a asUser) RoundTrip(req *http.Request) (*http.Response, error) {
	return a.sandbox.roundTrip(req, a.user)
}

func newClient(t *testing.T, transport http.RoundTripper) *client.Client {
	t.Helper()
	api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// granting is as long as an automatic request needs to become active.
const granting = 2 * time.Second

// must is value, or the end of the test.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// title finds an integration by type/name.
func (b *box) integration(title string) client.Integration {
	b.t.Helper()
	for _, in := range must(b.api.Integrations(b.t.Context()))(b.t) {
		if in.Title() == title {
			return in
		}
	}
	b.t.Fatalf("no integration %s", title)
	return client.Integration{}
}

func (b *box) resources(title, kind string, paths ...string) []string {
	b.t.Helper()
	in := b.integration(title)
	var ids []string
	for _, r := range must(b.api.Resources(b.t.Context(), client.ResourceQuery{IntegrationID: in.ID, ResourceTypeID: kind}))(b.t) {
		for _, path := range paths {
			if r.Path == path {
				ids = append(ids, r.ID)
			}
		}
	}
	if len(ids) != len(paths) {
		b.t.Fatalf("of %v in %s %s there are %d", paths, title, kind, len(ids))
	}
	return ids
}

// asks builds a request as the wizard does.
func (b *box) asks(title, kind, permission string, paths ...string) client.NewRequest {
	b.t.Helper()
	why, seconds := "Fixing OPS-1", int32(3600)
	return client.NewRequest{
		IntegrationIDs:  []string{b.integration(title).ID},
		ResourceTypeIDs: []string{kind},
		Resources:       client.ByID(b.resources(title, kind, paths...)...),
		PermissionIDs:   []string{permission},
		Justification:   &why,
		DurationInSec:   &seconds,
	}
}

func (b *box) shop(permission string) client.NewRequest {
	return b.asks("sqlite/shop", shopDatabaseType, permission, "shop")
}

// create sends n and returns the IDs of what it became.
func (b *box) create(n client.NewRequest) []string {
	b.t.Helper()
	return must(b.api.CreateRequest(b.t.Context(), n))(b.t).RequestIDs
}

// active asks for n, waits until it is granted, and returns its ID and session.
func (b *box) active(n client.NewRequest) (string, client.AccessSession) {
	b.t.Helper()
	id := b.create(n)[0]
	b.clock.advance(granting)
	b.wants(id, client.StatusActive)
	sessions := must(b.api.AccessSessions(b.t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(b.t)
	if len(sessions) == 0 {
		b.t.Fatalf("%s has no session", id)
	}
	return id, sessions[0]
}

func (b *box) get(id string) *client.Request {
	b.t.Helper()
	return must(b.api.Request(b.t.Context(), id))(b.t)
}

func (b *box) wants(id string, status client.Status) *client.Request {
	b.t.Helper()
	r := b.get(id)
	if r.Status.Status != status {
		b.t.Fatalf("%s is %s, want %s", id, r.Status.Status, status)
	}
	return r
}

// refused asserts that err is an answer with status whose message holds every text.
func refused(t *testing.T, err error, status int, texts ...string) {
	t.Helper()
	var e *client.Error
	if !errors.As(err, &e) || e.Status != status {
		t.Fatalf("got %v, want status %d", err, status)
	}
	for _, text := range texts {
		if !strings.Contains(e.Message, text) {
			t.Errorf("message %q does not say %q", e.Message, text)
		}
	}
}

// send makes a call that package client has no method for, as a user.
func (b *box) send(user User, method, path, body string) (int, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, "http://localhost"+base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body == "" {
		req.Body, req.ContentLength = nil, 0
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("User-Agent", "test")
	resp, err := b.transport(user).RoundTrip(req)
	if err != nil {
		b.t.Fatal(err)
	}
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}

// post is send for a call that has to succeed.
func (b *box) post(user User, path, body string) string {
	b.t.Helper()
	status, text := b.send(user, http.MethodPost, path, body)
	if status != http.StatusOK {
		b.t.Fatalf("POST %s: %d %s", path, status, text)
	}
	return text
}
