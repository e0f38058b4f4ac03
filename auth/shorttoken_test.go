package auth

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// issueFor makes the login server's tokens as short as lifetime says.
func (w *world) issueFor(lifetime string) {
	w.answerInstead(func(rw http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		w.server.Handler().ServeHTTP(answer, r)
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(answer.Code)
		_, _ = io.WriteString(rw, strings.Replace(answer.Body.String(), `"expires_in":3600`, `"expires_in":`+lifetime, 1))
	})
}

func TestShortTokenIsNotRenewedForEveryRequest(t *testing.T) {
	w := newWorld(t)
	w.issueFor("30")
	w.expire()
	s := w.source()
	first := w.token(s)
	if w.token(s) != first || w.server.Refreshes() != 1 {
		t.Errorf("two requests took %d refreshes", w.server.Refreshes())
	}
	w.token(w.source())
	if w.server.Refreshes() != 2 {
		t.Errorf("another process found a token at its end, and there were %d refreshes", w.server.Refreshes())
	}
}

func TestTokenIsUsedUntil(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, c := range []struct{ left, used time.Duration }{
		{time.Hour, 59 * time.Minute},
		{2 * time.Minute, time.Minute},
		{30 * time.Second, 15 * time.Second},
		{-10 * time.Second, -5 * time.Second}, // not at all
	} {
		if got := (Token{Expiry: now.Add(c.left)}).useUntil(now).Sub(now); got != c.used {
			t.Errorf("a token that has %s left is used for %s, not %s", c.left, got, c.used)
		}
	}
	if got := (Token{}).useUntil(now); !got.IsZero() {
		t.Errorf("a token without an end is used until %v", got)
	}
}
