package client

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTokenIsNotSentToOtherHosts(t *testing.T) {
	var leaked counter
	other := func(w http.ResponseWriter, r *http.Request) {
		defer leaked.leave()
		leaked.enter()
		t.Errorf("another host received %s with %q", r.URL, r.Header.Get("Authorization"))
	}
	plain := httptest.NewServer(http.HandlerFunc(other))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.HandlerFunc(other))
	secure.Config.ErrorLog = discardLogger()
	secure.StartTLS()
	defer secure.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(plain.URL, "http://"), ":")
	for name, target := range map[string]string{
		"other port":   plain.URL,
		"other name":   "http://localhost:" + port,
		"other scheme": secure.URL,
		"user info":    "http://user:password@" + strings.TrimPrefix(plain.URL, "http://"),
		"no scheme":    "//" + strings.TrimPrefix(plain.URL, "http://"),
	} {
		for _, code := range []int{301, 302, 303, 307, 308} {
			var seen counter
			s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
				defer seen.leave()
				seen.enter()
				http.Redirect(w, r, target+r.URL.Path, code)
			})
			_, err := s.client.UserSession(t.Context())
			if err == nil || asError(t, err).Temporary() || seen.count() != 1 {
				t.Errorf("%s, %d: %v after %d requests", name, code, err, seen.count())
			}
		}
	}
	if leaked.count() > 0 {
		t.Errorf("%d requests went to another host", leaked.count())
	}
}

func TestRedirectToAnotherScheme(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+"/", http.StatusFound)
	})
	if _, err := s.client.UserSession(t.Context()); err == nil || asError(t, err).Temporary() {
		t.Errorf("%v", err)
	}
}

func TestRedirectWithinHost(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/client/v1/session" {
			http.Redirect(w, r, "/moved", http.StatusPermanentRedirect)
			return
		}
		if r.Header.Get("Authorization") != "Bearer the-token" {
			t.Error("the redirected request has no token")
		}
		respond(w, http.StatusOK, sessionJSON)
	})
	if user, err := s.client.UserSession(t.Context()); err != nil || user.User.ID != "u" {
		t.Errorf("%v, %v", user, err)
	}
}

func TestRedirectLoopEnds(t *testing.T) {
	var seen counter
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		defer seen.leave()
		seen.enter()
		http.Redirect(w, r, r.URL.Path+"/on", http.StatusFound)
	})
	if _, err := s.client.UserSession(t.Context()); err == nil || seen.count() > 5 {
		t.Errorf("%v after %d requests", err, seen.count())
	}
}

func TestNew(t *testing.T) {
	for _, c := range []struct {
		url string
		ok  bool
	}{
		{"https://api.apono.io", true},
		{"https://service.example/", true},
		{"https://service.example:8443/prefix", true},
		{"HTTPS://SERVICE.EXAMPLE", true},
		{"http://localhost:1", true},
		{"http://127.0.0.1", true},
		{"http://127.9.9.9:80", true},
		{"http://[::1]:80", true},
		{"http://service.example", false},
		{"http://127.0.0.1.service.example", false},
		{"http://localhost.service.example", false},
		{"http://localhost@service.example", false},
		{"http://[2001:db8::1]", false},
		{"http://10.0.0.1", false},
		{"ftp://localhost", false},
		{"localhost:8080", false},
		{"service.example", false},
		{"https://", false},
		{"", false},
		{"https://a b", false},
	} {
		cl, err := New(Config{BaseURL: c.url})
		if (err == nil) != c.ok || (cl != nil) != c.ok {
			t.Errorf("%s: %v", c.url, err)
		}
	}
}

func TestErrorsOfNewOmitPasswords(t *testing.T) {
	for _, url := range []string{"http://user:hunter2@service.example", "https://user:hunter2@ho st", "user:hunter2@service.example", "http://hunter2", "ftp://hunter2/"} {
		if _, err := New(Config{BaseURL: url}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}
