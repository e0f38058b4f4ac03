//go:build !windows

package wizard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox"
	"apono/render"
	"apono/wizard"
	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// steppingClock advances by step each time it is read. The sandbox moves requests on
// when they are read, so a test chooses how far a request gets between two polls, and
// does not wait for it.
type steppingClock struct {
	mu   sync.Mutex
	now  time.Time
	step time.Duration
}

func (c *steppingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(c.step)
	return c.now
}

// Steps of the sandbox's clock.
const (
	fastClock    = 10 * time.Second // a request is granted by the first poll
	stoppedClock = time.Nanosecond  // a request never changes
)

// recordingSandbox is a sandbox that records the calls it gets. Tests can replace or
// edit its responses.
type recordingSandbox struct {
	*sandbox.Sandbox
	t   *testing.T
	api *client.Client

	mu    sync.Mutex
	calls []call
	// reviews makes the calls as the approver.
	reviews bool
	// override returns a response in place of the sandbox's, and whether it has one.
	override func(req *http.Request) (*http.Response, bool)
	// others makes the sandbox list whom else access can be requested for, and advises
	// makes it check justifications. Without them, flows have fewer questions.
	others, advises bool
	// rewrite edits the body of every response of the sandbox.
	rewrite func(path string, body []byte) []byte
}

// call is one recorded HTTP request.
type call struct {
	method, path string
	body         []byte
}

// newRecordingSandbox opens a sandbox whose clock advances by step on each reading.
func newRecordingSandbox(t *testing.T, step time.Duration) *recordingSandbox {
	t.Helper()
	clock := &steppingClock{now: time.Now(), step: step}
	opened, err := sandbox.Open(t.Context(), sandbox.Options{Dir: t.TempDir(), Now: clock.Now, Program: []string{"true"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	s := &recordingSandbox{Sandbox: opened, t: t}
	s.api, err = client.New(client.Config{BaseURL: "http://localhost", Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// RoundTrip implements http.RoundTripper.
func (s *recordingSandbox) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	s.mu.Lock()
	s.calls = append(s.calls, call{req.Method, req.URL.Path, body})
	override, rewrite, transport := s.override, s.rewrite, s.Transport()
	if s.reviews {
		transport = s.ApproverTransport()
	}
	others, advises := s.others, s.advises
	s.mu.Unlock()
	if !others && strings.HasSuffix(req.URL.Path, "/grantees") {
		return jsonResponse(req, http.StatusOK, `{"data":[]}`), nil
	}
	if !advises && strings.HasSuffix(req.URL.Path, "/justification-validation") {
		return jsonResponse(req, http.StatusNotFound, `{"message":"no advice"}`), nil
	}
	if override != nil {
		if resp, ok := override(req); ok {
			return resp, nil
		}
	}
	resp, err := transport.RoundTrip(req)
	if err != nil || rewrite == nil {
		return resp, err
	}
	received, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	edited := rewrite(req.URL.Path, received)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(edited)), int64(len(edited))
	return resp, nil
}

// submitted returns the bodies of the requests that were submitted. Dry runs do not
// count.
func (s *recordingSandbox) submitted() []client.NewRequest {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []client.NewRequest
	for _, c := range s.calls {
		if c.method != http.MethodPost || !strings.HasSuffix(c.path, "/access-requests") {
			continue
		}
		var r client.NewRequest
		if err := json.Unmarshal(c.body, &r); err != nil {
			s.t.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

// countCalls returns the number of calls to paths with the given suffix.
func (s *recordingSandbox) countCalls(suffix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if strings.HasSuffix(c.path, suffix) {
			n++
		}
	}
	return n
}

// wantCalls checks the number of calls to paths with the given suffix.
func (s *recordingSandbox) wantCalls(t *testing.T, suffix string, want int) {
	t.Helper()
	if n := s.countCalls(suffix); n != want {
		t.Errorf("called %s %d times, want %d", suffix, n, want)
	}
}

// jsonResponse returns a response for override.
func jsonResponse(req *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: req,
	}
}

// guidedTerminal is a terminal in which a flow asks questions, with a sandbox as the
// service.
type guidedTerminal struct {
	*prompttest.Terminal
	sandbox *recordingSandbox
	flow    *wizard.Flow
}

// newGuidedTerminal opens a terminal and a sandbox, and marks the test as parallel.
// step is explained at newRecordingSandbox.
func newGuidedTerminal(t *testing.T, columns int, step time.Duration) *guidedTerminal {
	t.Helper()
	terminal := prompttest.New(t, columns, 60)
	g := &guidedTerminal{Terminal: terminal, sandbox: newRecordingSandbox(t, step)}
	g.flow = &wizard.Flow{Client: g.sandbox.api, Streams: terminal.Streams, Prompter: terminal.Prompter, Profile: "sandbox", PortalURL: "https://portal.example/"}
	return g
}

// startRequest starts a request flow and returns its pending result.
func (g *guidedTerminal) startRequest(answers wizard.Answers) *prompttest.Reply[*wizard.Outcome] {
	return g.startRequestContext(g.T.Context(), answers, wizard.RequestOptions{})
}

func (g *guidedTerminal) startRequestContext(ctx context.Context, answers wizard.Answers, options wizard.RequestOptions) *prompttest.Reply[*wizard.Outcome] {
	return prompttest.AskContext(ctx, g.Terminal, func(ctx context.Context, _ prompt.Prompter) (*wizard.Outcome, error) {
		return g.flow.Request(ctx, answers, options)
	})
}

// enableCustomFields gives the account two custom fields: ticket, which is required,
// and environment.
func (g *guidedTerminal) enableCustomFields() {
	g.T.Helper()
	if err := g.sandbox.SetCustomFields(g.T.Context(), true); err != nil {
		g.T.Fatal(err)
	}
}

// question is the title of a prompt and the keys that answer it.
type question struct{ title, keys string }

// answerAll answers questions in order. For each it waits until the question is asked,
// and until it is gone.
func (g *guidedTerminal) answerAll(questions ...question) {
	g.T.Helper()
	for _, q := range questions {
		g.Shows("? " + q.title)
		g.Press(q.keys)
		g.Lacks("? " + q.title)
	}
}

const enter = screen.Enter

// newFlowWithoutTerminal returns a flow that cannot ask anything, its sandbox, and what
// it prints to stderr. It marks the test as parallel.
func newFlowWithoutTerminal(t *testing.T, step time.Duration) (s *recordingSandbox, flow *wizard.Flow, stderr *bytes.Buffer) {
	t.Helper()
	t.Parallel()
	s = newRecordingSandbox(t, step)
	stderr = &bytes.Buffer{}
	streams := &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: stderr}
	return s, &wizard.Flow{Client: s.api, Streams: streams, Profile: "sandbox", PortalURL: "https://portal.example"}, stderr
}

// errorAs returns err as a T. The test fails if it is not one.
func errorAs[T error](t *testing.T, err error) T {
	t.Helper()
	var target T
	if !errors.As(err, &target) {
		t.Fatalf("got error %v, want a %T", err, target)
	}
	return target
}
