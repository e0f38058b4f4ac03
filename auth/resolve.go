package auth

import (
	"fmt"
	"strings"
)

// The variables that say which login to use.
const (
	// TokenVariable holds a token to be used as it is; nothing is stored.
	TokenVariable = "APONO_TOKEN"
	// PersonalTokenVariable is the official tool's name for the same.
	PersonalTokenVariable = "APONO_PERSONAL_TOKEN"
	// APIURLVariable is the service that a token from the environment is for.
	APIURLVariable = "APONO_API_URL"
	// ProfileVariable names a profile.
	ProfileVariable = "APONO_PROFILE"
)

// Origin says what chose a login.
type Origin string

// The origins of a Login, in their order of precedence.
const (
	FromFlag        Origin = "flag"
	FromToken       Origin = "token variable"
	FromEnvironment Origin = "profile variable"
	FromConfig      Origin = "configuration"
)

// Login is the login that a command uses.
type Login struct {
	// Profile is the stored profile, or one made of the environment, which has
	// no name.
	Profile Profile
	Origin  Origin

	// token is from the environment; nil where it is stored. Package fmt prints
	// what stands in an unexported field, but not what one points to.
	token *Token
}

// Sandbox says that no service, token or login is involved.
func (l Login) Sandbox() bool { return l.Profile.Name == SandboxProfile }

// Resolve says which login to use. The first of these that is there counts:
//
//  1. the flag --profile
//  2. APONO_TOKEN (or APONO_PERSONAL_TOKEN), for the service at APONO_API_URL
//  3. APONO_PROFILE
//  4. the current profile of the configuration
//
// APONO_API_URL never sends a stored token elsewhere: it counts with a token
// from the environment only. The error is a *LoginError (NotLoggedIn), an
// *UnknownProfileError, a *URLError, or says that the variable holds no token.
func (c *Config) Resolve(flag string, getenv func(string) string) (Login, error) {
	if flag != "" {
		return c.named(flag, FromFlag)
	}
	for _, variable := range []string{TokenVariable, PersonalTokenVariable} {
		if text := strings.TrimSpace(getenv(variable)); text != "" {
			return fromEnvironment(variable, text, getenv(APIURLVariable))
		}
	}
	if name := getenv(ProfileVariable); name != "" {
		return c.named(name, FromEnvironment)
	}
	if c.Current == "" {
		return Login{}, &LoginError{Kind: NotLoggedIn}
	}
	if _, ok := c.Profiles[c.Current]; !ok && c.Current != SandboxProfile {
		return Login{}, &LoginError{Kind: NotLoggedIn, Profile: c.Current}
	}
	return c.named(c.Current, FromConfig)
}

func (c *Config) named(name string, origin Origin) (Login, error) {
	if name == SandboxProfile {
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

func fromEnvironment(variable, text, apiURL string) (Login, error) {
	token, err := PersonalToken(text)
	if err != nil {
		return Login{}, fmt.Errorf("%s: %w", variable, err)
	}
	p := newProfile("").over(Profile{APIURL: apiURL})
	if err := CheckURL(p.APIURL); err != nil {
		return Login{}, fmt.Errorf("%s: %w", APIURLVariable, err)
	}
	p.Kind, p.Expiry = Personal, token.Expiry
	says := claimsOf(text)
	p.AccountID, p.UserID = says.AccountID, says.UserID
	return Login{Profile: p, Origin: FromToken, token: &token}, nil
}
