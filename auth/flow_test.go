package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"apono/client/sandbox/login/logintest"
)

func TestBrowserLogin(t *testing.T) {
	w := newLoginServer(t)
	f := w.flow(ada)
	person := f.Person.(*visitor)
	person.visited = make(chan logintest.Landing, 1)
	got, err := f.Browser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.mustOwn(got.Token.Access)
	if got.Token.Refresh == "" || got.NoRefresh || got.ClockOff != 0 || got.Token.Kind != OAuth || time.Until(got.Token.Expiry) < 50*time.Minute {
		t.Errorf("got %+v until %v", got, got.Token.Expiry)
	}
	if got.Profile.UserID != ada || got.Profile.AccountID != "account-1" {
		t.Errorf("the profile says %+v", got.Profile)
	}
	if person.opened != nil || !strings.HasPrefix(person.address, w.web.URL+"/oauth/authorize?") {
		t.Errorf("shown: %s, %v", person.address, person.opened)
	}
	landing := <-person.visited
	if landing.Status != http.StatusOK || !strings.Contains(landing.Page, "Authorized, you can close this tab") {
		t.Errorf("the browser shows %d %s", landing.Status, landing.Page)
	}
	mustBeFree(t, landing.URL.Host)
}

// mustBeFree says that nobody listens at host any more.
func mustBeFree(t *testing.T, host string) {
	t.Helper()
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:"+port)
	if err != nil {
		t.Errorf("the login still listens: %v", err)
		return
	}
	_ = listener.Close()
}

func TestBrowserLoginDenied(t *testing.T) {
	w := newLoginServer(t)
	f := w.flow(logintest.Deny)
	person := f.Person.(*visitor)
	person.visited = make(chan logintest.Landing, 1)
	if _, err := f.Browser(t.Context()); kindOf(err) != LoginDenied {
		t.Errorf("got %v", err)
	}
	if landing := <-person.visited; landing.Status != http.StatusBadRequest || !strings.Contains(landing.Page, "denied") {
		t.Errorf("the browser shows %d %s", landing.Status, landing.Page)
	}
}

// browse is a login in which the browser does what visit does with the address
// that it was sent to and the parameters in it.
func (w *world) browse(visit func(callback string, asked url.Values)) *Flow {
	return &Flow{Profile: w.profile(), Person: &visitor{T: w.T}, Open: func(_ context.Context, address string) error {
		parsed, err := url.Parse(address)
		if err != nil {
			return err
		}
		go visit(parsed.Query().Get("redirect_uri"), parsed.Query())
		return nil
	}}
}

func (w *world) get(address string, parameters url.Values) (int, string) {
	resp, err := http.Get(address + "/?" + parameters.Encode())
	if err != nil {
		w.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Error(err)
	}
	return resp.StatusCode, string(body)
}

func TestStrangersDoNotEndTheLogin(t *testing.T) {
	w := newLoginServer(t)
	seen := make(chan struct{})
	f := w.browse(func(callback string, asked url.Values) {
		defer close(seen)
		for _, address := range []string{callback + "/favicon.ico", callback + "/other?code=x&state=" + asked.Get("state")} {
			if status := w.status(http.MethodGet, address); status != http.StatusNotFound {
				t.Errorf("%s: status %d", address, status)
			}
		}
		if status := w.status(http.MethodPost, callback+"/?code=x&state="+asked.Get("state")); status != http.StatusNotFound {
			t.Errorf("a POST: status %d", status)
		}
		for _, values := range []url.Values{{}, {"code": {"x"}}, {"code": {"x"}, "state": {"wrong"}}, {"error": {"access_denied"}, "state": {""}}} {
			if status, _ := w.get(callback, values); status != http.StatusBadRequest {
				t.Errorf("%v: status %d", values, status)
			}
		}
		landing, err := logintest.Visit(t.Context(), w.web.URL+"/oauth/authorize?"+asked.Encode(), ada)
		if err != nil || landing.Status != http.StatusOK {
			t.Errorf("the real answer: %d, %v", landing.Status, err)
		}
	})
	got, err := f.Browser(t.Context())
	<-seen // the browser has its page before the test's context ends
	if err != nil {
		t.Fatal(err)
	}
	w.mustOwn(got.Token.Access)
}

