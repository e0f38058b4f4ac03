package auth

import (
	"fmt"
	"strings"
)

// SettingFeatureAnnouncements turns the service's announcements on and off.
const SettingFeatureAnnouncements = "notifications.feature_announcements"

// Setting is one choice of a person's that `config get` and `config set` reach.
type Setting struct {
	Key string
	// Meaning says what the setting does.
	Meaning string
	// Default is the value if none is set.
	Default string
	// Accepted are the values that can be set.
	Accepted []string

	get func(*Config) string
	set func(*Config, string)
}

// Settings returns every setting, in the order in which they are listed.
func Settings() []Setting {
	return []Setting{{
		Key:      SettingFeatureAnnouncements,
		Meaning:  "Whether to show announcements of new features",
		Default:  "true",
		Accepted: []string{"true", "false"},
		get:      func(c *Config) string { return fmt.Sprint(c.FeatureAnnouncements()) },
		set: func(c *Config, value string) {
			on := value == "true"
			c.Notifications.FeatureAnnouncements = &on
		},
	}}
}

// Get returns the value of the setting called key, its default where nobody
// chose. The error is a *SettingError.
func (c *Config) Get(key string) (string, error) {
	s, err := findSetting(key)
	if err != nil {
		return "", err
	}
	return s.get(c), nil
}

// Set changes the setting called key; a case-blind match of an accepted value
// will do. The error is a *SettingError.
func (c *Config) Set(key, value string) error {
	s, err := findSetting(key)
	if err != nil {
		return err
	}
	for _, accepted := range s.Accepted {
		if strings.EqualFold(accepted, strings.TrimSpace(value)) {
			s.set(c, accepted)
			return nil
		}
	}
	return &SettingError{Key: key, Value: value, Accepted: s.Accepted}
}

func findSetting(key string) (Setting, error) {
	e := &SettingError{Key: key}
	for _, s := range Settings() {
		if s.Key == key {
			return s, nil
		}
		e.Known = append(e.Known, s.Key)
	}
	return Setting{}, e
}

// SettingError is a setting that does not exist, or a value it does not take.
type SettingError struct {
	Key, Value string
	// Known are the keys there are; nil when the key is right.
	Known []string
	// Accepted are the values the key takes; nil when the key is wrong.
	Accepted []string
}

// Error names what would have been right.
func (e *SettingError) Error() string {
	if e.Accepted == nil {
		return fmt.Sprintf("no setting is called %q: there is %s", e.Key, strings.Join(e.Known, ", "))
	}
	return fmt.Sprintf("%s cannot be %q: it takes %s", e.Key, e.Value, strings.Join(e.Accepted, " or "))
}
