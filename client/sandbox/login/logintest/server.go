package logintest

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"apono/client/sandbox/login"
)

// The only user of a Server, and the account.
const (
	UserID    = "user-ada"
	AccountID = "account-1"
)

// Server is a login server on a loopback port.
type Server struct {
	*login.Server
	// URL is the server's address, without a trailing slash.
	URL string

	t        *testing.T
	override atomic.Pointer[http.HandlerFunc]
}

// NewServer starts a login server that runs until the test ends.
func NewServer(t *testing.T) *Server {
	t.Helper()
	server, err := login.Open(t.Context(), login.Options{
		Dir: t.TempDir(), AccountID: AccountID, DeviceInterval: time.Second,
		Users: []login.User{{ID: UserID, Name: "Ada"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	s := &Server{Server: server, t: t}
	handler := server.Handler()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if override := s.override.Load(); override != nil {
			(*override)(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	s.URL = web.URL
	return s
}

// Override makes h handle all requests instead of the login server.
func (s *Server) Override(h http.HandlerFunc) { s.override.Store(&h) }

// Restore ends Override.
func (s *Server) Restore() { s.override.Store(nil) }

// BeforeNextRequest makes the server call f before it handles the next request.
func (s *Server) BeforeNextRequest(f func()) {
	s.Override(func(w http.ResponseWriter, r *http.Request) {
		s.Restore()
		f()
		s.Handler().ServeHTTP(w, r)
	})
}

// CheckToken fails the test unless token is a valid access token of the user.
func (s *Server) CheckToken(token string) {
	s.t.Helper()
	if user, ok := s.Authenticate(token); !ok || user != UserID {
		s.t.Errorf("the token belongs to %q, %v", user, ok)
	}
}
