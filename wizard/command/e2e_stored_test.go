//go:build e2e && linux

package command_test

import (
	"strings"
	"testing"
)

func TestE2EKeyring(t *testing.T) {
	program := buildProgram(t)
	for _, c := range []struct {
		name   string
		stored func(*testing.T, *workstation, *workstation, *session)
	}{
		{"personal token", storePersonalToken}, {"oauth", storeLogin}, {"large tokens", storeLargeTokens}, {"moved out of its file", moveIntoKeyring},
	} {
		t.Run(c.name, func(t *testing.T) {
			desktop := newSession(t)
			w := newWorkstation(t, program)
			w.env = append(w.env, "DBUS_SESSION_BUS_ADDRESS="+desktop.bus)
			c.stored(t, w, newWorkstation(t, program), desktop)
		})
	}
}

// storePersonalToken keeps a personal token in the keyring, and forgets it.
func storePersonalToken(t *testing.T, w, server *workstation, keyring *session) {
	address := server.serve()
	token := strings.TrimSpace(server.run("sandbox", "token").ends(0).out)
	in := w.pipe(token+"\n", append(to(address), "--personal-token", "-")...).ends(0, loggedIn).tellsNo(token)
	if strings.Contains(in.stderr, "kept in a file") {
		t.Errorf("the login says:\n%s", in.stderr)
	}
	keyring.has(token)
	w.tellsNoFile(token)
	w.run("requests", "list", "--profile", "demo", "--verbose").ends(0, "GET").tellsNo(token)
	w.tellsNoFile(token)
	w.run("logout", "demo").ends(0, "Logged out of demo")
	keyring.isEmpty()
	w.tellsNoFile(token)
	w.run("requests", "list", "--profile", "demo").ends(4, "apono login --profile demo")
}

// storeLogin keeps an OAuth login in the keyring, renews it in other processes,
// and forgets it.
func storeLogin(t *testing.T, w, server *workstation, keyring *session) {
	service := newFront(t, server.serve(shortLife))
	w.logIn(service).tellsNo(service.seen()...)
	if n := service.issued(); n != 1 {
		t.Fatalf("the login took %d tokens", n)
	}
	for range 2 {
		access, refresh := service.newest(t)
		keyring.has(access, refresh)
		w.tellsNoFile(service.seen()...)
		before := service.issued()
		w.run("requests", "list", "--profile", "demo", "--verbose").ends(0).tellsNo(service.seen()...)
		if now := service.issued(); now != before+1 {
			t.Fatalf("one command renewed the login %d times", now-before)
		}
		keyring.lacks(access, refresh)
	}
	keyring.has(service.newest(t))
	w.tellsNoFile(service.seen()...)
	w.run("logout", "demo").ends(0)
	keyring.isEmpty()
	w.tellsNoFile(service.seen()...)
}

// storeLargeTokens keeps tokens that fit in no entry of some keyrings.
func storeLargeTokens(t *testing.T, w, server *workstation, keyring *session) {
	service := newFront(t, server.serve(shortLife))
	service.grow.Store(true)
	w.logIn(service)
	whole := len(keyring.holds())
	if whole < 6 {
		t.Errorf("two tokens of 4,000 bytes are %d entries", whole)
	}
	for range 2 {
		w.works(service)
		keyring.has(service.newest(t))
		if now := len(keyring.holds()); now != whole {
			t.Errorf("%d entries have become %d", whole, now)
		}
	}
	w.tellsNoFile(service.seen()...)
	w.run("profiles", "delete", "demo").ends(0)
	keyring.isEmpty()
	w.tellsNoFile(service.seen()...)
}

// moveIntoKeyring logs in where there is no keyring yet, and again where there
// is one: the file goes.
func moveIntoKeyring(t *testing.T, w, server *workstation, keyring *session) {
	service := newFront(t, server.serve())
	noKeyring := *w
	noKeyring.env = append(noKeyring.env[:len(noKeyring.env):len(noKeyring.env)], "DBUS_SESSION_BUS_ADDRESS=unix:path="+w.config+"/no-bus")
	noKeyring.logIn(service).ends(0, "is stored in a file that only you can read")
	keyring.isEmpty()
	if found := w.filesWith(service.seen()...); len(found) != 1 {
		t.Errorf("the login is in the files %v", found)
	}
	w.works(service)
	w.logIn(service)
	keyring.has(service.newest(t))
	w.tellsNoFile(service.seen()...)
	w.works(service)
	w.run("logout", "demo").ends(0)
	keyring.isEmpty()
}
