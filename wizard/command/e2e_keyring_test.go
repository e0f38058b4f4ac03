//go:build e2e && linux

package command_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"
)

// session is a desktop session: a bus with an unlocked, empty gnome-keyring.
type session struct {
	t   *testing.T
	bus string
}

// newSession starts the bus and the keyring, until the test ends. It needs the
// packages dbus-daemon and gnome-keyring.
func newSession(t *testing.T) *session {
	t.Helper()
	home := t.TempDir()
	s := &session{t: t}
	daemon := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog", "--print-address=1")
	s.bus = strings.TrimSpace(s.start(daemon, home, ""))
	// There is no keyring yet. It is created with this password.
	keyring := exec.Command("gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets")
	s.start(keyring, home, "a password\n")
	s.waitForKeyring()
	return s
}

// start starts a daemon until the test ends, and returns its first line.
func (s *session) start(daemon *exec.Cmd, home, stdin string) string {
	s.t.Helper()
	daemon.Stdin, daemon.Stderr = strings.NewReader(stdin), s.t.Output()
	daemon.Env = []string{
		"HOME=" + home, "XDG_RUNTIME_DIR=" + home, "XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=" + s.bus,
	}
	out, err := daemon.StdoutPipe()
	if err == nil {
		err = daemon.Start()
	}
	if err != nil {
		s.t.Fatalf("start %s: %v", daemon.Path, err)
	}
	s.t.Cleanup(func() {
		_ = daemon.Process.Signal(syscall.SIGTERM)
		_ = daemon.Wait() // ended by a signal
	})
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		lines <- line
	}()
	return await(s.t, lines, daemon.Path+" to start")
}

const (
	secretsName    = "org.freedesktop.secrets"
	secretsService = "org.freedesktop.Secret.Service"
)

func (s *session) connect() *dbus.Conn {
	s.t.Helper()
	conn, err := dbus.Connect(s.bus)
	if err != nil {
		s.t.Fatalf("connect to the session's bus: %v", err)
	}
	return conn
}

// waitForKeyring waits until the keyring is on the bus, which is a little after it
// prints that it has started.
func (s *session) waitForKeyring() {
	s.t.Helper()
	conn := s.connect()
	defer conn.Close()
	changes := make(chan *dbus.Signal, 64)
	conn.Signal(changes)
	if err := conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName)); err != nil {
		s.t.Fatal(err)
	}
	var there bool
	if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&there); err != nil {
		s.t.Fatal(err)
	}
	if !there {
		await(s.t, changes, "the keyring on the bus")
	}
}

// secret is the Secret Service's type of the same name.
type secret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// entries returns all secrets in the keyring, which any program of the session can
// read.
func (s *session) entries() []string {
	s.t.Helper()
	conn := s.connect()
	defer conn.Close()
	service := conn.Object(secretsName, "/org/freedesktop/secrets")
	var none dbus.Variant
	var open dbus.ObjectPath
	if err := service.Call(secretsService+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none, &open); err != nil {
		s.t.Fatalf("ask the keyring: %v", err)
	}
	var items, locked []dbus.ObjectPath
	if err := service.Call(secretsService+".SearchItems", 0, map[string]string{}).Store(&items, &locked); err != nil {
		s.t.Fatalf("search the keyring: %v", err)
	}
	if len(locked) > 0 {
		s.t.Fatalf("the keyring has locked items: %v", locked)
	}
	found := map[dbus.ObjectPath]secret{}
	if err := service.Call(secretsService+".GetSecrets", 0, items, open).Store(&found); err != nil {
		s.t.Fatalf("read the keyring: %v", err)
	}
	var texts []string
	for _, one := range found {
		texts = append(texts, string(one.Value))
	}
	return texts
}

// has checks that the keyring contains tokens, whole or in chunks.
func (s *session) has(tokens ...string) {
	s.t.Helper()
	held := s.entries()
	for _, token := range tokens {
		if !slices.ContainsFunc(held, func(text string) bool { return holdsPart([]byte(text), []string{token}) }) {
			s.t.Errorf("the keyring lacks a token (it has %d entries)", len(held))
		}
	}
}

// lacks checks that the keyring does not contain any part of tokens.
func (s *session) lacks(tokens ...string) {
	s.t.Helper()
	for _, text := range s.entries() {
		if holdsPart([]byte(text), tokens) {
			s.t.Error("the keyring still contains a token")
		}
	}
}

func (s *session) isEmpty() {
	s.t.Helper()
	if held := s.entries(); len(held) > 0 {
		s.t.Errorf("the keyring still has %d entries", len(held))
	}
}
