package auth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// kindOf is the kind of a LoginError in err; empty for any other error.
func kindOf(err error) LoginKind {
	var failed *LoginError
	if errors.As(err, &failed) {
		return failed.Kind
	}
	return ""
}

func (w *world) token(s *Source) string {
	w.Helper()
	token, err := s.Token(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return token
}

func (w *world) mustOwn(token string) {
	w.Helper()
	if user, ok := w.server.Authenticate(token); !ok || user != ada {
		w.Errorf("the token is %q's, %v", user, ok)
	}
}

func TestSourceHandsOutWhatIsStored(t *testing.T) {
	w := newWorld(t)
	got := w.token(w.source())
	if got != w.stored().Access || w.server.Refreshes() != 0 {
		t.Errorf("%d refreshes", w.server.Refreshes())
	}
	w.mustOwn(got)
}

func TestSourceRenewsBeforeTheEnd(t *testing.T) {
	w := newWorld(t)
	before := w.stored()
	w.change(func(t *Token) { t.Expiry = time.Now().Add(30 * time.Second) })
	s := w.source()
	got := w.token(s)
	w.mustOwn(got)
	after := w.stored()
	if got == before.Access || got != after.Access || after.Refresh == before.Refresh || w.server.Refreshes() != 1 {
		t.Errorf("after %d refreshes the stored token is another one: %v", w.server.Refreshes(), got != after.Access)
	}
	if w.token(s) != got || w.token(w.source()) != got || w.server.Refreshes() != 1 {
		t.Errorf("then there were %d refreshes", w.server.Refreshes())
	}
	if p := load(t, w.logins.Store).Profiles[DefaultProfile]; !p.Expiry.Equal(after.Expiry) || !p.Renewable {
		t.Errorf("the profile says %v", p.Expiry)
	}
}

func TestSourceRenewsOnceForManyCallers(t *testing.T) {
	w := newWorld(t)
	w.expire()
	s := w.source()
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if _, err := s.Token(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := w.server.Refreshes(); got != 1 {
		t.Errorf("%d refreshes", got)
	}
}

func TestSourceSaysThatTheLoginHasExpired(t *testing.T) {
	w := newWorld(t)
	spent := w.stored()
	w.expire()
	w.token(w.source())
	w.change(func(t *Token) { *t = spent; t.Expiry = time.Now().Add(-time.Hour) }) // as a copy of the file would
	_, err := w.source().Token(t.Context())
	var failed *LoginError
	if !errors.As(err, &failed) || failed.Kind != LoginExpired || !failed.NeedsLogin() || failed.Profile != DefaultProfile || failed.Hint() != "Log in: apono login" {
		t.Fatalf("got %v", err)
	}
	if strings.Contains(err.Error(), spent.Refresh) {
		t.Error("the error holds the token")
	}
}

func TestSourceWithoutARefreshToken(t *testing.T) {
	w := newWorld(t)
	w.change(func(t *Token) { t.Refresh, t.Expiry = "", time.Now().Add(30*time.Second) })
	w.token(w.source()) // to the very end
	w.expire()
	if _, err := w.source().Token(t.Context()); kindOf(err) != LoginExpired {
		t.Errorf("got %v", err)
	}
}

func TestFailedRefreshLeavesTheLoginAsItWas(t *testing.T) {
	reset := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}
	answer := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   LoginKind
	}{
		"no answer":         {reset, LoginNetwork},
		"out of order":      {answer(503, "text/plain", "refresh_token"), ServerFailed},
		"too busy":          {answer(429, "application/json", `{}`), ServerFailed},
		"a proxy's page":    {answer(200, "text/html", "<html>sign in</html>"), BadAnswer},
		"a proxy's refusal": {answer(403, "text/html", "<html>no</html>"), BadAnswer},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, BadAnswer},
		"nothing in it":       {answer(200, "application/json", `{}`), BadAnswer},
		"another refusal":     {answer(400, "application/json", `{"error":"invalid_scope","error_description":"no"}`), LoginRejected},
		"a temporary refusal": {answer(400, "application/json", `{"error":"temporarily_unavailable"}`), ServerFailed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.expire()
			before := w.stored()
			w.answerInstead(test.answer)
			_, err := w.source().Token(t.Context())
			if kindOf(err) != test.want {
				t.Errorf("got %v", err)
			}
			if w.stored() != before {
				t.Error("the stored login has changed")
			}
			w.answerAgain()
			w.mustOwn(w.token(w.source()))
		})
	}
}

