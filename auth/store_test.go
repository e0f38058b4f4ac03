package auth

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"apono/auth/atomicfile"
	"apono/auth/secrets"
)

func setCurrent(name string) func(*Config) error {
	return func(c *Config) error { c.Current = name; return nil }
}

func TestStoreRoundTrip(t *testing.T) {
	s := NewStore(filepath.Join(t.TempDir(), "new", "folder"))
	if c := load(t, s); len(c.Profiles) != 0 || c.Profiles == nil || c.Current != "" {
		t.Fatalf("without a file: %+v", c)
	}
	p := newProfile("work")
	p.UserName, p.Secret, p.Kind, p.Expiry = "Ada", secrets.PlaceKeyring, OAuth, time.Unix(1_800_000_000, 0).UTC()
	off := false
	err := s.Update(t.Context(), func(c *Config) error {
		c.Current, c.Profiles["work"], c.Notifications.FeatureAnnouncements = "work", p, &off
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, NewStore(filepath.Dir(s.Path())))
	got, err := c.Profile("work")
	if err != nil {
		t.Fatal(err)
	}
	got.unknown = nil
	if !reflect.DeepEqual(got, p) || c.Current != "work" || c.FeatureAnnouncements() {
		t.Errorf("got %+v from %+v", got, c)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]os.FileMode{s.Path(): 0o600, filepath.Dir(s.Path()): 0o700, s.Path() + ".lock": 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestStoreMakesAReadableFilePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no mode bits")
	}
	s := NewStore(t.TempDir())
	writeFile(t, s.Path(), `{}`)
	if err := os.Chmod(s.Path(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), setCurrent("x")); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(s.Path()); info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
}

func TestStorePreservesUnknownFields(t *testing.T) {
	s := NewStore(t.TempDir())
	writeFile(t, s.Path(), `{"version":7,"new":{"a":[1,2]},"current_profile":"work",
		"profiles":{"work":{"api_url":"https://api.apono.io","color":"red","deep":{"x":1.50}},"other":{"odd":true}},
		"notifications":{"feature_announcements":true,"sounds":"loud"}}`)
	if err := s.Update(t.Context(), func(c *Config) error {
		p := c.Profiles["work"]
		p.UserName = "Ada"
		c.Profiles["work"] = p
		return c.Set(SettingFeatureAnnouncements, "false")
	}); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(readFile(t, s.Path())), &got); err != nil {
		t.Fatal(err)
	}
	profiles := got["profiles"].(map[string]any)
	work := profiles["work"].(map[string]any)
	notifications := got["notifications"].(map[string]any)
	for what, ok := range map[string]bool{
		"version":             got["version"] == 7.0,
		"top-level field":     reflect.DeepEqual(got["new"], map[string]any{"a": []any{1.0, 2.0}}),
		"profile field":       work["color"] == "red" && reflect.DeepEqual(work["deep"], map[string]any{"x": 1.5}),
		"changed fields":      work["user_name"] == "Ada" && notifications["feature_announcements"] == false,
		"unchanged profile":   profiles["other"].(map[string]any)["odd"] == true,
		"notifications field": notifications["sounds"] == "loud",
	} {
		if !ok {
			t.Errorf("%s: %v", what, got)
		}
	}
}

func TestStoreMovesADamagedFileAside(t *testing.T) {
	for name, text := range map[string]string{
		"not JSON":      `{"profiles": {`,
		"empty":         ``,
		"zeros":         "\x00\x00\x00",
		"not an object": `[]`,
		"truncated":     `{"version":1,"current_profile":"wo`,
	} {
		t.Run(name, func(t *testing.T) {
			s := NewStore(t.TempDir())
			s.now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
			writeFile(t, s.Path(), text)
			if err := s.Update(t.Context(), setCurrent("x")); err == nil || readFile(t, s.Path()) != text {
				t.Fatalf("Update replaced the file (%v)", err)
			}
			c, err := s.Load(t.Context())
			var damaged *ConfigError
			if !errors.As(err, &damaged) || damaged.Aside != s.Path()+".damaged-20260102-030405" {
				t.Fatalf("Load: %v", err)
			}
			if !strings.Contains(err.Error(), s.Path()) || !strings.Contains(err.Error(), damaged.Aside) {
				t.Errorf("the error does not name the files: %v", err)
			}
			if readFile(t, damaged.Aside) != text {
				t.Error("the moved file has changed")
			}
			if c == nil || len(c.Profiles) != 0 {
				t.Errorf("Load returned %+v", c)
			}
			if err := s.Update(t.Context(), setCurrent("x")); err != nil || load(t, s).Current != "x" {
				t.Errorf("Update after Load: %v", err)
			}
		})
	}
}

