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

// Trace wraps a transport so that every exchange is written to w: method, URL,
// status, time, and bodies as far as they are text. Tokens are never written,
// and what looks like a secret in a body is masked; the bodies of access
// details, which are secrets through and through, are left out. next nil means
// the client's own transport.
func Trace(next http.RoundTripper, w io.Writer) http.RoundTripper {
	if next == nil {
		next = NewTransport()
	}
	return &tracer{next: next, w: w}
}

type tracer struct {
	next http.RoundTripper

	mu sync.Mutex // one line at a time: requests run side by side
	w  io.Writer
}

// mostTraced is how much of a body is written, in bytes.
const mostTraced = 4096

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
		t.line(token, "< no answer after %s: %v", took, err)
		return nil, err
	}
	t.line(token, "< %s in %s", resp.Status, took)
	if strings.HasSuffix(strings.TrimRight(req.URL.Path, "/"), "/access-details") {
		t.line(token, "< (a body with secrets, not shown)")
		return resp, nil
	}
	resp.Body = &tracedBody{ReadCloser: resp.Body, tracer: t, token: token}
	return resp, nil
}

// request writes the body of a request and returns one that still has it.
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
	again := *req // a transport must not change what it was given
	again.Body = io.NopCloser(bytes.NewReader(body))
	return &again, nil
}

func (t *tracer) body(direction, token string, body []byte) {
	if len(body) == 0 {
		return
	}
	text := string(maskJSON(body))
	text = mask(text, token)
	if len(text) > mostTraced {
		text = fmt.Sprintf("%s (%d bytes)", shorten(text, mostTraced), len(body))
	}
	t.line(token, "%s %s", direction, text)
}

// line writes one line without the token, and without what a terminal obeys.
func (t *tracer) line(token, format string, args ...any) {
	text := printable(mask(fmt.Sprintf(format, args...), token))
	t.mu.Lock()
	defer t.mu.Unlock()
	io.WriteString(t.w, text+"\n")
}

// tracedBody writes a response's body once it has been read.
type tracedBody struct {
	io.ReadCloser
	tracer *tracer
	token  string
	seen   bytes.Buffer // all of it: a secret cut in two is not recognised
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

// mask hides one token, as it is and as it stands in a URL, and everything that
// is known to be secret by its form.
func mask(text, token string) string {
	if token != "" {
		text = strings.ReplaceAll(text, token, hidden)
		text = strings.ReplaceAll(text, url.QueryEscape(token), hidden)
	}
	return maskSecrets(text)
}
