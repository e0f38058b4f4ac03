package login_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"apono/client/sandbox/login/logintest"
)

// device is the response to a device that starts a login.
type device struct {
	DeviceCode  string `json:"device_code"`
	UserCode    string `json:"user_code"`
	URL         string `json:"verification_uri"`
	CompleteURL string `json:"verification_uri_complete"`
	Interval    int    `json:"interval"`
	ExpiresIn   int    `json:"expires_in"`
}

// startDevice starts a login on a device.
func (f *fixture) startDevice() device {
	f.Helper()
	var got device
	if status := f.post("/oauth/device_authorization", url.Values{"scope": {"a"}}, &got); status != http.StatusOK {
		f.Fatalf("status %d", status)
	}
	return got
}

// poll asks for a device's token.
func (f *fixture) poll(d device) tokens {
	f.Helper()
	return f.exchange(url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {d.DeviceCode}})
}

func TestDeviceFlow(t *testing.T) {
	f := newFixture(t)
	d := f.startDevice()
	if !regexp.MustCompile(`^[B-Z]{4}-[B-Z]{4}$`).MatchString(d.UserCode) || d.Interval != 5 || d.ExpiresIn != 600 {
		t.Errorf("code %+v", d)
	}
	if got := f.poll(d); got.Error != "authorization_pending" {
		t.Errorf("poll before the decision: %+v", got)
	}
	if at := f.visit(d.CompleteURL, bob); !strings.Contains(at.Page, "Authorized, you can close this tab") {
		t.Errorf("the page shows %s", at.Page)
	}
	got := f.poll(d)
	if f.owner(got.Access) != bob {
		t.Fatalf("poll after the decision: %+v", got)
	}
	if again := f.poll(d); again.Error != "invalid_grant" {
		t.Errorf("second poll after the decision: %+v", again)
	}
	if refreshed := f.exchange(refreshForm(got.Refresh)); f.owner(refreshed.Access) != bob {
		t.Errorf("refreshed: %+v", refreshed)
	}
}

func TestDeviceCodeIgnoresCaseAndSpaces(t *testing.T) {
	f := newFixture(t)
	d := f.startDevice()
	typed := " " + strings.ToLower(strings.ReplaceAll(d.UserCode, "-", " ")) + " "
	f.visit(f.web.URL+"/device?"+url.Values{"user_code": {typed}}.Encode(), ada)
	if got := f.poll(d); f.owner(got.Access) != ada {
		t.Errorf("got %+v", got)
	}
}

func TestDeviceErrors(t *testing.T) {
	f := newFixture(t)
	d := f.startDevice()
	f.visit(d.CompleteURL, logintest.Deny)
	if got := f.poll(d); got.Error != "access_denied" {
		t.Errorf("denied: %+v", got)
	}
	if at := f.visit(d.CompleteURL, ada); at.Status != http.StatusNotFound {
		t.Errorf("a denied code can be approved: %d", at.Status)
	}
	d = f.startDevice()
	f.poll(d)
	if got := f.poll(d); got.Error != "slow_down" || got.Interval != 10 {
		t.Errorf("polled too often: %+v", got)
	}
	f.clock.advance(11 * time.Minute)
	if got := f.poll(d); got.Error != "expired_token" {
		t.Errorf("expired: %+v", got)
	}
	if at := f.visit(d.CompleteURL, ada); at.Status != http.StatusNotFound {
		t.Errorf("an expired code can be approved: %d", at.Status)
	}
	if got := f.poll(device{DeviceCode: "unknown"}); got.Error != "invalid_grant" {
		t.Errorf("unknown: %+v", got)
	}
}

func TestMetadata(t *testing.T) {
	f := newFixture(t)
	resp, err := http.Get(f.web.URL + "/.well-known/oauth-authorization-server")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"issuer": "", "authorization_endpoint": "/oauth/authorize", "token_endpoint": "/oauth/token",
		"device_authorization_endpoint": "/oauth/device_authorization",
	} {
		if got[name] != f.web.URL+want {
			t.Errorf("%s is %v", name, got[name])
		}
	}
}
