// Package client is a client for the Apono API. Each kind of resource has a
// file with its calls and its types, which have every field of the service's
// API description. The package knows HTTP, retries, paging and errors. It must
// not know flags, prompts, profiles or how anything is shown: callers supply
// the base URL and the tokens.
package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"apono/auth/loopback"
)

const (
	// attemptTimeout limits one attempt, including the response body.
	attemptTimeout = 30 * time.Second
	// maxBody limits a response body, in bytes. The largest real page, 1,000
	// resources, is about 1 MB.
	maxBody = 64 << 20
	// maxErrorBody limits the body of an error response, in bytes.
	maxErrorBody = 1 << 20
	// maxConcurrent limits the number of concurrent requests.
	maxConcurrent = 8
)

// TokenSource supplies the bearer token. The client calls Token before each
// attempt, so that a token can be refreshed while a command runs.
type TokenSource interface {
	Token(ctx context.Context) (string, error)
}

// Refresher is a TokenSource that can replace a token that the service did not
// accept. The client calls Refused after a 401. If it returns nil, the call is sent
// again, which is safe because a call without a valid token changes nothing.
// Otherwise its error replaces the 401.
type Refresher interface {
	Refused(ctx context.Context) error
}

// StaticToken is a TokenSource for a token that does not change, such as a
// personal token. The empty token sends no Authorization header.
type StaticToken string

// Token returns the token. It never fails.
func (t StaticToken) Token(context.Context) (string, error) { return string(t), nil }

// Client makes typed calls to one service. It is safe for concurrent use.
type Client struct {
	*connection
	grantee string // whose inventory it reads; "" for the user's own
}

// For returns a client over the same connection that reads what can be requested for a
// grantee, by ID. The empty ID is the user.
func (cl *Client) For(grantee string) *Client { return &Client{cl.connection, grantee} }

// Grantee returns the ID that For set.
func (cl *Client) Grantee() string { return cl.grantee }

// connection is what the clients of one service share.
type connection struct {
	base      *url.URL
	http      *http.Client
	tokens    TokenSource
	userAgent string
	slots     chan struct{} // holds one element per concurrent request
	throttle  throttle
	clock     clock
	changed   atomic.Bool
	offset    atomic.Int64 // of the service's clock, in nanoseconds
	deadline  time.Duration
	waiting   func(*Error, time.Duration)
}

// Config configures a Client. Only BaseURL is required.
type Config struct {
	// BaseURL is the service's root, such as https://api.apono.io. It must be
	// HTTPS, except for loopback hosts.
	BaseURL string
	// Tokens authorizes requests. If nil, requests have no token.
	Tokens TokenSource
	// Transport sends requests. If nil, New uses NewTransport.
	Transport http.RoundTripper
	// UserAgent identifies the program. If empty, it is "apono".
	UserAgent string
	// Deadline is how long an exchange or a list may take; 0 means DefaultDeadline.
	Deadline time.Duration
	// Waiting, if not nil, is called before a call waits for delay and is sent again,
	// because it failed with e. It may be called concurrently.
	Waiting func(e *Error, delay time.Duration)
}

// New returns a client for the service at cfg.BaseURL. It fails if that is not
// a URL to which tokens may be sent.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(cfg.BaseURL, "/"))
	if err != nil || base.Host == "" || !isSafe(base) {
		return nil, errInvalidURL
	}
	transport := cfg.Transport
	if transport == nil {
		transport = NewTransport()
	}
	deadline := cfg.Deadline
	if deadline == 0 {
		deadline = DefaultDeadline
	}
	waiting := cfg.Waiting
	if waiting == nil {
		waiting = func(*Error, time.Duration) {}
	}
	agent := cfg.UserAgent
	if agent == "" {
		agent = "apono"
	}
	return &Client{connection: &connection{
		base:      base,
		http:      &http.Client{Transport: transport, CheckRedirect: sameHostOnly},
		tokens:    cfg.Tokens,
		userAgent: agent,
		deadline:  deadline,
		waiting:   waiting,
		slots:     make(chan struct{}, maxConcurrent),
		clock:     realClock(),
	}}, nil
}

// errInvalidURL does not show the URL, which may be a secret in the wrong place.
var errInvalidURL = errors.New("invalid service URL: it must start with https:// and name a host (http:// is allowed only for this machine)")

// isSafe reports whether tokens may be sent to a URL: over HTTPS, or to this machine.
func isSafe(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && loopback.IsHost(u.Hostname())
}

// Changed reports whether this client sent a call that changes something at
// the service, and the service did not refuse it.
func (cl *Client) Changed() bool { return cl.changed.Load() }

// Now returns the time by the service's clock, as far as its answers so far tell, to a
// second or two.
func (cl *Client) Now() time.Time { return cl.clock.now().Add(time.Duration(cl.offset.Load())) }

// readClock learns the service's clock from a response (RFC 9110, section 6.6.1).
func (cl *Client) readClock(resp *http.Response) {
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		cl.offset.Store(int64(date.Sub(cl.clock.now())))
	}
}

// call is one API call.
type call struct {
	method     string
	path       string
	query      url.Values
	ids        []string // what the answer must be about; empty if that cannot be told
	body       any      // sent as JSON; nil sends no body
	idempotent bool     // may be sent again after a failure
	changes    bool     // changes something at the service if it succeeds
}

// about returns c as a call whose answer must be about the things with these IDs.
func (c call) about(ids ...string) call {
	c.ids = ids
	return c
}

// get returns a call that reads.
func get(path string, query url.Values) call {
	return call{method: http.MethodGet, path: path, query: query, idempotent: true}
}

// post returns a call that changes something, and is therefore sent only once.
func post(path string, body any) call {
	return call{method: http.MethodPost, path: path, body: body, changes: true}
}

// do sends c and decodes the response into out. Every
// failure is an *Error, except that a canceled ctx returns its own error.
func (cl *Client) do(ctx context.Context, c call, out answer) error {
	return cl.limited(ctx, func(ctx context.Context) error { return cl.authorized(ctx, c, out) })
}

// authorized sends c, and once more with a fresh token if the service refuses the token.
func (cl *Client) authorized(ctx context.Context, c call, out answer) error {
	err := cl.send(ctx, c, out)
	refresher, ok := cl.tokens.(Refresher)
	if !ok || !IsUnauthorized(err) {
		return err
	}
	if refused := refresher.Refused(ctx); refused != nil {
		return refused
	}
	return cl.send(ctx, c, out)
}

// send sends c, with retries if c is idempotent.
func (cl *Client) send(ctx context.Context, c call, out answer) error {
	if !c.idempotent {
		return cl.attempt(ctx, c, out)
	}
	return cl.retry(ctx, func() error { return cl.attempt(ctx, c, out) })
}

// attempt sends c exactly once.
func (cl *Client) attempt(ctx context.Context, c call, out answer) error {
	if err := cl.acquire(ctx); err != nil {
		return err
	}
	defer cl.release()
	err := cl.exchange(ctx, c, out)
	var failed *Error
	if errors.As(err, &failed) {
		cl.throttle.update(failed, cl.clock.now())
	}
	if failed != nil || err == nil {
		record(ctx, failed)
	}
	return err
}

// segment escapes an ID for use as one segment of a path.
func segment(id string) string { return url.PathEscape(id) }

// checkPath rejects IDs that lead to another path even if they are escaped:
// the empty ID, "." and "..".
func checkPath(path string) error {
	for _, part := range strings.Split(path, "/")[1:] {
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("invalid ID %q", part)
		}
	}
	return nil
}
