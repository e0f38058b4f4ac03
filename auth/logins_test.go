package auth

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"apono/auth/secrets"
)

const serviceURL = "https://x.example"

// loginsFixture is the logins in a folder of their own.
type loginsFixture struct {
	t *testing.T
	*Logins
}

func newLoginsFixture(t *testing.T) *loginsFixture {
	t.Helper()
	return &loginsFixture{t: t, Logins: testLogins(t)}
}

func serviceProfile(name string) Profile {
	p := newProfile(name)
	p.APIURL, p.AppURL = serviceURL, serviceURL
	return p
}

// save saves a login in the keyring. Its access token contains name.
func (f *loginsFixture) save(name string) Saved {
	f.t.Helper()
	saved, err := f.Save(f.t.Context(), serviceProfile(name), Token{Access: "access-of-" + name, Refresh: "r", Kind: OAuth}, secrets.PlaceKeyring)
	if err != nil {
		f.t.Fatal(err)
	}
	return saved
}

func (f *loginsFixture) config() *Config { return load(f.t, f.Store) }

func TestSaveAndLogout(t *testing.T) {
	f := newLoginsFixture(t)
	saved := f.save("work")
	if saved.Place != secrets.PlaceKeyring || saved.Current != "work" {
		t.Errorf("Save returned %+v", saved)
	}
	p, err := f.config().Profile("work")
	if err != nil || !p.LoggedIn() || p.Kind != OAuth || !p.Renewable {
		t.Errorf("the profile is %+v, %v", p, err)
	}
	checkNoSecrets(t, filepath.Dir(f.Store.Path()), "access-of-work")
	f.save("home")
	before, err := f.Logout(t.Context(), "")
	if err != nil || before.Name != "work" || !before.LoggedIn() {
		t.Fatalf("Logout returned %+v, %v", before, err)
	}
	c := f.config()
	if c.Current != "work" || c.Profiles["work"].LoggedIn() || c.Profiles["work"].APIURL != serviceURL || !c.Profiles["home"].LoggedIn() {
		t.Errorf("after Logout: %+v", c)
	}
	if _, err := f.Vault.Get(t.Context(), "work", secrets.PlaceKeyring); !errors.Is(err, secrets.ErrNotFound) {
		t.Errorf("the secret still exists: %v", err)
	}
	if _, err := c.Resolve("", noVariables); kindOf(err) != NotLoggedIn {
		t.Errorf("Resolve after Logout: %v", err)
	}
	if again, err := f.Logout(t.Context(), "work"); err != nil || again.LoggedIn() {
		t.Errorf("second Logout: %+v, %v", again, err)
	}
	if saved := f.save("home"); saved.Current != "home" {
		t.Errorf("Save while the current profile is logged out: %+v", saved)
	}
}

func TestDelete(t *testing.T) {
	f := newLoginsFixture(t)
	f.save("work")
	if saved := f.save("home"); saved.Current != "work" {
		t.Errorf("the second login became current: %+v", saved)
	}
	if _, err := f.Delete(t.Context(), "home"); err != nil || f.config().Current != "work" {
		t.Errorf("%v, current is %q", err, f.config().Current)
	}
	if _, err := f.Delete(t.Context(), "work"); err != nil {
		t.Fatal(err)
	}
	if c := f.config(); len(c.Profiles) != 0 || c.Current != "" {
		t.Errorf("after Delete: %+v", c)
	}
	for _, name := range []string{"work", "home"} {
		if _, err := f.Vault.Get(t.Context(), name, secrets.PlaceKeyring); !errors.Is(err, secrets.ErrNotFound) {
			t.Errorf("the secret of %s still exists: %v", name, err)
		}
	}
}

