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

func TestLoginInABrowser(t *testing.T) {
	f := newFixture(t)
	at := f.visit(f.authorizeURL(request()), ada)
	if got := at.URL.Query().Get("state"); got != "state&1" {
		t.Errorf("state came back as %q", got)
	}
	got := f.exchange(codeForm(at.URL.Query().Get("code")))
	if f.owner(got.Access) != ada || got.Type != "Bearer" || got.ExpiresIn != 3600 || got.Refresh == "" {
		t.Fatalf("the exchange gave %+v for %q", got, f.owner(got.Access))
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
		t.Errorf("the token claims %v", claims)
	}
	f.clock.advance(time.Hour)
	if f.owner(got.Access) != "" {
		t.Error("the access token is good after its end")
	}
}

func TestDeniedInABrowser(t *testing.T) {
	f := newFixture(t)
	at := f.visit(f.authorizeURL(request()), logintest.Deny)
	query := at.URL.Query()
	if query.Get("error") != "access_denied" || query.Get("state") != "state&1" || query.Has("code") || at.URL.Host != "localhost:64131" {
		t.Errorf("denying led to %s", at.URL)
	}
}

func TestAuthorizeRefusesWhatIsNotRegistered(t *testing.T) {
	f := newFixture(t)
	for name, test := range map[string]struct {
		field, value string
		sentBack     bool
	}{
		"another client":     {"client_id", "someone", false},
		"another host":       {"redirect_uri", "http://evil.example:64131", false},
		"a host like ours":   {"redirect_uri", "http://localhost.evil.example:64131", false},
		"a user in front":    {"redirect_uri", "http://localhost:64131@evil.example:64131", false},
		"another port":       {"redirect_uri", "http://localhost:64135", false},
		"https":              {"redirect_uri", "https://localhost:64131", false},
		"no address":         {"redirect_uri", "", false},
		"another response":   {"response_type", "token", true},
		"no challenge":       {"code_challenge", "", true},
		"the plain method":   {"code_challenge_method", "plain", true},
		"nothing but a path": {"redirect_uri", "http://localhost:64132/a/b?c=d", true},
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			values := request()
			values.Set(test.field, test.value)
			at := f.visit(f.authorizeURL(values), ada)
			if sentBack := at.URL.Hostname() == "localhost"; sentBack != test.sentBack {
				t.Fatalf("the browser ended at %s", at.URL)
			}
			if !test.sentBack && at.Status != http.StatusBadRequest {
				t.Errorf("the page has status %d", at.Status)
			}
			if isPath := strings.Contains(test.value, "/a/b"); test.sentBack && at.URL.Query().Has("code") != isPath {
				t.Errorf("the browser ended at %s", at.URL)
			}
		})
	}
}

func TestFormNeedsItsSealAndItsBrowser(t *testing.T) {
	f := newFixture(t)
	resp, err := http.Get(f.authorizeURL(request()))
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	form := request()
	form.Set("user", ada)
	form.Set("seal", regexp.MustCompile(`name="seal" value="([^"]*)"`).FindStringSubmatch(string(page))[1])
	otherState := url.Values{}
	for name, values := range form {
		otherState[name] = values
	}
	otherState.Set("state", "other")
	for name, test := range map[string]struct {
		form   url.Values
		cookie *http.Cookie
	}{
		"no cookie":          {form, nil},
		"another's cookie":   {form, &http.Cookie{Name: resp.Cookies()[0].Name, Value: "someone"}},
		"other fields":       {otherState, resp.Cookies()[0]},
		"no seal, no cookie": {request(), nil},
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

func TestPagesRunNothingAndEscape(t *testing.T) {
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
				t.Errorf("%s: the policy %q lacks %s", address, policy, part)
			}
		}
		if resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept", address)
		}
	}
}
