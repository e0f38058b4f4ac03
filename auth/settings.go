package auth

import (
	"fmt"
	"slices"
	"strings"
)

// SettingFeatureAnnouncements is the key that turns announcements on or off.
const SettingFeatureAnnouncements = "notifications.feature_announcements"

const (
	// SettingAccessible is the key that asks for prompts without redrawn lines.
	SettingAccessible = "accessible"
	// SettingPromptHints is the key that leaves hints out of those prompts.
	SettingPromptHints = "accessible.hints"
	// SettingReplayNotice is the key that prints the command that repeats a request.
	SettingReplayNotice = "notices.replay"
	// SettingCatalog is the key that keeps what can be requested between commands.
	SettingCatalog = "catalog.keep"
	// SettingDesktopNotifications is the key that rings when a followed request changes.
	SettingDesktopNotifications = "notifications.desktop"
)

// Setting is one of the user's settings, as in `config get` and `config set`.
type Setting struct {
	// Key is stable: scripts and config.json contain it.
	Key string
	// Meaning is one line of help, without a period.
	Meaning string
	// Default is the value if the user has not set any.
	Default string
	// Accepted lists the possible values; nil means any text.
	Accepted []string

	// get returns the stored value, or an empty string. set stores one. They are
	// nil for a setting that is stored in Config.Settings.
	get func(*Config) string
	set func(*Config, string)
}

// Settings returns every setting, in the order in which they are listed. This is
// the only place to change when adding one: a row without get and set is stored
// in Config.Settings.
func Settings() []Setting {
	return []Setting{
		{Key: SettingAccessible, Meaning: "Ask with plain lines, for screen readers", Default: "false", Accepted: trueOrFalse()},
		{Key: SettingPromptHints, Meaning: "Say in these lines what can be typed", Default: "true", Accepted: trueOrFalse()},
		{Key: SettingReplayNotice, Meaning: "Print the command that makes a request again", Default: "true", Accepted: trueOrFalse()},
		{Key: SettingCatalog, Meaning: "Keep lists of what can be requested, to show them at once", Default: "true", Accepted: trueOrFalse()},
		{Key: SettingDesktopNotifications, Meaning: "Ring, and show a desktop notification, when a request that you follow changes", Default: "true", Accepted: trueOrFalse()},
		{
			Key:      SettingFeatureAnnouncements,
			Meaning:  "Show announcements of new features",
			Default:  "true",
			Accepted: trueOrFalse(),
			get:      func(c *Config) string { return fmt.Sprint(c.FeatureAnnouncements()) },
			set: func(c *Config, value string) {
				on := value == "true"
				c.Notifications.FeatureAnnouncements = &on
			},
		},
	}
}

func trueOrFalse() []string { return []string{"true", "false"} }

// Get returns the value of the setting key, or its default if the user has not
// set it. The error is a *SettingError.
func (c *Config) Get(key string) (string, error) {
	s, err := findSetting(key)
	if err != nil {
		return "", err
	}
	return s.value(c), nil
}

// Set changes the setting key. The case of value and spaces around it are
// ignored if the setting has a list of accepted values. The error is a
// *SettingError.
func (c *Config) Set(key, value string) error {
	s, err := findSetting(key)
	if err != nil {
		return err
	}
	return s.store(c, value)
}

// value returns the stored value. A value that is not accepted, such as one of a
// newer version of this program, counts as not set.
func (s Setting) value(c *Config) string {
	value := c.Settings[s.Key]
	if s.get != nil {
		value = s.get(c)
	}
	if accepted, ok := s.accept(value); ok {
		return accepted
	}
	return s.Default
}

func (s Setting) store(c *Config, value string) error {
	accepted, ok := s.accept(value)
	switch {
	case !ok:
		return &SettingError{Key: s.Key, Value: value, Accepted: s.Accepted}
	case s.set != nil:
		s.set(c, accepted)
	default:
		if c.Settings == nil {
			c.Settings = map[string]string{}
		}
		c.Settings[s.Key] = accepted
	}
	return nil
}

// accept returns the accepted spelling of value, and reports whether there is
// one.
func (s Setting) accept(value string) (string, bool) {
	if s.Accepted == nil {
		return value, value != ""
	}
	i := slices.IndexFunc(s.Accepted, func(accepted string) bool {
		return strings.EqualFold(accepted, strings.TrimSpace(value))
	})
	if i < 0 {
		return "", false
	}
	return s.Accepted[i], true
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

// SettingError is an unknown setting, or a value that a setting does not accept.
type SettingError struct {
	Key, Value string
	// Known lists every key; nil if Key exists.
	Known []string
	// Accepted lists the values that the setting accepts; nil if Key does not
	// exist or the setting accepts any text but an empty one.
	Accepted []string
}

// Error names what is wrong and what is available instead.
func (e *SettingError) Error() string {
	switch {
	case e.Known != nil:
		return fmt.Sprintf("unknown setting %q (available: %s)", e.Key, strings.Join(e.Known, ", "))
	case e.Accepted == nil:
		return fmt.Sprintf("invalid value for %s: must not be empty", e.Key)
	default:
		return fmt.Sprintf("invalid value %q for %s: must be %s", e.Value, e.Key, strings.Join(e.Accepted, " or "))
	}
}
