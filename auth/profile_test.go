package auth

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckName(t *testing.T) {
	for _, good := range []string{"default", "work", "Ünal", "a.b_c-d@e+f", "1", strings.Repeat("x", 64)} {
		if err := CheckName(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", " ", "a b", "a/b", "-p", ".", "..", "a#0", "$(x)", "a\nb", "a:b", strings.Repeat("x", 65)} {
		var invalid *NameError
		if err := CheckName(bad); !errors.As(err, &invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	var reserved *ReservedError
	if err := CheckName(SandboxProfile); !errors.As(err, &reserved) {
		t.Errorf("sandbox: %v", err)
	}
}

func TestCheckURL(t *testing.T) {
	for _, good := range []string{"https://api.apono.io", "http://localhost:8080", "http://127.0.0.1", "http://[::1]:9", "https://x/y"} {
		if err := CheckURL(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "api.apono.io", "http://api.apono.io", "http://localhost.evil.example", "ftp://x", "https://", "http://10.0.0.1", "%zz", "javascript:alert(1)"} {
		var invalid *URLError
		if err := CheckURL(bad); !errors.As(err, &invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, secret := range []string{"http://user:hunter2@api.apono.io", "http://hunter2", "hunter2@x y z", "hunter2://x", "ftp://x/hunter2"} {
		if err := CheckURL(secret); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

func TestTokenEndpoint(t *testing.T) {
	for tokenURL, want := range map[string]string{
		"":                                "https://app.apono.io/oauth/token",
		"https://id.example":              "https://id.example/oauth/token",
		"https://id.example/oauth/token":  "https://id.example/oauth/token",
		"https://id.example/oauth/token/": "https://id.example/oauth/token",
	} {
		if got := newProfile("x").withOverrides(Profile{TokenURL: tokenURL}).TokenEndpoint(); got != want {
			t.Errorf("%q: %q", tokenURL, got)
		}
	}
}

func TestForLogin(t *testing.T) {
	c := emptyConfig()
	c.Profiles["work"] = Profile{APIURL: "https://a", AppURL: "https://b", PortalURL: "https://c", ClientID: "id", UserName: "Ada"}
	p, err := c.ForLogin("work", Profile{AppURL: " https://new/ "})
	if err != nil || p.APIURL != "https://a" || p.AppURL != "https://new" || p.Name != "work" || p.UserName != "Ada" {
		t.Errorf("stored profile: %+v, %v", p, err)
	}
	p, err = c.ForLogin("fresh", Profile{})
	if err != nil || p.APIURL != DefaultAPIURL || p.ClientID != DefaultClientID || p.Name != "fresh" {
		t.Errorf("new profile: %+v, %v", p, err)
	}
	for flag, overrides := range map[string]Profile{
		"--api-url": {APIURL: "http://hunter2"}, "--app-url": {AppURL: "http://hunter2"},
		"--token-url": {TokenURL: "http://hunter2"}, "--portal-url": {PortalURL: "http://hunter2"},
	} {
		var invalid *URLError
		if _, err := c.ForLogin("fresh", overrides); !errors.As(err, &invalid) || !strings.HasPrefix(err.Error(), flag+": ") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", flag, err)
		}
	}
	c.Profiles["edited"] = Profile{APIURL: "http://hunter2", AppURL: "https://b"}
	if _, err := c.ForLogin("edited", Profile{}); err == nil || !strings.HasPrefix(err.Error(), "api_url of profile edited: ") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("stored URL: %v", err)
	}
	var reserved *ReservedError
	if _, err := c.ForLogin(SandboxProfile, Profile{}); !errors.As(err, &reserved) {
		t.Errorf("sandbox: %v", err)
	}
}
