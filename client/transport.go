package client

import (
	"net"
	"net/http"
	"net/url"
	"time"
)

// maxRedirects limits how many requests a chain of redirects makes.
const maxRedirects = 5

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
	resp, err := t.pool(req).RoundTrip(req)
	if err != nil {
		return nil, connectionError(req, err)
	}
	if _, err := url.Parse(resp.Header.Get("Location")); err != nil {
		resp.Header.Del("Location") // http.Client would fail without the response
	}
	resp.Body = &checkedBody{ReadCloser: resp.Body, compressed: resp.Uncompressed}
	return resp, nil
}

func (t *transport) pool(req *http.Request) *http.Transport {
	if req.Close {
		return t.fresh
	}
	return t.reused
}

func newHTTPTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    maxConcurrent,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
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
// into a GET. Any other redirect is the answer, which statusError explains.
func sameHostOnly(req *http.Request, via []*http.Request) error {
	first := via[0]
	sameHost := req.URL.Host == first.URL.Host && req.URL.Scheme == first.URL.Scheme && req.URL.User == nil
	if !sameHost || len(via) >= maxRedirects || first.Close || first.Method != http.MethodGet {
		return http.ErrUseLastResponse
	}
	return nil
}

// redirectTarget returns where a response redirects to, without what may be secret: only
// the scheme and the host if that is another one.
func redirectTarget(resp *http.Response) string {
	location := resp.Header.Get("Location")
	target, err := url.Parse(location)
	if err != nil || location == "" {
		return "an invalid address"
	}
	target.User, target.RawQuery, target.Fragment = nil, "", ""
	if target.Host != "" && resp.Request != nil && target.Host != resp.Request.URL.Host {
		target.Path, target.RawPath = "", ""
	}
	return target.String()
}

// redirects reports whether a response with the status leads to another address.
func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
