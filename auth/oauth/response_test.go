package oauth

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"apono/auth"
	"apono/client/sandbox/login/logintest"
)

func TestTokenResponses(t *testing.T) {
	respond := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			_, _ = io.WriteString(w, body)
		}
	}
	clockOff := func(body string, by time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
			_, _ = io.WriteString(w, body)
		}
	}
	inOneHour := time.Now().Add(time.Hour).Unix()
	expiryAhead := jwt(fmt.Sprintf(`{"exp":%d}`, inOneHour+3600))
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    auth.LoginKind
		check   func(*Result) bool
	}{
		"HTML":         {respond("text/html", "<html>"), auth.BadResponse, nil},
		"HTML as JSON": {respond("application/json", "<html>"), auth.BadResponse, nil},
		"no token":     {respond("application/json", `{"expires_in":5}`), auth.BadResponse, nil},
		"blank token":  {respond("application/json", `{"access_token":" ","expires_in":5}`), auth.BadResponse, nil},
		"endless": {respond("application/json", `{"access_token":"a","expires_in":9300000000}`), "",
			func(r *Result) bool { return r.Token.Expiry.After(time.Now().AddDate(9, 0, 0)) }},
		"no refresh token": {respond("application/json", `{"access_token":"a","expires_in":3600}`), "",
			func(r *Result) bool { return r.NoRefresh && expiresIn(r.Token.Expiry, time.Hour) }},
		"no expiry": {respond("application/json", `{"access_token":"a","refresh_token":"r"}`), "",
			func(r *Result) bool { return !r.NoRefresh && r.Token.Expiry.IsZero() }},
		"expiry in the token": {respond("application/json", `{"access_token":"`+jwt(fmt.Sprintf(`{"exp":%d}`, inOneHour))+`"}`), "",
			func(r *Result) bool { return expiresIn(r.Token.Expiry, time.Hour) }},
		"clock an hour ahead": {clockOff(`{"access_token":"a","expires_in":3600}`, time.Hour), "",
			func(r *Result) bool {
				return expiresIn(r.Token.Expiry, time.Hour) && r.ClockOff.Round(time.Minute) == time.Hour
			}},
		"clock an hour ahead, expiry in the token": {clockOff(`{"access_token":"`+expiryAhead+`"}`, time.Hour), "",
			func(r *Result) bool {
				return expiresIn(r.Token.Expiry, time.Hour) && r.ClockOff.Round(time.Minute) == time.Hour
			}},
		"clock ten seconds behind": {clockOff(`{"access_token":"a","expires_in":3600}`, -10*time.Second), "",
			func(r *Result) bool { return r.ClockOff == 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			server := newLoginServer(t)
			server.Override(test.handler)
			f, user := server.flow(logintest.UserID)
			user.landing.URL = &url.URL{Scheme: "http", Host: "localhost"} // so that nothing is visited
			user.paste = user.pasteWithState("code=x")
			got, err := f.Paste(t.Context())
			if kindOf(err) != test.want || (test.want == "" && (err != nil || !test.check(got))) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// pasteWithState pastes an address with the right state and other parameters.
func (u *testUser) pasteWithState(parameters string) func(*url.URL, error) (string, error) {
	return func(*url.URL, error) (string, error) {
		request, err := url.Parse(u.address)
		if err != nil {
			return "", err
		}
		return "http://localhost:64131/?" + parameters + "&state=" + url.QueryEscape(request.Query().Get("state")), nil
	}
}

// jwt returns an unsigned JWT.
func jwt(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(payload)) + ".sig"
}
