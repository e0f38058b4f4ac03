package oauth

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"apono/auth"
	"apono/client/sandbox/login/logintest"
)

func TestBrowserLogin(t *testing.T) {
	server := newLoginServer(t)
	f, user := server.flow(logintest.UserID)
	user.visited = make(chan logintest.Landing, 1)
	got, err := f.Browser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server.CheckToken(got.Token.Access)
	if got.Token.Refresh == "" || got.NoRefresh || got.ClockOff != 0 || got.Token.Kind != auth.OAuth || time.Until(got.Token.Expiry) < 50*time.Minute {
		t.Errorf("got %+v with the expiry %v", got, got.Token.Expiry)
	}
	if got.Profile.UserID != logintest.UserID || got.Profile.AccountID != logintest.AccountID {
		t.Errorf("the profile is %+v", got.Profile)
	}
	if user.opened != nil || !strings.HasPrefix(user.address, server.URL+"/oauth/authorize?") {
		t.Errorf("shown: %s, %v", user.address, user.opened)
	}
	landing := <-user.visited
	if landing.Status != http.StatusOK || !strings.Contains(landing.Page, "Authorized, you can close this tab") {
		t.Errorf("the browser shows %d %s", landing.Status, landing.Page)
	}
	checkPortIsFree(t, landing.URL.Host)
}

// checkPortIsFree fails the test if something listens on the port of host.
func checkPortIsFree(t *testing.T, host string) {
	t.Helper()
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:"+port)
	if err != nil {
		t.Errorf("the port is in use: %v", err)
		return
	}
	_ = listener.Close()
}

func TestBrowserLoginDenied(t *testing.T) {
	server := newLoginServer(t)
	f, user := server.flow(logintest.Deny)
	user.visited = make(chan logintest.Landing, 1)
	if _, err := f.Browser(t.Context()); kindOf(err) != auth.LoginDenied {
		t.Errorf("got %v", err)
	}
	if landing := <-user.visited; landing.Status != http.StatusBadRequest || !strings.Contains(landing.Page, "denied") {
		t.Errorf("the browser shows %d %s", landing.Status, landing.Page)
	}
}

func TestOtherRequestsDoNotEndTheLogin(t *testing.T) {
	server := newLoginServer(t)
	done := make(chan struct{})
	f := server.flowWithBrowser(func(callback string, request url.Values) {
		defer close(done)
		for _, address := range []string{callback + "/favicon.ico", callback + "/other?code=x&state=" + request.Get("state")} {
			if status := server.status(http.MethodGet, address); status != http.StatusNotFound {
				t.Errorf("%s: status %d", address, status)
			}
		}
		if status := server.status(http.MethodPost, callback+"/?code=x&state="+request.Get("state")); status != http.StatusNotFound {
			t.Errorf("POST: status %d", status)
		}
		for _, values := range []url.Values{{}, {"code": {"x"}}, {"code": {"x"}, "state": {"wrong"}}, {"error": {"access_denied"}, "state": {""}}} {
			if status, _ := server.get(callback, values); status != http.StatusBadRequest {
				t.Errorf("%v: status %d", values, status)
			}
		}
		landing, err := logintest.Visit(t.Context(), server.URL+"/oauth/authorize?"+request.Encode(), logintest.UserID)
		if err != nil || landing.Status != http.StatusOK {
			t.Errorf("the matching response: %d, %v", landing.Status, err)
		}
	})
	got, err := f.Browser(t.Context())
	<-done // the browser has its page
	if err != nil {
		t.Fatal(err)
	}
	server.CheckToken(got.Token.Access)
}

func TestErrorResponses(t *testing.T) {
	server := newLoginServer(t)
	for name, test := range map[string]struct {
		response url.Values
		want     auth.LoginKind
		shown    string
	}{
		"unknown code":  {url.Values{"code": {"unknown"}}, auth.CodeUsed, "already used"},
		"invalid scope": {url.Values{"error": {"invalid_scope"}, "error_description": {"<b>no</b>"}}, auth.LoginRejected, "&lt;b&gt;no&lt;/b&gt;"},
		"denied":        {url.Values{"error": {"access_denied"}}, auth.LoginDenied, "denied"},
		"server error":  {url.Values{"error": {"server_error"}}, auth.ServerFailed, "is unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			pages := make(chan string, 1)
			f := server.flowWithBrowser(func(callback string, request url.Values) {
				response := url.Values{"state": {request.Get("state")}}
				maps.Copy(response, test.response)
				_, page := server.get(callback, response)
				pages <- page
			})
			if _, err := f.Browser(t.Context()); kindOf(err) != test.want {
				t.Errorf("got %v", err)
			}
			if page := <-pages; !strings.Contains(page, test.shown) || strings.Contains(page, "<b>") {
				t.Errorf("the browser shows %s", page)
			}
		})
	}
}

