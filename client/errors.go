package client

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Error is the error of every failed call that was not canceled.
type Error struct {
	// Status is the HTTP status, 0 if there was no response.
	Status int
	// Code is the service's error code, often empty.
	Code string
	// Message is the service's explanation for people, often empty. It is as
	// the service sent it and must be cleaned before it is shown.
	Message string
	// RequestID identifies the exchange for the service's support. It may be
	// empty.
	RequestID string
	// RetryAfter is how long the service asked clients to wait, 0 if it did not.
	RetryAfter time.Duration
	// Malformed reports that the response is not the expected JSON, such as a
	// proxy's HTML page or a truncated body.
	Malformed bool
	// Method, Path and Host identify the call.
	Method, Path, Host string
	// Proxy is the host of the proxy that the call went through; empty if there was
	// none, or if there was a response.
	Proxy string
	// Err is the underlying error, such as a network error. It may be nil.
	Err error
}

// Error returns one line for logs.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Method, e.Path)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Message != "" {
		fmt.Fprintf(&b, ": %s", e.Message)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns the underlying error.
func (e *Error) Unwrap() error { return e.Err }

// errTooLarge is the error of a response of more than maxBody bytes.
var errTooLarge = errors.New("response too large")

func statusError(c call, resp *http.Response, body []byte) error {
	e := newError(c, resp)
	if redirects(resp.StatusCode) {
		e.Err = &RedirectError{Target: redirectTarget(resp)}
		return e
	}
	if message, code, ok := parseErrorBody(body); ok {
		e.Message, e.Code = truncate(message, maxMessage), truncate(code, maxText)
		return e
	}
	text := strings.TrimSpace(string(body))
	if looksLikeHTML(resp, text) {
		e.Malformed = true
		return e
	}
	e.Message = truncate(text, maxText)
	return e
}

func malformedError(c call, resp *http.Response, body []byte, err error) error {
	e := newError(c, resp)
	e.Malformed, e.Err = true, err
	if looksLikeHTML(resp, string(body)) {
		e.Err = nil
	}
	return e
}

func newError(c call, resp *http.Response) *Error {
	e := &Error{Method: c.method, Path: c.path, Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now())}
	if resp.Request != nil {
		e.Host = resp.Request.URL.Host
	}
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "X-Amzn-Trace-Id"} {
		if id := resp.Header.Get(name); id != "" {
			e.RequestID = id
			break
		}
	}
	return e
}

func looksLikeHTML(resp *http.Response, text string) bool {
	return strings.Contains(resp.Header.Get("Content-Type"), "html") ||
		strings.HasPrefix(strings.TrimSpace(text), "<")
}

// retryAfter parses the header of RFC 9110, section 10.2.3: seconds or a date.
// It returns 0 for any other text.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(header, 10, 32); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}
