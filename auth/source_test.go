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

	"apono/auth/secrets"
)

func TestSourceReturnsTheStoredToken(t *testing.T) {
	server := newLoginServer(t)
	got := server.token(server.source())
	if got != server.stored().Access || server.Refreshes() != 0 {
		t.Errorf("%d refreshes", server.Refreshes())
	}
	server.CheckToken(got)
}

func TestSourceRenewsBeforeTheExpiry(t *testing.T) {
	server := newLoginServer(t)
	before := server.stored()
	server.edit(func(t *Token) { t.Expiry = time.Now().Add(30 * time.Second) })
	s := server.source()
	got := server.token(s)
	server.CheckToken(got)
	after := server.stored()
	if got == before.Access || got != after.Access || after.Refresh == before.Refresh || server.Refreshes() != 1 {
		t.Errorf("after %d refreshes, the returned and the stored token differ: %v", server.Refreshes(), got != after.Access)
	}
	if server.token(s) != got || server.token(server.source()) != got || server.Refreshes() != 1 {
		t.Errorf("%d refreshes after further use", server.Refreshes())
	}
	if p := load(t, server.logins.Store).Profiles[DefaultProfile]; !p.Expiry.Equal(after.Expiry) || !p.Renewable {
		t.Errorf("the profile has the expiry %v", p.Expiry)
	}
}

func TestSourceRenewsOnceForManyCallers(t *testing.T) {
	server := newLoginServer(t)
	server.expire()
	s := server.source()
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if _, err := s.Token(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := server.Refreshes(); got != 1 {
		t.Errorf("%d refreshes", got)
	}
}

func TestSourceReportsAnExpiredLogin(t *testing.T) {
	server := newLoginServer(t)
	old := server.stored()
	server.expire()
	server.token(server.source())
	server.edit(func(t *Token) { *t = old }) // as if restored from a backup
	server.expire()
	_, err := server.source().Token(t.Context())
	var failed *LoginError
	if !errors.As(err, &failed) || failed.Kind != LoginExpired || !failed.NeedsLogin() || failed.Profile != DefaultProfile || failed.Hint() != "To log in, run: apono login" {
		t.Fatalf("got %v", err)
	}
	if strings.Contains(err.Error(), old.Refresh) {
		t.Error("the error contains the token")
	}
}

func TestSourceWithoutARefreshToken(t *testing.T) {
	server := newLoginServer(t)
	server.edit(func(t *Token) { t.Refresh, t.Expiry = "", time.Now().Add(30*time.Second) })
	server.token(server.source()) // within the margin
	server.expire()
	if _, err := server.source().Token(t.Context()); kindOf(err) != LoginExpired {
		t.Errorf("got %v", err)
	}
}

func TestFailedRefreshDoesNotChangeTheLogin(t *testing.T) {
	reset := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}
	respond := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    LoginKind
	}{
		"no response":       {reset, LoginNetwork},
		"unavailable":       {respond(503, "text/plain", "refresh_token"), ServerFailed},
		"too many requests": {respond(429, "application/json", `{}`), ServerFailed},
		"proxy page":        {respond(200, "text/html", "<html>sign in</html>"), BadResponse},
		"proxy error":       {respond(403, "text/html", "<html>no</html>"), BadResponse},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, BadResponse},
		"empty object":    {respond(200, "application/json", `{}`), BadResponse},
		"other error":     {respond(400, "application/json", `{"error":"invalid_scope","error_description":"no"}`), LoginRejected},
		"temporary error": {respond(400, "application/json", `{"error":"temporarily_unavailable"}`), ServerFailed},
	} {
		t.Run(name, func(t *testing.T) {
			server := newLoginServer(t)
			server.expire()
			before := server.stored()
			server.Override(test.handler)
			_, err := server.source().Token(t.Context())
			if kindOf(err) != test.want {
				t.Errorf("got %v", err)
			}
			if server.stored() != before {
				t.Error("the stored login has changed")
			}
			server.Restore()
			server.CheckToken(server.token(server.source()))
		})
	}
}

