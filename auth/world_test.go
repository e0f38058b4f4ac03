package auth

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"apono/client/sandbox/login"
	"apono/client/sandbox/login/logintest"
)

const ada = "user-ada"

// world is a login server, and a stored login at it.
type world struct {
	*testing.T
	server *login.Server
	web    *httptest.Server
	// instead, when set, answers in place of the login server.
	instead atomic.Pointer[http.HandlerFunc]
	dir     string
	logins  *Logins
}

func newLoginServer(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, dir: t.TempDir()}
	var err error
	w.server, err = login.Open(t.Context(), login.Options{
		Dir: t.TempDir(), AccountID: "account-1", DeviceInterval: time.Second,
		Users: []login.User{{ID: ada, Name: "Ada"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.server.Close() })
	genuine := w.server.Handler()
	w.web = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if instead := w.instead.Load(); instead != nil {
			(*instead)(rw, r)
			return
		}
		genuine.ServeHTTP(rw, r)
	}))
	t.Cleanup(w.web.Close)
	w.logins = NewLogins(Dirs{Config: w.dir})
	return w
}

// newWorld is one with a login stored in a file.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := newLoginServer(t)
	result, err := w.flow(ada).Paste(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.logins.Save(t.Context(), result.Profile, result.Token, PlaceFile); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) profile() Profile {
	p := newProfile(DefaultProfile)
	p.APIURL, p.AppURL = w.web.URL, w.web.URL
	return p
}

// flow is a login in which the person chooses user.
func (w *world) flow(user string) *Flow {
	person := &visitor{T: w.T, user: user}
	return &Flow{Profile: w.profile(), Person: person, Open: person.open}
}

func (w *world) answerInstead(h http.HandlerFunc) { w.instead.Store(&h) }
func (w *world) answerAgain()                     { w.instead.Store(nil) }

func (w *world) stored() Token {
	w.Helper()
	token, err := w.logins.Vault.Get(w.Context(), DefaultProfile, PlaceFile)
	if err != nil {
		w.Fatal(err)
	}
	return token
}

// change stores another form of the login's token.
func (w *world) change(change func(*Token)) {
	w.Helper()
	token := w.stored()
	change(&token)
	if _, err := w.logins.Vault.Put(w.Context(), DefaultProfile, token, PlaceFile); err != nil {
		w.Fatal(err)
	}
}

func (w *world) expire() {
	w.change(func(t *Token) { t.Expiry = time.Now().Add(-time.Hour) })
}

func (w *world) source() *Source {
	w.Helper()
	c := load(w.T, w.logins.Store)
	login, err := c.Resolve("", func(string) string { return "" })
	if err != nil {
		w.Fatal(err)
	}
	return w.logins.Source(login)
}

// visitor is a person with a browser that shows the login server's pages.
type visitor struct {
	*testing.T
	user   string
	paste  func(landed *url.URL, problem error) (string, error)
	onCode func(Code)

	landing logintest.Landing
	visited chan logintest.Landing // where open's visits end; nil drops them
	address string
	opened  error
}

func (v *visitor) open(ctx context.Context, address string) error {
	go func() {
		landing, err := logintest.Visit(ctx, address, v.user)
		if err != nil && ctx.Err() == nil {
			v.Error(err)
		}
		if v.visited != nil {
			v.visited <- landing
		}
	}()
	return nil
}

func (v *visitor) ShowURL(address string, opened error) { v.address, v.opened = address, opened }

func (v *visitor) ShowCode(code Code) {
	if v.onCode != nil {
		v.onCode(code)
		return
	}
	if _, err := logintest.Visit(v.Context(), code.CompleteURL, v.user); err != nil {
		v.Error(err)
	}
}

func (v *visitor) PasteURL(ctx context.Context, problem error) (string, error) {
	if v.landing.URL == nil {
		var err error
		if v.landing, err = logintest.Visit(ctx, v.address, v.user); err != nil {
			return "", err
		}
	}
	if v.paste != nil {
		return v.paste(v.landing.URL, problem)
	}
	return v.landing.URL.String(), nil
}
