//go:build e2e && !windows

package command_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"apono/client/sandbox"
	"apono/client/sandbox/login/logintest"
)

// Tokens of this lifetime are renewed whenever they are used: a minute before
// their end they are not used any more.
const shortLife = "--token-lifetime=45s"

// front stands in front of a served sandbox. It sees every token that passes,
// and can change what the service offers.
type front struct {
	*httptest.Server

	mu       sync.Mutex
	access   []string // in the order in which they were given out
	refresh  []string
	calls    []string // method and path of what the API answered with success
	grown    map[string]string
	noDevice atomic.Bool // offers no login by code
	grow     atomic.Bool // gives out large tokens
}

func newFront(t *testing.T, address string) *front {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{grown: map[string]string{}}
	f.Server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // the pages' own addresses lead through here
			r.Out.Header.Del("Accept-Encoding")
			f.shrinkRequest(r.Out)
		},
		ModifyResponse: f.modify,
	})
	t.Cleanup(f.Close)
	return f
}

func (f *front) modify(resp *http.Response) error {
	path := resp.Request.URL.Path
	switch {
	case path == "/oauth/token" && resp.StatusCode == http.StatusOK:
		return changeJSON(resp, f.tokens)
	case strings.HasPrefix(path, "/.well-known/"):
		return changeJSON(resp, f.metadata)
	case strings.HasPrefix(path, "/api/") && resp.StatusCode < 300:
		f.mu.Lock()
		defer f.mu.Unlock()
		f.calls = append(f.calls, resp.Request.Method+" "+path)
	}
	return nil
}

func (f *front) metadata(answer map[string]any) {
	if f.noDevice.Load() {
		delete(answer, "device_authorization_endpoint")
	}
}

// tokens takes note of the tokens in an answer, and makes them as large as some
// services' are.
func (f *front) tokens(answer map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, kind := range []string{"access_token", "refresh_token"} {
		token, _ := answer[kind].(string)
		if f.grow.Load() {
			large := grown(token)
			f.grown[large] = token
			token, answer[kind] = large, large
		}
		if kind == "access_token" {
			f.access = append(f.access, token)
		} else {
			f.refresh = append(f.refresh, token)
		}
	}
}

// shrinkRequest turns large tokens into those that the sandbox knows.
func (f *front) shrinkRequest(r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if small := f.grown[token]; small != "" {
			r.Header.Set("Authorization", "Bearer "+small)
		}
	}
	if r.URL.Path != "/oauth/token" {
		return
	}
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	if small := f.grown[form.Get("refresh_token")]; small != "" {
		form.Set("refresh_token", small)
	}
	body = []byte(form.Encode())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// grown is a token of some 4,000 bytes that says the same: a JWT with one more
// claim, whatever the token was.
func grown(token string) string {
	padding := strings.Repeat(token, 1+3000/len(token))
	claims := map[string]any{}
	parts := strings.Split(token, ".")
	if len(parts) == 3 {
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(payload, &claims)
	}
	claims["padding"] = padding[:3000]
	payload, _ := json.Marshal(claims)
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString(payload) + "." + parts[len(parts)-1]
}

func changeJSON(resp *http.Response, change func(map[string]any)) error {
	var answer map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return err
	}
	change(answer)
	body, err := json.Marshal(answer)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	resp.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return err
}

// seen are all tokens that were given out so far.
func (f *front) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Concat(f.access, f.refresh)
}

// newest are the tokens that were given out last.
func (f *front) newest(t *testing.T) (access, refresh string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.access) == 0 {
		t.Fatal("no token has been given out")
	}
	return f.access[len(f.access)-1], f.refresh[len(f.refresh)-1]
}

// issued counts the answers with tokens.
func (f *front) issued() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.access)
}

// served says whether a call of the API succeeded.
func (f *front) served(call string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.calls, call)
}

// endLogin makes the service end the login that was given out last: a refresh
// token that is used twice has been stolen.
func (f *front) endLogin(t *testing.T) {
	t.Helper()
	_, refresh := f.newest(t)
	form := url.Values{"client_id": {"3afae9ff-48e6-45f3-b0e8-37658b7271b7"}, "grant_type": {"refresh_token"}, "refresh_token": {refresh}}
	for _, want := range []int{http.StatusOK, http.StatusBadRequest} {
		resp, err := http.PostForm(f.URL+"/oauth/token", form)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Fatalf("the refresh answered %s, not %d", resp.Status, want)
		}
	}
}

// logIn logs in through a browser that answers by itself.
func (w *workstation) logIn(service *front) finished {
	w.t.Helper()
	addresses := w.handOver()
	done := make(chan finished, 1)
	go func() { done <- w.run(to(service.URL)...) }()
	if _, err := logintest.Visit(w.t.Context(), await(w.t, addresses, "the address that is opened"), sandbox.DemoUser); err != nil {
		w.t.Fatal(err)
	}
	return await(w.t, done, "the login to end").ends(0, loggedIn)
}
