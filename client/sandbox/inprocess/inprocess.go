// Package inprocess sends HTTP requests to a handler in the same process, without a
// network. It knows net/http. It must not know what the handler serves.
package inprocess

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
)

// Transport is an http.RoundTripper over Handler, which must not panic.
type Transport struct{ Handler http.Handler }

// RoundTrip returns the handler's response to req. It fails if the context of
// req ends first; the handler then continues in the background.
func (t Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		closeBody(req.Body)
		return nil, err
	}
	done := make(chan *recorder, 1)
	go func() {
		rec := &recorder{header: http.Header{}}
		defer closeBody(req.Body)
		defer func() { done <- rec }()
		inner := req.Clone(ctx)
		if inner.Body == nil {
			inner.Body = http.NoBody // a handler's request always has a body
		}
		t.Handler.ServeHTTP(rec, inner)
	}()
	select {
	case rec := <-done:
		return rec.response(req), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func closeBody(body io.ReadCloser) {
	if body != nil {
		_ = body.Close() // it was only read
	}
}

// recorder is an http.ResponseWriter that records the response.
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