func TestSandboxIsReserved(t *testing.T) {
	f := newLoginsFixture(t)
	_, saveErr := f.Save(t.Context(), serviceProfile(SandboxProfile), Token{Access: "x", Kind: OAuth}, secrets.PlaceKeyring)
	for name, err := range map[string]error{
		"save":   saveErr,
		"logout": errorOf(f.Logout(t.Context(), SandboxProfile)),
		"delete": errorOf(f.Delete(t.Context(), SandboxProfile)),
	} {
		var reserved *ReservedError
		if !errors.As(err, &reserved) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := f.Use(t.Context(), SandboxProfile); err != nil || f.config().Current != SandboxProfile {
		t.Errorf("Use: %v", err)
	}
	if saved := f.save("work"); saved.Current != SandboxProfile {
		t.Errorf("a login replaced the sandbox as current profile: %+v", saved)
	}
	var reserved *ReservedError
	if _, err := f.Logout(t.Context(), ""); !errors.As(err, &reserved) {
		t.Errorf("Logout while the sandbox is current: %v", err)
	}
}

func TestUnknownProfiles(t *testing.T) {
	f := newLoginsFixture(t)
	if _, err := f.Logout(t.Context(), ""); kindOf(err) != NotLoggedIn {
		t.Errorf("Logout without any profile: %v", err)
	}
	f.save("work")
	var unknown *UnknownProfileError
	for name, err := range map[string]error{
		"use":    f.Use(t.Context(), "unknown"),
		"logout": errorOf(f.Logout(t.Context(), "unknown")),
		"delete": errorOf(f.Delete(t.Context(), "unknown")),
	} {
		if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "work") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if f.config().Current != "work" {
		t.Errorf("current is %q", f.config().Current)
	}
}

// A login that was killed before its profile was stored can be removed, wherever its token
// was written to by then.
func TestSecretsWithoutAProfile(t *testing.T) {
	token := Token{Access: "access-of-killed", Kind: OAuth}
	for name, leave := range map[string]func(*loginsFixture){
		"token file":     func(f *loginsFixture) { f.putOnly(token, secrets.PlaceFile) },
		"keyring":        func(f *loginsFixture) { f.putOnly(token, secrets.PlaceKeyring) },
		"temporary file": func(f *loginsFixture) { f.writeTemporary("killed", "access-of-killed") },
	} {
		for action, remove := range map[string]func(*Logins) (Profile, error){
			"logout": func(l *Logins) (Profile, error) { return l.Logout(t.Context(), "killed") },
			"delete": func(l *Logins) (Profile, error) { return l.Delete(t.Context(), "killed") },
		} {
			f := newLoginsFixture(t)
			f.save("work")
			leave(f)
			p, err := remove(f.Logins)
			if err != nil || p.Name != "killed" || !p.LoggedIn() {
				t.Errorf("%s, %s: %+v, %v", action, name, p, err)
			}
			checkNoSecrets(t, filepath.Dir(f.Store.Path()), "access-of-killed")
			if f.Vault.Holds(t.Context(), "killed") || len(f.config().Profiles) != 1 {
				t.Errorf("%s, %s: something is left; profiles %v", action, name, f.config().Names())
			}
			var unknown *UnknownProfileError
			if _, err := remove(f.Logins); !errors.As(err, &unknown) {
				t.Errorf("%s, %s, again: %v", action, name, err)
			}
		}
	}
}

// putOnly stores the token of the profile "killed", and no profile.
func (f *loginsFixture) putOnly(token Token, place secrets.Place) {
	f.t.Helper()
	if _, err := putToken(f.t.Context(), f.Vault, "killed", token, place); err != nil {
		f.t.Fatal(err)
	}
}

// writeTemporary leaves a temporary file of a profile's token file, just written.
func (f *loginsFixture) writeTemporary(name, text string) {
	f.t.Helper()
	folder, base := filepath.Split(f.Vault.Path(name))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		f.t.Fatal(err)
	}
	writeFile(f.t, filepath.Join(folder, "."+base+".tmp-1"), text)
}

// errorOf returns the error of a call that returns a profile.
func errorOf(_ Profile, err error) error { return err }

func TestLogoutFailsIfTheKeyringFails(t *testing.T) {
	f := newLoginsFixture(t)
	keyring := newFailingKeyring()
	f.Vault.Keyring = keyring
	f.save("work")
	keyring.fail = true
	var failed *secrets.Error
	if _, err := f.Logout(t.Context(), "work"); !errors.As(err, &failed) || !f.config().Profiles["work"].LoggedIn() {
		t.Errorf("failing keyring: %v", err)
	}
	keyring.fail = false
	if _, err := f.Logout(t.Context(), "work"); err != nil || len(keyring.entries) != 0 {
		t.Errorf("working keyring: %v, %d entries", err, len(keyring.entries))
	}
}

func TestSavePreservesUnknownFields(t *testing.T) {
	f := newLoginsFixture(t)
	f.save("work")
	writeFile(t, f.Store.Path(), `{"version":1,"profiles":{"work":{"color":"red"}}}`)
	f.save("work")
	if text := readFile(t, f.Store.Path()); !strings.Contains(text, `"color": "red"`) {
		t.Errorf("the file is %s", text)
	}
}

// The vault uses the keyring library's mock here, which has one keyring for all
// folders.
func TestEachConfigFolderHasItsOwnKeyringService(t *testing.T) {
	first, other := testLogins(t), testLogins(t)
	token := Token{Access: strings.Repeat("x", 5000), Kind: OAuth}
	stored, err := putToken(t.Context(), first.Vault, "work", token, secrets.PlaceKeyring)
	if err != nil || stored.Place != secrets.PlaceKeyring {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	if got, err := getToken(t.Context(), first.Vault, "work", secrets.PlaceKeyring); got != token || err != nil {
		t.Errorf("got another token, %v", err)
	}
	if _, err := getToken(t.Context(), other.Vault, "work", secrets.PlaceKeyring); !errors.Is(err, secrets.ErrNotFound) {
		t.Errorf("another folder's vault: %v", err)
	}
	if err := first.Vault.Delete(t.Context(), "work", secrets.PlaceKeyring); err != nil {
		t.Error(err)
	}
}
