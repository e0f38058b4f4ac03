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

// storePersonalToken stores a personal token in the keyring and deletes it.
func storePersonalToken(t *testing.T, w, server *workstation, keyring *session) {
	address := server.serve()
	token := strings.TrimSpace(server.run("sandbox", "token").mustExit(0).out)
	in := w.pipe(token+"\n", append(loginArgs(address), "--personal-token", "-")...).mustExit(0, loggedIn).hides(token)
	if strings.Contains(in.stderr, "in a file") {
		t.Errorf("the login prints:\n%s", in.stderr)
	}
	keyring.has(token)
	w.checkFiles(token)
	w.run("requests", "list", "--profile", "demo", "--verbose").mustExit(0, "GET").hides(token)
	w.checkFiles(token)
	w.run("logout", "demo").mustExit(0, "Logged out of demo")
	keyring.isEmpty()
	w.checkFiles(token)
	w.run("requests", "list", "--profile", "demo").mustExit(4, "apono login --profile demo")
}

// storeLogin stores an OAuth login in the keyring, renews it in other processes, and
// deletes it.
func storeLogin(t *testing.T, w, server *workstation, keyring *session) {
	service := newProxy(t, server.serve(shortLife))
	w.logIn(service).hides(service.seen()...)
	if n := service.issued(); n != 1 {
		t.Fatalf("the login requested %d tokens", n)
	}
	for range 2 {
		access, refresh := service.newest(t)
		keyring.has(access, refresh)
		w.checkFiles(service.seen()...)
		before := service.issued()
		w.run("requests", "list", "--profile", "demo", "--verbose").mustExit(0).hides(service.seen()...)
		if now := service.issued(); now != before+1 {
			t.Fatalf("one command renewed the login %d times", now-before)
		}
		keyring.lacks(access, refresh)
	}
	keyring.has(service.newest(t))
	w.checkFiles(service.seen()...)
	w.run("logout", "demo").mustExit(0)
	keyring.isEmpty()
	w.checkFiles(service.seen()...)
}

// storeLargeTokens stores tokens that are too large for one entry of some keyrings.
func storeLargeTokens(t *testing.T, w, server *workstation, keyring *session) {
	service := newProxy(t, server.serve(shortLife))
	service.grow.Store(true)
	w.logIn(service)
	whole := len(keyring.entries())
	if whole < 6 {
		t.Errorf("two tokens of 4,000 bytes take %d entries", whole)
	}
	for range 2 {
		w.checkLogin(service)
		keyring.has(service.newest(t))
		if now := len(keyring.entries()); now != whole {
			t.Errorf("%d entries became %d", whole, now)
		}
	}
	w.checkFiles(service.seen()...)
	w.run("profiles", "delete", "demo").mustExit(0)
	keyring.isEmpty()
	w.checkFiles(service.seen()...)
}

// moveIntoKeyring logs in without a keyring, and again with one, which deletes the
// file.
func moveIntoKeyring(t *testing.T, w, server *workstation, keyring *session) {
	service := newProxy(t, server.serve())
	noKeyring := *w
	noKeyring.env = append(noKeyring.env[:len(noKeyring.env):len(noKeyring.env)], "DBUS_SESSION_BUS_ADDRESS=unix:path="+w.config+"/no-bus")
	noKeyring.logIn(service).mustExit(0, "is stored in a file that only you can read")
	keyring.isEmpty()
	if found := w.filesWith(service.seen()...); len(found) != 1 {
		t.Errorf("files with the login: %v", found)
	}
	w.checkLogin(service)
	w.logIn(service)
	keyring.has(service.newest(t))
	w.checkFiles(service.seen()...)
	w.checkLogin(service)
	w.run("logout", "demo").mustExit(0)
	keyring.isEmpty()
}
