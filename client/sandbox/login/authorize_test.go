package login_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"apono/client/sandbox/login/logintest"
)

func TestBrowserLogin(t *testing.T) {
	f := newFixture(t)
	at := f.visit(f.authorizeURL(request()), ada)
	if got := at.URL.Query().Get("state"); got != "state&1" {
		t.Errorf("state came back as %q", got)
	}
	got := f.exchange(codeForm(at.URL.Query().Get("code")))
	if f.owner(got.Access) != ada || got.Type != "Bearer" || got.ExpiresIn != 3600 || got.Refresh == "" {
		t.Fatalf("exchange returned %+v for %q", got, f.owner(got.Access))
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(got.Access, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	if claims["account_id"] != "account-1" || claims["user_id"] != ada || claims["exp"] != float64(f.clock.now().Unix()+3600) {
		t.Errorf("claims %v", claims)
	}
	f.clock.advance(time.Hour)
	if f.owner(got.Access) != "" {
		t.Error("the access token is valid after it expires")
	}
}

func TestBrowserLoginDenied(t *testing.T) {
	f := newFixture(t)
	at := f.visit(f.authorizeURL(request()), logintest.Deny)
	query := at.URL.Query()
	if query.Get("error") != "access_denied" || query.Get("state") != "state&1" || query.Has("code") || at.URL.Host != "localhost:64131" {
		t.Errorf("denial redirected to %s", at.URL)
	}
}

func TestAuthorizeRejectsInvalidRequests(t *testing.T) {
	f := newFixture(t)
	for name, test := range map[string]struct {
		field, value string
		sentBack     bool
	}{
		"other client":           {"client_id", "someone", false},
		"other host":             {"redirect_uri", "http://evil.example:64131", false},
		"similar host":           {"redirect_uri", "http://localhost.evil.example:64131", false},
		"user before the host":   {"redirect_uri", "http://localhost:64131@evil.example:64131", false},
		"other port":             {"redirect_uri", "http://localhost:64135", false},
		"https":                  {"redirect_uri", "https://localhost:64131", false},
		"no redirect":            {"redirect_uri", "", false},
		"other response type":    {"response_type", "token", true},
		"no code challenge":      {"code_challenge", "", true},
		"plain challenge method": {"code_challenge_method", "plain", true},
		"any path":               {"redirect_uri", "http://localhost:64132/a/b?c=d", true},
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			values := request()
			values.Set(test.field, test.value)
			at := f.visit(f.authorizeURL(values), ada)
			if sentBack := at.URL.Hostname() == "localhost"; sentBack != test.sentBack {
				t.Fatalf("the browser is at %s", at.URL)
			}
			if !test.sentBack && at.Status != http.StatusBadRequest {
				t.Errorf("the page has status %d", at.Status)
			}
			if isPath := strings.Contains(test.value, "/a/b"); test.sentBack && at.URL.Query().Has("code") != isPath {
				t.Errorf("the browser is at %s", at.URL)
			}
		})
	}
}

func TestFormNeedsTokenAndCookie(t *testing.T) {
	f := newFixture(t)
	resp, err := http.Get(f.authorizeURL(request()))
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	form := request()
	form.Set("user", ada)
	form.Set("csrf_token", regexp.MustCompile(`name="csrf_token" value="([^"]*)"`).FindStringSubmatch(string(page))[1])
	otherState := url.Values{}
	for name, values := range form {
		otherState[name] = values
	}
	otherState.Set("state", "other")
	for name, test := range map[string]struct {
		form   url.Values
		cookie *http.Cookie
	}{
		"no cookie":                 {form, nil},
		"cookie of another browser": {form, &http.Cookie{Name: resp.Cookies()[0].Name, Value: "someone"}},
		"other fields":              {otherState, resp.Cookies()[0]},
		"no token, no cookie":       {request(), nil},
	} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, f.web.URL+"/oauth/authorize", strings.NewReader(test.form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if test.cookie != nil {
			req.AddCookie(test.cookie)
		}
		got, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		if got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d, location %q", name, got.StatusCode, got.Header.Get("Location"))
		}
	}
}

func TestPagesAreEscapedAndRunNoScripts(t *testing.T) {
	f := newFixture(t)
	for _, address := range []string{f.authorizeURL(request()), f.web.URL + "/device", f.web.URL + `/device?user_code="><script>`} {
		resp, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		page := string(body)
		if strings.Contains(page, "<script") || strings.Contains(page, "Ada <b>") || regexp.MustCompile(`(src|href)=`).MatchString(page) {
			t.Errorf("%s shows\n%s", address, page)
		}
		policy := resp.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self' http://localhost:*"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: policy %q lacks %s", address, policy, part)
			}
		}
		if resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached", address)
		}
	}
}
