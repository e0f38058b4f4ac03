// Package oauth logs a user in: with the browser on this machine, with a code
// that is confirmed on any device, or with an address that the user pastes. It
// knows the OAuth flows and the page that the browser shows at the end. It must
// not store anything, and must not know prompts, flags or the client API: a UI
// shows and asks what is needed.
package oauth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"apono/auth"
)

const (
	// defaultTimeout bounds how long the user may take to log in in a browser.
	defaultTimeout = 5 * time.Minute
	// maxPastes bounds how often the user is asked to paste an address.
	maxPastes = 5
)

// UI interacts with the user during a login.
type UI interface {
	// ShowURL shows the address to log in at. opened is nil if a browser was
	// started with it, ErrNotOpened if none was tried, or why it failed.
	ShowURL(address string, opened error)
	// ShowCode shows what to confirm on any device.
	ShowCode(code DeviceCode)
	// PasteURL asks for the address that the browser ended on. problem is why the
	// previous address was not accepted; nil for the first.
	PasteURL(ctx context.Context, problem error) (string, error)
}

// DeviceCode is a code that the user must confirm. Its texts are from the
// service: remove control characters before showing them.
type DeviceCode struct {
	// User is the code to compare, or to enter at URL.
	User string
	URL  string
	// CompleteURL is URL with the code in it, for a QR code; may be empty.
	CompleteURL string
	Expires     time.Time
}

// ErrNotOpened is passed to ShowURL if the flow did not try to open a browser.
var ErrNotOpened = errors.New("no browser was opened")

// Flow logs a user in. Each method is one way to log in; none of them stores the
// result.
type Flow struct {
	// Profile has the URLs of the service. Its name is used in errors.
	Profile auth.Profile
	UI      UI
	// Open opens an address in a browser, like browser.Machine.Open; nil if no
	// browser can be opened.
	Open func(ctx context.Context, address string) error
	// Transport sends the requests; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Ports are the ports that the browser may return to, in order of preference.
	// Nil means those that are registered with the service.
	Ports []int
	// Timeout bounds how long the user may take; 0 means five minutes. It does not
	// apply to Device, whose deadline is set by the service.
	Timeout time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Result is a successful login.
type Result struct {
	Token auth.Token
	// Profile is the flow's profile, with the account's and the user's ID if the
	// token contains them.
	Profile auth.Profile
	// NoRefresh means that there is no refresh token: the login ends when the
	// token expires.
	NoRefresh bool
	// ClockOff is how far the service's clock is ahead of this machine's. It is 0
	// if they differ by less than two minutes.
	ClockOff time.Duration
}

// Remote logs in without a browser on this machine: with a code if the service
// supports that, otherwise with a pasted address.
func (f *Flow) Remote(ctx context.Context) (*Result, error) {
	result, err := f.Device(ctx)
	var failed *auth.LoginError
	if errors.As(err, &failed) && failed.Kind == auth.DeviceUnsupported {
		return f.Paste(ctx)
	}
	return result, err
}

func (f *Flow) server() auth.LoginServer {
	return auth.LoginServer{Profile: f.Profile, Transport: f.Transport, Now: f.Now}
}

func (f *Flow) ports() []int {
	if f.Ports == nil {
		return []int{64131, 64132, 64133, 64134}
	}
	return f.Ports
}

func (f *Flow) timeout() time.Duration {
	if f.Timeout == 0 {
		return defaultTimeout
	}
	return f.Timeout
}

func (f *Flow) result(issued auth.Issued) *Result {
	p := f.Profile
	p.AccountID, p.UserID = issued.AccountID, issued.UserID
	// The names may be from an earlier login as another user.
	p.AccountName, p.UserName, p.UserEmail = "", "", ""
	return &Result{Token: issued.Token, Profile: p, NoRefresh: issued.Token.Refresh == "", ClockOff: issued.ClockOff}
}
