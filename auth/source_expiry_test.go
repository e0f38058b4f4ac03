package auth

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// setLifetime changes the lifetime of the tokens that the server issues; seconds
// is a number of seconds.
func (s *loginServer) setLifetime(seconds string) {
	s.Override(func(w http.ResponseWriter, r *http.Request) {
		response := httptest.NewRecorder()
		s.Handler().ServeHTTP(response, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(response.Code)
		_, _ = io.WriteString(w, strings.Replace(response.Body.String(), `"expires_in":3600`, `"expires_in":`+seconds, 1))
	})
}

func TestShortLivedTokenIsReused(t *testing.T) {
	server := newLoginServer(t)
	server.setLifetime("30")
	server.expire()
	s := server.source()
	first := server.token(s)
	if server.token(s) != first || server.Refreshes() != 1 {
		t.Errorf("two requests needed %d refreshes", server.Refreshes())
	}
	server.token(server.source())
	if server.Refreshes() != 2 {
		t.Errorf("another process used a token about to expire, after %d refreshes", server.Refreshes())
	}
}

func TestReuseUntil(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, c := range []struct{ remaining, want time.Duration }{
		{time.Hour, 59 * time.Minute},
		{2 * time.Minute, time.Minute},
		{30 * time.Second, 15 * time.Second},
		{-10 * time.Second, -5 * time.Second}, // not at all
	} {
		if got := (Token{Expiry: now.Add(c.remaining)}).reuseUntil(now).Sub(now); got != c.want {
			t.Errorf("with %s remaining: %s, want %s", c.remaining, got, c.want)
		}
	}
	if got := (Token{}).reuseUntil(now); !got.IsZero() {
		t.Errorf("without an expiry: %v", got)
	}
}
