package auth

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"apono/render/safetext"
)

const (
	// loginTimeout bounds one request to a login server.
	loginTimeout = 20 * time.Second
	// clockTolerance is how far this machine's clock may be off before it is
	// reported.
	clockTolerance = 2 * time.Minute
	// maxLifetime bounds how long a token may be valid, in seconds: ten years.
	maxLifetime = 10 * 365 * 24 * 60 * 60
)

// LoginServer is a client of the OAuth server that issues a profile's tokens.
// Package auth/oauth uses it to log a user in.
type LoginServer struct {
	// Profile has the server's URLs. Its name is used in errors, and may be empty.
	Profile Profile
	// Transport sends the requests; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Issued is a new token and what the server's response says about it.
type Issued struct {
	Token Token
	// AccountID and UserID are empty unless the token contains them.
	AccountID, UserID string
	// ClockOff is how far the server's clock is ahead of this machine's. It is 0
	// if they differ by less than two minutes.
	ClockOff time.Duration
}

// Check returns a *URLError if a token must not be sent to one of the server's
// URLs.
func (s LoginServer) Check() error { return s.Profile.checkLoginURLs() }

// AuthCodeURL returns the URL of the page on which the user approves a login. The
// server then sends the browser to redirect with the given state. Exchange needs the
// same redirect and verifier.
func (s LoginServer) AuthCodeURL(redirect, state, verifier string) string {
	config := s.config()
	config.RedirectURL = redirect
	return config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))
}

// Exchange trades an authorization code for a token. It fails with a
// *LoginError, a *URLError or the error of ctx.
func (s LoginServer) Exchange(ctx context.Context, code, redirect, verifier string) (Issued, error) {
	return s.request(ctx, CodeUsed, []string{code, verifier}, func(ctx context.Context) (*oauth2.Token, error) {
		config := s.config()
		config.RedirectURL = redirect
		return config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	})
}

// refresh trades a refresh token for a new token. The refresh token cannot be
// used again, even if the response is lost.
func (s LoginServer) refresh(ctx context.Context, refresh string) (Issued, error) {
	return s.request(ctx, LoginExpired, []string{refresh}, func(ctx context.Context) (*oauth2.Token, error) {
		return s.config().TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
	})
}

