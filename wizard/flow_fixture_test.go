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

// clock moves on at every look, so that a sandbox's request is as far as a test
// wants it at its next look, without anybody waiting.
type clock struct {
	mu   sync.Mutex
	now  time.Time
	step time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(c.step)
	return c.now
}

// service is a sandbox that remembers what it was asked.
type service struct {
	t   *testing.T
	box *sandbox.Sandbox
	api *client.Client

	mu    sync.Mutex
	calls []sent
	// stands answers in the sandbox's place where it returns true.
	stands func(req *http.Request) (*http.Response, bool)
	// changes edits what the sandbox answers.
	changes func(path string, body []byte) []byte
}

// sent is one request as it went over the wire.
type sent struct {
	method, path string
	body         []byte
}

// newService opens a sandbox whose clock moves on by step at every look.
func newService(t *testing.T, step time.Duration) *service {
	t.Helper()
	c := &clock{now: time.Now(), step: step}
	box, err := sandbox.Open(t.Context(), sandbox.Options{Dir: t.TempDir(), Now: c.Now, Program: []string{"true"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	s := &service{t: t, box: box}
	s.api, err = client.New(client.Config{BaseURL: "http://localhost", Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// RoundTrip implements http.RoundTripper.
func (s *service) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	s.mu.Lock()
	s.calls = append(s.calls, sent{req.Method, req.URL.Path, body})
	stands, changes := s.stands, s.changes
	s.mu.Unlock()
	if stands != nil {
		if answer, ok := stands(req); ok {
			return answer, nil
		}
	}
	answer, err := s.box.Transport().RoundTrip(req)
	if err != nil || changes == nil {
		return answer, err
	}
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	said = changes(req.URL.Path, said)
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(said)), int64(len(said))
	return answer, nil
}

// created are the bodies of the requests that were sent for good.
func (s *service) created() []client.NewRequest {
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

// asked counts the calls to a path that ends so.
func (s *service) asked(suffix string) int {
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

func answer(req *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: req,
	}
}

// atOnce is a clock that is so quick that a request is granted at the first look.
const atOnce = 10 * time.Second

// guided is a person in front of a flow over a sandbox.
type guided struct {
	*prompttest.Terminal
	service *service
	flow    *wizard.Flow
}

func newGuided(t *testing.T, columns int, step time.Duration) *guided {
	t.Helper()
	s := prompttest.New(t, columns, 60)
	g := &guided{Terminal: s, service: newService(t, step)}
	g.flow = &wizard.Flow{Client: g.service.api, Streams: s.Streams, Prompter: s.Prompter, Profile: "sandbox", PortalURL: "https://portal.example/"}
	return g
}

func (g *guided) request(answers wizard.Answers) *prompttest.Reply[*wizard.Outcome] {
	return g.requestWithin(g.T.Context(), answers, wizard.RequestOptions{})
}

func (g *guided) requestWithin(ctx context.Context, answers wizard.Answers, options wizard.RequestOptions) *prompttest.Reply[*wizard.Outcome] {
	return prompttest.AskContext(ctx, g.Terminal, func(ctx context.Context, _ prompt.Prompter) (*wizard.Outcome, error) {
		return g.flow.Request(ctx, answers, options)
	})
}

// question is one prompt of a flow, and the keys that answer it.
type question struct{ title, keys string }

// answers waits for each question, answers it, and waits until it is over.
func (g *guided) answers(questions ...question) {
	g.T.Helper()
	for _, q := range questions {
		g.Shows("? " + q.title)
		g.Press(q.keys)
		g.Lacks("? " + q.title)
	}
}

// piped is a flow where nobody can be asked.
func piped(t *testing.T, step time.Duration) (s *service, flow *wizard.Flow, told *bytes.Buffer) {
	t.Helper()
	t.Parallel()
	s = newService(t, step)
	told = &bytes.Buffer{}
	streams := &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: told}
	return s, &wizard.Flow{Client: s.api, Streams: streams, Profile: "sandbox", PortalURL: "https://portal.example"}, told
}

// wants fails the test where err is not a T, and returns it.
func wants[T error](t *testing.T, err error) T {
	t.Helper()
	var want T
	if !errors.As(err, &want) {
		t.Fatalf("got the error %v, want a %T", err, want)
	}
	return want
}

const enter = screen.Enter
