package explain

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"apono/client"
)

// TestCertificates calls a real TLS server whose certificate is wrong in some way.
func TestCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	trusting := func(change func(*tls.Config)) *tls.Config {
		roots := x509.NewCertPool()
		roots.AddCert(server.Certificate())
		cfg := &tls.Config{RootCAs: roots}
		change(cfg)
		return cfg
	}
	for name, c := range map[string]struct {
		config *tls.Config
		says   []string
	}{
		"unknown authority": {&tls.Config{}, []string{"its certificate is signed by an unknown authority (O=Acme Co)", "SSL_CERT_FILE"}},
		"another host":      {trusting(func(c *tls.Config) { c.ServerName = "api.apono.io" }), []string{"its certificate is for example.com, *.example.com, not for api.apono.io", "proxy"}},
		"expired":           {trusting(func(c *tls.Config) { c.Time = func() time.Time { return time.Now().AddDate(200, 0, 0) } }), []string{"its certificate is valid from 1970", "clock"}},
	} {
		api, err := client.New(client.Config{BaseURL: server.URL, Transport: &http.Transport{TLSClientConfig: c.config}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = api.Request(t.Context(), "AR-1")
		p := Error(err)
		said := p.Message
		for _, h := range p.Hints {
			said += "\n" + h.Text
		}
		for _, text := range c.says {
			if !strings.Contains(said, text) {
				t.Errorf("%s: %v\n%s\nlacks %q", name, err, said, text)
			}
		}
	}
}
