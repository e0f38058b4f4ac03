package auth

import (
	"fmt"
	"slices"
	"strings"
)

// The environment variables that select a login.
const (
	// TokenVariable contains a token to use without storing it.
	TokenVariable = "APONO_TOKEN"
	// PersonalTokenVariable is the official tool's name for TokenVariable.
	PersonalTokenVariable = "APONO_PERSONAL_TOKEN"
	// APIURLVariable is the URL of the service that TokenVariable is for.
	APIURLVariable = "APONO_API_URL"
	// ProfileVariable is the name of a profile.
	ProfileVariable = "APONO_PROFILE"
)

// TokenVariables returns the environment variables that contain a token.
func TokenVariables() []string { return []string{TokenVariable, PersonalTokenVariable} }

// TokenEnvironment returns these variables for the environment of a process that needs
// them, as os.Environ does; they are taken out of this program's.
func TokenEnvironment(getenv func(string) string) []string {
	var list []string
	for _, name := range TokenVariables() {
		if value := getenv(name); value != "" {
			list = append(list, name+"="+value)
		}
	}
	return list
}

// HasToken reports whether the environment has a token, which needs no configuration.
func HasToken(getenv func(string) string) bool {
	return slices.ContainsFunc(TokenVariables(), func(name string) bool { return strings.TrimSpace(getenv(name)) != "" })
}

// Origin is how a login was selected.
type Origin string

// The origins of a Login, in order of precedence.
const (
	FromFlag        Origin = "flag"
	FromToken       Origin = "token variable"
	FromEnvironment Origin = "profile variable"
	FromConfig      Origin = "configuration"
)

// Login is the login that a command uses.
type Login struct {
	// Profile is a stored profile. If Origin is FromToken, it comes from the
	// environment and has no name.
	Profile Profile
	Origin  Origin

	// token is from the environment; nil if the token is stored. It is a pointer
	// because package fmt does not call Format on unexported fields: it would
	// print a Token's contents, but prints only the address of a pointer.
	token *Token
}

// Sandbox reports whether this is the sandbox, which has no service and no token.
func (l Login) Sandbox() bool { return IsBuiltIn(l.Profile.Name) }

// Resolve returns the login to use. It is the first of these that is set:
//
//  1. the flag --profile
//  2. APONO_TOKEN (or APONO_PERSONAL_TOKEN), for the service at APONO_API_URL
//  3. APONO_PROFILE
//  4. the current profile of the configuration
//
// APONO_API_URL is used only together with a token from the environment, so it
// never redirects a stored token. The error is a *LoginError (NotLoggedIn), an
// *UnknownProfileError or a *URLError, or that of PersonalToken.
func (c *Config) Resolve(flag string, getenv func(string) string) (Login, error) {
	if flag != "" {
		return c.named(flag, FromFlag)
	}
	for _, variable := range TokenVariables() {
		if text := strings.TrimSpace(getenv(variable)); text != "" {
			return loginFromToken(variable, text, getenv(APIURLVariable))
		}
	}
	if name := getenv(ProfileVariable); name != "" {
		return c.named(name, FromEnvironment)
	}
	if c.Current == "" {
		return Login{}, &LoginError{Kind: NotLoggedIn}
	}
	if _, ok := c.Profiles[c.Current]; !ok && !IsBuiltIn(c.Current) {
		return Login{}, &LoginError{Kind: NotLoggedIn, Profile: c.Current}
	}
	return c.named(c.Current, FromConfig)
}

// named returns the login to the profile called name. DefaultProfile need not
// exist: without it, the user is not logged in.
func (c *Config) named(name string, origin Origin) (Login, error) {
	if IsBuiltIn(name) {
		return Login{Profile: Profile{Name: name}, Origin: origin}, nil
	}
	p, err := c.Profile(name)
	if err != nil && name != DefaultProfile {
		return Login{}, err
	}
	if !p.LoggedIn() {
		return Login{}, &LoginError{Kind: NotLoggedIn, Profile: name}
	}
	return Login{Profile: p, Origin: origin}, nil
}

// loginFromToken returns the login for the token text from the environment. An
// empty apiURL means the public service.
func loginFromToken(variable, text, apiURL string) (Login, error) {
	token, err := PersonalToken(text)
	if err != nil {
		return Login{}, fmt.Errorf("%s: %w", variable, err)
	}
	p := newProfile("").withOverrides(Profile{APIURL: apiURL})
	if err := CheckURL(p.APIURL); err != nil {
		return Login{}, fmt.Errorf("%s: %w", APIURLVariable, err)
	}
	p.Kind, p.Expiry = Personal, token.Expiry
	claims := claimsOf(text)
	p.AccountID, p.UserID = claims.AccountID, claims.UserID
	return Login{Profile: p, Origin: FromToken, token: &token}, nil
}