func TestFailedRefreshUsesATokenThatIsStillGood(t *testing.T) {
	w := newWorld(t)
	w.change(func(t *Token) { t.Expiry = time.Now().Add(30 * time.Second) })
	w.answerInstead(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	w.mustOwn(w.token(w.source()))
}

func TestErrorsHoldNoToken(t *testing.T) {
	w := newWorld(t)
	w.expire()
	secret := w.stored().Refresh
	for _, contentType := range []string{"application/json", "text/plain", "text/html", "application/x-www-form-urlencoded"} {
		for _, body := range []string{`{"error":"invalid_grant","error_description":"bad token ` + secret + `"}`, secret, `{"x":` + secret, "error=x&error_description=" + secret} {
			w.answerInstead(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", contentType)
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, body)
			})
			if _, err := w.source().Token(t.Context()); err == nil || strings.Contains(err.Error(), secret) {
				t.Errorf("%s %s: %v", contentType, body, err)
			}
		}
	}
}

func TestTokenIsNotSentOverPlainHTTP(t *testing.T) {
	w := newWorld(t)
	w.expire()
	c := load(t, w.logins.Store)
	login, err := c.Resolve(DefaultProfile, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	login.Profile.TokenURL = "http://login.example" // as an edited file might say
	s := w.logins.Source(login)
	s.transport = roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("something was sent")
		return nil, errors.New("no network")
	})
	var wrong *URLError
	if _, err := s.Token(t.Context()); !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
}

func TestTokenOfTheEnvironmentWritesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "config")
	logins := NewLogins(Dirs{Config: dir})
	ended := jwt(`{"exp":1000}`)
	login, err := load(t, logins.Store).Resolve("", set(TokenVariable, ended))
	if err != nil {
		t.Fatal(err)
	}
	s := logins.Source(login)
	if got, err := s.Token(t.Context()); got != ended || err != nil {
		t.Errorf("the token came out as %q, %v", got, err)
	}
	if err := s.Refused(t.Context()); kindOf(err) != LoginRefused {
		t.Errorf("refused: %v", err)
	}
	if exists(dir) {
		t.Error("something was written")
	}
}

func TestSourceOfALoginThatIsGone(t *testing.T) {
	w := newWorld(t)
	s := w.source()
	if _, err := w.logins.Logout(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Token(t.Context()); kindOf(err) != NotLoggedIn {
		t.Errorf("got %v", err)
	}
}

func TestKeyringThatFailsWhileARefreshIsStored(t *testing.T) {
	w := newWorld(t)
	k, ring := memoryKeyring()
	w.logins.Vault.keyring = k
	login := w.stored()
	login.Expiry = time.Now().Add(-time.Hour)
	c := load(t, w.logins.Store)
	if _, err := w.logins.Save(t.Context(), c.Profiles[DefaultProfile], login, PlaceKeyring); err != nil {
		t.Fatal(err)
	}
	var moved []Stored
	w.logins.Moved = func(profile string, s Stored) {
		if profile != DefaultProfile {
			t.Errorf("profile %q has moved", profile)
		}
		moved = append(moved, s)
	}
	s := w.source()
	w.answerOnce(func() { ring.failAt = 1 }) // from the server's answer on
	got := w.token(s)
	w.mustOwn(got)
	if len(moved) != 1 || moved[0].Place != PlaceFile || moved[0].Why == nil {
		t.Fatalf("moved: %+v", moved)
	}
	if p := load(t, w.logins.Store).Profiles[DefaultProfile]; p.Secret != PlaceFile {
		t.Errorf("the configuration says %q", p.Secret)
	}
	if w.token(w.source()) != got {
		t.Error("the next command does not find the renewed token")
	}
	if text, _ := os.ReadFile(w.logins.Vault.Path(DefaultProfile)); !strings.Contains(string(text), got) {
		t.Error("it is not in the file")
	}
}

// answerOnce calls before ahead of the login server's next answer.
func (w *world) answerOnce(before func()) {
	genuine := w.server.Handler()
	w.answerInstead(func(rw http.ResponseWriter, r *http.Request) {
		w.answerAgain()
		before()
		genuine.ServeHTTP(rw, r)
	})
}

func TestCancelledCommandKeepsTheRefreshUnderWay(t *testing.T) {
	w := newWorld(t)
	w.expire()
	before := w.stored()
	ctx, cancel := context.WithCancel(t.Context())
	w.answerOnce(cancel) // the request has arrived: the refresh token is spent
	if _, err := w.source().Token(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	// The lock is free once the refresh is stored, or has failed.
	unlock, err := w.logins.Vault.lock(t.Context(), DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if w.stored().Refresh == before.Refresh {
		t.Error("the new refresh token was lost")
	}
	w.mustOwn(w.token(w.source()))
}

func TestWaitingForARefreshEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	w.expire()
	unlock, err := w.logins.Vault.lock(t.Context(), DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := newCancelled(t)
	defer cancel()
	if _, err := w.source().Token(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
