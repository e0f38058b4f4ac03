package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Trace returns a transport that sends requests with next and writes every
// exchange to w: method, URL, status, duration and bodies. It never writes
// tokens or the bodies of access details, and it masks what looks like a secret
// in other bodies. If next is nil, Trace uses NewTransport.
func Trace(next http.RoundTripper, w io.Writer) http.RoundTripper {
	if next == nil {
		next = NewTransport()
	}
	return &tracer{next: next, w: w}
}

type tracer struct {
	next http.RoundTripper

	mu sync.Mutex // writes one line at a time
	w  io.Writer
}

// maxTracedBody is how much of a body is written, in bytes.
const maxTracedBody = 4096

// RoundTrip implements http.RoundTripper.
func (t *tracer) RoundTrip(req *http.Request) (*http.Response, error) {
	token := strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")
	t.line(token, "> %s %s", req.Method, req.URL.Redacted())
	req, err := t.request(req, token)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	resp, err := t.next.RoundTrip(req)
	took := time.Since(started).Round(time.Millisecond)
	if err != nil {
		t.line(token, "< no response after %s: %v", took, err)
		return nil, err
	}
	t.line(token, "< %s in %s", resp.Status, took)
	if strings.HasSuffix(strings.TrimRight(req.URL.Path, "/"), "/access-details") {
		t.line(token, "< (body with secrets, not shown)")
		return resp, nil
	}
	resp.Body = &tracedBody{ReadCloser: resp.Body, tracer: t, token: token}
	return resp, nil
}

// request writes the body of req and returns a request with the same body.
func (t *tracer) request(req *http.Request, token string) (*http.Request, error) {
	if req.Body == nil {
		return req, nil
	}
	body, err := io.ReadAll(req.Body)
	req.Body.Close()
	if err != nil {
		return nil, err
	}
	t.body(">", token, body)
	traced := *req // a RoundTripper must not modify its request
	traced.Body = io.NopCloser(bytes.NewReader(body))
	return &traced, nil
}

func (t *tracer) body(direction, token string, body []byte) {
	if len(body) == 0 {
		return
	}
	text := string(maskJSON(body))
	text = mask(text, token)
	if len(text) > maxTracedBody {
		text = fmt.Sprintf("%s (%d bytes)", truncate(text, maxTracedBody), len(body))
	}
	t.line(token, "%s %s", direction, text)
}

// line writes one line without the token and without control characters.
func (t *tracer) line(token, format string, args ...any) {
	text := printable(mask(fmt.Sprintf(format, args...), token))
	t.mu.Lock()
	defer t.mu.Unlock()
	io.WriteString(t.w, text+"\n")
}

// tracedBody writes the body of a response when it is closed.
type tracedBody struct {
	io.ReadCloser
	tracer *tracer
	token  string
	seen   bytes.Buffer // the whole body: a part of a secret would not be masked
}

// Read implements io.Reader.
func (b *tracedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.seen.Write(p[:n])
	return n, err
}

// Close implements io.Closer.
func (b *tracedBody) Close() error {
	b.tracer.body("<", b.token, b.seen.Bytes())
	b.seen.Reset()
	return b.ReadCloser.Close()
}

// mask replaces the token, also if it is escaped as in a URL, and everything
// that has the form of a secret.
func mask(text, token string) string {
	if token != "" {
		text = strings.ReplaceAll(text, token, hidden)
		text = strings.ReplaceAll(text, url.QueryEscape(token), hidden)
	}
	return maskSecrets(text)
}
