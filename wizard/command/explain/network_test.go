package explain

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/client/clienttest"
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
		said := sayAll(Error(err))
		for _, text := range c.says {
			if !strings.Contains(said, text) {
				t.Errorf("%s: %v\n%s\nlacks %q", name, err, said, text)
			}
		}
	}
}

// sayAll returns everything that a problem says.
func sayAll(p Problem) string {
	said := p.Message
	for _, h := range p.Hints {
		said += "\n" + h.Text
	}
	return said
}

// compressed returns an answer of 1,000 objects as gzip, after change.
func compressed(t *testing.T, change func([]byte) []byte) string {
	t.Helper()
	var body bytes.Buffer
	w := gzip.NewWriter(&body)
	for i := range 1000 {
		fmt.Fprintf(w, `{"id":"AR-%d"},`, i*7919%1000)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	changed := change(body.Bytes())
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(changed), changed)
}

// Every way in which an answer cannot be read is said in words, none of them Go's.
func TestUnreadableAnswers(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\n"
	invert := func(from, to int) func([]byte) []byte {
		return func(data []byte) []byte {
			for i := from; i < to; i++ {
				data[(i+len(data))%len(data)] ^= 0xff
			}
			return data
		}
	}
	const notHTTP, damaged = "its answer is not valid HTTP", "its answer is damaged or cut short"
	for name, c := range map[string]struct {
		answer string
		says   []string
	}{
		"SSH":                      {"SSH-2.0-OpenSSH_9.6\r\n", []string{"No answer from 127.0.0.1", notHTTP, "check the service's address"}},
		"TLS":                      {"\x15\x03\x01\x00\x02\x02\x16", []string{notHTTP}},
		"a status that is none":    {"HTTP/1.1 fine\r\n\r\n", []string{notHTTP}},
		"Content-Length":           {head + "Content-Length: many\r\n\r\n{}", []string{notHTTP}},
		"two Content-Lengths":      {head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", []string{notHTTP}},
		"Transfer-Encoding":        {head + "Transfer-Encoding: zip\r\n\r\n{}", []string{notHTTP}},
		"a header without a colon": {head + "hunter2\r\n\r\n{}", []string{notHTTP}},
		"a header's name":          {head + "A\x01: b\r\n\r\n{}", []string{notHTTP}},
		"chunk length":             {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", []string{notHTTP}},
		"chunk end":                {head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}}}\r\n0\r\n\r\n", []string{notHTTP}},
		"gzip, damaged":            {compressed(t, invert(500, 540)), []string{damaged, "A proxy may change"}},
		"gzip, checksum":           {compressed(t, invert(-6, -5)), []string{damaged}},
		"gzip, cut short":          {compressed(t, func(data []byte) []byte { return data[:len(data)/2] }), []string{damaged}},
		"gzip, none":               {compressed(t, func([]byte) []byte { return []byte("this is plain text") }), []string{damaged}},
		"Location":                 {"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n", []string{"redirects to an invalid address, which is not followed (302)", "APONO_API_URL"}},
		"no Location":              {"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", []string{"redirects to an invalid address"}},
		"nothing":                  {"", []string{"connection closed", "Check the network"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, err := client.New(client.Config{BaseURL: clienttest.ServeRaw(t, clienttest.Always(c.answer))})
			if err != nil {
				t.Fatal(err)
			}
			err = api.Revoke(t.Context(), "AR-1") // which is sent once
			said := sayAll(Error(err))
			for _, text := range c.says {
				if !strings.Contains(said, text) {
					t.Errorf("%v\n%s\nlacks %q", err, said, text)
				}
			}
			if strings.Contains(said, "hunter2") || strings.Contains(said, "malformed") {
				t.Errorf("says %s", said)
			}
		})
	}
}

// A redirect that is not followed has changed nothing, wherever it leads.
func TestRedirects(t *testing.T) {
	t.Parallel()
	for location, target := range map[string]string{
		"https://login.example/a?secret=hunter2": "https://login.example",
		"/login?secret=hunter2":                  "/login",
		"//login.example/a":                      "//login.example",
	} {
		url := clienttest.ServeRaw(t, clienttest.Always("HTTP/1.1 302 Found\r\nLocation: "+location+"\r\nContent-Length: 0\r\n\r\n"))
		api, err := client.New(client.Config{BaseURL: url})
		if err != nil {
			t.Fatal(err)
		}
		_, readErr := api.Request(t.Context(), "AR-1")
		_, createErr := api.CreateRequest(t.Context(), client.NewRequest{})
		for call, err := range map[string]error{"read": readErr, "create": createErr} {
			said := sayAll(Error(err))
			if !strings.Contains(said, "redirects to "+target+", which is not followed (302)\nCheck the service's address: APONO_API_URL") {
				t.Errorf("%s, %s: %s", location, call, said)
			}
			if client.MayHaveSucceeded(err) || api.Changed() || strings.Contains(said, "hunter2") {
				t.Errorf("%s, %s: it may have succeeded: %v", location, call, err)
			}
		}
	}
}
