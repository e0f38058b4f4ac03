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
)

const (
	exchangeTimeout = 20 * time.Second
	// clockTolerance is how far this machine's clock may be off before it is
	// worth telling.
	clockTolerance = 2 * time.Minute
)

// endpoint is a profile's login server, as far as it issues tokens.
type endpoint struct {
	profile   Profile
	transport http.RoundTripper // nil means the usual one
	now       func() time.Time
}

// issued is a token and what else its answer told.
type issued struct {
	Token
	// clockOff is how far the server's clock is ahead of this machine's; 0
	// within the tolerance.
	clockOff time.Duration
}

func (e endpoint) config() *oauth2.Config {
	return &oauth2.Config{
		ClientID: e.profile.ClientID,
		Scopes:   scopes(),
		Endpoint: oauth2.Endpoint{
			AuthURL:   e.profile.AuthorizeURL(),
			TokenURL:  e.profile.TokenEndpoint(),
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// scopes are what a login asks for: everything that the client API offers its
// users.
func scopes() []string {
	return []string{
		"end_user:access_sessions:read", "end_user:access_sessions:write",
		"end_user:access_requests:read", "end_user:access_requests:write",
		"end_user:inventory:read", "end_user:analytics:write", "end_user:mcp",
	}
}

// exchange trades an authorization code for a token.
func (e endpoint) exchange(ctx context.Context, code, redirect, verifier string) (issued, error) {
	return e.ask(ctx, CodeUsed, []string{code, verifier}, func(ctx context.Context) (*oauth2.Token, error) {
		config := e.config()
		config.RedirectURL = redirect
		return config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	})
}

// refresh trades a refresh token for a new token. The old refresh token is
// spent, whether the answer arrives or not.
func (e endpoint) refresh(ctx context.Context, refresh string) (issued, error) {
	return e.ask(ctx, LoginExpired, []string{refresh}, func(ctx context.Context) (*oauth2.Token, error) {
		return e.config().TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
	})
}

// ask makes one exchange. invalid is what the server's invalid_grant means, and
// secrets are what must not come back in an error.
func (e endpoint) ask(ctx context.Context, invalid LoginKind, secrets []string, do func(context.Context) (*oauth2.Token, error)) (issued, error) {
	if err := CheckURL(e.profile.TokenEndpoint()); err != nil {
		return issued{}, err
	}
	seen := &witness{next: e.transport}
	answer, err := do(context.WithValue(ctx, oauth2.HTTPClient, seen.client()))
	if ctx.Err() != nil && err != nil {
		return issued{}, ctx.Err()
	}
	if err != nil {
		return issued{}, e.explain(err, seen, invalid, secrets)
	}
	return e.accept(answer, seen.date), nil
}

func (e endpoint) accept(answer *oauth2.Token, serverTime time.Time) issued {
	got := issued{Token: Token{Access: answer.AccessToken, Refresh: answer.RefreshToken, Kind: OAuth}}
	now := e.now()
	if !serverTime.IsZero() && serverTime.Sub(now).Abs() > clockTolerance {
		got.clockOff = serverTime.Sub(now).Round(time.Second)
	}
	got.Expiry = expiryOf(answer, now, got.clockOff)
	return got
}

// expiryOf returns when the token ends by this machine's clock; zero where
// nobody says.
func expiryOf(answer *oauth2.Token, now time.Time, clockOff time.Duration) time.Time {
	says := claimsOf(answer.AccessToken)
	var end time.Time
	switch {
	case answer.ExpiresIn > 0:
		end = now.Add(time.Duration(answer.ExpiresIn) * time.Second)
	case says.Expiry.IsZero():
		return time.Time{}
	case !says.Issued.IsZero() && says.Expiry.After(says.Issued):
		// A lifetime holds by any clock; the claim's own time only by the server's.
		end = now.Add(says.Expiry.Sub(says.Issued))
	default:
		end = says.Expiry.Add(-clockOff)
	}
	return end.UTC().Truncate(time.Second)
}

func (e endpoint) explain(err error, seen *witness, invalid LoginKind, secrets []string) error {
	failed := e.failure(BadAnswer)
	failed.Status = seen.status
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode != "":
		return e.refusal(refused.ErrorCode, without(refused.ErrorDescription, secrets), invalid, seen.status)
	case seen.status == 0:
		return e.unreachable(err)
	case seen.status >= 500 || seen.status == http.StatusTooManyRequests:
		failed.Kind = ServerFailed
	}
	// The cause is left out: it quotes the answer.
	return failed
}

// refusal turns an OAuth error code into its kind.
func (e endpoint) refusal(code, description string, invalid LoginKind, status int) *LoginError {
	failed := e.failure(LoginRejected)
	failed.Code, failed.Description, failed.Status = code, description, status
	switch code {
	case "invalid_grant":
		failed.Kind = invalid
	case "access_denied":
		failed.Kind = LoginDenied
	case "expired_token":
		failed.Kind = DeviceExpired
	case "server_error", "temporarily_unavailable":
		failed.Kind = ServerFailed
	}
	return failed
}

// unreachable says why there was no answer.
func (e endpoint) unreachable(err error) *LoginError {
	failed := e.failure(LoginNetwork)
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

func (e endpoint) failure(kind LoginKind) *LoginError {
	failed := &LoginError{Kind: kind, Profile: e.profile.Name}
	if parsed, err := url.Parse(e.profile.TokenEndpoint()); err == nil {
		failed.Host = parsed.Host
	}
	return failed
}

// without returns text, or nothing where it holds one of secrets.
func without(text string, secrets []string) string {
	for _, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			return ""
		}
	}
	return text
}

// witness is a transport that remembers the last answer's status and date.
type witness struct {
	next   http.RoundTripper
	status int
	date   time.Time
}

// RoundTrip sends the request on.
func (w *witness) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := transportOr(w.next).RoundTrip(req)
	if err == nil {
		w.status = resp.StatusCode
		w.date, _ = http.ParseTime(resp.Header.Get("Date"))
	}
	return resp, err
}

func (w *witness) client() *http.Client { return noRedirects(w) }

// noRedirects returns a client that goes where it is sent and nowhere else: the
// body of its requests is a secret.
func noRedirects(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		Timeout:       exchangeTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func transportOr(transport http.RoundTripper) http.RoundTripper {
	if transport == nil {
		return http.DefaultTransport
	}
	return transport
}
