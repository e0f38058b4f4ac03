package client

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// transport reuses connections, except for requests with Close set. If a reused
// connection breaks, net/http sends a GET again, which must not happen to a
// view of a secret.
type transport struct{ reused, fresh *http.Transport }

// NewTransport returns the default transport of a Client. It reuses
// connections, and supports HTTP/2 and compression.
func NewTransport() http.RoundTripper {
	t := &transport{reused: newHTTPTransport(), fresh: newHTTPTransport()}
	t.fresh.DisableKeepAlives = true
	return t
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Close {
		return t.fresh.RoundTrip(req)
	}
	return t.reused.RoundTrip(req)
}

func newHTTPTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   maxConcurrent,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// RedirectError is a redirect that is not followed.
type RedirectError struct {
	// Target is where it leads: a URL, which may be relative.
	Target string
}

// Error names the target.
func (e *RedirectError) Error() string { return "redirect to " + e.Target + " not followed" }

// sameHostOnly follows a redirect only to the same scheme, host and port, which
// the token is for, and only for idempotent reads: net/http would turn a POST
// into a GET.
func sameHostOnly(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case req.URL.Host != first.URL.Host || req.URL.Scheme != first.URL.Scheme:
		return &RedirectError{Target: req.URL.Scheme + "://" + req.URL.Host}
	case len(via) >= 5:
		return fmt.Errorf("too many redirects: %w", &RedirectError{Target: withoutQuery(req.URL.String())})
	case first.Close || first.Method != http.MethodGet:
		return http.ErrUseLastResponse
	}
	return nil
}
