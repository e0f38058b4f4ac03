package auth

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"apono/client/sandbox/login/logintest"
)

func TestDeviceLogin(t *testing.T) {
	w := newLoginServer(t)
	got, err := w.flow(ada).Device(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.mustOwn(got.Token.Access)
	if !within(got.Token.Expiry, time.Hour) || got.Token.Refresh == "" || got.Profile.UserID != ada {
		t.Errorf("got %+v until %v", got, got.Token.Expiry)
	}
}

func TestDeviceLoginDenied(t *testing.T) {
	w := newLoginServer(t)
	if _, err := w.flow(logintest.Deny).Device(t.Context()); kindOf(err) != LoginDenied {
		t.Errorf("got %v", err)
	}
}

// script is a login server that answers questions for a token one after the
// other, and a clock that only moves while everybody waits.
type script struct {
	*testing.T
	device  string
	answers []string // "" is no answer at all, "503" that status
	asked   []time.Duration
	start   time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/json; charset=utf-8")
	switch r.URL.Path {
	case metadataPath:
		_, _ = io.WriteString(rec, `{"issuer":"https://app.example","device_authorization_endpoint":"https://app.example/device"}`)
	case "/device":
		_, _ = io.WriteString(rec, s.device)
	default:
		s.asked = append(s.asked, time.Since(s.start))
		answer := s.answers[0]
		if len(s.answers) > 1 {
			s.answers = s.answers[1:]
		}
		switch answer {
		case "":
			return nil, errors.New("the network is down")
		case "503":
			rec.WriteHeader(http.StatusServiceUnavailable)
		default:
			if strings.Contains(answer, `"error"`) {
				rec.WriteHeader(http.StatusBadRequest)
			}
			_, _ = io.WriteString(rec, answer)
		}
	}
	return rec.Result(), nil
}

const (
	deviceCode = `{"device_code":"hunter2","user_code":"BCDF-GHJK","verification_uri":"https://app.example/d","expires_in":60,"interval":5}`
	pending    = `{"error":"authorization_pending"}`
	slowDown   = `{"error":"slow_down"}`
	issuedOK   = `{"access_token":"a","refresh_token":"r","expires_in":3600}`
)

func TestDevicePolling(t *testing.T) {
	for name, test := range map[string]struct {
		device  string
		answers []string
		want    LoginKind
		asked   int // at least
	}{
		"after a while":         {deviceCode, []string{pending, pending, issuedOK}, "", 3},
		"no interval":           {strings.Replace(deviceCode, `,"interval":5`, "", 1), []string{issuedOK}, "", 1},
		"slower once":           {deviceCode, []string{slowDown, issuedOK}, "", 2},
		"slower again":          {deviceCode, []string{slowDown, slowDown}, ClockWrong, 2},
		"denied":                {deviceCode, []string{pending, `{"error":"access_denied"}`}, LoginDenied, 2},
		"expired there":         {deviceCode, []string{pending, `{"error":"expired_token"}`}, DeviceExpired, 2},
		"expired here":          {deviceCode, []string{pending}, DeviceExpired, 9},
		"used already":          {deviceCode, []string{`{"error":"invalid_grant"}`}, CodeUsed, 1},
		"refused":               {deviceCode, []string{`{"error":"invalid_client","error_description":"hunter2"}`}, LoginRejected, 1},
		"nothing in it":         {deviceCode, []string{`{}`}, BadAnswer, 1},
		"not JSON":              {deviceCode, []string{`<html>`}, BadAnswer, 1},
		"a short silence":       {deviceCode, []string{"", "503", "", issuedOK}, "", 4},
		"a long silence":        {deviceCode, []string{""}, LoginNetwork, 7},
		"long out of order":     {deviceCode, []string{"503"}, ServerFailed, 7},
		"no codes here":         {`{"error":"x"}`, []string{issuedOK}, DeviceUnsupported, 0},
		"a page over plain web": {strings.Replace(deviceCode, "https://app.example/d", "http://app.example/d", 1), []string{issuedOK}, BadAnswer, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{T: t, device: test.device, answers: test.answers, start: time.Now()}
				var shown []Code
				f := &Flow{
					Profile:   newProfile("work").over(Profile{AppURL: "https://app.example"}),
					Person:    &visitor{T: t, onCode: func(c Code) { shown = append(shown, c) }},
					Transport: s,
				}
				got, err := f.Device(t.Context())
				if kindOf(err) != test.want || (test.want == "" && (err != nil || got.Token.Access != "a" || !got.Token.Expiry.Equal(time.Now().Add(time.Hour)))) {
					t.Fatalf("got %+v, %v", got, err)
				}
				if err != nil && strings.Contains(err.Error(), "hunter2") {
					t.Errorf("the error holds the code: %v", err)
				}
				if len(s.asked) < test.asked {
					t.Errorf("it asked at %v only", s.asked)
				}
				for i := 1; i < len(s.asked); i++ {
					if s.asked[i]-s.asked[i-1] < 5*time.Second {
						t.Errorf("it asked too often: at %v", s.asked)
					}
				}
				if test.asked > 0 && (len(shown) != 1 || shown[0].User != "BCDF-GHJK" || !shown[0].Expires.Equal(s.start.Add(time.Minute))) {
					t.Errorf("shown: %+v", shown)
				}
			})
		})
	}
}

func TestDeviceLoginEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := &Flow{
			Profile:   newProfile("work").over(Profile{AppURL: "https://app.example"}),
			Person:    &visitor{T: t, onCode: func(Code) { cancel() }},
			Transport: &script{T: t, device: deviceCode, answers: []string{pending}},
		}
		start := time.Now()
		if _, err := f.Device(ctx); !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestDeviceUnsupportedLeadsToPasting(t *testing.T) {
	w := newLoginServer(t)
	genuine := w.server.Handler()
	for name, metadata := range map[string]http.HandlerFunc{
		"no metadata":         http.NotFound,
		"a page":              func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "<html>") },
		"no device flow":      func(rw http.ResponseWriter, _ *http.Request) { w.metadata(rw, w.web.URL, "") },
		"of somebody else":    func(rw http.ResponseWriter, _ *http.Request) { w.metadata(rw, "https://x.example", w.web.URL) },
		"over the plain web":  func(rw http.ResponseWriter, _ *http.Request) { w.metadata(rw, w.web.URL, "http://x.example") },
		"a redirect to there": func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/", http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			w.answerInstead(func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == metadataPath {
					metadata(rw, r)
					return
				}
				genuine.ServeHTTP(rw, r)
			})
			if _, err := w.flow(ada).Device(t.Context()); kindOf(err) != DeviceUnsupported {
				t.Errorf("got %v", err)
			}
			got, err := w.flow(ada).Remote(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			w.mustOwn(got.Token.Access)
		})
	}
}

func (w *world) metadata(rw http.ResponseWriter, issuer, device string) {
	if err := json.NewEncoder(rw).Encode(map[string]string{"issuer": issuer, "device_authorization_endpoint": device}); err != nil {
		w.Error(err)
	}
}

func TestRemoteLoginByCode(t *testing.T) {
	w := newLoginServer(t)
	f := w.flow(ada)
	f.Person.(*visitor).paste = func(*url.URL, error) (string, error) {
		t.Error("a paste was asked for")
		return "", errors.New("no")
	}
	got, err := f.Remote(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.mustOwn(got.Token.Access)
}

func TestLoginServerThatCannotBeReached(t *testing.T) {
	down := roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") })
	f := &Flow{Profile: newProfile("work"), Person: &visitor{T: t}, Transport: down}
	_, err := f.Remote(t.Context())
	var failed *LoginError
	if !errors.As(err, &failed) || failed.Kind != LoginNetwork || failed.Host != "app.apono.io" || failed.NeedsLogin() {
		t.Errorf("got %v", err)
	}
}
