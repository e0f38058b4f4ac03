package auth

import (
	"errors"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	c := emptyConfig()
	for _, name := range []string{"work", "home"} {
		p := newProfile(name)
		p.Secret = PlaceKeyring
		c.Profiles[name] = p
	}
	c.Profiles["out"] = newProfile("out")
	env := func(pairs ...string) map[string]string {
		set := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			set[pairs[i]] = pairs[i+1]
		}
		return set
	}
	for name, test := range map[string]struct {
		flag, current string
		env           map[string]string
		profile       string
		origin        Origin
		token         string
		kind          LoginKind
	}{
		"the flag beats all":            {"home", "work", env(TokenVariable, "t", ProfileVariable, "work"), "home", FromFlag, "", ""},
		"a token beats a profile":       {"", "work", env(TokenVariable, " t\n", ProfileVariable, "home"), "", FromToken, "t", ""},
		"the official token's name":     {"", "work", env(PersonalTokenVariable, "t"), "", FromToken, "t", ""},
		"the variable beats current":    {"", "work", env(ProfileVariable, "home"), "home", FromEnvironment, "", ""},
		"current":                       {"", "work", nil, "work", FromConfig, "", ""},
		"an API URL alone does nothing": {"", "work", env(APIURLVariable, "https://x.example"), "work", FromConfig, "", ""},
		"the sandbox by flag":           {SandboxProfile, "work", env(TokenVariable, "t"), SandboxProfile, FromFlag, "", ""},
		"the sandbox as current":        {"", SandboxProfile, nil, SandboxProfile, FromConfig, "", ""},
		"nothing":                       {"", "", nil, "", "", "", NotLoggedIn},
		"an empty token is none":        {"", "", env(TokenVariable, " "), "", "", "", NotLoggedIn},
		"current is gone":               {"", "gone", nil, "", "", "", NotLoggedIn},
		"current is logged out":         {"", "out", nil, "", "", "", NotLoggedIn},
		"logged out by flag":            {"out", "work", nil, "", "", "", NotLoggedIn},
		"no default yet":                {"default", "", nil, "", "", "", NotLoggedIn},
	} {
		t.Run(name, func(t *testing.T) {
			c.Current = test.current
			got, err := c.Resolve(test.flag, func(name string) string { return test.env[name] })
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
				t.Errorf("Sandbox says %v", got.Sandbox())
			}
			if test.profile == "work" && got.Profile.APIURL != DefaultAPIURL {
				t.Errorf("a stored token goes to %s", got.Profile.APIURL)
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
	none := func(string) string { return "" }
	var unknown *UnknownProfileError
	if _, err := c.Resolve("nobody", none); !errors.As(err, &unknown) || !strings.Contains(err.Error(), "home, work") {
		t.Errorf("nobody: %v", err)
	}
	if _, err := c.Resolve("", set(ProfileVariable, "nobody")); !errors.As(err, &unknown) {
		t.Errorf("nobody by variable: %v", err)
	}
	var wrong *URLError
	if _, err := c.Resolve("", set(TokenVariable, "t", APIURLVariable, "http://x.example")); !errors.As(err, &wrong) || !strings.Contains(err.Error(), APIURLVariable) {
		t.Errorf("plain HTTP: %v", err)
	}
	if _, err := c.Resolve("", set(TokenVariable, "secret stuff")); err == nil || strings.Contains(err.Error(), "stuff") || !strings.Contains(err.Error(), TokenVariable) {
		t.Errorf("a token with a blank: %v", err)
	}
	got, err := c.Resolve("", set(TokenVariable, "t", APIURLVariable, "http://127.0.0.1:8000/"))
	if err != nil || got.Profile.APIURL != "http://127.0.0.1:8000" {
		t.Errorf("another service: %+v, %v", got, err)
	}
}

func set(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}
