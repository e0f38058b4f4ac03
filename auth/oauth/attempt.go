package oauth

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/url"

	"golang.org/x/oauth2"

	"apono/auth"
)

// attempt is one authorization request and what is needed to redeem its response.
type attempt struct {
	server          auth.LoginServer
	redirect        string
	state, verifier string
}

// newAttempt returns an attempt whose response the browser delivers to port on
// this machine.
func (f *Flow) newAttempt(port int) (attempt, error) {
	a := attempt{
		server:   f.server(),
		redirect: fmt.Sprintf("http://localhost:%d", port),
		state:    oauth2.GenerateVerifier(), // 32 random bytes, as good for a state
		verifier: oauth2.GenerateVerifier(),
	}
	return a, a.server.Check()
}

// address returns the URL of the page on which the user approves the login.
func (a attempt) address() string { return a.server.AuthCodeURL(a.redirect, a.state, a.verifier) }

// matches reports whether a response is for this attempt. Without this check, a
// malicious link could log the user in as another user.
func (a attempt) matches(response url.Values) bool {
	return subtle.ConstantTimeCompare([]byte(response.Get("state")), []byte(a.state)) == 1
}

// redeem exchanges a response that matches for a token.
func (a attempt) redeem(ctx context.Context, response url.Values) (auth.Issued, error) {
	if code := response.Get("error"); code != "" {
		return auth.Issued{}, a.server.RefusedError(code, response.Get("error_description"), auth.LoginRejected, 0)
	}
	return a.server.Exchange(ctx, response.Get("code"), a.redirect, a.verifier)
}

// hasResult reports whether values are a response, with a code or an error.
func hasResult(values url.Values) bool { return values.Has("code") || values.Has("error") }
