package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"apono/auth"
	"apono/client/sandbox/login/logintest"
)

// loginServer is a login server to log in to.
type loginServer struct {
	*logintest.Server
	t *testing.T
}

func newLoginServer(t *testing.T) *loginServer {
	t.Helper()
	return &loginServer{Server: logintest.NewServer(t), t: t}
}

func (s *loginServer) profile() auth.Profile {
	return auth.Profile{Name: auth.DefaultProfile, APIURL: s.URL, AppURL: s.URL, ClientID: auth.DefaultClientID}
}

// flow returns a flow and its user, who logs in with the ID userID.
func (s *loginServer) flow(userID string) (*Flow, *testUser) {
	user := &testUser{t: s.t, id: userID}
	return &Flow{Profile: s.profile(), UI: user, Open: user.open}, user
}

// flowWithBrowser returns a flow whose browser calls visit with the address to
// return to and the parameters of the authorization request.
func (s *loginServer) flowWithBrowser(visit func(callback string, request url.Values)) *Flow {
	return &Flow{Profile: s.profile(), UI: &testUser{t: s.t}, Open: func(_ context.Context, address string) error {
		parsed, err := url.Parse(address)
		if err != nil {
			return err
		}
		go visit(parsed.Query().Get("redirect_uri"), parsed.Query())
		return nil
	}}
}

// get requests the callback with parameters and returns the status and the page.
func (s *loginServer) get(callback string, parameters url.Values) (int, string) {
	resp, err := http.Get(callback + "/?" + parameters.Encode())
	if err != nil {
		s.t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Error(err)
	}
	return resp.StatusCode, string(body)
}

// status sends a request and returns the status of its response.
func (s *loginServer) status(method, address string) int {
	req, err := http.NewRequestWithContext(s.t.Context(), method, address, nil)
	if err != nil {
		s.t.Error(err)
		return 0
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Error(err)
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// testUser is a UI for a user whose browser visits the login server's pages.
type testUser struct {
	t  *testing.T
	id string // logintest.Deny to deny the login
	// paste returns what the user pastes; nil pastes the right address.
	paste func(landed *url.URL, problem error) (string, error)
	// confirm replaces confirming a device code if it is not nil.
	confirm func(DeviceCode)
	visited chan logintest.Landing // receives the landing page of each visit; nil discards it

	landing logintest.Landing // where the visit of PasteURL ended
	address string            // from ShowURL
	opened  error             // from ShowURL
}

func (u *testUser) open(ctx context.Context, address string) error {
	go func() {
		landing, err := logintest.Visit(ctx, address, u.id)
		if err != nil && ctx.Err() == nil {
			u.t.Error(err)
		}
		if u.visited != nil {
			u.visited <- landing
		}
	}()
	return nil
}

func (u *testUser) ShowURL(address string, opened error) { u.address, u.opened = address, opened }

func (u *testUser) ShowCode(code DeviceCode) {
	if u.confirm != nil {
		u.confirm(code)
		return
	}
	if _, err := logintest.Visit(u.t.Context(), code.CompleteURL, u.id); err != nil {
		u.t.Error(err)
	}
}

func (u *testUser) PasteURL(ctx context.Context, problem error) (string, error) {
	if u.landing.URL == nil {
		var err error
		if u.landing, err = logintest.Visit(ctx, u.address, u.id); err != nil {
			return "", err
		}
	}
	if u.paste != nil {
		return u.paste(u.landing.URL, problem)
	}
	return u.landing.URL.String(), nil
}

// kindOf returns the kind of the LoginError in err; empty for any other error.
func kindOf(err error) auth.LoginKind {
	var failed *auth.LoginError
	if errors.As(err, &failed) {
		return failed.Kind
	}
	return ""
}

// expiresIn reports whether expiry is about d from now.
func expiresIn(expiry time.Time, d time.Duration) bool {
	return (time.Until(expiry) - d).Abs() < time.Minute
}

func TestResultDoesNotPrintTheToken(t *testing.T) {
	result := Result{Token: auth.Token{Access: "hunter2", Refresh: "hunter2"}}
	if text := fmt.Sprintf("%v %+v %#v", result, &result, result); strings.Contains(text, "hunter2") {
		t.Errorf("printed: %s", text)
	}
}
