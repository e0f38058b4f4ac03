package oauth

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

	"apono/auth"
	"apono/client/sandbox/login/logintest"
)

func TestDeviceLogin(t *testing.T) {
	server := newLoginServer(t)
	f, _ := server.flow(logintest.UserID)
	got, err := f.Device(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server.CheckToken(got.Token.Access)
	if !expiresIn(got.Token.Expiry, time.Hour) || got.Token.Refresh == "" || got.Profile.UserID != logintest.UserID {
		t.Errorf("got %+v with the expiry %v", got, got.Token.Expiry)
	}
}

func TestDeviceLoginDenied(t *testing.T) {
	server := newLoginServer(t)
	f, _ := server.flow(logintest.Deny)
	if _, err := f.Device(t.Context()); kindOf(err) != auth.LoginDenied {
		t.Errorf("got %v", err)
	}
}

// scriptedServer is a login server with fixed responses.
type scriptedServer struct {
	device string
	// polls are the responses to polls, in order; the last one is repeated. "" is a
	// network error and "503" that status.
	polls  []string
	start  time.Time
	polled []time.Duration // when the polls arrived, since start
}

func (s *scriptedServer) RoundTrip(r *http.Request) (*http.Response, error) {
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
		s.polled = append(s.polled, time.Since(s.start))
		response := s.polls[0]
		if len(s.polls) > 1 {
			s.polls = s.polls[1:]
		}
		switch response {
		case "":
			return nil, errors.New("the network is down")
		case "503":
			rec.WriteHeader(http.StatusServiceUnavailable)
		default:
			if strings.Contains(response, `"error"`) {
				rec.WriteHeader(http.StatusBadRequest)
			}
			_, _ = io.WriteString(rec, response)
		}
	}
	return rec.Result(), nil
}

const (
	deviceCode = `{"device_code":"hunter2","user_code":"BCDF-GHJK","verification_uri":"https://app.example/d","expires_in":60,"interval":5}`
	pending    = `{"error":"authorization_pending"}`
	slowDown   = `{"error":"slow_down"}`
	success    = `{"access_token":"a","refresh_token":"r","expires_in":3600}`
)

// A server that asks for polls without a pause does not get them (RFC 8628, section 3.2),
// and one that asks for an endless pause neither.
func TestDeviceIntervalIsSensible(t *testing.T) {
	for _, test := range []struct {
		interval, poll  string
		atLeast, atMost int // polls in five minutes
	}{
		{interval: "0", poll: pending, atLeast: 40, atMost: 60},
		{interval: "-5", poll: pending, atLeast: 40, atMost: 60},
		{interval: "null", poll: pending, atLeast: 40, atMost: 60},
		{interval: `"soon"`, poll: pending, atLeast: 40, atMost: 60},
		{interval: "4.5", poll: pending, atLeast: 40, atMost: 60},
		{interval: "9300000000", poll: pending, atLeast: 4, atMost: 5},
		{interval: "1e999", poll: pending, atLeast: 4, atMost: 5},
		{interval: "5", poll: `{"error":"slow_down","interval":9300000000}`, atLeast: 4, atMost: 5},
		{interval: "5", poll: `{"error":"slow_down","interval":1}`, atLeast: 15, atMost: 30},
	} {
		synctest.Test(t, func(t *testing.T) {
			code := strings.NewReplacer(`"interval":5`, `"interval":`+test.interval, `"expires_in":60`, `"expires_in":300`).Replace(deviceCode)
			s := &scriptedServer{device: code, polls: []string{test.poll, pending}, start: time.Now()}
			f := &Flow{
				Profile:   auth.Profile{Name: "work", AppURL: "https://app.example"},
				UI:        &testUser{t: t, confirm: func(DeviceCode) {}},
				Transport: s,
			}
			if _, err := f.Device(t.Context()); kindOf(err) != auth.DeviceExpired {
				t.Errorf("got %v", err)
			}
			if len(s.polled) < test.atLeast || len(s.polled) > test.atMost {
				t.Errorf("interval %s, %s: polled %d times in five minutes", test.interval, test.poll, len(s.polled))
			}
		})
	}
}

