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
)

// exchange sends one request and decodes the response into out.
func (cl *Client) exchange(ctx context.Context, c call, out answer) error {
	limited, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()

	req, err := cl.newRequest(limited, c)
	if err != nil {
		return err
	}
	resp, err := cl.http.Do(req)
	if c.changes && (err != nil || !refuses(resp.StatusCode)) {
		cl.changed.Store(true)
	}
	if err != nil {
		return cl.networkError(ctx, c, req, err)
	}
	defer resp.Body.Close()
	cl.readClock(resp)
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		// Ignore a read error: the status is enough to report the failure.
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return statusError(c, resp, body)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return cl.networkError(ctx, c, req, err)
	}
	if len(body) > maxBody {
		return malformedError(c, resp, nil, errTooLarge)
	}
	if err := read(c, body, out); err != nil {
		return malformedError(c, resp, body, err)
	}
	return nil
}

func (cl *Client) newRequest(ctx context.Context, c call) (*http.Request, error) {
	target, err := cl.target(c)
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if c.body != nil {
		encoded, err := json.Marshal(c.body)
		if err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", c.method, c.path, err)
		}
		body = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.method, c.path, err)
	}
	if !c.idempotent {
		// Keep net/http from sending the request again: without GetBody it
		// cannot repeat the body, and Close gives a GET, which it would repeat
		// if a reused connection breaks, a connection of its own.
		req.GetBody, req.Close = nil, c.method == http.MethodGet
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", cl.userAgent)
	return req, cl.authorize(req)
}

// target returns the URL of c.
func (cl *Client) target(c call) (string, error) {
	if err := checkPath(c.path); err != nil {
		return "", err
	}
	path, err := url.PathUnescape(c.path)
	if err != nil {
		return "", fmt.Errorf("path %q: %w", c.path, err)
	}
	target := *cl.base
	target.Path, target.RawPath = cl.base.Path+path, cl.base.EscapedPath()+c.path
	target.RawQuery = c.query.Encode()
	return target.String(), nil
}

// authorize adds the token to req, if there is one.
func (cl *Client) authorize(req *http.Request) error {
	if cl.tokens == nil {
		return nil
	}
	token, err := cl.tokens.Token(req.Context())
	if err == nil && token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return err
}

// networkError returns the error of a call without a response: that of ctx if
// the call was canceled, an *Error otherwise.
func (cl *Client) networkError(ctx context.Context, c call, req *http.Request, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e := &Error{Method: c.method, Path: c.path, Host: cl.base.Host, Err: err}
	var variable *ProxyVariableError
	if errors.As(err, &variable) {
		return e
	}
	if proxy, proxyErr := http.ProxyFromEnvironment(req); proxyErr == nil && proxy != nil {
		e.Proxy = proxy.Host
	}
	return e
}
