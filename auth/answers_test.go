package auth

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestTokenAnswersThatFailOrAreOdd(t *testing.T) {
	answer := func(header, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", header)
			_, _ = io.WriteString(w, body)
		}
	}
	off := func(body string, by time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
			_, _ = io.WriteString(w, body)
		}
	}
	inAnHour := time.Now().Add(time.Hour).Unix()
	ahead := jwt(fmt.Sprintf(`{"exp":%d}`, inAnHour+3600))
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   LoginKind
		good   func(*Result) bool
	}{
		"HTML":             {answer("text/html", "<html>"), BadAnswer, nil},
		"HTML called JSON": {answer("application/json", "<html>"), BadAnswer, nil},
		"no token":         {answer("application/json", `{"expires_in":5}`), BadAnswer, nil},
		"no refresh token": {answer("application/json", `{"access_token":"a","expires_in":3600}`), "",
			func(r *Result) bool { return r.NoRefresh && within(r.Token.Expiry, time.Hour) }},
		"no end": {answer("application/json", `{"access_token":"a","refresh_token":"r"}`), "",
			func(r *Result) bool { return !r.NoRefresh && r.Token.Expiry.IsZero() }},
		"the end in the token": {answer("application/json", `{"access_token":"`+jwt(fmt.Sprintf(`{"exp":%d}`, inAnHour))+`"}`), "",
			func(r *Result) bool { return within(r.Token.Expiry, time.Hour) }},
		"a clock an hour ahead": {off(`{"access_token":"a","expires_in":3600}`, time.Hour), "",
			func(r *Result) bool {
				return within(r.Token.Expiry, time.Hour) && r.ClockOff.Round(time.Minute) == time.Hour
			}},
		"a clock an hour ahead, the end in the token": {off(`{"access_token":"`+ahead+`"}`, time.Hour), "",
			func(r *Result) bool {
				return within(r.Token.Expiry, time.Hour) && r.ClockOff.Round(time.Minute) == time.Hour
			}},
		"a clock ten seconds behind": {off(`{"access_token":"a","expires_in":3600}`, -10*time.Second), "",
			func(r *Result) bool { return r.ClockOff == 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newLoginServer(t)
			w.answerInstead(test.answer)
			f := w.flow(ada)
			f.Person.(*visitor).landing.URL = w.landing()
			f.Person.(*visitor).paste = w.pasteOwnState(f, "code=x")
			got, err := f.Paste(t.Context())
			if kindOf(err) != test.want || (test.want == "" && (err != nil || !test.good(got))) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func within(end time.Time, lifetime time.Duration) bool {
	return (time.Until(end) - lifetime).Abs() < time.Minute
}

// landing is any address; a person who has one visits none.
func (w *world) landing() *url.URL { return &url.URL{Scheme: "http", Host: "localhost"} }

// pasteOwnState pastes an address with the flow's own state and parameters.
func (w *world) pasteOwnState(f *Flow, parameters string) func(*url.URL, error) (string, error) {
	return func(*url.URL, error) (string, error) {
		asked, err := url.Parse(f.Person.(*visitor).address)
		if err != nil {
			return "", err
		}
		return "http://localhost:64131/?" + parameters + "&state=" + url.QueryEscape(asked.Query().Get("state")), nil
	}
}
