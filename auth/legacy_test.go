package auth

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"apono/auth/secrets"
)

// legacyJSON has every field that the official tool writes.
const legacyJSON = `{
  "auth": {
    "active_profile": "my work",
    "profiles": {
      "default": {"client_id": "id-1", "api_url": "https://api.apono.io", "app_url": "https://app.apono.io", "portal_url": "https://portal.apono.io",
        "account_id": "acc", "account_name": "Acme", "user_id": "u", "user_name": "Ada", "user_email": "ada@acme.example",
        "token": {"access_token": "access-1", "token_type": "Bearer", "refresh_token": "refresh-1", "expiry": "2025-01-02T03:04:05.123456+01:00"},
        "created_at": "2024-01-01T00:00:00Z", "personal_token": ""},
      "my work": {"client_id": "", "api_url": "https://api.eu.example/", "app_url": "", "portal_url": "", "account_id": "", "user_id": "",
        "token": {"access_token": "", "expiry": "0001-01-01T00:00:00Z"}, "created_at": "0001-01-01T00:00:00Z", "personal_token": "personal-2"},
      "sandbox": {"token": {"access_token": "access-3"}},
      "broken": {"token": {"access_token": 5}},
      "odd-time": {"token": {"access_token": "access-4", "refresh_token": "refresh-4", "expiry": "soon"}},
      "plain": {"api_url": "http://api.example", "token": {"access_token": "access-5"}},
      "empty": {}
    }
  },
  "notifications": {"feature_announcements": false},
  "access_handler_announced": true
}`

func readLegacy(t *testing.T) *Legacy {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.json")
	writeFile(t, path, legacyJSON)
	found, err := ReadLegacy(path)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestReadLegacy(t *testing.T) {
	found := readLegacy(t)
	byOldName := map[string]LegacyLogin{}
	for _, login := range found.Logins {
		byOldName[login.OldName] = login
	}
	first := byOldName["default"]
	wantToken := Token{Access: "access-1", Refresh: "refresh-1", Kind: OAuth, Expiry: first.Token.Expiry}
	if first.Token != wantToken || first.Token.Expiry.UTC().Format(time.RFC3339) != "2025-01-02T02:04:05Z" {
		t.Errorf("default: another token, with the expiry %v", first.Token.Expiry)
	}
	wantProfile := Profile{
		Name: "default", APIURL: "https://api.apono.io", AppURL: "https://app.apono.io", PortalURL: "https://portal.apono.io", ClientID: "id-1",
		AccountID: "acc", AccountName: "Acme", UserID: "u", UserName: "Ada", UserEmail: "ada@acme.example",
	}
	if !reflect.DeepEqual(first.Profile, wantProfile) {
		t.Errorf("default: %+v", first.Profile)
	}
	work := byOldName["my work"]
	if work.Profile.Name != "my-work" || work.Token.Kind != Personal || work.Token.Access != "personal-2" ||
		work.Profile.APIURL != "https://api.eu.example" || work.Profile.AppURL != DefaultAppURL || work.Profile.ClientID != DefaultClientID {
		t.Errorf("my work: %+v", work)
	}
	if got := byOldName["sandbox"].Profile.Name; got != "sandbox-imported" {
		t.Errorf("sandbox: the name is %q", got)
	}
	if odd := byOldName["odd-time"]; odd.Token.usable(time.Now()) || odd.Token.Refresh != "refresh-4" {
		t.Errorf("odd-time: %+v", odd)
	}
	if !reflect.DeepEqual(found.Unreadable, []string{"broken", "empty", "plain"}) {
		t.Errorf("unreadable: %v", found.Unreadable)
	}
	if found.Current != "my-work" || found.FeatureAnnouncements == nil || *found.FeatureAnnouncements {
		t.Errorf("current is %q, announcements %v", found.Current, found.FeatureAnnouncements)
	}
}

func TestReadLegacyWithoutProfiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	if found, err := ReadLegacy(path); found != nil || err != nil {
		t.Errorf("no file: %v, %v", found, err)
	}
	for text, wantErr := range map[string]bool{"{}": false, `{"auth":{"profiles":{}}}`: false, "{": true, `{"auth":5}`: true} {
		writeFile(t, path, text)
		if found, err := ReadLegacy(path); found != nil || (err != nil) != wantErr {
			t.Errorf("%s: %v, %v", text, found, err)
		}
	}
}

