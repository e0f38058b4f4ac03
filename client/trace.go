package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
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
	return &tracer{next, w}
}

type tracer struct {
	next http.RoundTripper
	w    io.Writer
}

// mostTraced is how much of a body is written.
const mostTraced = 4096

// RoundTrip implements http.RoundTripper.
func (t *tracer) RoundTrip(req *http.Request) (*http.Response, error) {
	fmt.Fprintf(t.w, "> %s %s\n", req.Method, req.URL.Redacted())
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		t.body(">", body)
	}
	started := time.Now()
	resp, err := t.next.RoundTrip(req)
	took := time.Since(started).Round(time.Millisecond)
	if err != nil {
		fmt.Fprintf(t.w, "< no answer after %s: %v\n", took, err)
		return nil, err
	}
	fmt.Fprintf(t.w, "< %s in %s\n", resp.Status, took)
	if strings.HasSuffix(req.URL.Path, "/access-details") {
		fmt.Fprintln(t.w, "< (a body with secrets, not shown)")
		return resp, nil
	}
	resp.Body = &tracedBody{ReadCloser: resp.Body, tracer: t}
	return resp, nil
}

func (t *tracer) body(direction string, body []byte) {
	if len(body) == 0 {
		return
	}
	text := maskSecrets(string(body))
	if len(text) > mostTraced {
		text = fmt.Sprintf("%s… (%d bytes)", text[:mostTraced], len(body))
	}
	fmt.Fprintf(t.w, "%s %s\n", direction, printable(text))
}

// tracedBody writes a response's body once it has been read.
type tracedBody struct {
	io.ReadCloser
	tracer *tracer
	seen   bytes.Buffer
}

// Read implements io.Reader.
func (b *tracedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.seen.Len() <= 4*mostTraced {
		b.seen.Write(p[:n])
	}
	return n, err
}

// Close implements io.Closer.
func (b *tracedBody) Close() error {
	b.tracer.body("<", b.seen.Bytes())
	return b.ReadCloser.Close()
}

var (
	secretFields = regexp.MustCompile(`(?i)("[^"]*(?:password|passwd|secret|token|credential_value|api_key|authorization)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"?`)
	jwts         = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.?[A-Za-z0-9_-]*`)
	bearers      = regexp.MustCompile(`(?i)bearer\s+[^\s"]+`)
)

func maskSecrets(text string) string {
	text = secretFields.ReplaceAllString(text, `$1"********"`)
	text = jwts.ReplaceAllString(text, "********")
	return bearers.ReplaceAllString(text, "Bearer ********")
}

// printable escapes what a terminal could obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f {
			return '·'
		}
		return r
	}, text)
}
