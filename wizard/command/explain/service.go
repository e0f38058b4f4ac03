package explain

import (
	"errors"
	"fmt"
	"net/http"

	"apono/auth"
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
	var redirect *client.RedirectError
	message := e.Message
	p := Problem{Exit: ExitFailed}
	switch {
	case errors.As(e.Err, &redirect):
		p.Message = fmt.Sprintf("%s redirects to %s, which is not followed (%d)", e.Host, redirect.Target, e.Status)
		p.Hints = text("Check the service's address: " + auth.APIURLVariable + ", or the API URL of the profile")
	case e.Unanswered():
		p.Message = fmt.Sprintf("No answer from %s: %s", via(e.Host, e.Proxy), reason(e.Err))
		p.Hints = text(networkHint(e.Err, e.Proxy))
	case e.Malformed:
		p.Message = fmt.Sprintf("Not the API's answer from %s (%d): %s", e.Host, e.Status, answerReason(e.Err))
		p.Hints = text("A proxy or a login page of the network may be in the way; " + verboseHint)
		if e.RetryAfter > 0 {
			p.Hints = append(p.Hints, Hint{Text: "Try again " + retryTime(e, "later")})
		}
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
		p.Hints = append(text(message), text("Try again "+retryTime(e, "in a minute"))...)
	case e.ServerFault():
		p.Message = fmt.Sprintf("The service failed (%d)", e.Status)
		p.Hints = append(text(message), text("Try again "+retryTime(e, "later")+", or "+verboseHint)...)
	default:
		p.Message = either(message, fmt.Sprintf("The service returned an error (%d)", e.Status))
		p.Hints = text(Sentence(verboseHint))
	}
	if e.RequestID != "" && (e.Status >= http.StatusBadRequest || e.Malformed) {
		p.Hints = append(p.Hints, Hint{Text: "Request ID for support: " + e.RequestID})
	}
	return p, true
}

// retryTime returns when the service wants to be asked again; otherwise, if it did not say.
func retryTime(e *client.Error, otherwise string) string {
	if e.RetryAfter > 0 {
		return "after " + render.Duration(e.RetryAfter)
	}
	return otherwise
}

func either(message, otherwise string) string {
	if message != "" {
		return Sentence(message)
	}
	return otherwise
}
