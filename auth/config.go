package auth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ConfigVersion is the version of config.json that this program writes. A file
// with a higher version is used if it can be decoded, and keeps its version.
const ConfigVersion = 1

// Config is the content of config.json. It contains no secrets.
type Config struct {
	Version int `json:"version"`
	// Current is the profile that is used if no other is selected. It may be
	// empty, and may name a profile that is logged out.
	Current string `json:"current_profile,omitempty"`
	// Profiles maps names to profiles. It is never nil after loading.
	Profiles      map[string]Profile `json:"profiles"`
	Notifications Notifications      `json:"notifications,omitzero"`
	// Settings maps keys to the values that the user set. Settings with a field
	// of their own, such as Notifications, are not in it. It may be nil; use Get
	// and Set.
	Settings map[string]string `json:"settings,omitempty"`
	// Aliases maps names to command lines without the program's name, quoted for
	// a POSIX shell. It may be nil.
	Aliases map[string]string `json:"aliases,omitempty"`
	// LegacyOffered means that the user was asked whether to import the official
	// tool's profiles. It is asked once.
	LegacyOffered bool `json:"legacy_import_offered,omitempty"`
	// ShadowedAliases are the aliases for which the user was told that a command has
	// the same name. Each is told once.
	ShadowedAliases []string `json:"shadowed_aliases,omitempty"`

	unknown unknownFields
	damaged damagedParts
}

// Damaged returns the parts of the file that cannot be decoded, such as
// "aliases.oncall", sorted. They are ignored, and stay in the file until they are set
// anew.
func (c *Config) Damaged() []string { return slices.Sorted(maps.Keys(c.damaged)) }

// Notifications is which messages of the service are shown.
type Notifications struct {
	// FeatureAnnouncements is nil if the user has not set it.
	FeatureAnnouncements *bool `json:"feature_announcements,omitempty"`

	unknown unknownFields
}

// IsZero reports whether there is nothing to write to the file.
func (n Notifications) IsZero() bool {
	return n.FeatureAnnouncements == nil && len(n.unknown) == 0
}

func emptyConfig() *Config {
	return &Config{Version: ConfigVersion, Profiles: map[string]Profile{}}
}

// Names returns the names of the stored profiles, sorted. The sandbox is not one
// of them.
func (c *Config) Names() []string { return slices.Sorted(maps.Keys(c.Profiles)) }

// Profile returns a stored profile. The error is an *UnknownProfileError.
func (c *Config) Profile(name string) (Profile, error) {
	p, ok := c.Profiles[name]
	if !ok {
		return Profile{}, &UnknownProfileError{Name: name, Known: c.Names()}
	}
	p.Name = name
	return p, nil
}

// ForLogin returns the profile to log in to: the stored one called name, or a
// new one for the public service, with the URLs and the client ID that are set
// in overrides, which come from flags. The error is that of Profile.Check.
func (c *Config) ForLogin(name string, overrides Profile) (Profile, error) {
	p, ok := c.Profiles[name]
	if !ok {
		p = newProfile(name)
	}
	p.Name = name
	if err := overrides.checkFlags(); err != nil {
		return p, err
	}
	p = p.withOverrides(overrides)
	return p, p.Check()
}

// FeatureAnnouncements reports whether announcements are shown. The default is
// true.
func (c *Config) FeatureAnnouncements() bool {
	value := c.Notifications.FeatureAnnouncements
	return value == nil || *value
}

// UnknownProfileError means that there is no profile of that name.
type UnknownProfileError struct {
	Name string
	// Known lists the stored profiles, sorted, without those that are built in.
	Known []string
}

// Error names the missing profile and the existing ones.
func (e *UnknownProfileError) Error() string {
	available := append(slices.Clone(e.Known), BuiltInProfiles()...)
	return fmt.Sprintf("no profile named %q (available: %s)", e.Name, strings.Join(available, ", "))
}

// These types have no methods, so that encoding/json uses their fields.
type (
	plainConfig        Config
	plainNotifications Notifications
)

// UnmarshalJSON decodes the configuration and preserves unknown fields. It fails only if
// data is not an object; parts that cannot be decoded are Damaged.
func (c *Config) UnmarshalJSON(data []byte) error {
	var parts unknownFields
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	c.damaged = damagedParts{}
	decodePart(c.damaged, parts, "version", &c.Version)
	decodePart(c.damaged, parts, "current_profile", &c.Current)
	decodeEntries(c.damaged, parts, "profiles", &c.Profiles)
	decodePart(c.damaged, parts, "notifications", &c.Notifications)
	decodeEntries(c.damaged, parts, "settings", &c.Settings)
	decodeEntries(c.damaged, parts, "aliases", &c.Aliases)
	decodePart(c.damaged, parts, "legacy_import_offered", &c.LegacyOffered)
	decodePart(c.damaged, parts, "shadowed_aliases", &c.ShadowedAliases)
	c.unknown = parts
	return nil
}

// MarshalJSON encodes the configuration together with its unknown fields and its damaged
// parts.
func (c Config) MarshalJSON() ([]byte, error) {
	data, err := encodePreserving(plainConfig(c), c.unknown)
	if err != nil || len(c.damaged) == 0 {
		return data, err
	}
	return c.damaged.restore(data)
}

// UnmarshalJSON decodes the notifications and preserves unknown fields.
func (n *Notifications) UnmarshalJSON(data []byte) error {
	unknown, err := decodePreserving(data, (*plainNotifications)(n))
	n.unknown = unknown
	return err
}

// MarshalJSON encodes the notifications together with their unknown fields.
func (n Notifications) MarshalJSON() ([]byte, error) {
	return encodePreserving(plainNotifications(n), n.unknown)
}

// byteOrderMark is what some editors of Windows put at the start of a file.
const byteOrderMark = "\ufeff"

// decodeConfig decodes the file. It returns the file's version even if the rest
// cannot be decoded, and 0 if the version cannot be decoded either.
func decodeConfig(data []byte) (*Config, int, error) {
	var head struct {
		Version int `json:"version"`
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	_ = json.Unmarshal(data, &head) // the next call reports the error
	c := emptyConfig()
	if err := json.Unmarshal(data, c); err != nil {
		return nil, head.Version, err
	}
	if damaged := c.Damaged(); len(damaged) > 0 && head.Version > ConfigVersion {
		return nil, head.Version, fmt.Errorf("unknown form of %s", strings.Join(damaged, ", "))
	}
	c.Version = max(c.Version, ConfigVersion)
	if c.Profiles == nil {
		c.Profiles = map[string]Profile{}
	}
	for name, p := range c.Profiles {
		p.Name = name
		c.Profiles[name] = p
	}
	return c, head.Version, nil
}

func encodeConfig(c *Config) ([]byte, error) {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the configuration: %w", err)
	}
	return append(data, '\n'), nil
}