func TestFailedRefreshFallsBackToAValidToken(t *testing.T) {
	server := newLoginServer(t)
	server.edit(func(t *Token) { t.Expiry = time.Now().Add(30 * time.Second) })
	server.Override(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	server.CheckToken(server.token(server.source()))
}

func TestErrorsContainNoToken(t *testing.T) {
	server := newLoginServer(t)
	server.expire()
	secret := server.stored().Refresh
	for _, contentType := range []string{"application/json", "text/plain", "text/html", "application/x-www-form-urlencoded"} {
		for _, body := range []string{`{"error":"invalid_grant","error_description":"bad token ` + secret + `"}`, secret, `{"x":` + secret, "error=x&error_description=" + secret} {
			server.Override(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", contentType)
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, body)
			})
			if _, err := server.source().Token(t.Context()); err == nil || strings.Contains(err.Error(), secret) {
				t.Errorf("%s %s: %v", contentType, body, err)
			}
		}
	}
}

func TestTokenIsNotSentOverPlainHTTP(t *testing.T) {
	server := newLoginServer(t)
	server.expire()
	c := load(t, server.logins.Store)
	login, err := c.Resolve(DefaultProfile, noVariables)
	if err != nil {
		t.Fatal(err)
	}
	login.Profile.TokenURL = "http://login.example" // as if the file was edited
	s := server.logins.Source(login)
	s.transport = roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("a request was sent")
		return nil, errors.New("no network")
	})
	var invalid *URLError
	if _, err := s.Token(t.Context()); !errors.As(err, &invalid) {
		t.Errorf("got %v", err)
	}
}

func TestTokenFromTheEnvironmentWritesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "config")
	logins := NewLogins(Dirs{Config: dir})
	expired := jwt(`{"exp":1000}`)
	login, err := load(t, logins.Store).Resolve("", variables(TokenVariable, expired))
	if err != nil {
		t.Fatal(err)
	}
	s := logins.Source(login)
	if got, err := s.Token(t.Context()); got != expired || err != nil {
		t.Errorf("Token returned %q, %v", got, err)
	}
	if err := s.Refused(t.Context()); kindOf(err) != LoginRefused {
		t.Errorf("refused: %v", err)
	}
	if exists(dir) {
		t.Error("the folder was created")
	}
}

func TestSourceAfterLogout(t *testing.T) {
	server := newLoginServer(t)
	s := server.source()
	if _, err := server.logins.Logout(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Token(t.Context()); kindOf(err) != NotLoggedIn {
		t.Errorf("got %v", err)
	}
}

func TestSourceMovesTheTokenIfTheKeyringFails(t *testing.T) {
	server := newLoginServer(t)
	keyring := newFailingKeyring()
	server.logins.Vault.Keyring = keyring
	login := server.stored()
	login.Expiry = time.Now().Add(-time.Hour)
	c := load(t, server.logins.Store)
	if _, err := server.logins.Save(t.Context(), c.Profiles[DefaultProfile], login, secrets.PlaceKeyring); err != nil {
		t.Fatal(err)
	}
	var moved []secrets.Stored
	server.logins.Moved = func(profile string, s secrets.Stored) {
		if profile != DefaultProfile {
			t.Errorf("Moved was called for profile %q", profile)
		}
		moved = append(moved, s)
	}
	s := server.source()
	server.BeforeNextRequest(func() { keyring.fail = true })
	got := server.token(s)
	server.CheckToken(got)
	if len(moved) != 1 || moved[0].Place != secrets.PlaceFile || moved[0].KeyringErr == nil {
		t.Fatalf("moved: %+v", moved)
	}
	if p := load(t, server.logins.Store).Profiles[DefaultProfile]; p.Secret != secrets.PlaceFile {
		t.Errorf("the configuration has the place %q", p.Secret)
	}
	if server.token(server.source()) != got {
		t.Error("another process does not find the renewed token")
	}
	if text, _ := os.ReadFile(server.logins.Vault.Path(DefaultProfile)); !strings.Contains(string(text), got) {
		t.Error("the token is not in the file")
	}
}

func TestCanceledCommandStoresTheRefreshedToken(t *testing.T) {
	server := newLoginServer(t)
	server.expire()
	before := server.stored()
	ctx, cancel := context.WithCancel(t.Context())
	server.BeforeNextRequest(cancel) // the server has the request, so the refresh token is used up
	if _, err := server.source().Token(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	// The lock is released after the refresh was stored or has failed.
	unlock, err := server.logins.Vault.Lock(t.Context(), DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if server.stored().Refresh == before.Refresh {
		t.Error("the new refresh token was lost")
	}
	server.CheckToken(server.token(server.source()))
}

func TestSourceStopsWaitingForTheLock(t *testing.T) {
	server := newLoginServer(t)
	server.expire()
	unlock, err := server.logins.Vault.Lock(t.Context(), DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := server.source().Token(newCanceled(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
