package client

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Error is every way a call can fail, apart from being cancelled.
type Error struct {
	// Status is the HTTP status; 0 when there was no answer at all.
	Status int
	// Code is the service's own word for what is wrong; often empty.
	Code string
	// Message is the service's explanation, for people; often empty. It is as
	// the service sent it and must be cleaned before it is shown.
	Message string
	// RequestID names the exchange for the service's support; may be empty.
	RequestID string
	// RetryAfter is how long the service asked to be left alone; 0 for no wish.
	RetryAfter time.Duration
	// Malformed says that the answer was not the JSON that was expected, such
	// as a proxy's HTML page or a body that was cut short.
	Malformed bool
	// Method, Path and Host name the call.
	Method, Path, Host string
	// Err is the cause below, such as a network error; may be nil.
	Err error
}

// Error says what failed, in one line, for logs. What a person is shown is
// worded in package wizard/command.
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

// Unwrap returns the cause below.
func (e *Error) Unwrap() error { return e.Err }

// errTooLarge is behind an answer of more than maxBody bytes.
var errTooLarge = errors.New("the answer is too large")

// Temporary says that the same read may well succeed a little later.
func (e *Error) Temporary() bool {
	var untrusted *tls.CertificateVerificationError
	if errors.Is(e.Err, errRedirect) || errors.Is(e.Err, errTooLarge) || errors.As(e.Err, &untrusted) {
		return false
	}
	switch e.Status {
	case 0, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return e.Malformed && e.Status == http.StatusOK
}

func errorFromResponse(c call, resp *http.Response, body []byte) error {
	e := newError(c, resp)
	if message, code, ok := said(body); ok {
		e.Message, e.Code = shorten(message, maxMessage), shorten(code, maxText)
		return e
	}
	text := strings.TrimSpace(string(body))
	if looksLikeHTML(resp, text) {
		e.Malformed = true
		return e
	}
	e.Message = shorten(text, maxText)
	return e
}

func badBody(c call, resp *http.Response, body []byte, err error) error {
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

// retryAfter reads the header of RFC 9110, section 10.2.3: seconds or a date.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(header, 10, 32); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}
