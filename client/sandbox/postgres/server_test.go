package postgres

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"apono/client/sandbox/permission"
)

func TestNew(t *testing.T) {
	for name, c := range map[string]struct {
		url, host string
		port      int
	}{
		"full":     {"postgres://admin:s3cret@db.acme.example:5433/app?sslmode=disable", "db.acme.example", 5433},
		"short":    {"postgresql://admin@db.acme.example/app", "db.acme.example", 5432},
		"socket":   {"postgres:///app?host=/var/run/postgresql&user=admin", "/var/run/postgresql", 5432},
		"keywords": {"host=db.acme.example port=5434 user=admin", "db.acme.example", 5434},
		"IPv6":     {"postgres://admin@[::1]:5435/app", "::1", 5435},
	} {
		t.Run(name, func(t *testing.T) {
			server, err := New(c.url)
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			if server.Host() != c.host || server.Port() != c.port {
				t.Errorf("got %s %d, want %s %d", server.Host(), server.Port(), c.host, c.port)
			}
		})
	}
}

const (
	secretPassword = "s3cret-p@ss"
	secretInURL    = "s3cret-p%40ss"
	secretHost     = "db.secret.example"
	secretUser     = "secret_admin"
)

// checkNoSecrets checks that neither err nor any error it wraps contains a secret.
func checkNoSecrets(t *testing.T, err error) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		text := fmt.Sprintf("%v %+v", err, err)
		for _, secret := range []string{secretPassword, "s3cret", "p@ss", secretHost, secretUser} {
			if strings.Contains(text, secret) {
				t.Errorf("%q is in the error: %s", secret, text)
			}
		}
	}
}

func TestNewDoesNotRevealBadURLs(t *testing.T) {
	for _, url := range []string{
		"",
		"postgres://" + secretUser + ":" + secretPassword + "@" + secretHost + ":port/app",
		"postgres://" + secretUser + ":" + secretPassword + "%zz@" + secretHost + "/app",
		"postgres://" + secretUser + ":" + secretPassword + "@" + secretHost + "/app?sslmode=" + secretPassword,
		"postgres://" + secretUser + ":" + secretPassword + "@" + secretHost + "/app?connect_timeout=" + secretPassword,
		"postgres://" + secretUser + ":" + secretPassword + "@" + secretHost + "/app",
		"mysql://" + secretUser + ":" + secretPassword + "@" + secretHost + "/app",
		secretUser + ":" + secretPassword + "@" + secretHost,
		"host=" + secretHost + " password='" + secretPassword,
		"\x00postgres://" + secretUser + ":" + secretPassword + "@" + secretHost,
	} {
		_, err := New(url)
		if err == nil {
			t.Errorf("%q was accepted", url)
			continue
		}
		checkNoSecrets(t, err)
	}
}

func TestPrintingHidesLogin(t *testing.T) {
	server, err := New("postgres://" + secretUser + ":" + secretInURL + "@" + secretHost + "/app")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	checkNoSecrets(t, errors.New(fmt.Sprint(server)))
	checkNoSecrets(t, fmt.Errorf("%v %+v %#v %s", server, server, server, server))
	grant := Grant{Role: "r", Password: secretPassword, Database: "d", Permission: permission.ReadOnly}
	checkNoSecrets(t, fmt.Errorf("%v %+v %#v %s", grant, grant, grant, grant))
}

func TestUnreachableServer(t *testing.T) {
	// Nothing listens on the port of a closed listener.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	server, err := New("postgres://" + secretUser + ":" + secretInURL + "@127.0.0.1:" + strconv.Itoa(port) + "/app?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	_, err = server.Resources(t.Context())
	if want := "PostgreSQL: cannot connect to the server: the server is unreachable"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	checkNoSecrets(t, err)
}

// Close must not wait for a server that accepts a connection and never responds.
func TestCloseCancelsOperations(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	server, err := New("postgres://" + secretUser + ":" + secretInURL + "@" + listener.Addr().String() + "/app?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := server.Resources(t.Context())
		done <- err
	}()
	if err := listener.(*net.TCPListener).SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	server.Close()
	err = <-done
	if !errors.Is(err, errClosed) {
		t.Errorf("got %v, want %v", err, errClosed)
	}
	checkNoSecrets(t, err)
	if err := server.Revoke(t.Context(), "r"); !errors.Is(err, errClosed) {
		t.Errorf("after Close: got %v", err)
	}
}

