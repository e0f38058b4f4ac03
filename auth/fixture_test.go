package auth

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"apono/auth/secrets"
	"apono/client/sandbox/login/logintest"
)

// loginServer is a login server, and the logins stored for it in a folder.
type loginServer struct {
	*logintest.Server
	t      *testing.T
	dir    string
	logins *Logins
}

// newLoginServer returns a login server and a login to it, stored in a file.
func newLoginServer(t *testing.T) *loginServer {
	t.Helper()
	dir := t.TempDir()
	s := &loginServer{Server: logintest.NewServer(t), t: t, dir: dir, logins: NewLogins(Dirs{Config: dir})}
	if _, err := s.logins.Save(t.Context(), s.profile(), s.newToken(), secrets.PlaceFile); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *loginServer) profile() Profile {
	p := newProfile(DefaultProfile)
	p.APIURL, p.AppURL = s.URL, s.URL
	return p
}

func (s *loginServer) newToken() Token {
	s.t.Helper()
	const redirect = "http://localhost:64131"
	server, verifier := LoginServer{Profile: s.profile()}, oauth2.GenerateVerifier()
	landing, err := logintest.Visit(s.t.Context(), server.AuthCodeURL(redirect, "state", verifier), logintest.UserID)
	if err != nil {
		s.t.Fatal(err)
	}
	issued, err := server.Exchange(s.t.Context(), landing.URL.Query().Get("code"), redirect, verifier)
	if err != nil {
		s.t.Fatal(err)
	}
	return issued.Token
}

// stored returns the stored token.
func (s *loginServer) stored() Token {
	s.t.Helper()
	token, err := getToken(s.t.Context(), s.logins.Vault, DefaultProfile, secrets.PlaceFile)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// edit changes the stored token.
func (s *loginServer) edit(change func(*Token)) {
	s.t.Helper()
	token := s.stored()
	change(&token)
	if _, err := putToken(s.t.Context(), s.logins.Vault, DefaultProfile, token, secrets.PlaceFile); err != nil {
		s.t.Fatal(err)
	}
}

func (s *loginServer) expire() {
	s.t.Helper()
	s.edit(func(t *Token) { t.Expiry = time.Now().Add(-time.Hour) })
}

// source returns the source of the stored login, as a new process would.
func (s *loginServer) source() *Source {
	s.t.Helper()
	login, err := load(s.t, s.logins.Store).Resolve("", noVariables)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.logins.Source(login)
}

func (s *loginServer) token(source *Source) string {
	s.t.Helper()
	token, err := source.Token(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

func noVariables(string) string { return "" }

// kindOf returns the kind of the LoginError in err; empty for any other error.
func kindOf(err error) LoginKind {
	var failed *LoginError
	if errors.As(err, &failed) {
		return failed.Kind
	}
	return ""
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// failingKeyring is a keyring that fails while fail is set.
type failingKeyring struct {
	entries map[string]string
	fail    bool
}

func newFailingKeyring() *failingKeyring { return &failingKeyring{entries: map[string]string{}} }

func (k *failingKeyring) err() error {
	if k.fail {
		return &secrets.Error{Place: secrets.PlaceKeyring, Err: errors.New("the keyring failed")}
	}
	return nil
}

func (k *failingKeyring) Set(_ context.Context, name, secret string) error {
	if k.fail {
		return k.err()
	}
	k.entries[name] = secret
	return nil
}

func (k *failingKeyring) Get(_ context.Context, name string) (string, error) {
	secret, ok := k.entries[name]
	if !ok && !k.fail {
		return "", secrets.ErrNotFound
	}
	return secret, k.err()
}

func (k *failingKeyring) Delete(_ context.Context, name string) error {
	if k.fail {
		return k.err()
	}
	delete(k.entries, name)
	return nil
}

func newCanceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