func (w *world) status(method, address string) int {
	req, err := http.NewRequestWithContext(w.Context(), method, address, nil)
	if err != nil {
		w.Error(err)
		return 0
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.Error(err)
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestAnswersThatFail(t *testing.T) {
	w := newLoginServer(t)
	for name, test := range map[string]struct {
		answer url.Values
		want   LoginKind
		shown  string
	}{
		"an unknown code":   {url.Values{"code": {"unknown"}}, CodeUsed, "used already"},
		"refused":           {url.Values{"error": {"invalid_scope"}, "error_description": {"<b>no</b>"}}, LoginRejected, "&lt;b&gt;no&lt;/b&gt;"},
		"denied":            {url.Values{"error": {"access_denied"}}, LoginDenied, "denied"},
		"server in trouble": {url.Values{"error": {"server_error"}}, ServerFailed, "out of order"},
	} {
		t.Run(name, func(t *testing.T) {
			pages := make(chan string, 1)
			f := w.browse(func(callback string, asked url.Values) {
				answer := url.Values{"state": {asked.Get("state")}}
				for name, values := range test.answer {
					answer[name] = values
				}
				_, page := w.get(callback, answer)
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

func TestTakenPorts(t *testing.T) {
	w := newLoginServer(t)
	taken := make([]int, 3)
	for i := range taken {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		taken[i] = listener.Addr().(*net.TCPAddr).Port
	}
	f := w.flow(ada)
	f.Ports = taken
	_, err := f.Browser(t.Context())
	var failed *LoginError
	if !errors.As(err, &failed) || failed.Kind != PortsTaken || len(failed.Ports) != 3 {
		t.Fatalf("got %v", err)
	}
	for _, port := range taken {
		if !strings.Contains(failed.Error(), fmt.Sprint(port)) {
			t.Errorf("%d is not named: %v", port, err)
		}
	}
	if !strings.Contains(failed.Hint(), "--no-browser") {
		t.Errorf("the hint is %q", failed.Hint())
	}
	f.Ports = append(taken, f.endpointPorts()...)
	got, err := f.Browser(t.Context())
	if err != nil {
		t.Fatalf("the next free port is not used: %v", err)
	}
	w.mustOwn(got.Token.Access)
}

// endpointPorts are the registered ports.
func (f *Flow) endpointPorts() []int { return (&Flow{}).ports() }

func TestAPortThatIsTakenOnIPv6Only(t *testing.T) {
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
		t.Error("the port was taken, though a browser may reach somebody else on it")
	}
	mustBeFree(t, fmt.Sprintf("localhost:%d", port))
}

func TestListensOnLoopbackOnly(t *testing.T) {
	listeners, _, err := listenOnAny(t.Context(), (&Flow{}).ports())
	if err != nil {
		t.Skip("all ports are taken")
	}
	for _, l := range listeners {
		if !l.Addr().(*net.TCPAddr).IP.IsLoopback() {
			t.Errorf("it listens on %v", l.Addr())
		}
		_ = l.Close()
	}
}

// Browsers connect in advance, and send nothing: that must not hold the end up.
func TestConnectionWithoutARequestHoldsNothingUp(t *testing.T) {
	w := newLoginServer(t)
	held := make(chan net.Conn, 1)
	seen := make(chan struct{})
	f := w.browse(func(callback string, asked url.Values) {
		defer close(seen)
		conn, err := net.Dial("tcp", strings.TrimPrefix(callback, "http://"))
		if err != nil {
			t.Error(err)
			held <- nil
			return
		}
		held <- conn
		_, page := w.get(callback, url.Values{"state": {asked.Get("state")}, "error": {"access_denied"}})
		if !strings.Contains(page, "</html>") {
			t.Errorf("the page was cut off: %s", page)
		}
	})
	if _, err := f.Browser(t.Context()); kindOf(err) != LoginDenied {
		t.Errorf("got %v", err)
	}
	<-seen
	conn := <-held
	if conn == nil {
		return
	}
	defer conn.Close()
	if n, err := conn.Read(make([]byte, 1)); err == nil || n > 0 {
		t.Error("the connection is still open")
	}
}

func TestBrowserLoginEndsWithItsContextAndItsDeadline(t *testing.T) {
	w := newLoginServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	f := w.browse(func(string, url.Values) { cancel() })
	if _, err := f.Browser(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	f = w.browse(func(string, url.Values) {})
	f.Timeout = time.Millisecond
	if _, err := f.Browser(t.Context()); kindOf(err) != LoginTimeout {
		t.Errorf("nobody answers: %v", err)
	}
}

func TestOnlyAWrongStateCame(t *testing.T) {
	back := &callback{attempt: attempt{state: "right"}, answers: make(chan answer, 1), ended: make(chan struct{}), shown: make(chan struct{})}
	back.strangers.Store(true)
	f := &Flow{Timeout: time.Nanosecond}
	if _, err := f.awaitBrowser(t.Context(), back); kindOf(err) != StateMismatch {
		t.Errorf("got %v", err)
	}
}

func TestSecondAnswerIsNotTaken(t *testing.T) {
	w := newLoginServer(t)
	second := make(chan int, 1)
	seen := make(chan struct{})
	f := w.browse(func(callback string, asked url.Values) {
		defer close(seen)
		answer := url.Values{"state": {asked.Get("state")}, "code": {"x"}}
		w.answerOnce(func() { // the first answer is being exchanged
			status, _ := w.get(callback, answer)
			second <- status
		})
		w.get(callback, answer)
	})
	if _, err := f.Browser(t.Context()); kindOf(err) != CodeUsed {
		t.Errorf("got %v", err)
	}
	if status := <-second; status != http.StatusConflict {
		t.Errorf("the second answer has status %d", status)
	}
	<-seen
}

func TestLoginIsNotAskedForOverPlainHTTP(t *testing.T) {
	for _, p := range []Profile{{AppURL: "http://app.example"}, {TokenURL: "http://app.example"}} {
		f := &Flow{Profile: newProfile("x").over(p), Person: &visitor{T: t}, Open: func(context.Context, string) error {
			t.Error("a browser was opened")
			return nil
		}}
		for name, login := range map[string]func(context.Context) (*Result, error){"browser": f.Browser, "device": f.Device, "paste": f.Paste} {
			var wrong *URLError
			if _, err := login(t.Context()); !errors.As(err, &wrong) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