func TestConnectError(t *testing.T) {
	for code, want := range map[string]string{
		"28P01": "the server rejected the admin's login (28P01)",
		"28000": "the server rejected the admin's login (28000)",
		"3D000": "the database does not exist (3D000)",
		"53300": "the server rejected the connection (53300)",
	} {
		pgErr := &pgconn.PgError{Severity: "FATAL", Code: code, Message: `password authentication failed for user "` + secretUser + `"`}
		err := connectError(t.Context(), fmt.Errorf("connect to %s: %w", secretHost, pgErr))
		if err.Error() != "PostgreSQL: cannot connect to the server: "+want {
			t.Errorf("got %v, want %s", err, want)
		}
		checkNoSecrets(t, err)
	}
}

func TestGrantCheck(t *testing.T) {
	valid := Grant{Role: "r", Password: "p", Database: "d", Permission: permission.ReadOnly, Until: time.Now()}
	if err := valid.check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Grant){
		"no role":            func(g *Grant) { g.Role = "" },
		"long role name":     func(g *Grant) { g.Role = strings.Repeat("r", 64) },
		"system role":        func(g *Grant) { g.Role = "pg_monitor" },
		"no permission":      func(g *Grant) { g.Permission = "" },
		"unknown permission": func(g *Grant) { g.Permission = "OWNER" },
		"no database":        func(g *Grant) { g.Database = "" },
		"template database":  func(g *Grant) { g.Database = "template1" },
		"system catalog":     func(g *Grant) { g.Schema = "pg_catalog" },
		"information schema": func(g *Grant) { g.Schema = "information_schema" },
		"no expiry":          func(g *Grant) { g.Until = time.Time{} },
	} {
		invalid := valid
		change(&invalid)
		var failure *Error
		if err := invalid.check(); !errors.As(err, &failure) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestInvalidPasswords(t *testing.T) {
	for _, password := range []string{"", "naïve", "tab\t", "nul\x00", "\u00a0"} {
		if _, err := scramVerifier(password); err == nil {
			t.Errorf("%q was accepted", password)
		} else if password != "" && strings.Contains(err.Error(), password) {
			t.Errorf("%q is in the error", password)
		}
	}
}

// The verifier must accept the client's proof and produce the server's signature of
// the example in RFC 7677.
func TestVerifierFollowsRFC7677(t *testing.T) {
	salt, err := base64.StdEncoding.DecodeString("W22ZaJ0SNY7soEsUEjb6gQ==")
	if err != nil {
		t.Fatal(err)
	}
	text, err := verifier("pencil", salt, 4096)
	if err != nil {
		t.Fatal(err)
	}
	stored, serverKey := splitVerifier(t, text, "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$")
	const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
	message := "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" + nonce
	if got := base64.StdEncoding.EncodeToString(hmacSHA256(serverKey, message)); got != "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" {
		t.Errorf("server signature %s", got)
	}
	key, err := base64.StdEncoding.DecodeString("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range hmacSHA256(stored, message) {
		key[i] ^= b
	}
	if digest := sha256.Sum256(key); !bytes.Equal(digest[:], stored) {
		t.Error("the verifier rejects the client's proof")
	}
}

// splitVerifier splits a verifier into its keys.
func splitVerifier(t *testing.T, text, prefix string) (stored, server []byte) {
	t.Helper()
	rest, ok := strings.CutPrefix(text, prefix)
	first, second, found := strings.Cut(rest, ":")
	stored, err := base64.StdEncoding.DecodeString(first)
	server, otherErr := base64.StdEncoding.DecodeString(second)
	if !ok || !found || errors.Join(err, otherErr) != nil {
		t.Fatalf("verifier %s", text)
	}
	return stored, server
}

// hmacSHA256 returns the HMAC of message.
func hmacSHA256(key []byte, message string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(message))
	return mac.Sum(nil)
}

func TestVerifiersDiffer(t *testing.T) {
	first, err := scramVerifier("pencil")
	if err != nil {
		t.Fatal(err)
	}
	second, err := scramVerifier("pencil")
	if err != nil {
		t.Fatal(err)
	}
	if first == second || strings.Contains(first, "pencil") {
		t.Errorf("%s and %s", first, second)
	}
}

func TestSortResources(t *testing.T) {
	got := fmt.Sprint(sortResources([]string{"b", "a"}, [][]string{{"y", "x"}, nil}))
	if want := "[{a } {b } {b x} {b y}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