func TestLegacyPath(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("XDG_CONFIG_HOME has no effect on this system")
	}
	t.Setenv("XDG_CONFIG_HOME", "/somewhere")
	if got, err := LegacyPath(); got != "/somewhere/apono-cli/config.json" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestValidName(t *testing.T) {
	taken := map[string]bool{}
	for _, test := range [][2]string{
		{"a b", "a-b"}, {"a/b", "a-b-2"}, {"a-b", "a-b-3"}, {"", "imported"}, {"!!", "imported-2"}, {"-x", "x"}, {strings.Repeat("y", 80), strings.Repeat("y", 60)},
	} {
		got := validName(test[0], taken)
		taken[got] = true
		if got != test[1] || CheckName(got) != nil {
			t.Errorf("%q: %q", test[0], got)
		}
	}
}

func TestImport(t *testing.T) {
	found := readLegacy(t)
	before := readFile(t, found.Path)
	logins := testLogins(t)
	results, err := logins.Import(t.Context(), found, secrets.PlaceKeyring)
	if err != nil || len(results) != len(found.Logins) {
		t.Fatalf("%v, %+v", err, results)
	}
	c := load(t, logins.Store)
	if !reflect.DeepEqual(c.Names(), []string{"default", "my-work", "odd-time", "sandbox-imported"}) || c.Current != "my-work" {
		t.Errorf("the profiles are %v, current is %q", c.Names(), c.Current)
	}
	if !c.LegacyOffered || c.FeatureAnnouncements() {
		t.Errorf("offered %v, announcements %v", c.LegacyOffered, c.FeatureAnnouncements())
	}
	for _, login := range found.Logins {
		got, err := getToken(t.Context(), logins.Vault, login.Profile.Name, secrets.PlaceKeyring)
		if err != nil || got.Access != login.Token.Access || got.Refresh != login.Token.Refresh {
			t.Errorf("%s: another token, %v", login.OldName, err)
		}
	}
	if readFile(t, found.Path) != before {
		t.Error("the official tool's file has changed")
	}
	checkNoSecrets(t, filepath.Dir(logins.Store.Path()), "access-1", "refresh-1", "personal-2")
	if strings.Contains(fmt.Sprintf("%+v", results), "access-1") {
		t.Error("the results print a token")
	}
}

// checkNoSecrets fails the test if a file below dir contains one of texts.
func checkNoSecrets(t *testing.T, dir string, texts ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text := readFile(t, path)
		for _, secret := range texts {
			if strings.Contains(text, secret) {
				t.Errorf("%s contains a secret", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestImportReplacesNothing(t *testing.T) {
	found := readLegacy(t)
	logins := testLogins(t)
	own := newProfile("default")
	own.UserName = "Bob"
	if _, err := logins.Save(t.Context(), own, Token{Access: "own", Kind: OAuth}, secrets.PlaceKeyring); err != nil {
		t.Fatal(err)
	}
	on := true
	if err := logins.Store.Update(t.Context(), func(c *Config) error { c.Notifications.FeatureAnnouncements = &on; return nil }); err != nil {
		t.Fatal(err)
	}
	results, err := logins.Import(t.Context(), found, secrets.PlaceKeyring)
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, logins.Store)
	if c.Current != "default" || c.Profiles["default"].UserName != "Bob" || !c.FeatureAnnouncements() {
		t.Errorf("current is %q, %+v", c.Current, c.Profiles["default"])
	}
	if got, err := getToken(t.Context(), logins.Vault, "default", secrets.PlaceKeyring); got.Access != "own" || err != nil {
		t.Errorf("the login was replaced, %v", err)
	}
	for _, result := range results {
		if result.Exists != (result.OldName == "default") {
			t.Errorf("%s: exists %v", result.OldName, result.Exists)
		}
	}
}

func TestDeclinedImportIsNotOfferedAgain(t *testing.T) {
	logins := testLogins(t)
	if err := logins.DeclineImport(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := load(t, logins.Store); !c.LegacyOffered || len(c.Profiles) != 0 {
		t.Errorf("got %+v", c)
	}
}
