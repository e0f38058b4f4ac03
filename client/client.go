// Package client is the Apono client API in Go: one file for each kind of
// resource, with its types (every field of the service's API description) and
// its calls. It knows HTTP, retries, paging and errors. It must not know flags,
// prompts, profiles or how anything is shown: a token and a base URL are handed
// to it, and what the service says is handed back.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultAPIURL is where the service answers when a profile names no other host.
const DefaultAPIURL = "https://api.apono.io"

const (
	// attemptTimeout is the deadline of one attempt, body included.
	attemptTimeout = 30 * time.Second
	// maxBody bounds what is read of one response. The largest real page, 1,000
	// resources, is about 1 MB.
	maxBody = 64 << 20
	// maxErrorBody is the same for what comes with an error.
	maxErrorBody = 1 << 20
	// maxConcurrent is how many requests are under way at once, at most.
	maxConcurrent = 8
)

// TokenSource hands out the bearer token of the next request. It is asked
// before each attempt, so that a token can be refreshed while a command runs.
type TokenSource interface {
	Token(ctx context.Context) (string, error)
}

// Refresher is a TokenSource that can do something about a token that the
// service refused. Refused is called after a 401: nil means that there is
// another token now and that the call can be made again, since a call without a
// valid token changes nothing; an error is returned in place of the 401.
type Refresher interface {
	Refused(ctx context.Context) error
}

// StaticToken is a TokenSource for a token that does not change, such as a
// personal token. The empty token sends no Authorization header.
type StaticToken string

// Token returns the token itself and never fails.
func (t StaticToken) Token(context.Context) (string, error) { return string(t), nil }

// Client makes typed calls to one service. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	http      *http.Client
	tokens    TokenSource
	userAgent string
	slots     chan struct{} // a place for each request under way
	pause     pause
	clock     clock
}

// Config is what New needs. Only BaseURL is required.
type Config struct {
	// BaseURL is the service's root, such as DefaultAPIURL. It must be HTTPS,
	// except for loopback hosts.
	BaseURL string
	// Tokens authorizes requests; nil sends them without a token.
	Tokens TokenSource
	// Transport carries requests; nil means a transport of the client's own.
	Transport http.RoundTripper
	// UserAgent names the program; empty means "apono".
	UserAgent string
}

// New returns a client for the service at cfg.BaseURL. It fails when the URL is
// not one that a token may be sent to.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(cfg.BaseURL, "/"))
	if err != nil || base.Host == "" {
		// What stands before an @ could be a password.
		return nil, fmt.Errorf("%q is not the URL of a service", cfg.BaseURL[strings.LastIndex(cfg.BaseURL, "@")+1:])
	}
	if base.Scheme != "https" && (base.Scheme != "http" || !isLoopback(base.Hostname())) {
		return nil, fmt.Errorf("%s is not HTTPS: a token is only sent over HTTPS, or to this machine", base.Redacted())
	}
	transport := cfg.Transport
	if transport == nil {
		transport = NewTransport()
	}
	agent := cfg.UserAgent
	if agent == "" {
		agent = "apono"
	}
	return &Client{
		base:      base,
		http:      &http.Client{Transport: transport, CheckRedirect: sameHostOnly},
		tokens:    cfg.Tokens,
		userAgent: agent,
		slots:     make(chan struct{}, maxConcurrent),
		clock:     realClock(),
	}, nil
}

// call is one API call: what is sent, and whether it may be sent again.
type call struct {
	method string
	path   string
	query  url.Values
	body   any  // sent as JSON; nil sends none
	repeat bool // true where sending it twice changes nothing
}

func get(path string, query url.Values) call {
	return call{method: http.MethodGet, path: path, query: query, repeat: true}
}

// do sends c and decodes the answer into out, which may be nil. Every failure
// is a *Error, except that a cancelled ctx gives its own error.
func (cl *Client) do(ctx context.Context, c call, out any) error {
	err := cl.send(ctx, c, out)
	var e *Error
	refresher, ok := cl.tokens.(Refresher)
	if !ok || !errors.As(err, &e) || e.Status != http.StatusUnauthorized {
		return err
	}
	if refused := refresher.Refused(ctx); refused != nil {
		return refused
	}
	return cl.send(ctx, c, out)
}

// send sends c, and again where it is safe and worth it.
func (cl *Client) send(ctx context.Context, c call, out any) error {
	if !c.repeat {
		return cl.attempt(ctx, c, out)
	}
	return cl.retry(ctx, func() error { return cl.attempt(ctx, c, out) })
}

// attempt sends c exactly once.
func (cl *Client) attempt(ctx context.Context, c call, out any) error {
	if err := cl.enter(ctx); err != nil {
		return err
	}
	defer cl.leave()
	err := cl.exchange(ctx, c, out)
	cl.pause.heed(err, cl.clock.now())
	return err
}

// exchange is one request and its answer.
func (cl *Client) exchange(ctx context.Context, c call, out any) error {
	limited, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()

	req, err := cl.request(limited, c)
	if err != nil {
		return err
	}
	resp, err := cl.http.Do(req)
	if err != nil {
		return cl.networkError(ctx, c, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		// What can be read of the body will do: the status says most.
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errorFromResponse(c, resp, body)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return cl.networkError(ctx, c, err)
	}
	if len(body) > maxBody {
		return badBody(c, resp, nil, errTooLarge)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return badBody(c, resp, body, err)
	}
	return nil
}

func (cl *Client) request(ctx context.Context, c call) (*http.Request, error) {
	if err := checkPath(c.path); err != nil {
		return nil, err
	}
	target := *cl.base
	path, err := url.PathUnescape(c.path)
	if err != nil {
		return nil, fmt.Errorf("path %q: %w", c.path, err)
	}
	target.Path, target.RawPath = cl.base.Path+path, cl.base.EscapedPath()+c.path
	target.RawQuery = c.query.Encode()
	var body io.Reader
	if c.body != nil {
		encoded, err := json.Marshal(c.body)
		if err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", c.method, c.path, err)
		}
		body = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, target.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.method, c.path, err)
	}
	if !c.repeat {
		// No way to send the body a second time, and for a GET, which the
		// transport would repeat over a kept connection that breaks, one of its
		// own: nothing is repeated behind our back.
		req.GetBody, req.Close = nil, c.method == http.MethodGet
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", cl.userAgent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if cl.tokens == nil {
		return req, nil
	}
	token, err := cl.tokens.Token(ctx)
	if err != nil {
		return nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req, nil
}

// networkError tells a cancelled call from one that got no answer.
func (cl *Client) networkError(ctx context.Context, c call, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &Error{Method: c.method, Path: c.path, Host: cl.base.Host, Err: err}
}

// segment makes an identifier safe to stand in a path.
func segment(id string) string { return url.PathEscape(id) }

// checkPath refuses the identifiers that no escaping keeps from leading to
// another path: none at all, and the names of folders.
func checkPath(path string) error {
	for _, part := range strings.Split(path, "/")[1:] {
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("%q is not an ID", part)
		}
	}
	return nil
}
