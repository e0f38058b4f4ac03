package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
)

const (
	// browserTimeout is how long a login in a browser may take the person.
	browserTimeout = 5 * time.Minute
	// maxPastes is how often a wrong paste may be mended.
	maxPastes = 5
)

// Person is the one who logs in: what they must see and answer.
type Person interface {
	// ShowURL shows the address to log in at. opened says whether a browser has
	// been started with it; nil means yes, ErrNotOpened that none was tried.
	ShowURL(address string, opened error)
	// ShowCode shows what to confirm on any device.
	ShowCode(code Code)
	// PasteURL asks for the address that the browser ended on. problem says what
	// was wrong with the answer before; nil at first.
	PasteURL(ctx context.Context, problem error) (string, error)
}

// Code is a login by code that waits for the person. Its texts come from the
// service and must be cleaned before they are shown.
type Code struct {
	// User is what to compare or type in at URL.
	User string
	URL  string
	// CompleteURL is URL with the code in it, for a QR code; may be empty.
	CompleteURL string
	Expires     time.Time
}

// ErrNotOpened tells ShowURL that no browser was tried.
var ErrNotOpened = errors.New("no browser was opened")

// Flow logs a person in. Each of its methods is one way, and none of them
// stores anything.
type Flow struct {
	// Profile says where; its name goes into errors.
	Profile Profile
	Person  Person
	// Open starts a browser, such as Machine.Open; nil starts none.
	Open func(ctx context.Context, address string) error
	// Transport carries requests; nil means the usual one.
	Transport http.RoundTripper
	// Ports are tried in order for the browser's answer; nil means those that
	// the service knows.
	Ports []int
	// Timeout is how long the person may take; 0 means five minutes. A login by
	// code has the deadline that the service sets.
	Timeout time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Result is a login that has not been stored yet.
type Result struct {
	Token Token
	// Profile is the flow's, with the IDs of account and user where the token
	// tells them.
	Profile Profile
	// NoRefresh says that the service gave no refresh token: the login ends
	// with the token.
	NoRefresh bool
	// ClockOff is how far the service's clock is ahead of this machine's; 0
	// where they agree to two minutes.
	ClockOff time.Duration
}

// Remote logs in where no browser can open: by code where the service offers
// that, else with an address that is pasted back.
func (f *Flow) Remote(ctx context.Context) (*Result, error) {
	result, err := f.Device(ctx)
	var failed *LoginError
	if errors.As(err, &failed) && failed.Kind == DeviceUnsupported {
		return f.Paste(ctx)
	}
	return result, err
}

func (f *Flow) endpoint() endpoint {
	now := f.Now
	if now == nil {
		now = time.Now
	}
	return endpoint{profile: f.Profile, transport: f.Transport, now: now}
}

func (f *Flow) ports() []int {
	if f.Ports == nil {
		return []int{64131, 64132, 64133, 64134}
	}
	return f.Ports
}

func (f *Flow) timeout() time.Duration {
	if f.Timeout == 0 {
		return browserTimeout
	}
	return f.Timeout
}

func (f *Flow) result(got issued) *Result {
	p, says := f.Profile, claimsOf(got.Access)
	p.AccountID, p.UserID = says.AccountID, says.UserID
	p.AccountName, p.UserName, p.UserEmail = "", "", ""
	return &Result{Token: got.Token, Profile: p, NoRefresh: got.Refresh == "", ClockOff: got.clockOff}
}

// attempt is one try to get an authorization code.
type attempt struct {
	server          endpoint
	redirect        string
	state, verifier string
}

func (f *Flow) attempt(port int) (attempt, error) {
	a := attempt{
		server:   f.endpoint(),
		redirect: fmt.Sprintf("http://localhost:%d", port),
		state:    oauth2.GenerateVerifier(), // 32 random bytes, as good for this
		verifier: oauth2.GenerateVerifier(),
	}
	return a, f.Profile.checkLogin()
}

// checkLogin is Check for a profile that need not have a name yet.
func (p Profile) checkLogin() error {
	for _, address := range []string{p.AuthorizeURL(), p.TokenEndpoint()} {
		if err := CheckURL(address); err != nil {
			return err
		}
	}
	return nil
}

// address is where the person is asked.
func (a attempt) address() string {
	config := a.server.config()
	config.RedirectURL = a.redirect
	return config.AuthCodeURL(a.state, oauth2.S256ChallengeOption(a.verifier))
}

// isOurs says whether an answer was made for this attempt. Without this, a link
// could log the person in as somebody else.
func (a attempt) isOurs(answer url.Values) bool {
	return subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(a.state)) == 1
}

// redeem turns the service's answer, which is ours, into a token.
func (a attempt) redeem(ctx context.Context, answer url.Values) (issued, error) {
	if code := answer.Get("error"); code != "" {
		return issued{}, a.server.refusal(code, answer.Get("error_description"), LoginRejected, 0)
	}
	return a.server.exchange(ctx, answer.Get("code"), a.redirect, a.verifier)
}

func (a attempt) failed(kind LoginKind) *LoginError { return a.server.failure(kind) }
