package explain

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"

	"apono/client"
	"apono/render"
)

const verboseHint = "use --verbose for details"

// explainService explains the service's error responses, and missing responses.
func explainService(err error) (Problem, bool) {
	var e *client.Error
	if !errors.As(err, &e) {
		return Problem{}, false
	}
	message := e.Message
	p := Problem{Exit: ExitFailed}
	switch {
	case e.Unanswered():
		p.Message = fmt.Sprintf("No response from %s: %s", e.Host, reason(e.Err))
		p.Hints = text("Check your network and try again, or " + verboseHint)
	case e.Malformed:
		p.Message = fmt.Sprintf("Unexpected response from %s: it is not the API's JSON (%d)", e.Host, e.Status)
		p.Hints = text("A proxy or a login page may be in the way; " + verboseHint)
	case e.Unauthorized():
		p.Exit, p.Message = ExitLogin, "The service rejected your login (401)"
		p.Hints = []Hint{{"Log in again with", "login"}}
	case e.Forbidden():
		p.Message = "You do not have permission to do this (403)"
		p.Hints = append(text(message), text("Ask your admin for permission")...)
	case e.NotFound():
		p.Message = either(message, "Not found (404)")
	case e.RateLimited():
		p.Message = "Rate limited (429)"
		p.Hints = append(text(message), text("Try again "+retryTime(e))...)
	case e.ServerFault():
		p.Message = fmt.Sprintf("The service failed (%d)", e.Status)
		p.Hints = append(text(message), text("Try again later, or "+verboseHint)...)
	default:
		p.Message = either(message, fmt.Sprintf("The service returned an error (%d)", e.Status))
		p.Hints = text(Sentence(verboseHint))
	}
	if e.RequestID != "" && e.Status >= http.StatusBadRequest {
		p.Hints = append(p.Hints, Hint{Text: "Request ID for support: " + e.RequestID})
	}
	return p, true
}

func retryTime(e *client.Error) string {
	if e.RetryAfter > 0 {
		return "after " + render.Duration(e.RetryAfter)
	}
	return "in a minute"
}

// reason returns in a few words why a network call got no response.
func reason(err error) string {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return "connection closed"
	case errors.As(err, &dns):
		return "host " + dns.Name + " not found"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return "timed out"
	}
	var e *client.Error
	if errors.As(err, &e) && e.Err != nil && e.Err != err {
		return reason(e.Err)
	}
	return innermost(err).Error()
}

func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

func either(message, otherwise string) string {
	if message != "" {
		return Sentence(message)
	}
	return otherwise
}
