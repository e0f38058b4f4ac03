package client

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"apono/auth/loopback"
)

// NewTransport gives the causes of failures that net/http reports only as texts, or not at
// all, types of their own.

// ProtocolError means that what answered does not speak valid HTTP.
type ProtocolError struct{ Err error }

// Error quotes what was wrong.
func (e *ProtocolError) Error() string { return "not valid HTTP: " + e.Err.Error() }

// Unwrap returns the error of net/http.
func (e *ProtocolError) Unwrap() error { return e.Err }

// CompressionError means that an answer cannot be decompressed, because it is damaged or
// cut short.
type CompressionError struct{ Err error }

// Error says what was wrong.
func (e *CompressionError) Error() string { return "cannot decompress: " + e.Err.Error() }

// Unwrap returns the error of the decompression.
func (e *CompressionError) Unwrap() error { return e.Err }

// ProxyRefusedError means that a proxy refused to connect to the service, so that nothing
// was sent to it.
type ProxyRefusedError struct {
	Status int
	// Reason is the proxy's text for the status. It is as the proxy sent it and must be
	// cleaned before it is shown.
	Reason string
}

// Error returns the proxy's status.
func (e *ProxyRefusedError) Error() string {
	return fmt.Sprintf("the proxy refuses: %d %s", e.Status, e.Reason)
}

// ProxyVariableError means that a call failed while the environment variable with the proxy
// to use has another value than a proxy's address. net/http uses none, or a wrong one. The
// value may be a secret and is not part of the error.
type ProxyVariableError struct {
	Variable string
	Err      error // of the call
}

// Error names the variable.
func (e *ProxyVariableError) Error() string { return e.Variable + " is not the address of a proxy" }

// Unwrap returns the error of the call.
func (e *ProxyVariableError) Unwrap() error { return e.Err }

// proxyAnswer implements http.Transport.OnProxyConnectResponse.
func proxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	_, reason, _ := strings.Cut(resp.Status, " ")
	if reason == "" {
		reason = http.StatusText(resp.StatusCode)
	}
	return &ProxyRefusedError{Status: resp.StatusCode, Reason: truncate(reason, maxText)}
}

// connectionError returns the error of a request without a response.
func connectionError(req *http.Request, err error) error {
	if req.Context().Err() != nil {
		return err
	}
	if variable := invalidProxyVariable(req.URL); variable != "" {
		return &ProxyVariableError{Variable: variable, Err: err}
	}
	return protocolError(err)
}

// protocolError returns a *ProtocolError if err is about invalid HTTP, and err otherwise.
// net/http has no types for these errors, so it takes their texts.
func protocolError(err error) error {
	var network net.Error
	if errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	for _, mark := range []string{"malformed ", "chunk", "transport connection broken", "readLoopPeekFailLocked"} {
		if strings.Contains(err.Error(), mark) {
			return &ProtocolError{Err: err}
		}
	}
	return err
}

// invalidProxyVariable returns the environment variable that should name the proxy for a
// URL and does not; empty if there is none.
func invalidProxyVariable(target *url.URL) string {
	if loopback.IsHost(target.Hostname()) {
		return "" // which is reached without a proxy
	}
	upper := strings.ToUpper(target.Scheme) + "_PROXY"
	for _, name := range []string{upper, strings.ToLower(upper)} {
		if value := os.Getenv(name); value != "" {
			if isProxyAddress(value) {
				return ""
			}
			return name
		}
	}
	return ""
}

// isProxyAddress reports whether text is a URL, or a host with or without a port.
func isProxyAddress(text string) bool {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	proxy, err := url.Parse(text)
	return err == nil && proxy.Hostname() != ""
}

// checkedBody gives the errors of reading a response their types.
type checkedBody struct {
	io.ReadCloser
	compressed bool
}

// Read implements io.Reader.
func (b *checkedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == nil || err == io.EOF:
		return n, err
	case b.compressed && isCompressionError(err):
		return n, &CompressionError{Err: err}
	}
	return n, protocolError(err)
}

func isCompressionError(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF)
}