func TestPortsInUse(t *testing.T) {
	server := newLoginServer(t)
	taken := make([]int, 3)
	for i := range taken {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		taken[i] = listener.Addr().(*net.TCPAddr).Port
	}
	f, _ := server.flow(logintest.UserID)
	f.Ports = taken
	_, err := f.Browser(t.Context())
	var failed *auth.LoginError
	if !errors.As(err, &failed) || failed.Kind != auth.PortsTaken || len(failed.Ports) != 3 {
		t.Fatalf("got %v", err)
	}
	for _, port := range taken {
		if !strings.Contains(failed.Error(), fmt.Sprint(port)) {
			t.Errorf("the error does not name port %d: %v", port, err)
		}
	}
	if !strings.Contains(failed.Hint(), "--no-browser") {
		t.Errorf("the hint is %q", failed.Hint())
	}
	f.Ports = append(taken, (&Flow{}).ports()...)
	got, err := f.Browser(t.Context())
	if err != nil {
		t.Fatalf("with a free port: %v", err)
	}
	server.CheckToken(got.Token.Access)
}

func TestPortInUseOnIPv6Only(t *testing.T) {
	six, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6")
	}
	defer six.Close()
	port := six.Addr().(*net.TCPAddr).Port
	if listeners, err := listenOn(t.Context(), port); err == nil {
		for _, l := range listeners {
			_ = l.Close()
		}
		t.Error("listenOn succeeded, but a browser may reach the other program")
	}
	checkPortIsFree(t, fmt.Sprintf("localhost:%d", port))
}

func TestListensOnLoopbackOnly(t *testing.T) {
	listeners, _, err := listenOnFirst(t.Context(), (&Flow{}).ports())
	if err != nil {
		t.Skip("all ports are in use")
	}
	for _, l := range listeners {
		if !l.Addr().(*net.TCPAddr).IP.IsLoopback() {
			t.Errorf("listens on %v", l.Addr())
		}
		_ = l.Close()
	}
}

// Browsers open connections in advance, without sending a request.
func TestIdleConnectionDoesNotDelayTheEnd(t *testing.T) {
	server := newLoginServer(t)
	conns := make(chan net.Conn, 1)
	done := make(chan struct{})
	f := server.flowWithBrowser(func(callback string, request url.Values) {
		defer close(done)
		conn, err := net.Dial("tcp", strings.TrimPrefix(callback, "http://"))
		if err != nil {
			t.Error(err)
			conns <- nil
			return
		}
		conns <- conn
		_, page := server.get(callback, url.Values{"state": {request.Get("state")}, "error": {"access_denied"}})
		if !strings.Contains(page, "</html>") {
			t.Errorf("the page is incomplete: %s", page)
		}
	})
	if _, err := f.Browser(t.Context()); kindOf(err) != auth.LoginDenied {
		t.Errorf("got %v", err)
	}
	<-done
	conn := <-conns
	if conn == nil {
		return
	}
	defer conn.Close()
	if n, err := conn.Read(make([]byte, 1)); err == nil || n > 0 {
		t.Error("the connection is still open")
	}
}

func TestBrowserLoginIsCanceledOrTimesOut(t *testing.T) {
	server := newLoginServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	f := server.flowWithBrowser(func(string, url.Values) { cancel() })
	if _, err := f.Browser(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	f = server.flowWithBrowser(func(string, url.Values) {})
	f.Timeout = time.Millisecond
	if _, err := f.Browser(t.Context()); kindOf(err) != auth.LoginTimeout {
		t.Errorf("no response: %v", err)
	}
}

func TestTimeoutAfterAWrongState(t *testing.T) {
	handler := newCallback()
	handler.mismatched.Store(true)
	f := &Flow{Timeout: time.Nanosecond}
	if _, err := f.awaitCallback(t.Context(), handler); kindOf(err) != auth.StateMismatch {
		t.Errorf("got %v", err)
	}
}

func TestSecondResponseIsRejected(t *testing.T) {
	server := newLoginServer(t)
	second := make(chan int, 1)
	done := make(chan struct{})
	f := server.flowWithBrowser(func(callback string, request url.Values) {
		defer close(done)
		response := url.Values{"state": {request.Get("state")}, "code": {"x"}}
		server.BeforeNextRequest(func() { // while the first response is being exchanged
			status, _ := server.get(callback, response)
			second <- status
		})
		server.get(callback, response)
	})
	if _, err := f.Browser(t.Context()); kindOf(err) != auth.CodeUsed {
		t.Errorf("got %v", err)
	}
	if status := <-second; status != http.StatusConflict {
		t.Errorf("the second response got status %d", status)
	}
	<-done
}

func TestNoLoginOverPlainHTTP(t *testing.T) {
	for _, p := range []auth.Profile{{AppURL: "http://app.example"}, {AppURL: auth.DefaultAppURL, TokenURL: "http://app.example"}} {
		f := &Flow{Profile: p, UI: &testUser{t: t}, Open: func(context.Context, string) error {
			t.Error("a browser was opened")
			return nil
		}}
		for name, login := range map[string]func(context.Context) (*Result, error){"browser": f.Browser, "device": f.Device, "paste": f.Paste} {
			var invalid *auth.URLError
			if _, err := login(t.Context()); !errors.As(err, &invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
