package login_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"apono/client/sandbox/login"
	"apono/client/sandbox/login/logintest"
)

const (
	ada      = "user-ada"
	bob      = "user-bob"
	redirect = "http://localhost:64131"
	verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"
)

// clock is a clock that tests move.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.offset.Load()))
}
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// fixture is a login server with its HTTP endpoints.
type fixture struct {
	*testing.T
	server *login.Server
	web    *httptest.Server
	clock  *clock
	dir    string
}

// open opens a login server with two users.
func open(t *testing.T, dir string, c *clock) *login.Server {
	t.Helper()
	server, err := login.Open(t.Context(), login.Options{
		Dir: dir, AccountID: "account-1", Now: c.now, AccessLifetime: time.Hour, DeviceInterval: 5 * time.Second,
		Users: []login.User{{ID: ada, Name: "Ada <b>", Email: "ada@acme.example"}, {ID: bob, Name: "Bob"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{T: t, clock: &clock{}, dir: t.TempDir()}
	f.server = open(t, f.dir, f.clock)
	mux := http.NewServeMux()
	mux.Handle("/", f.server.Handler())
	mux.Handle("/api/", f.server.PersonalTokens())
	f.web = httptest.NewServer(mux)
	t.Cleanup(f.web.Close)
	return f
}

// request returns a valid authorization request.
func request() url.Values {
	sum := sha256.Sum256([]byte(verifier))
	return url.Values{
		"client_id": {login.ClientID}, "response_type": {"code"}, "redirect_uri": {redirect}, "state": {"state&1"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}, "scope": {"a b"},
	}
}

func (f *fixture) authorizeURL(values url.Values) string {
	return f.web.URL + "/oauth/authorize?" + values.Encode()
}

func (f *fixture) visit(address, user string) logintest.Landing {
	f.Helper()
	at, err := logintest.Visit(f.Context(), address, user)
	if err != nil {
		f.Fatal(err)
	}
	return at
}

// code logs a user in and returns the authorization code.
func (f *fixture) code(user string) string {
	f.Helper()
	code := f.visit(f.authorizeURL(request()), user).URL.Query().Get("code")
	if code == "" {
		f.Fatal("the redirect has no code")
	}
	return code
}

type tokens struct {
	Access    string `json:"access_token"`
	Refresh   string `json:"refresh_token"`
	Type      string `json:"token_type"`
	ExpiresIn int    `json:"expires_in"`
	Error     string `json:"error"`
	Interval  int    `json:"interval"`
}

// post sends a form, decodes the response and returns the status.
func (f *fixture) post(path string, form url.Values, into any) int {
	f.Helper()
	if !form.Has("client_id") {
		form.Set("client_id", login.ClientID)
	}
	resp, err := http.PostForm(f.web.URL+path, form)
	if err != nil {
		f.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		f.Fatal(err)
	}
	return resp.StatusCode
}

func (f *fixture) exchange(form url.Values) tokens {
	f.Helper()
	var got tokens
	f.post("/oauth/token", form, &got)
	return got
}

func codeForm(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {verifier}}
}

func refreshForm(refresh string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}
}

// owner returns the user ID that a token belongs to; empty if it is not valid.
func (f *fixture) owner(token string) string {
	id, ok := f.server.Authenticate(token)
	if ok != (id != "") {
		f.Fatalf("Authenticate returned %q, %v", id, ok)
	}
	return id
}
