package client

import (
	"errors"
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

// errRedirect is wrapped by the error of every redirect that is not followed.
var errRedirect = errors.New("redirect not followed")

// sameHostOnly follows a redirect only to the same scheme, host and port, which
// the token is for, and only for idempotent reads: net/http would turn a POST
// into a GET.
func sameHostOnly(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case req.URL.Host != first.URL.Host || req.URL.Scheme != first.URL.Scheme:
		return fmt.Errorf("%w: other host %s://%s", errRedirect, req.URL.Scheme, req.URL.Host)
	case len(via) >= 5:
		return fmt.Errorf("%w: too many redirects", errRedirect)
	case first.Close || first.Method != http.MethodGet:
		return http.ErrUseLastResponse
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
