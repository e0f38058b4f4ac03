package auth

import (
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
)

func setCurrent(name string) func(*Config) error {
	return func(c *Config) error { c.Current = name; return nil }
}

func TestStoreKeepsWhatIsWritten(t *testing.T) {
	s := NewStore(filepath.Join(t.TempDir(), "new", "folder"))
	if c := load(t, s); len(c.Profiles) != 0 || c.Profiles == nil || c.Current != "" {
		t.Fatalf("without a file there is %+v", c)
	}
	p := newProfile("work")
	p.UserName, p.Secret, p.Kind, p.Expiry = "Ada", PlaceKeyring, OAuth, time.Unix(1_800_000_000, 0).UTC()
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
		t.Errorf("read %+v of %+v", got, c)
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

func TestStoreMakesAnOpenFilePrivate(t *testing.T) {
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

func TestStoreKeepsUnknownFieldsAtEveryLevel(t *testing.T) {
	s := NewStore(t.TempDir())
	writeFile(t, s.Path(), `{"version":7,"new":{"a":[1,2]},"current_profile":"work",
		"profiles":{"work":{"api_url":"https://api.apono.io","colour":"red","deep":{"x":1.50}},"other":{"odd":true}},
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
		"the version":            got["version"] == 7.0,
		"a field at the top":     reflect.DeepEqual(got["new"], map[string]any{"a": []any{1.0, 2.0}}),
		"a field of a profile":   work["colour"] == "red" && reflect.DeepEqual(work["deep"], map[string]any{"x": 1.5}),
		"what was changed":       work["user_name"] == "Ada" && notifications["feature_announcements"] == false,
		"another profile":        profiles["other"].(map[string]any)["odd"] == true,
		"a field of a subobject": notifications["sounds"] == "loud",
	} {
		if !ok {
			t.Errorf("%s was lost: %v", what, got)
		}
	}
}

func TestStoreSetsADamagedFileAside(t *testing.T) {
	for name, text := range map[string]string{
		"not JSON":       `{"profiles": {`,
		"empty":          ``,
		"another type":   `{"version":1,"profiles":[]}`,
		"zeros":          "\x00\x00\x00",
		"a bad version":  `{"version":"one"}`,
		"a bad profile":  `{"profiles":{"work":{"api_url":5}}}`,
		"not an object":  `[]`,
		"a cut-off file": `{"version":1,"current_profile":"wo`,
	} {
		t.Run(name, func(t *testing.T) {
			s := NewStore(t.TempDir())
			s.now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
			writeFile(t, s.Path(), text)
			if err := s.Update(t.Context(), setCurrent("x")); err == nil || readFile(t, s.Path()) != text {
				t.Fatalf("Update wrote over the file (%v)", err)
			}
			c, err := s.Load(t.Context())
			var damaged *ConfigError
			if !errors.As(err, &damaged) || damaged.Aside != s.Path()+".damaged-20260102-030405" {
				t.Fatalf("Load says %v", err)
			}
			if !strings.Contains(err.Error(), s.Path()) || !strings.Contains(err.Error(), damaged.Aside) {
				t.Errorf("the message names no files: %v", err)
			}
			if readFile(t, damaged.Aside) != text {
				t.Error("the file set aside has another text")
			}
			if c == nil || len(c.Profiles) != 0 {
				t.Errorf("there is %+v to go on with", c)
			}
			if err := s.Update(t.Context(), setCurrent("x")); err != nil || load(t, s).Current != "x" {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestStoreSetsTwoDamagedFilesAside(t *testing.T) {
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
		t.Fatalf("the second file went over the first: %v", asides)
	}
	for path, text := range asides {
		if readFile(t, path) != text {
			t.Errorf("%s holds another text", path)
		}
	}
}

func TestStoreLeavesANewerFileAlone(t *testing.T) {
	s := NewStore(t.TempDir())
	text := `{"version":2,"profiles":["as a list now"]}`
	writeFile(t, s.Path(), text)
	_, err := s.Load(t.Context())
	var newer *ConfigError
	if !errors.As(err, &newer) || !newer.Newer || newer.Aside != "" || !strings.Contains(err.Error(), s.Path()) {
		t.Fatalf("Load says %v", err)
	}
	if err := s.Update(t.Context(), setCurrent("x")); !errors.As(err, &newer) {
		t.Errorf("Update says %v", err)
	}
	if readFile(t, s.Path()) != text {
		t.Error("the file was changed")
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
		t.Errorf("left are %v", got)
	}
}

func TestStoreWritesNothingWhenTheChangeFails(t *testing.T) {
	s := NewStore(t.TempDir())
	failure := errors.New("no")
	err := s.Update(t.Context(), func(c *Config) error { c.Current = "x"; return failure })
	if !errors.Is(err, failure) || exists(s.Path()) {
		t.Errorf("%v; the file is there: %v", err, exists(s.Path()))
	}
}

func TestUpdateStopsWaitingForTheLock(t *testing.T) {
	s := NewStore(t.TempDir())
	unlock, err := atomicfile.Lock(t.Context(), s.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := newCancelled(t)
	defer cancel()
	if err := s.Update(ctx, setCurrent("x")); !errors.Is(err, ctx.Err()) {
		t.Errorf("Update says %v", err)
	}
}

func TestSettings(t *testing.T) {
	c := emptyConfig()
	for _, step := range []struct{ set, want string }{{"", "true"}, {"false", "false"}, {" TRUE ", "true"}} {
		if step.set != "" {
			if err := c.Set(SettingFeatureAnnouncements, step.set); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := c.Get(SettingFeatureAnnouncements); got != step.want || err != nil {
			t.Errorf("after %q: %q, %v", step.set, got, err)
		}
	}
	var wrong *SettingError
	if err := c.Set(SettingFeatureAnnouncements, "maybe"); !errors.As(err, &wrong) || !reflect.DeepEqual(wrong.Accepted, []string{"true", "false"}) {
		t.Errorf("maybe: %v", err)
	}
	if err := c.Set("colour", "red"); !errors.As(err, &wrong) || !reflect.DeepEqual(wrong.Known, []string{SettingFeatureAnnouncements}) {
		t.Errorf("colour: %v", err)
	}
	if _, err := c.Get("colour"); !errors.As(err, &wrong) {
		t.Errorf("colour: %v", err)
	}
}
