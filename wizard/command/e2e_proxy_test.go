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

// shortLife is a token lifetime below the margin within which the program renews,
// so every use renews the token.
const shortLife = "--token-lifetime=45s"

// proxy is a reverse proxy for a served sandbox. It records every token, and can
// change the responses.
type proxy struct {
	*httptest.Server
	target string // the sandbox's address

	mu       sync.Mutex
	access   []string // in the order in which they were issued
	refresh  []string
	calls    []string // method and path of the API calls that succeeded
	grown    map[string]string
	noDevice atomic.Bool // turns off the device flow
	grow     atomic.Bool // issues large tokens
}

func newProxy(t *testing.T, address string) *proxy {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	f := &proxy{target: address, grown: map[string]string{}}
	f.Server = httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target) // with its Host: the sandbox refuses any other port
			r.Out.Header.Del("Accept-Encoding")
			f.shrinkRequest(r.Out)
		},
		ModifyResponse: f.modify,
	})
	f.Start()
	t.Cleanup(f.Close)
	return f
}

func (f *proxy) modify(resp *http.Response) error {
	path := resp.Request.URL.Path
	switch {
	case path == "/oauth/token" && resp.StatusCode == http.StatusOK:
		return changeJSON(resp, f.tokens)
	case strings.HasPrefix(path, "/.well-known/"):
		return changeJSON(resp, f.metadata)
	case path == "/oauth/device_authorization" && resp.StatusCode == http.StatusOK:
		return changeJSON(resp, f.leadHere)
	case strings.HasPrefix(path, "/api/") && resp.StatusCode < 300:
		f.mu.Lock()
		defer f.mu.Unlock()
		f.calls = append(f.calls, resp.Request.Method+" "+path)
	}
	return nil
}

// leadHere makes the links in an answer lead to the proxy.
func (f *proxy) leadHere(answer map[string]any) {
	for name, value := range answer {
		if link, ok := value.(string); ok {
			answer[name] = strings.Replace(link, f.target, f.URL, 1)
		}
	}
}

func (f *proxy) metadata(answer map[string]any) {
	f.leadHere(answer)
	if f.noDevice.Load() {
		delete(answer, "device_authorization_endpoint")
	}
}

// tokens records the tokens in a response, and makes them as large as those of some
// services.
func (f *proxy) tokens(answer map[string]any) {
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

// shrinkRequest replaces large tokens by those that the sandbox issued.
func (f *proxy) shrinkRequest(r *http.Request) {
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

// grown returns a token of about 4,000 bytes with the same claims: a JWT with one
// more claim, whatever the token was.
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

// seen returns all tokens issued so far.
func (f *proxy) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Concat(f.access, f.refresh)
}

// newest returns the latest tokens.
func (f *proxy) newest(t *testing.T) (access, refresh string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.access) == 0 {
		t.Fatal("no token has been issued")
	}
	return f.access[len(f.access)-1], f.refresh[len(f.refresh)-1]
}

// issued returns how many times tokens were issued.
func (f *proxy) issued() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.access)
}

// served reports whether a call of the API succeeded.
func (f *proxy) served(call string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.calls, call)
}

// endLogin makes the service end the latest login, by using its refresh token
// twice: the service takes it for stolen.
func (f *proxy) endLogin(t *testing.T) {
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
			t.Fatalf("the refresh returned %s, not %d", resp.Status, want)
		}
	}
}

// logIn logs in, with a browser that consents.
func (w *workstation) logIn(service *proxy) finished {
	w.t.Helper()
	addresses := w.catchBrowser()
	done := make(chan finished, 1)
	go func() { done <- w.run(loginArgs(service.URL)...) }()
	if _, err := logintest.Visit(w.t.Context(), await(w.t, addresses, "the address to open"), sandbox.DemoUser); err != nil {
		w.t.Fatal(err)
	}
	return await(w.t, done, "the login to end").mustExit(0, loggedIn)
}
