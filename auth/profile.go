package auth

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// What a profile is unless it says otherwise.
const (
	DefaultProfile   = "default"
	DefaultClientID  = "3afae9ff-48e6-45f3-b0e8-37658b7271b7"
	DefaultAPIURL    = "https://api.apono.io"
	DefaultAppURL    = "https://app.apono.io"
	DefaultPortalURL = "https://portal.apono.io"
)

// SandboxProfile is built in: it needs no login, and cannot be saved, deleted
// or logged out of.
const SandboxProfile = "sandbox"

const tokenPath = "/oauth/token"

// Profile is one login: who, and at which service. It holds no secret.
type Profile struct {
	// Name is the key in the configuration.
	Name string `json:"-"`
	// APIURL, AppURL and PortalURL are roots without a slash at the end.
	APIURL    string `json:"api_url"`
	AppURL    string `json:"app_url"`
	PortalURL string `json:"portal_url"`
	// TokenURL replaces the app as the place that issues tokens; mostly empty.
	TokenURL string `json:"token_url,omitempty"`
	ClientID string `json:"client_id"`

	AccountID   string `json:"account_id,omitempty"`
	AccountName string `json:"account_name,omitempty"`
	UserID      string `json:"user_id,omitempty"`
	UserName    string `json:"user_name,omitempty"`
	UserEmail   string `json:"user_email,omitempty"`

	// Secret says where the token is kept; empty means logged out.
	Secret Place `json:"secret,omitempty"`
	// Kind is the token's kind; empty means logged out.
	Kind Kind `json:"kind,omitempty"`
	// Expiry is when the access token ends; zero for one that does not say.
	// With a refresh token the login goes on after it.
	Expiry time.Time `json:"expiry,omitzero"`
	// Renewable says that there is a refresh token.
	Renewable bool `json:"renewable,omitempty"`

	unknown unknownFields
}

// LoggedIn says whether the profile has a token, which may have expired.
func (p Profile) LoggedIn() bool { return p.Secret != "" }

// AuthorizeURL is where a browser asks the person.
func (p Profile) AuthorizeURL() string { return p.AppURL + "/oauth/authorize" }

// TokenEndpoint is where codes and refresh tokens are exchanged. TokenURL may
// be the endpoint itself or, as in the official tool, the root above it.
func (p Profile) TokenEndpoint() string {
	if p.TokenURL == "" {
		return p.AppURL + tokenPath
	}
	return strings.TrimSuffix(p.TokenURL, tokenPath) + tokenPath
}

// Check says what is wrong with the name or the URLs, as a *NameError, a
// *ReservedError or a *URLError.
func (p Profile) Check() error {
	if err := CheckName(p.Name); err != nil {
		return err
	}
	for _, address := range []string{p.APIURL, p.AppURL, p.TokenEndpoint()} {
		if err := CheckURL(address); err != nil {
			return err
		}
	}
	return nil
}

// over returns p with the fields that o sets, URLs tidied. Names of people are
// not taken over: they belong to a login.
func (p Profile) over(o Profile) Profile {
	for _, field := range []struct {
		to   *string
		from string
	}{
		{&p.APIURL, o.APIURL}, {&p.AppURL, o.AppURL}, {&p.PortalURL, o.PortalURL},
		{&p.TokenURL, o.TokenURL}, {&p.ClientID, o.ClientID},
	} {
		if from := strings.TrimRight(strings.TrimSpace(field.from), "/"); from != "" {
			*field.to = from
		}
	}
	return p
}

// newProfile is a profile of the public service.
func newProfile(name string) Profile {
	return Profile{
		Name: name, APIURL: DefaultAPIURL, AppURL: DefaultAppURL,
		PortalURL: DefaultPortalURL, ClientID: DefaultClientID,
	}
}

// plainProfile is Profile without its methods, for encoding/json.
type plainProfile Profile

// UnmarshalJSON reads a profile and keeps the fields it does not know.
func (p *Profile) UnmarshalJSON(data []byte) error {
	unknown, err := decodeKeeping(data, (*plainProfile)(p))
	p.unknown = unknown
	return err
}

// MarshalJSON writes the profile with the fields that were read and not known.
func (p Profile) MarshalJSON() ([]byte, error) {
	return encodeKeeping(plainProfile(p), p.unknown)
}

// maxName keeps names usable in tables, file names and keyrings.
const maxName = 64

// NameError is a profile name that cannot be used.
type NameError struct{ Name string }

// Error says which names can be used.
func (e *NameError) Error() string {
	return fmt.Sprintf("%q cannot be a profile's name: use up to %d letters, digits and . _ - @ +, beginning with a letter or digit", e.Name, maxName)
}

// ReservedError is an attempt to save, delete or log out of the sandbox.
type ReservedError struct{ Name string }

// Error says that the profile is built in.
func (e *ReservedError) Error() string {
	return fmt.Sprintf("%s is built in: it needs no login and cannot be changed or removed", e.Name)
}

// CheckName says whether a profile can be called name: nil, a *ReservedError
// or a *NameError. Names need no quoting in any shell.
func CheckName(name string) error {
	if name == SandboxProfile {
		return &ReservedError{Name: name}
	}
	if name == "" || len([]rune(name)) > maxName || strings.ContainsFunc(name, badInName) || strings.ContainsAny(name[:1], "._-@+") {
		return &NameError{Name: name}
	}
	return nil
}

func badInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@+", r)
}

// URLError is a URL that no token may be sent to.
type URLError struct {
	// URL is without user and password.
	URL string
}

// Error says what is asked of a URL.
func (e *URLError) Error() string {
	return fmt.Sprintf("%s: a token is only sent over HTTPS, or to this machine: the URL must begin with https:// and name a host", e.URL)
}

// CheckURL says whether a token may be sent to address: HTTPS, or plain HTTP to
// a loopback host. The error is a *URLError.
func CheckURL(address string) error {
	parsed, err := url.Parse(address)
	if err != nil {
		return &URLError{URL: "the address"}
	}
	plain := parsed.Scheme == "http" && isLoopback(parsed.Hostname())
	if parsed.Hostname() == "" || (parsed.Scheme != "https" && !plain) {
		return &URLError{URL: parsed.Redacted()}
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// unknownFields are a JSON object's fields that this version does not know, as
// they were read.
type unknownFields map[string]json.RawMessage
