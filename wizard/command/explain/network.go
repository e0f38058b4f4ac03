package explain

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"apono/client"
	"apono/render"
)

// via names a host, and the proxy through which it is reached.
func via(host, proxy string) string {
	if proxy == "" {
		return host
	}
	return host + " through the proxy " + proxy
}

// reason returns in a few words why a network call got no response.
func reason(err error) string {
	if err == nil {
		return "connection closed"
	}
	for _, words := range []string{proxyReason(err), certificateReason(err), faultReason(err)} {
		if words != "" {
			return words
		}
	}
	var late *client.DeadlineError
	var errno syscall.Errno
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &late):
		return deadlineReason(late)
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not speak TLS"
	case errors.As(err, &dns):
		return "host " + dns.Name + " not found"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "connection closed"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return "timed out"
	case errors.As(err, &errno):
		return errno.Error()
	}
	var e *client.Error
	if errors.As(err, &e) && e.Err != nil && e.Err != err {
		return reason(e.Err)
	}
	return "the connection failed"
}

// deadlineReason says how long there was no answer, and why if that is known.
func deadlineReason(e *client.DeadlineError) string {
	words := "no complete answer within " + render.Duration(e.After)
	if e.Last != nil {
		words += "; the last attempt failed: " + Waiting(e.Last)
	}
	return words
}

// proxyReason returns what is wrong with the proxy; empty if err is about something else.
func proxyReason(err error) string {
	var variable *client.ProxyVariableError
	var refused *client.ProxyRefusedError
	switch {
	case errors.As(err, &variable):
		return variable.Error()
	case errors.As(err, &refused):
		return fmt.Sprintf("the proxy refuses (%d %s)", refused.Status, refused.Reason)
	}
	return ""
}

// faultReason returns what is wrong with an answer that cannot be read; empty if err is
// about something else.
func faultReason(err error) string {
	var protocol *client.ProtocolError
	var compression *client.CompressionError
	switch {
	case errors.As(err, &protocol):
		return "its answer is not valid HTTP"
	case errors.As(err, &compression):
		return "its answer is damaged or cut short"
	}
	return ""
}

// answerReason returns in a few words why an answer is not the API's. A nil err is that of
// a web page.
func answerReason(err error) string {
	var missing *client.MissingError
	var other *client.OtherError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return "it is a web page"
	case errors.As(err, &missing):
		return fmt.Sprintf("it lacks %q", missing.Field)
	case errors.As(err, &other):
		return fmt.Sprintf("it is about another %s, %q", other.Kind, other.ID)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("%q has another type", kind.Field)
	case errors.As(err, &kind):
		return "it has another form"
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		return "it is empty, cut short, or not JSON"
	}
	return innermost(err).Error()
}

// Waiting says in a few words why a call is sent again.
func Waiting(e *client.Error) string {
	switch {
	case e.RateLimited():
		return "rate limited (429)"
	case e.ServerFault():
		return fmt.Sprintf("the service failed (%d)", e.Status)
	case e.Malformed:
		return "not the API's answer: " + answerReason(e.Err)
	}
	return reason(e.Err)
}

// certificateReason returns what is wrong with a certificate; empty if err is about
// something else.
func certificateReason(err error) string {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		return "its certificate is signed by an unknown authority" + issuer(unknown.Cert)
	case errors.As(err, &host):
		return "its certificate is for " + strings.Join(host.Certificate.DNSNames, ", ") + ", not for " + host.Host
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("its certificate is valid from %s to %s only", render.Moment(invalid.Cert.NotBefore), render.Moment(invalid.Cert.NotAfter))
	case errors.As(err, &invalid):
		return "its certificate is not valid: " + invalid.Error()
	}
	return ""
}

func issuer(certificate *x509.Certificate) string {
	if certificate == nil || certificate.Issuer.String() == "" {
		return ""
	}
	return " (" + render.Clean(certificate.Issuer.String()) + ")"
}

// networkHint returns what to do about a missing response.
func networkHint(err error, proxy string) string {
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var late *client.DeadlineError
	var variable *client.ProxyVariableError
	var protocol *client.ProtocolError
	switch {
	case errors.As(err, &variable):
		return "Set " + variable.Variable + " to an address such as http://proxy.example:3128, or unset it"
	case errors.As(err, &protocol):
		return "Another server may be in the way: check the service's address, the port and the proxy, or " + verboseHint
	case faultReason(err) != "":
		return "A proxy may change what the service sends; try again, or " + verboseHint
	case errors.As(err, &late):
		return "Try again, or allow more time: " + client.DeadlineVariable + "=10m"
	case errors.As(err, &unknown):
		return "If a proxy inspects TLS, trust its root certificate: install it in the system, or on Linux name its file in SSL_CERT_FILE"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "Check this machine's clock"
	case certificateReason(err) != "":
		return "Another server may be in the way: check the network, the proxy and SSL_CERT_FILE"
	case proxy != "":
		return "Check HTTPS_PROXY and NO_PROXY, then try again, or " + verboseHint
	}
	return "Check the network or the proxy (HTTPS_PROXY), then try again, or " + verboseHint
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
