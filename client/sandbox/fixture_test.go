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
	"apono/client/sandbox/catalog"
)

// fakeClock is a clock that only moves when a test advances it.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func newFakeClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// sandboxFixture is a sandbox with a fake clock and a client.
type sandboxFixture struct {
	*Sandbox
	t     *testing.T
	clock *fakeClock
	api   *client.Client
	// contract checks every call against the API description; nil if there is none.
	contract *contract
}

func newSandboxFixture(t *testing.T, options ...func(*Options)) *sandboxFixture {
	t.Helper()
	c := newFakeClock()
	opts := Options{Dir: t.TempDir(), Now: c.Now, Program: []string{"/opt/my tools/apono"}}
	for _, option := range options {
		option(&opts)
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
	sb := &sandboxFixture{Sandbox: s, t: t, clock: c, contract: newContract(t)}
	sb.api = newClient(t, sb.transport(demoUser()))
	return sb
}

// transport makes calls as user.
func (sb *sandboxFixture) transport(user User) http.RoundTripper {
	if sb.contract == nil {
		return sb.transportAs(user)
	}
	return checkedTransport{sb.contract, sb.transportAs(user)}
}

func newClient(t *testing.T, transport http.RoundTripper) *client.Client {
	t.Helper()
	api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// grantDelay is longer than an automatic request takes to become active.
const grantDelay = 2 * time.Second

// must returns a function that returns value, or fails the test if err is set.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// integration finds an integration by its title, type/name.
func (sb *sandboxFixture) integration(title string) client.Integration {
	sb.t.Helper()
	for _, in := range must(sb.api.Integrations(sb.t.Context()))(sb.t) {
		if in.Title() == title {
			return in
		}
	}
	sb.t.Fatalf("no integration %s", title)
	return client.Integration{}
}

// resources returns the IDs of the resources with these paths.
func (sb *sandboxFixture) resources(title, typeID string, paths ...string) []string {
	sb.t.Helper()
	in := sb.integration(title)
	var ids []string
	for _, r := range must(sb.api.Resources(sb.t.Context(), client.ResourceQuery{IntegrationID: in.ID, ResourceTypeID: typeID}))(sb.t) {
		for _, path := range paths {
			if string(r.Path) == path {
				ids = append(ids, r.ID)
			}
		}
	}
	if len(ids) != len(paths) {
		sb.t.Fatalf("found %d of %v in %s %s", len(ids), paths, title, typeID)
	}
	return ids
}

// newRequest builds a request as the wizard does.
func (sb *sandboxFixture) newRequest(title, typeID, permission string, paths ...string) client.NewRequest {
	sb.t.Helper()
	justification, seconds := "Fixing OPS-1", int32(3600)
	return client.NewRequest{
		IntegrationIDs:  []string{sb.integration(title).ID},
		ResourceTypeIDs: []string{typeID},
		Resources:       client.ByID(sb.resources(title, typeID, paths...)...),
		PermissionIDs:   []string{permission},
		Justification:   &justification,
		DurationInSec:   &seconds,
	}
}

func (sb *sandboxFixture) shopRequest(permission string) client.NewRequest {
	return sb.newRequest("sqlite/shop", catalog.ShopDatabaseType, permission, "shop")
}

// create submits n and returns the IDs of the requests that it became.
func (sb *sandboxFixture) create(n client.NewRequest) []string {
	sb.t.Helper()
	return must(sb.api.CreateRequest(sb.t.Context(), n))(sb.t).RequestIDs
}

// createActive submits n, waits until it is granted, and returns its ID and
// session.
func (sb *sandboxFixture) createActive(n client.NewRequest) (string, client.AccessSession) {
	sb.t.Helper()
	id := sb.create(n)[0]
	sb.clock.advance(grantDelay)
	sb.wantStatus(id, client.StatusActive)
	sessions := must(sb.api.AccessSessions(sb.t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(sb.t)
	if len(sessions) == 0 {
		sb.t.Fatalf("%s has no session", id)
	}
	return id, sessions[0]
}

func (sb *sandboxFixture) get(id string) *client.Request {
	sb.t.Helper()
	return must(sb.api.Request(sb.t.Context(), id))(sb.t)
}

func (sb *sandboxFixture) wantStatus(id string, status client.Status) *client.Request {
	sb.t.Helper()
	r := sb.get(id)
	if r.Status.Status != status {
		sb.t.Fatalf("%s is %s, want %s", id, r.Status.Status, status)
	}
	return r
}

// wantError asserts that err is a response with status whose message contains
// every text.
func wantError(t *testing.T, err error, status int, texts ...string) {
	t.Helper()
	var e *client.Error
	if !errors.As(err, &e) || e.Status != status {
		t.Fatalf("got %v, want status %d", err, status)
	}
	for _, text := range texts {
		if !strings.Contains(e.Message, text) {
			t.Errorf("message %q does not contain %q", e.Message, text)
		}
	}
}

// send makes a call as user that package client has no method for. It returns
// the status and the body of the response.
func (sb *sandboxFixture) send(user User, method, path, body string) (int, string) {
	sb.t.Helper()
	req, err := http.NewRequestWithContext(sb.t.Context(), method, "http://localhost"+apiPath+path, strings.NewReader(body))
	if err != nil {
		sb.t.Fatal(err)
	}
	if body == "" {
		req.Body, req.ContentLength = nil, 0
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("User-Agent", "test")
	resp, err := sb.transport(user).RoundTrip(req)
	if err != nil {
		sb.t.Fatal(err)
	}
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}

// post is send for a POST call that must succeed.
func (sb *sandboxFixture) post(user User, path, body string) string {
	sb.t.Helper()
	status, text := sb.send(user, http.MethodPost, path, body)
	if status != http.StatusOK {
		sb.t.Fatalf("POST %s: %d %s", path, status, text)
	}
	return text
}