func (s LoginServer) config() *oauth2.Config {
	return &oauth2.Config{
		ClientID: s.Profile.ClientID,
		Scopes:   Scopes(),
		Endpoint: oauth2.Endpoint{
			AuthURL:   s.Profile.AuthorizeURL(),
			TokenURL:  s.Profile.TokenEndpoint(),
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// Scopes returns the OAuth scopes that every login requests: all end-user scopes
// of the client API.
func Scopes() []string {
	return []string{
		"end_user:access_sessions:read", "end_user:access_sessions:write",
		"end_user:access_requests:read", "end_user:access_requests:write",
		"end_user:inventory:read", "end_user:analytics:write", "end_user:mcp",
	}
}

// request makes one request for a token. invalidGrant is what the server's
// invalid_grant means; secrets must not appear in an error.
func (s LoginServer) request(ctx context.Context, invalidGrant LoginKind, secrets []string, send func(context.Context) (*oauth2.Token, error)) (Issued, error) {
	if err := s.Profile.checkURL("token_url", s.Profile.TokenEndpoint()); err != nil {
		return Issued{}, err
	}
	recorder := &recordingTransport{next: s.transport()}
	token, err := send(context.WithValue(ctx, oauth2.HTTPClient, noRedirects(recorder)))
	if ctx.Err() != nil && err != nil {
		return Issued{}, ctx.Err()
	}
	if err != nil {
		return Issued{}, s.explain(err, recorder.status, invalidGrant, secrets)
	}
	if safetext.Blank(token.AccessToken) {
		return Issued{}, s.NewError(BadResponse)
	}
	return s.Accept(token, recorder.date), nil
}

// Accept returns the token in a response, with its expiry by this machine's clock.
// serverTime is the response's date, or zero if it has none.
func (s LoginServer) Accept(response *oauth2.Token, serverTime time.Time) Issued {
	c, now := claimsOf(response.AccessToken), s.Time()
	issued := Issued{
		Token:     Token{Access: response.AccessToken, Refresh: response.RefreshToken, Kind: OAuth},
		AccountID: c.AccountID, UserID: c.UserID,
	}
	if !serverTime.IsZero() && serverTime.Sub(now).Abs() > clockTolerance {
		issued.ClockOff = serverTime.Sub(now).Round(time.Second)
	}
	issued.Token.Expiry = expiryOf(response.ExpiresIn, c, now, issued.ClockOff)
	return issued
}

// expiryOf returns when a token expires by this machine's clock, or zero if that
// is unknown. expiresIn is in seconds; 0 means that the response had none.
func expiryOf(expiresIn int64, c claims, now time.Time, clockOff time.Duration) time.Time {
	var expiry time.Time
	switch {
	case expiresIn > 0:
		expiry = now.Add(time.Duration(min(expiresIn, maxLifetime)) * time.Second)
	case c.Expiry.IsZero():
		return time.Time{}
	case !c.Issued.IsZero() && c.Expiry.After(c.Issued):
		// The lifetime is right even if one of the clocks is wrong.
		expiry = now.Add(c.Expiry.Sub(c.Issued))
	default:
		expiry = c.Expiry.Add(-clockOff)
	}
	return expiry.UTC().Truncate(time.Second)
}

// explain returns the error for a request that failed with err. status is 0 if
// there was no response.
func (s LoginServer) explain(err error, status int, invalidGrant LoginKind, secrets []string) error {
	failed := s.NewError(BadResponse)
	failed.Status = status
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode != "":
		description := WithoutSecrets(refused.ErrorDescription, secrets...)
		return s.RefusedError(refused.ErrorCode, description, invalidGrant, status)
	case status == 0:
		return s.UnreachableError(err)
	case status >= 500 || status == http.StatusTooManyRequests:
		failed.Kind = ServerFailed
	}
	// Err is not set: it quotes the response, which may contain a token.
	return failed
}

// RefusedError returns the error for an OAuth error response. invalidGrant is what
// the code invalid_grant means; status is 0 if the response came through the
// browser.
func (s LoginServer) RefusedError(code, description string, invalidGrant LoginKind, status int) *LoginError {
	failed := s.NewError(LoginRejected)
	failed.Code, failed.Description, failed.Status = code, description, status
	switch code {
	case "invalid_grant":
		failed.Kind = invalidGrant
	case "access_denied":
		failed.Kind = LoginDenied
	case "expired_token":
		failed.Kind = DeviceExpired
	case "server_error", "temporarily_unavailable":
		failed.Kind = ServerFailed
	}
	return failed
}

// UnreachableError returns the error for a request that got no response.
func (s LoginServer) UnreachableError(err error) *LoginError {
	failed := s.NewError(LoginNetwork)
	failed.Err = err
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		failed.Err = wrapped.Err // without the URL
	}
	var certificate x509.CertificateInvalidError
	if errors.As(err, &certificate) && certificate.Reason == x509.Expired {
		failed.Kind = ClockWrong
	}
	return failed
}

// NewError returns an error of the given kind that names the profile and the host.
func (s LoginServer) NewError(kind LoginKind) *LoginError {
	failed := &LoginError{Kind: kind, Profile: s.Profile.Name}
	if parsed, err := url.Parse(s.Profile.TokenEndpoint()); err == nil {
		failed.Host = parsed.Host
	}
	return failed
}

// WithoutSecrets returns text, or an empty string if text contains one of secrets.
func WithoutSecrets(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			return ""
		}
	}
	return text
}

// Time returns the current time according to s.Now.
func (s LoginServer) Time() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// HTTPClient returns a client for requests to the server. It does not follow
// redirects, because the requests contain secrets.
func (s LoginServer) HTTPClient() *http.Client { return noRedirects(s.transport()) }

func (s LoginServer) transport() http.RoundTripper {
	if s.Transport == nil {
		return http.DefaultTransport
	}
	return s.Transport
}

func noRedirects(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		Timeout:       loginTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// recordingTransport records the status and the date of the last response, which
// the oauth2 library does not return.
type recordingTransport struct {
	next   http.RoundTripper
	status int
	date   time.Time
}

// RoundTrip implements http.RoundTripper.
func (t *recordingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		t.status = resp.StatusCode
		t.date, _ = http.ParseTime(resp.Header.Get("Date"))
	}
	return resp, err
}
