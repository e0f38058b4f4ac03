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
)

// legacyText has every field that the official tool writes.
const legacyText = `{
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

func legacy(t *testing.T) *Legacy {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.json")
	writeFile(t, path, legacyText)
	found, err := ReadLegacy(path)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestReadLegacy(t *testing.T) {
	found := legacy(t)
	byOld := map[string]LegacyLogin{}
	for _, login := range found.Logins {
		byOld[login.OldName] = login
	}
	first := byOld["default"]
	wantToken := Token{Access: "access-1", Refresh: "refresh-1", Kind: OAuth, Expiry: first.Token.Expiry}
	if first.Token != wantToken || first.Token.Expiry.UTC().Format(time.RFC3339) != "2025-01-02T02:04:05Z" {
		t.Errorf("default: another token, until %v", first.Token.Expiry)
	}
	wantProfile := Profile{
		Name: "default", APIURL: "https://api.apono.io", AppURL: "https://app.apono.io", PortalURL: "https://portal.apono.io", ClientID: "id-1",
		AccountID: "acc", AccountName: "Acme", UserID: "u", UserName: "Ada", UserEmail: "ada@acme.example",
	}
	if !reflect.DeepEqual(first.Profile, wantProfile) {
		t.Errorf("default: %+v", first.Profile)
	}
	work := byOld["my work"]
	if work.Profile.Name != "my-work" || work.Token.Kind != Personal || work.Token.Access != "personal-2" ||
		work.Profile.APIURL != "https://api.eu.example" || work.Profile.AppURL != DefaultAppURL || work.Profile.ClientID != DefaultClientID {
		t.Errorf("my work: %+v", work)
	}
	if got := byOld["sandbox"].Profile.Name; got != "sandbox-imported" {
		t.Errorf("the profile that was called sandbox is %q", got)
	}
	if odd := byOld["odd-time"]; odd.Token.usable(time.Now()) || odd.Token.Refresh != "refresh-4" {
		t.Errorf("a token whose end cannot be read is taken for good: %+v", odd)
	}
	if !reflect.DeepEqual(found.Unreadable, []string{"broken", "empty", "plain"}) {
		t.Errorf("unreadable: %v", found.Unreadable)
	}
	if found.Current != "my-work" || found.FeatureAnnouncements == nil || *found.FeatureAnnouncements {
		t.Errorf("current is %q, announcements %v", found.Current, found.FeatureAnnouncements)
	}
}

func TestReadLegacyThatIsNotThere(t *testing.T) {
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
		t.Skip("the variable is Linux's")
	}
	t.Setenv("XDG_CONFIG_HOME", "/somewhere")
	if got, err := LegacyPath(); got != "/somewhere/apono-cli/config.json" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUsableNames(t *testing.T) {
	taken := map[string]bool{}
	for _, test := range [][2]string{
		{"a b", "a-b"}, {"a/b", "a-b-2"}, {"a-b", "a-b-3"}, {"", "imported"}, {"!!", "imported-2"}, {"-x", "x"}, {strings.Repeat("y", 80), strings.Repeat("y", 60)},
	} {
		got := usableName(test[0], taken)
		taken[got] = true
		if got != test[1] || CheckName(got) != nil {
			t.Errorf("%q becomes %q", test[0], got)
		}
	}
}

func TestImport(t *testing.T) {
	found := legacy(t)
	before := readFile(t, found.Path)
	logins := testLogins(t)
	report, err := logins.Import(t.Context(), found, PlaceKeyring)
	if err != nil || len(report) != len(found.Logins) {
		t.Fatalf("%v, %+v", err, report)
	}
	c := load(t, logins.Store)
	if !reflect.DeepEqual(c.Names(), []string{"default", "my-work", "odd-time", "sandbox-imported"}) || c.Current != "my-work" {
		t.Errorf("there are %v, current is %q", c.Names(), c.Current)
	}
	if !c.LegacyOffered || c.FeatureAnnouncements() {
		t.Errorf("offered %v, announcements %v", c.LegacyOffered, c.FeatureAnnouncements())
	}
	for _, login := range found.Logins {
		got, err := logins.Vault.Get(t.Context(), login.Profile.Name, PlaceKeyring)
		if err != nil || got.Access != login.Token.Access || got.Refresh != login.Token.Refresh {
			t.Errorf("%s: another token, %v", login.OldName, err)
		}
	}
	if readFile(t, found.Path) != before {
		t.Error("the official tool's file was changed")
	}
	mustHoldNone(t, filepath.Dir(logins.Store.Path()), "access-1", "refresh-1", "personal-2")
	if strings.Contains(fmt.Sprintf("%+v", report), "access-1") {
		t.Error("the report shows a token")
	}
}

// mustHoldNone looks for secrets in every file below dir.
func mustHoldNone(t *testing.T, dir string, secrets ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text := readFile(t, path)
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds a secret", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestImportWritesNothingOver(t *testing.T) {
	found := legacy(t)
	logins := testLogins(t)
	own := newProfile("default")
	own.UserName = "Bob"
	if _, err := logins.Save(t.Context(), own, Token{Access: "own", Kind: OAuth}, PlaceKeyring); err != nil {
		t.Fatal(err)
	}
	on := true
	if err := logins.Store.Update(t.Context(), func(c *Config) error { c.Notifications.FeatureAnnouncements = &on; return nil }); err != nil {
		t.Fatal(err)
	}
	report, err := logins.Import(t.Context(), found, PlaceKeyring)
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, logins.Store)
	if c.Current != "default" || c.Profiles["default"].UserName != "Bob" || !c.FeatureAnnouncements() {
		t.Errorf("current is %q, %+v", c.Current, c.Profiles["default"])
	}
	if got, err := logins.Vault.Get(t.Context(), "default", PlaceKeyring); got.Access != "own" || err != nil {
		t.Errorf("the login was written over, %v", err)
	}
	for _, done := range report {
		if done.Exists != (done.OldName == "default") {
			t.Errorf("%s: exists %v", done.OldName, done.Exists)
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
