package client

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// transport keeps connections, and opens a new one for a call with Close set:
// when a kept connection breaks, net/http sends a GET again by itself, which
// must not happen to one that uses something up.
type transport struct{ kept, fresh *http.Transport }

// NewTransport returns the transport that a client has of its own: one kept
// connection or a few, HTTP/2 where it is offered, compressed answers.
func NewTransport() http.RoundTripper {
	t := &transport{kept: newHTTPTransport(), fresh: newHTTPTransport()}
	t.fresh.DisableKeepAlives = true
	return t
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Close {
		return t.fresh.RoundTrip(req)
	}
	return t.kept.RoundTrip(req)
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

// errRedirect is behind every redirect that is not followed.
var errRedirect = errors.New("not followed")

// sameHostOnly follows a redirect only within the host, port and scheme that
// the token was meant for, and only for reads that may be repeated: net/http
// would turn a POST into a GET of something else.
func sameHostOnly(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case req.URL.Host != first.URL.Host || req.URL.Scheme != first.URL.Scheme:
		return fmt.Errorf("a redirect to %s://%s: %w", req.URL.Scheme, req.URL.Host, errRedirect)
	case len(via) >= 5:
		return fmt.Errorf("the fifth redirect in a row: %w", errRedirect)
	case first.Close || first.Method != http.MethodGet:
		return http.ErrUseLastResponse
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
