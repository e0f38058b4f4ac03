package login_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"apono/client/sandbox/login"
)

func TestCodeCanBeUsedOnce(t *testing.T) {
	f := newFixture(t)
	code := f.code(ada)
	first := f.exchange(codeForm(code))
	if f.owner(first.Access) != ada {
		t.Fatalf("the first use returned %+v", first)
	}
	if second := f.exchange(codeForm(code)); second.Error != "invalid_grant" {
		t.Errorf("the second use returned %+v", second)
	}
	if f.owner(first.Access) != "" {
		t.Error("the access token of the first use is still valid")
	}
	if again := f.exchange(refreshForm(first.Refresh)); again.Error != "invalid_grant" {
		t.Errorf("the refresh token of the first use still works: %+v", again)
	}
}

func TestCodeExchangeErrors(t *testing.T) {
	for name, test := range map[string]struct {
		field, value string
		wait         time.Duration
		want         string
	}{
		"other verifier":   {"code_verifier", "another", 0, "invalid_grant"},
		"no verifier":      {"code_verifier", "", 0, "invalid_request"},
		"other redirect":   {"redirect_uri", "http://localhost:64132", 0, "invalid_grant"},
		"unknown code":     {"code", "another", 0, "invalid_grant"},
		"expired":          {"grant_type", "authorization_code", 6 * time.Minute, "invalid_grant"},
		"other client":     {"client_id", "another", 0, "invalid_client"},
		"other grant type": {"grant_type", "password", 0, "unsupported_grant_type"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			form := codeForm(f.code(ada))
			form.Set(test.field, test.value)
			f.clock.advance(test.wait)
			if got := f.exchange(form); got.Error != test.want || got.Access != "" {
				t.Errorf("got %+v, want %s", got, test.want)
			}
		})
	}
}

func TestRefreshRotatesAndDetectsReuse(t *testing.T) {
	f := newFixture(t)
	first := f.exchange(codeForm(f.code(bob)))
	second := f.exchange(refreshForm(first.Refresh))
	if f.owner(second.Access) != bob || second.Refresh == "" || second.Refresh == first.Refresh || second.Access == first.Access {
		t.Fatalf("the refresh returned %+v after %+v", second, first)
	}
	if f.server.Refreshes() != 1 {
		t.Errorf("%d refreshes were counted", f.server.Refreshes())
	}
	if got := f.exchange(refreshForm(first.Refresh)); got.Error != "invalid_grant" {
		t.Errorf("the old refresh token returned %+v", got)
	}
	if got := f.exchange(refreshForm(second.Refresh)); got.Error != "invalid_grant" {
		t.Errorf("after the reuse the login still works: %+v", got)
	}
	if f.owner(second.Access) != "" {
		t.Error("after the reuse the access token is still valid")
	}
	other := f.exchange(codeForm(f.code(bob)))
	if got := f.exchange(refreshForm(other.Refresh)); f.owner(got.Access) != bob {
		t.Error("the reuse revoked another login of the same user")
	}
}

func TestConcurrentRefreshesSucceedOnce(t *testing.T) {
	f := newFixture(t)
	first := f.exchange(codeForm(f.code(ada)))
	var succeeded atomic.Int64
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			resp, err := http.PostForm(f.web.URL+"/oauth/token", url.Values{
				"client_id": {login.ClientID}, "grant_type": {"refresh_token"}, "refresh_token": {first.Refresh},
			})
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				succeeded.Add(1)
			}
		})
	}
	clients.Wait()
	if succeeded.Load() != 1 || f.server.Refreshes() != 1 {
		t.Errorf("%d refreshes succeeded, %d were counted", succeeded.Load(), f.server.Refreshes())
	}
}

func TestRefreshTokenExpires(t *testing.T) {
	f := newFixture(t)
	first := f.exchange(codeForm(f.code(ada)))
	f.clock.advance(31 * 24 * time.Hour)
	if got := f.exchange(refreshForm(first.Refresh)); got.Error != "invalid_grant" {
		t.Errorf("got %+v", got)
	}
}

func TestForgedTokensAreRejected(t *testing.T) {
	f := newFixture(t)
	valid := f.exchange(codeForm(f.code(ada))).Access
	parts := strings.Split(valid, ".")
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	asBob := base64.RawURLEncoding.EncodeToString(bytes.ReplaceAll(payload, []byte(ada), []byte(bob)))
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	for _, forged := range []string{
		"", "x", "a.b.c", parts[0] + "." + asBob + "." + parts[2], none + "." + parts[1] + ".", "apono_pt_guess", valid + "x",
	} {
		if id := f.owner(forged); id != "" {
			t.Errorf("%q is accepted for %s", forged, id)
		}
	}
}

func TestServersShareFileWithoutSecrets(t *testing.T) {
	f := newFixture(t)
	got := f.exchange(codeForm(f.code(ada)))
	personal, err := f.server.NewPersonalToken(t.Context(), ada, "x")
	if err != nil {
		t.Fatal(err)
	}
	other := open(t, f.dir, f.clock)
	for _, token := range []string{got.Access, personal} {
		if id, _ := other.Authenticate(token); id != ada {
			t.Error("another server on the same file does not know the token")
		}
	}
	path := filepath.Join(f.dir, "login.db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{got.Access, got.Refresh, personal} {
		if bytes.Contains(file, []byte(secret)) {
			t.Error("the file contains a secret in plain text")
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
}

func TestClosedServer(t *testing.T) {
	f := newFixture(t)
	token, err := f.server.NewPersonalToken(t.Context(), ada, "x")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.server.Close(); err != nil {
		t.Fatal(err)
	}
	if f.owner(token) != "" {
		t.Error("a closed server accepts a token")
	}
	if _, err := f.server.NewPersonalToken(context.Background(), ada, "x"); err == nil {
		t.Error("a closed server creates a token")
	}
}
