package explain

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
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
	if words := certificateReason(err); words != "" {
		return words
	}
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	var redirect *client.RedirectError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &redirect):
		return "it redirects to " + redirect.Target + ", which is not followed"
	case errors.As(err, &plain):
		return "it does not speak TLS"
	case errors.As(err, &dns):
		return "host " + dns.Name + " not found"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "connection closed"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return "timed out"
	}
	var e *client.Error
	if errors.As(err, &e) && e.Err != nil && e.Err != err {
		return reason(e.Err)
	}
	return innermost(err).Error()
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
	switch {
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
