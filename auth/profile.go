package auth

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"apono/auth/loopback"
	"apono/auth/secrets"
)

// The defaults of a new profile.
const (
	DefaultProfile   = "default"
	DefaultClientID  = "3afae9ff-48e6-45f3-b0e8-37658b7271b7"
	DefaultAPIURL    = "https://api.apono.io"
	DefaultAppURL    = "https://app.apono.io"
	DefaultPortalURL = "https://portal.apono.io"
)

// SandboxProfile is the built-in profile. It needs no login, and cannot be
// saved, deleted or logged out of.
const SandboxProfile = "sandbox"

const tokenPath = "/oauth/token"

// Profile is a login: which user, at which service. It contains no secret.
type Profile struct {
	// Name is the profile's key in Config.Profiles.
	Name string `json:"-"`
	// APIURL, AppURL and PortalURL have no path and no trailing slash.
	APIURL    string `json:"api_url"`
	AppURL    string `json:"app_url"`
	PortalURL string `json:"portal_url"`
	// TokenURL is where tokens are issued; empty, as usual, means AppURL.
	TokenURL string `json:"token_url,omitempty"`
	ClientID string `json:"client_id"`

	AccountID   string `json:"account_id,omitempty"`
	AccountName string `json:"account_name,omitempty"`
	UserID      string `json:"user_id,omitempty"`
	UserName    string `json:"user_name,omitempty"`
	UserEmail   string `json:"user_email,omitempty"`

	// Secret is where the token is stored; empty if logged out.
	Secret secrets.Place `json:"secret,omitempty"`
	// Kind is the token's kind; empty if logged out.
	Kind Kind `json:"kind,omitempty"`
	// Expiry is when the access token expires; zero if that is unknown. If
	// Renewable is set, the login lasts longer.
	Expiry time.Time `json:"expiry,omitzero"`
	// Renewable means that there is a refresh token.
	Renewable bool `json:"renewable,omitempty"`

	unknown unknownFields
}

// LoggedIn reports whether the profile has a token. It may have expired.
func (p Profile) LoggedIn() bool { return p.Secret != "" }

// AuthorizeURL returns the URL of the page on which the user approves a login.
func (p Profile) AuthorizeURL() string { return p.AppURL + "/oauth/authorize" }

// TokenEndpoint returns the URL that codes and refresh tokens are exchanged at.
// TokenURL may be that URL or, as in the official tool, its base URL.
func (p Profile) TokenEndpoint() string {
	if p.TokenURL == "" {
		return p.AppURL + tokenPath
	}
	return strings.TrimSuffix(p.TokenURL, tokenPath) + tokenPath
}

// Check validates the name and the URLs. The error is a *NameError, a
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

// withOverrides returns p with the URLs and the client ID that are set in o. The
// account and the user are not copied, because they belong to a login.
func (p Profile) withOverrides(o Profile) Profile {
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

// newProfile returns a profile for the public service.
func newProfile(name string) Profile {
	return Profile{
		Name: name, APIURL: DefaultAPIURL, AppURL: DefaultAppURL,
		PortalURL: DefaultPortalURL, ClientID: DefaultClientID,
	}
}

// plainProfile has no methods, so that encoding/json uses its fields.
type plainProfile Profile

// UnmarshalJSON decodes a profile and preserves unknown fields.
func (p *Profile) UnmarshalJSON(data []byte) error {
	unknown, err := decodePreserving(data, (*plainProfile)(p))
	p.unknown = unknown
	return err
}

// MarshalJSON encodes the profile together with its unknown fields.
func (p Profile) MarshalJSON() ([]byte, error) {
	return encodePreserving(plainProfile(p), p.unknown)
}

// maxName keeps names short enough for tables, file names and keyrings.
const maxName = 64

// NameError is an invalid profile name.
type NameError struct{ Name string }

// Error describes valid names.
func (e *NameError) Error() string {
	return fmt.Sprintf("invalid profile name %q: use up to %d letters, digits and . _ - @ +, starting with a letter or digit", e.Name, maxName)
}

// ReservedError means that the sandbox cannot be saved, deleted or logged out of.
type ReservedError struct{ Name string }

// Error returns one line that names the profile.
func (e *ReservedError) Error() string {
	return fmt.Sprintf("profile %s is built in: it needs no login and cannot be changed or deleted", e.Name)
}

// CheckName returns nil if name is valid for a profile, otherwise a
// *ReservedError or a *NameError. Valid names need no quoting in any shell.
func CheckName(name string) error {
	if name == SandboxProfile {
		return &ReservedError{Name: name}
	}
	if name == "" || len([]rune(name)) > maxName || strings.ContainsFunc(name, invalidInName) || strings.ContainsAny(name[:1], "._-@+") {
		return &NameError{Name: name}
	}
	return nil
}

func invalidInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@+", r)
}

// URLError is a URL that no token may be sent to.
type URLError struct {
	// URL has no user name and password. It is empty if it could not be parsed.
	URL string
}

// Error describes valid URLs.
func (e *URLError) Error() string {
	const rule = "must start with https:// and name a host (http:// is allowed only for this machine)"
	if e.URL == "" {
		return "invalid URL: " + rule
	}
	return fmt.Sprintf("invalid URL %s: %s", e.URL, rule)
}

// CheckURL returns nil if a token may be sent to address: over HTTPS, or over
// HTTP to a loopback host. Otherwise it returns a *URLError.
func CheckURL(address string) error {
	parsed, err := url.Parse(address)
	if err != nil {
		return &URLError{}
	}
	plain := parsed.Scheme == "http" && loopback.IsHost(parsed.Hostname())
	if parsed.Hostname() == "" || (parsed.Scheme != "https" && !plain) {
		return &URLError{URL: shownURL(parsed)}
	}
	return nil
}

// shownURL returns what can be shown of a URL that is not valid: its scheme and host.
// The rest may be a secret in the wrong place.
func shownURL(u *url.URL) string {
	if u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
