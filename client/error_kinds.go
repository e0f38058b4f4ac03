package client

import (
	"crypto/tls"
	"errors"
	"net/http"
)

// Unanswered reports whether there was no response.
func (e *Error) Unanswered() bool { return e.Status == 0 }

// Unauthorized reports whether the service did not accept the token (401).
func (e *Error) Unauthorized() bool { return e.Status == http.StatusUnauthorized }

// Forbidden reports whether the user may not do this (403).
func (e *Error) Forbidden() bool { return e.Status == http.StatusForbidden }

// NotFound reports whether the service does not know the ID (404).
func (e *Error) NotFound() bool { return e.Status == http.StatusNotFound }

// Invalid reports whether the service refused what the call asks for (400, 409
// or 422). Other values may be accepted.
func (e *Error) Invalid() bool {
	return e.Status == http.StatusBadRequest || e.Status == http.StatusConflict || e.Status == http.StatusUnprocessableEntity
}

// RateLimited reports whether the service got too many requests (429).
func (e *Error) RateLimited() bool { return e.Status == http.StatusTooManyRequests }

// ServerFault reports whether the service, or a proxy in front of it, failed
// (5xx).
func (e *Error) ServerFault() bool { return e.Status >= 500 }

// Temporary reports whether the same read may succeed a little later.
func (e *Error) Temporary() bool {
	var untrusted *tls.CertificateVerificationError
	var variable *ProxyVariableError
	var refused *ProxyRefusedError
	switch {
	case errors.Is(e.Err, errTooLarge), errors.As(e.Err, &untrusted), errors.As(e.Err, &variable):
		return false
	case errors.As(e.Err, &refused):
		return refused.Status >= http.StatusInternalServerError
	}
	switch e.Status {
	case 0, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return e.Malformed && e.Status == http.StatusOK
}

// MayHaveSucceeded reports whether the service may have carried out the call
// although it failed, because no valid response arrived.
func (e *Error) MayHaveSucceeded() bool {
	var refused *ProxyRefusedError
	if errors.As(e.Err, &refused) {
		return false
	}
	return e.Unanswered() || !refuses(e.Status)
}

// refuses reports whether a response with the status means that the service
// did not carry out the call: a redirect that was not followed, or a 4xx.
func refuses(status int) bool { return status >= 300 && status < 500 }

// IsUnauthorized reports whether err is an *Error that is Unauthorized.
func IsUnauthorized(err error) bool { return is(err, (*Error).Unauthorized) }

// IsForbidden reports whether err is an *Error that is Forbidden.
func IsForbidden(err error) bool { return is(err, (*Error).Forbidden) }

// IsNotFound reports whether err is an *Error that is NotFound.
func IsNotFound(err error) bool { return is(err, (*Error).NotFound) }

// IsInvalid reports whether err is an *Error that is Invalid.
func IsInvalid(err error) bool { return is(err, (*Error).Invalid) }

// IsTemporary reports whether err is an *Error that is Temporary.
func IsTemporary(err error) bool { return is(err, (*Error).Temporary) }

// MayHaveSucceeded reports whether err is an *Error that MayHaveSucceeded.
func MayHaveSucceeded(err error) bool { return is(err, (*Error).MayHaveSucceeded) }

func is(err error, kind func(*Error) bool) bool {
	var e *Error
	return errors.As(err, &e) && kind(e)
}
