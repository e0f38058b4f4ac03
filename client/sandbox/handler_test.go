package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"apono/client"
	"apono/client/sandbox/store"
	"apono/client/sqlitefile"
)

func TestHandlerRequiresAToken(t *testing.T) {
	sb := newSandboxFixture(t, func(o *Options) {
		o.Authenticate = func(token string) (string, bool) {
			users := map[string]string{"robin-token": DemoUser, "dana-token": ApproverUser, "stray-token": "no-such-user"}
			id, ok := users[token]
			return id, ok
		}
	})
	server := httptest.NewServer(sb.Handler())
	defer server.Close()
	for _, c := range []struct {
		header string
		status int
		name   string
	}{
		{"", http.StatusUnauthorized, ""},
		{"Bearer", http.StatusUnauthorized, ""},
		{"Bearer wrong", http.StatusUnauthorized, ""},
		{"Basic robin-token", http.StatusUnauthorized, ""},
		{"Bearer stray-token", http.StatusUnauthorized, ""},
		{"Bearer robin-token", http.StatusOK, "Robin Meyer"},
		{"bearer dana-token", http.StatusOK, "Dana Levi"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+apiPath+"session", nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.header != "" {
			req.Header.Set("Authorization", c.header)
		}
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Message string
			User    client.User
		}
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
			t.Errorf("%q: %v", c.header, err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status || got.User.Name != c.name || (c.name == "") != (got.Message != "") {
			t.Errorf("%q: %d %+v", c.header, resp.StatusCode, got)
		}
	}
}

func TestHandlerWithoutAuthenticate(t *testing.T) {
	sb := newSandboxFixture(t)
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodGet, apiPath+"session", nil)
	req.Header.Set("Authorization", "Bearer anything")
	sb.Handler().ServeHTTP(rec, req)
	if rec.Code != http.StatusUnauthorized {
		t.Errorf("status %d", rec.Code)
	}
}

func TestTransportIgnoresTheToken(t *testing.T) {
	sb := newSandboxFixture(t)
	api, err := client.New(client.Config{BaseURL: "https://api.apono.io", Transport: sb.Transport(), Tokens: client.StaticToken("another user's token")})
	if err != nil {
		t.Fatal(err)
	}
	if got := must(api.UserSession(t.Context()))(t); got.User.ID != DemoUser || got.Account.ID != AccountID {
		t.Errorf("session %+v", got)
	}
}

func TestTransportCancellation(t *testing.T) {
	sb := newSandboxFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sb.api.Requests(ctx, client.RequestQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}

	// A call that waits for the file ends when its context does.
	ctx, cancel = context.WithCancel(t.Context())
	err := sb.store.Write(t.Context(), func(*store.Tx) error {
		done := make(chan error, 1)
		go func() {
			_, err := sb.api.Requests(ctx, client.RequestQuery{})
			done <- err
		}()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestPanicIsAnError(t *testing.T) {
	sb := newSandboxFixture(t)
	sb.routes = func() http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") })
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+apiPath+"session", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := sb.Transport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusInternalServerError || !strings.Contains(string(body), `"message"`) {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestUnknownPathsReturnJSON(t *testing.T) {
	sb := newSandboxFixture(t)
	sb.contract = nil
	for _, c := range []struct{ method, path string }{
		{http.MethodGet, "nonsense"}, {http.MethodDelete, "access-requests"}, {http.MethodPost, "session"},
		{http.MethodGet, "access-requests/AR-00001"}, {http.MethodGet, "access-requests/x%2Fy"}, {http.MethodGet, "access-sessions/nope"},
	} {
		status, body := sb.send(demoUser(), c.method, c.path, "")
		var response messageResponse
		if err := json.Unmarshal([]byte(body), &response); err != nil || status != http.StatusNotFound || response.Message == "" {
			t.Errorf("%s %s: %d %s", c.method, c.path, status, body)
		}
	}
}

func TestClosedSandbox(t *testing.T) {
	s := must(Open(t.Context(), Options{Dir: t.TempDir()}))(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("a second close: %v", err)
	}
	if err := s.SetCustomFields(t.Context(), true); !errors.Is(err, sqlitefile.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
