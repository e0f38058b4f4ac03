package auth

import (
	"errors"
	"strings"
	"testing"

	"apono/auth/secrets"
)

func TestResolve(t *testing.T) {
	c := emptyConfig()
	for _, name := range []string{"work", "home"} {
		p := newProfile(name)
		p.Secret = secrets.PlaceKeyring
		c.Profiles[name] = p
	}
	c.Profiles["out"] = newProfile("out")
	for name, test := range map[string]struct {
		flag, current string
		env           func(string) string
		profile       string
		origin        Origin
		token         string
		kind          LoginKind
	}{
		"flag first":              {"home", "work", variables(TokenVariable, "t", ProfileVariable, "work"), "home", FromFlag, "", ""},
		"token before profile":    {"", "work", variables(TokenVariable, " t\n", ProfileVariable, "home"), "", FromToken, "t", ""},
		"official token variable": {"", "work", variables(PersonalTokenVariable, "t"), "", FromToken, "t", ""},
		"variable before current": {"", "work", variables(ProfileVariable, "home"), "home", FromEnvironment, "", ""},
		"current":                 {"", "work", noVariables, "work", FromConfig, "", ""},
		"API URL without token":   {"", "work", variables(APIURLVariable, "https://x.example"), "work", FromConfig, "", ""},
		"sandbox by flag":         {SandboxProfile, "work", variables(TokenVariable, "t"), SandboxProfile, FromFlag, "", ""},
		"sandbox as current":      {"", SandboxProfile, noVariables, SandboxProfile, FromConfig, "", ""},
		"no profile":              {"", "", noVariables, "", "", "", NotLoggedIn},
		"empty token":             {"", "", variables(TokenVariable, " "), "", "", "", NotLoggedIn},
		"current does not exist":  {"", "gone", noVariables, "", "", "", NotLoggedIn},
		"current is logged out":   {"", "out", noVariables, "", "", "", NotLoggedIn},
		"logged out by flag":      {"out", "work", noVariables, "", "", "", NotLoggedIn},
		"no default profile":      {"default", "", noVariables, "", "", "", NotLoggedIn},
	} {
		t.Run(name, func(t *testing.T) {
			c.Current = test.current
			got, err := c.Resolve(test.flag, test.env)
			var failed *LoginError
			if test.kind != "" {
				if !errors.As(err, &failed) || failed.Kind != test.kind {
					t.Fatalf("got %v", err)
				}
				return
			}
			if err != nil || got.Profile.Name != test.profile || got.Origin != test.origin || tokenOf(got) != test.token {
				t.Errorf("got %+v, %v", got, err)
			}
			if got.Sandbox() != (test.profile == SandboxProfile) {
				t.Errorf("Sandbox returned %v", got.Sandbox())
			}
			if test.profile == "work" && got.Profile.APIURL != DefaultAPIURL {
				t.Errorf("the stored token is sent to %s", got.Profile.APIURL)
			}
		})
	}
}

func tokenOf(l Login) string {
	if l.token == nil {
		return ""
	}
	return l.token.Access
}

func TestResolveBadInput(t *testing.T) {
	c := emptyConfig()
	c.Profiles["work"], c.Profiles["home"] = newProfile("work"), newProfile("home")
	var unknown *UnknownProfileError
	if _, err := c.Resolve("unknown", noVariables); !errors.As(err, &unknown) || !strings.Contains(err.Error(), "home, work") {
		t.Errorf("unknown flag: %v", err)
	}
	if _, err := c.Resolve("", variables(ProfileVariable, "unknown")); !errors.As(err, &unknown) {
		t.Errorf("unknown variable: %v", err)
	}
	var invalid *URLError
	if _, err := c.Resolve("", variables(TokenVariable, "t", APIURLVariable, "http://x.example")); !errors.As(err, &invalid) || !strings.Contains(err.Error(), APIURLVariable) {
		t.Errorf("plain HTTP: %v", err)
	}
	if _, err := c.Resolve("", variables(TokenVariable, "secret stuff")); err == nil || strings.Contains(err.Error(), "stuff") || !strings.Contains(err.Error(), TokenVariable) {
		t.Errorf("token with a space: %v", err)
	}
	got, err := c.Resolve("", variables(TokenVariable, "t", APIURLVariable, "http://127.0.0.1:8000/"))
	if err != nil || got.Profile.APIURL != "http://127.0.0.1:8000" {
		t.Errorf("loopback service: %+v, %v", got, err)
	}
}

// variables returns a lookup in pairs of names and values.
func variables(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}
