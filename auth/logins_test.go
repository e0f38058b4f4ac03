package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func (w *world) save(name string) Saved {
	w.Helper()
	p := w.profile()
	p.Name = name
	saved, err := w.logins.Save(w.Context(), p, Token{Access: "access-of-" + name, Refresh: "r", Kind: OAuth}, PlaceKeyring)
	if err != nil {
		w.Fatal(err)
	}
	return saved
}

func emptyWorld(t *testing.T) *world {
	return &world{T: t, logins: testLogins(t), web: httptest.NewUnstartedServer(nil)}
}

func (w *world) config() *Config { return load(w.T, w.logins.Store) }

func TestSaveAndLogOut(t *testing.T) {
	w := emptyWorld(t)
	w.web.URL = "https://x.example"
	saved := w.save("work")
	if saved.Place != PlaceKeyring || saved.Current != "work" {
		t.Errorf("saved %+v", saved)
	}
	p, err := w.config().Profile("work")
	if err != nil || !p.LoggedIn() || p.Kind != OAuth || !p.Renewable {
		t.Errorf("the profile is %+v, %v", p, err)
	}
	mustHoldNone(t, filepath.Dir(w.logins.Store.Path()), "access-of-work")
	w.save("home")
	was, err := w.logins.Logout(t.Context(), "")
	if err != nil || was.Name != "work" || !was.LoggedIn() {
		t.Fatalf("logged out of %+v, %v", was, err)
	}
	c := w.config()
	if c.Current != "work" || c.Profiles["work"].LoggedIn() || c.Profiles["work"].APIURL != "https://x.example" || !c.Profiles["home"].LoggedIn() {
		t.Errorf("afterwards: %+v", c)
	}
	if _, err := w.logins.Vault.Get(t.Context(), "work", PlaceKeyring); !errors.Is(err, ErrSecretNotFound) {
		t.Errorf("the secret is still there: %v", err)
	}
	if _, err := c.Resolve("", func(string) string { return "" }); kindOf(err) != NotLoggedIn {
		t.Errorf("another profile was picked: %v", err)
	}
	if again, err := w.logins.Logout(t.Context(), "work"); err != nil || again.LoggedIn() {
		t.Errorf("a second time: %+v, %v", again, err)
	}
	if saved := w.save("home"); saved.Current != "home" {
		t.Errorf("a new login while the current one has none: %+v", saved)
	}
}

func TestDeleteAProfile(t *testing.T) {
	w := emptyWorld(t)
	w.web.URL = "https://x.example"
	w.save("work")
	if saved := w.save("home"); saved.Current != "work" {
		t.Errorf("another login became current: %+v", saved)
	}
	if _, err := w.logins.Delete(t.Context(), "home"); err != nil || w.config().Current != "work" {
		t.Errorf("%v, current is %q", err, w.config().Current)
	}
	if _, err := w.logins.Delete(t.Context(), "work"); err != nil {
		t.Fatal(err)
	}
	if c := w.config(); len(c.Profiles) != 0 || c.Current != "" {
		t.Errorf("left is %+v", c)
	}
	for _, name := range []string{"work", "home"} {
		if _, err := w.logins.Vault.Get(t.Context(), name, PlaceKeyring); !errors.Is(err, ErrSecretNotFound) {
			t.Errorf("%s's secret is still there: %v", name, err)
		}
	}
}

func TestSandboxIsReserved(t *testing.T) {
	w := emptyWorld(t)
	w.web.URL = "https://x.example"
	p := w.profile()
	p.Name = SandboxProfile
	_, saving := w.logins.Save(t.Context(), p, Token{Access: "x", Kind: OAuth}, PlaceKeyring)
	_, loggingOut := w.logins.Logout(t.Context(), SandboxProfile)
	_, deleting := w.logins.Delete(t.Context(), SandboxProfile)
	for name, err := range map[string]error{"save": saving, "log out": loggingOut, "delete": deleting} {
		var reserved *ReservedError
		if !errors.As(err, &reserved) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.logins.Use(t.Context(), SandboxProfile); err != nil || w.config().Current != SandboxProfile {
		t.Errorf("it cannot be used: %v", err)
	}
	if saved := w.save("work"); saved.Current != SandboxProfile {
		t.Errorf("a login took the sandbox's place: %+v", saved)
	}
	var reserved *ReservedError
	if _, err := w.logins.Logout(t.Context(), ""); !errors.As(err, &reserved) {
		t.Errorf("log out of it as the current one: %v", err)
	}
}

func TestUseAndLogOutOfNobody(t *testing.T) {
	w := emptyWorld(t)
	w.web.URL = "https://x.example"
	if _, err := w.logins.Logout(t.Context(), ""); kindOf(err) != NotLoggedIn {
		t.Errorf("with nobody logged in: %v", err)
	}
	w.save("work")
	var unknown *UnknownProfileError
	for name, err := range map[string]error{
		"use":     w.logins.Use(t.Context(), "nobody"),
		"log out": second(w.logins.Logout(t.Context(), "nobody")),
		"delete":  second(w.logins.Delete(t.Context(), "nobody")),
	} {
		if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "work") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w.config().Current != "work" {
		t.Errorf("current is %q", w.config().Current)
	}
}

func second(_ Profile, err error) error { return err }

func TestLogOutWhereTheKeyringDoesNotAnswer(t *testing.T) {
	w := emptyWorld(t)
	w.web.URL = "https://x.example"
	k, ring := memoryKeyring()
	w.logins.Vault.keyring = k
	w.save("work")
	ring.failAt = 1
	var failed *SecretError
	if _, err := w.logins.Logout(t.Context(), "work"); !errors.As(err, &failed) || !w.config().Profiles["work"].LoggedIn() {
		t.Errorf("it claims to have logged out: %v", err)
	}
	if _, err := w.logins.Logout(t.Context(), "work"); err != nil || len(ring.entries) != 0 {
		t.Errorf("then: %v, %d entries", err, len(ring.entries))
	}
}

func TestNewLoginKeepsWhatAnotherVersionWrote(t *testing.T) {
	w := emptyWorld(t)
	w.web.URL = "https://x.example"
	w.save("work")
	writeFile(t, w.logins.Store.Path(), `{"version":1,"profiles":{"work":{"colour":"red"}}}`)
	w.save("work")
	if text := readFile(t, w.logins.Store.Path()); !strings.Contains(text, `"colour": "red"`) {
		t.Errorf("left is %s", text)
	}
}

// A certificate that has ended, by this machine's clock, is how a clock that is
// far off shows first.
func TestClockThatIsFarOff(t *testing.T) {
	web := httptest.NewUnstartedServer(http.NotFoundHandler())
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	certificate, pool := endedCertificate(t)
	web.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	web.StartTLS()
	defer web.Close()
	f := &Flow{
		Profile: newProfile("work").over(Profile{AppURL: web.URL}), Person: &visitor{T: t},
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}},
	}
	_, err := f.Device(t.Context())
	var failed *LoginError
	if !errors.As(err, &failed) || failed.Kind != ClockWrong || !strings.Contains(failed.Hint(), "clock") {
		t.Errorf("got %v", err)
	}
}

func endedCertificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
