package sandbox

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
)

// Handler serves the API to whoever holds a token that Options.Authenticate
// knows. Everybody else gets 401.
func (s *Sandbox) Handler() http.Handler {
	return recovered(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, ok := s.userOf(bearer(r))
		if !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeError(w, refuse(http.StatusUnauthorized, "You are not logged in, or the login has expired: run apono login"))
			return
		}
		as(user, s.routes(), w, r)
	}))
}

func (s *Sandbox) userOf(token string) (User, bool) {
	if token == "" || s.authenticate == nil {
		return User{}, false
	}
	id, ok := s.authenticate(token)
	if !ok {
		return User{}, false
	}
	return userByID(id)
}

// Transport carries requests to the API within this process, as the demo user,
// whatever token, scheme and host they have.
func (s *Sandbox) Transport() http.RoundTripper { return inProcess{s} }

type inProcess struct{ sandbox *Sandbox }

// RoundTrip answers req. It fails when req's context ends first.
func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	return p.sandbox.roundTrip(req, demoUser())
}

func (s *Sandbox) roundTrip(req *http.Request, user User) (*http.Response, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		closeBody(req.Body)
		return nil, err
	}
	answered := make(chan *recorder, 1)
	go func() {
		rec := &recorder{header: http.Header{}}
		defer closeBody(req.Body)
		defer func() { answered <- rec }()
		inner := req.Clone(ctx)
		if inner.Body == nil {
			inner.Body = http.NoBody // as a server would have it
		}
		recovered(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			as(user, s.routes(), w, r)
		})).ServeHTTP(rec, inner)
	}()
	select {
	case rec := <-answered:
		return rec.response(req), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func closeBody(body io.ReadCloser) {
	if body != nil {
		_ = body.Close() // nothing is written to it
	}
}

// recorder is an http.ResponseWriter that keeps what is written.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (rec *recorder) Header() http.Header { return rec.header }

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 {
		rec.status = status
	}
}

func (rec *recorder) Write(b []byte) (int, error) {
	rec.WriteHeader(http.StatusOK)
	return rec.body.Write(b)
}

func (rec *recorder) response(req *http.Request) *http.Response {
	rec.WriteHeader(http.StatusOK)
	return &http.Response{
		Status:        strconv.Itoa(rec.status) + " " + http.StatusText(rec.status),
		StatusCode:    rec.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        rec.header,
		Body:          io.NopCloser(&rec.body),
		ContentLength: int64(rec.body.Len()),
		Request:       req,
	}
}
