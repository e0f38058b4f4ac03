package command

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"apono/client"
	"apono/render"
)

const verboseHint = "--verbose shows the exchange"

// explainService words what the service answered, or that it did not.
func explainService(err error) (problem, bool) {
	var e *client.Error
	if !errors.As(err, &e) {
		return problem{}, false
	}
	message := e.Message
	p := problem{code: exitFailed}
	switch {
	case e.Unanswered():
		p.message = fmt.Sprintf("No answer from %s: %s", e.Host, reason(e.Err))
		p.hints = said("Check the network and try again; " + verboseHint)
	case e.Malformed:
		p.message = fmt.Sprintf("%s answered with something that is not the API's JSON (%d)", e.Host, e.Status)
		p.hints = said("A proxy or a login page may stand in between; " + verboseHint)
	case e.Unauthorized():
		p.code, p.message = exitLogin, "The service does not accept this login (401)"
		p.hints = []hint{{"Log in again with", "login"}}
	case e.Forbidden():
		p.message = "You may not do this (403)"
		p.hints = append(said(message), said("Ask your admin for it")...)
	case e.NotFound():
		p.message = either(message, "The service does not know this (404)")
	case e.RateLimited():
		p.message = "The service asks for a pause (429)"
		p.hints = append(said(message), said("Try again "+after(e))...)
	case e.ServerFault():
		p.message = fmt.Sprintf("The service has a problem (%d)", e.Status)
		p.hints = append(said(message), said("Try again in a while; "+verboseHint)...)
	default:
		p.message = either(message, fmt.Sprintf("The service refused this (%d)", e.Status))
		p.hints = said(verboseHint)
	}
	if e.RequestID != "" && e.Status >= http.StatusBadRequest {
		p.hints = append(p.hints, hint{say: "For the service's support: request " + e.RequestID})
	}
	return p, true
}

func after(e *client.Error) string {
	if e.RetryAfter > 0 {
		return "after " + render.Duration(e.RetryAfter)
	}
	return "in a minute"
}

// reason says in a few words why a network call got no answer.
func reason(err error) string {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return "the connection ended"
	case errors.As(err, &dns):
		return "there is no host " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return "it takes too long"
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
		return sentence(message)
	}
	return otherwise
}

// said is a hint of words only; none where there are none.
func said(words string) []hint {
	if words == "" {
		return nil
	}
	return []hint{{say: words}}
}

// sentence starts a message with a capital, unless it starts with a flag, a
// quoted word or the name of this program.
func sentence(text string) string {
	first, _, _ := strings.Cut(text, " ")
	plain := strings.IndexFunc(strings.TrimSuffix(first, ","), func(r rune) bool { return r < 'a' || r > 'z' }) < 0
	if first == "" || first == "apono" || first == "jq" || !plain {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
