package auth

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

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
	var invalid *SettingError
	if err := c.Set(SettingFeatureAnnouncements, "maybe"); !errors.As(err, &invalid) || !reflect.DeepEqual(invalid.Accepted, []string{"true", "false"}) || invalid.Known != nil {
		t.Errorf("maybe: %v", err)
	}
	if err := c.Set("color", "red"); !errors.As(err, &invalid) || !slices.Contains(invalid.Known, SettingFeatureAnnouncements) {
		t.Errorf("color: %v", err)
	}
	if _, err := c.Get("color"); !errors.As(err, &invalid) {
		t.Errorf("color: %v", err)
	}
}

func TestEverySettingIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Settings() {
		if seen[s.Key] || s.Key == "" || s.Meaning == "" || strings.HasSuffix(s.Meaning, ".") || strings.Contains(s.Meaning, "\n") {
			t.Errorf("%+v", s)
		}
		seen[s.Key] = true
		if s.Accepted != nil && !slices.Contains(s.Accepted, s.Default) {
			t.Errorf("%s: the default %q is not accepted", s.Key, s.Default)
		}
		if (s.get == nil) != (s.set == nil) {
			t.Errorf("%s has only one of get and set", s.Key)
		}
		c := emptyConfig()
		if got, err := c.Get(s.Key); got != s.Default || err != nil {
			t.Errorf("%s is %q at first, %v", s.Key, got, err)
		}
		for _, value := range s.Accepted {
			if err := c.Set(s.Key, value); err != nil {
				t.Errorf("%s: %v", s.Key, err)
			}
			if got, err := c.Get(s.Key); got != value || err != nil {
				t.Errorf("%s is %q after it was set to %q, %v", s.Key, got, value, err)
			}
		}
	}
}

func TestSettingWithoutAFieldIsStoredInSettings(t *testing.T) {
	color := Setting{Key: "test.color", Default: "auto", Accepted: []string{"auto", "always", "never"}}
	text := Setting{Key: "test.editor", Default: "vi"}
	c := emptyConfig()
	for _, step := range []struct {
		setting     Setting
		value, want string
		fails       bool
	}{
		{color, "Never", "never", false},
		{color, "sometimes", "never", true},
		{text, "code -w", "code -w", false},
		{text, "", "code -w", true},
	} {
		err := step.setting.store(c, step.value)
		if got := step.setting.value(c); got != step.want || (err != nil) != step.fails {
			t.Errorf("%s %q: %q, %v", step.setting.Key, step.value, got, err)
		}
	}
	data, err := encodeConfig(c)
	if err != nil {
		t.Fatal(err)
	}
	decoded := emptyConfig()
	if err := json.Unmarshal(data, decoded); err != nil || color.value(decoded) != "never" || text.value(decoded) != "code -w" {
		t.Errorf("decoded %+v, %v", decoded, err)
	}
	c.Settings[color.Key] = "rainbow" // as a newer version might write
	if got := color.value(c); got != "auto" {
		t.Errorf("a stored value that is not accepted: %q", got)
	}
}