// What lacks a code, or is valid for no time, is not a login server's answer.
func TestDeviceCodesThatAreNone(t *testing.T) {
	for was, is := range map[string]string{
		`"user_code":"BCDF-GHJK"`: `"user_code":null`,
		`"device_code":"hunter2"`: `"device_code":""`,
		`"BCDF-GHJK"`:             `" "`,
		`"hunter2"`:               `"\u200b"`,
		`"expires_in":60`:         `"expires_in":0`,
		`:60,`:                    `:null,`,
	} {
		f := &Flow{
			Profile:   auth.Profile{Name: "work", AppURL: "https://app.example"},
			UI:        &testUser{t: t, confirm: func(c DeviceCode) { t.Errorf("%s: shown: %+v", is, c) }},
			Transport: &scriptedServer{device: strings.Replace(deviceCode, was, is, 1), polls: []string{success}},
		}
		if _, err := f.Device(t.Context()); kindOf(err) != auth.BadResponse {
			t.Errorf("%s: got %v", is, err)
		}
	}
}

// A code that is said to be valid for ever is asked about for a day at most.
func TestDeviceCodeThatNeverExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scriptedServer{device: strings.Replace(deviceCode, `:60,`, `:9300000000,`, 1), polls: []string{pending}, start: time.Now()}
		f := &Flow{
			Profile:   auth.Profile{Name: "work", AppURL: "https://app.example"},
			UI:        &testUser{t: t, confirm: func(DeviceCode) {}},
			Transport: s,
		}
		if _, err := f.Device(t.Context()); kindOf(err) != auth.DeviceExpired || time.Since(s.start) != 24*time.Hour {
			t.Errorf("got %v after %v", err, time.Since(s.start))
		}
	})
}

func TestDevicePolling(t *testing.T) {
	for name, test := range map[string]struct {
		device string
		polls  []string
		want   auth.LoginKind
		polled int // at least
	}{
		"confirmed later":       {deviceCode, []string{pending, pending, success}, "", 3},
		"no interval":           {strings.Replace(deviceCode, `,"interval":5`, "", 1), []string{success}, "", 1},
		"slow_down once":        {deviceCode, []string{slowDown, success}, "", 2},
		"slow_down twice":       {deviceCode, []string{slowDown, slowDown}, auth.ClockWrong, 2},
		"denied":                {deviceCode, []string{pending, `{"error":"access_denied"}`}, auth.LoginDenied, 2},
		"expired on the server": {deviceCode, []string{pending, `{"error":"expired_token"}`}, auth.DeviceExpired, 2},
		"expired by our clock":  {deviceCode, []string{pending}, auth.DeviceExpired, 9},
		"already used":          {deviceCode, []string{`{"error":"invalid_grant"}`}, auth.CodeUsed, 1},
		"invalid client":        {deviceCode, []string{`{"error":"invalid_client","error_description":"hunter2"}`}, auth.LoginRejected, 1},
		"blank token":           {deviceCode, []string{`{"access_token":" "}`}, auth.BadResponse, 1},
		"empty object":          {deviceCode, []string{`{}`}, auth.BadResponse, 1},
		"not JSON":              {deviceCode, []string{`<html>`}, auth.BadResponse, 1},
		"short outage":          {deviceCode, []string{"", "503", "", success}, "", 4},
		"long network outage":   {deviceCode, []string{""}, auth.LoginNetwork, 7},
		"long server outage":    {deviceCode, []string{"503"}, auth.ServerFailed, 7},
		"no device flow":        {`{"error":"x"}`, []string{success}, auth.DeviceUnsupported, 0},
		"page without HTTPS":    {strings.Replace(deviceCode, "https://app.example/d", "http://app.example/d", 1), []string{success}, auth.BadResponse, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scriptedServer{device: test.device, polls: test.polls, start: time.Now()}
				var shown []DeviceCode
				f := &Flow{
					Profile:   auth.Profile{Name: "work", AppURL: "https://app.example"},
					UI:        &testUser{t: t, confirm: func(c DeviceCode) { shown = append(shown, c) }},
					Transport: s,
				}
				got, err := f.Device(t.Context())
				if kindOf(err) != test.want || (test.want == "" && (err != nil || got.Token.Access != "a" || !got.Token.Expiry.Equal(time.Now().Add(time.Hour)))) {
					t.Fatalf("got %+v, %v", got, err)
				}
				if err != nil && strings.Contains(err.Error(), "hunter2") {
					t.Errorf("the error contains the code: %v", err)
				}
				if len(s.polled) < test.polled {
					t.Errorf("too few polls: %v", s.polled)
				}
				for i := 1; i < len(s.polled); i++ {
					if s.polled[i]-s.polled[i-1] < 5*time.Second {
						t.Errorf("polls too close together: %v", s.polled)
					}
				}
				if test.polled > 0 && (len(shown) != 1 || shown[0].User != "BCDF-GHJK" || !shown[0].Expires.Equal(s.start.Add(time.Minute))) {
					t.Errorf("shown: %+v", shown)
				}
			})
		})
	}
}

func TestDeviceLoginIsCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := &Flow{
			Profile:   auth.Profile{Name: "work", AppURL: "https://app.example"},
			UI:        &testUser{t: t, confirm: func(DeviceCode) { cancel() }},
			Transport: &scriptedServer{device: deviceCode, polls: []string{pending}},
		}
		start := time.Now()
		if _, err := f.Device(ctx); !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestRemoteFallsBackToPaste(t *testing.T) {
	server := newLoginServer(t)
	for name, metadata := range map[string]http.HandlerFunc{
		"no metadata":    http.NotFound,
		"HTML":           func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"no device flow": func(w http.ResponseWriter, _ *http.Request) { server.writeMetadata(w, server.URL, "") },
		"other issuer":   func(w http.ResponseWriter, _ *http.Request) { server.writeMetadata(w, "https://x.example", server.URL) },
		"plain HTTP":     func(w http.ResponseWriter, _ *http.Request) { server.writeMetadata(w, server.URL, "http://x.example") },
		"redirect":       func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			server.Override(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == metadataPath {
					metadata(w, r)
					return
				}
				server.Handler().ServeHTTP(w, r)
			})
			f, _ := server.flow(logintest.UserID)
			if _, err := f.Device(t.Context()); kindOf(err) != auth.DeviceUnsupported {
				t.Errorf("got %v", err)
			}
			got, err := f.Remote(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			server.CheckToken(got.Token.Access)
		})
	}
}

func (s *loginServer) writeMetadata(w http.ResponseWriter, issuer, device string) {
	if err := json.NewEncoder(w).Encode(map[string]string{"issuer": issuer, "device_authorization_endpoint": device}); err != nil {
		s.t.Error(err)
	}
}

func TestRemotePrefersACode(t *testing.T) {
	server := newLoginServer(t)
	f, user := server.flow(logintest.UserID)
	user.paste = func(*url.URL, error) (string, error) {
		t.Error("PasteURL was called")
		return "", errors.New("unexpected")
	}
	got, err := f.Remote(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server.CheckToken(got.Token.Access)
}

func TestLoginServerIsUnreachable(t *testing.T) {
	down := roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") })
	f := &Flow{Profile: auth.Profile{Name: "work", AppURL: auth.DefaultAppURL}, UI: &testUser{t: t}, Transport: down}
	_, err := f.Remote(t.Context())
	var failed *auth.LoginError
	if !errors.As(err, &failed) || failed.Kind != auth.LoginNetwork || failed.Host != "app.apono.io" || failed.NeedsLogin() {
		t.Errorf("got %v", err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
