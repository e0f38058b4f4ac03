package auth

import (
	"cmp"
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

// SandboxProfile is the built-in profile of the sandbox's user who requests access. See
// BuiltInProfiles.
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
	return cmp.Or(CheckName(p.Name), p.checkURL("api_url", p.APIURL), p.checkLoginURLs())
}

// checkLoginURLs validates the URLs that are needed to log in.
func (p Profile) checkLoginURLs() error {
	return cmp.Or(p.checkURL("app_url", p.AppURL), p.checkURL("token_url", p.TokenEndpoint()))
}

// checkURL is CheckURL for a field of p, which the error names.
func (p Profile) checkURL(field, address string) error {
	if err := CheckURL(address); err != nil {
		return fmt.Errorf("%s of profile %s: %w", field, p.Name, err)
	}
	return nil
}

// checkFlags validates the URLs of p, which come from flags, if they are set.
func (p Profile) checkFlags() error {
	for _, flag := range []struct{ name, address string }{
		{"--api-url", p.APIURL}, {"--app-url", p.AppURL}, {"--portal-url", p.PortalURL}, {"--token-url", p.TokenURL},
	} {
		address := strings.TrimSpace(flag.address)
		if address == "" {
			continue
		}
		if err := CheckURL(address); err != nil {
			return fmt.Errorf("%s: %w", flag.name, err)
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

// ReservedError means that a built-in profile cannot be saved, deleted or logged out of.
type ReservedError struct{ Name string }

// Error returns one line that names the profile.
func (e *ReservedError) Error() string {
	return fmt.Sprintf("profile %s is built in: it needs no login and cannot be changed or deleted", e.Name)
}

// CheckName returns nil if name is valid for a profile, otherwise a
// *ReservedError or a *NameError. Valid names need no quoting in any shell.
func CheckName(name string) error {
	if IsBuiltIn(name) {
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

// URLError is a URL that no token may be sent to. The URL may be a secret in the wrong place
// and is not part of the error. Callers add where it came from.
type URLError struct{}

// Error describes valid URLs.
func (e *URLError) Error() string {
	return "invalid URL: must start with https:// and name a host (http:// is allowed only for this machine)"
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
		return &URLError{}
	}
	return nil
}