// Damage in one part costs that part only. It stays in the file, so that it can be
// repaired, until the part is set anew.
func TestDamageInOnePartCostsThatPart(t *testing.T) {
	const sound = `"current_profile":"work","profiles":{"work":{"api_url":"https://api.apono.io","secret":"keyring"}}`
	for text, damaged := range map[string]string{
		"\ufeff{" + sound + `}`:                                                  "",
		`{"aliases":{"a":5,"b":"requests list"},` + sound + `}`:                  "aliases.a",
		`{"aliases":[],` + sound + `}`:                                           "aliases",
		`{"settings":{"notices.replay":true,"accessible":"true"},` + sound + `}`: "settings.notices.replay",
		`{"notifications":"none",` + sound + `}`:                                 "notifications",
		`{"version":"one",` + sound + `}`:                                        "version",
		`{"legacy_import_offered":"yes",` + sound + `}`:                          "legacy_import_offered",
		`{"current_profile":"work","profiles":{"work":{"api_url":"https://api.apono.io","secret":"keyring"},"bad":{"api_url":5}}}`: "profiles.bad",
	} {
		s := NewStore(t.TempDir())
		writeFile(t, s.Path(), text)
		c := load(t, s)
		if got := strings.Join(c.Damaged(), " "); got != damaged {
			t.Errorf("%s: damaged %q, want %q", text, got, damaged)
		}
		if p, err := c.Profile("work"); err != nil || !p.LoggedIn() || c.Current != "work" {
			t.Errorf("%s: the login is lost: %+v, %v", text, c, err)
		}
		if err := s.Update(t.Context(), func(c *Config) error { c.LegacyOffered = true; return nil }); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		again := load(t, s)
		if _, err := again.Profile("work"); err != nil || !again.LegacyOffered {
			t.Errorf("%s becomes %s", text, readFile(t, s.Path()))
		}
		if got := strings.Join(again.Damaged(), " "); got != damaged && damaged != "version" && damaged != "legacy_import_offered" {
			t.Errorf("%s: %q is gone after a write: %s", text, damaged, readFile(t, s.Path()))
		}
	}
	s := NewStore(t.TempDir())
	writeFile(t, s.Path(), `{"aliases":{"a":5,"b":"requests list"}}`)
	if err := s.Update(t.Context(), func(c *Config) error { c.Aliases["a"] = "access list"; return nil }); err != nil {
		t.Fatal(err)
	}
	if c := load(t, s); len(c.Damaged()) > 0 || c.Aliases["a"] != "access list" || c.Aliases["b"] != "requests list" {
		t.Errorf("set anew: %+v", c)
	}
}

// Every file is written through a symbolic link, also through one to a file that does
// not exist yet, and a damaged file is moved aside without the link.
func TestStoreKeepsALink(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a right on Windows")
	}
	folder := t.TempDir()
	real := filepath.Join(t.TempDir(), "dotfiles.json")
	s := NewStore(folder)
	if err := os.Symlink(real, s.Path()); err != nil {
		t.Fatal(err)
	}
	check := func(when, current string) {
		t.Helper()
		info, err := os.Lstat(s.Path())
		if err != nil || info.Mode().Type() != os.ModeSymlink {
			t.Errorf("%s: the link is gone: %v, %v", when, info, err)
		}
		if c := load(t, s); c.Current != current {
			t.Errorf("%s: current %q, want %q", when, c.Current, current)
		}
	}
	for _, current := range []string{"first", "second"} {
		if err := s.Update(t.Context(), setCurrent(current)); err != nil {
			t.Fatal(err)
		}
		check(current, current)
	}
	writeFile(t, real, "{")
	_, err := s.Load(t.Context())
	var damaged *ConfigError
	if !errors.As(err, &damaged) || filepath.Dir(damaged.Aside) != filepath.Dir(real) || readFile(t, damaged.Aside) != "{" {
		t.Errorf("damaged: %v", err)
	}
	if err := s.Update(t.Context(), setCurrent("third")); err != nil {
		t.Fatal(err)
	}
	check("after damage", "third")
}

func TestStoreMovesTwoDamagedFilesAside(t *testing.T) {
	s := NewStore(t.TempDir())
	s.now = func() time.Time { return time.Unix(0, 0) }
	asides := map[string]string{}
	for _, text := range []string{"first", "second"} {
		writeFile(t, s.Path(), text)
		_, err := s.Load(t.Context())
		var damaged *ConfigError
		if !errors.As(err, &damaged) {
			t.Fatal(err)
		}
		asides[damaged.Aside] = text
	}
	if len(asides) != 2 {
		t.Fatalf("the second file replaced the first: %v", asides)
	}
	for path, text := range asides {
		if readFile(t, path) != text {
			t.Errorf("%s has changed", path)
		}
	}
}

func TestStoreDoesNotMoveANewerFile(t *testing.T) {
	s := NewStore(t.TempDir())
	text := `{"version":2,"profiles":["as a list now"]}`
	writeFile(t, s.Path(), text)
	_, err := s.Load(t.Context())
	var newer *ConfigError
	if !errors.As(err, &newer) || !newer.Newer || newer.Aside != "" || !strings.Contains(err.Error(), s.Path()) {
		t.Fatalf("Load: %v", err)
	}
	if err := s.Update(t.Context(), setCurrent("x")); !errors.As(err, &newer) {
		t.Errorf("Update: %v", err)
	}
	if readFile(t, s.Path()) != text {
		t.Error("the file has changed")
	}
}

func TestStoreLosesNoUpdate(t *testing.T) {
	s := NewStore(t.TempDir())
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() {
			other := NewStore(filepath.Dir(s.Path()))
			err := other.Update(t.Context(), func(c *Config) error { c.Profiles[name] = newProfile(name); return nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := load(t, s).Names(); !reflect.DeepEqual(got, names) {
		t.Errorf("the profiles are %v", got)
	}
}

func TestUpdateWritesNothingIfTheChangeFails(t *testing.T) {
	s := NewStore(t.TempDir())
	failure := errors.New("no")
	err := s.Update(t.Context(), func(c *Config) error { c.Current = "x"; return failure })
	if !errors.Is(err, failure) || exists(s.Path()) {
		t.Errorf("%v; the file exists: %v", err, exists(s.Path()))
	}
}

func TestUpdateStopsWaitingForTheLock(t *testing.T) {
	s := NewStore(t.TempDir())
	unlock, err := atomicfile.Lock(t.Context(), s.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if err := s.Update(newCanceled(t), setCurrent("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("Update: %v", err)
	}
}
