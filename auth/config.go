package auth

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ConfigVersion is the form of config.json that this program writes. A file
// with a higher number is used as far as it can be read, and keeps its number.
const ConfigVersion = 1

// Config is what config.json holds. It holds no secrets.
type Config struct {
	Version int `json:"version"`
	// Current is the profile to use where nothing else names one; may be empty,
	// and may name a profile that is logged out.
	Current string `json:"current_profile,omitempty"`
	// Profiles is by name and never nil after loading.
	Profiles      map[string]Profile `json:"profiles"`
	Notifications Notifications      `json:"notifications,omitzero"`
	// Aliases is by name what each stands for: a command line without this
	// program's name, in POSIX quotes. May be nil.
	Aliases map[string]string `json:"aliases,omitempty"`
	// LegacyOffered says that the official tool's profiles were offered for
	// import, so that it is not asked at each start.
	LegacyOffered bool `json:"legacy_import_offered,omitempty"`

	unknown unknownFields
}

// Notifications is what the service may announce.
type Notifications struct {
	// FeatureAnnouncements is nil where the person never chose.
	FeatureAnnouncements *bool `json:"feature_announcements,omitempty"`

	unknown unknownFields
}

// IsZero lets an empty Notifications stay out of the file.
func (n Notifications) IsZero() bool {
	return n.FeatureAnnouncements == nil && len(n.unknown) == 0
}

func emptyConfig() *Config {
	return &Config{Version: ConfigVersion, Profiles: map[string]Profile{}}
}

// Names returns the profiles' names, sorted; without the sandbox.
func (c *Config) Names() []string { return slices.Sorted(maps.Keys(c.Profiles)) }

// Profile returns a stored profile; the error is an *UnknownProfileError.
func (c *Config) Profile(name string) (Profile, error) {
	p, ok := c.Profiles[name]
	if !ok {
		return Profile{}, &UnknownProfileError{Name: name, Known: c.Names()}
	}
	p.Name = name
	return p, nil
}

// ForLogin returns the profile that a login as name starts from: the stored one
// or that of the public service, with the URLs and the client ID that overrides
// sets. The error says what is wrong with the name or the URLs.
func (c *Config) ForLogin(name string, overrides Profile) (Profile, error) {
	p, known := c.Profiles[name]
	if !known {
		p = newProfile(name)
	}
	p.Name = name
	p = p.over(overrides)
	return p, p.Check()
}

// FeatureAnnouncements says whether announcements are shown: yes, unless the
// person said no.
func (c *Config) FeatureAnnouncements() bool {
	chosen := c.Notifications.FeatureAnnouncements
	return chosen == nil || *chosen
}

// UnknownProfileError is a profile that nobody made.
type UnknownProfileError struct {
	Name string
	// Known are the names there are, sorted, without the sandbox.
	Known []string
}

// Error names the profile and those there are.
func (e *UnknownProfileError) Error() string {
	known := "there is none yet"
	if len(e.Known) > 0 {
		known = "there are " + strings.Join(e.Known, ", ")
	}
	return fmt.Sprintf("no profile is called %q: %s, and the built-in %s", e.Name, known, SandboxProfile)
}

type (
	plainConfig        Config
	plainNotifications Notifications
)

// UnmarshalJSON reads the configuration and keeps the fields it does not know.
func (c *Config) UnmarshalJSON(data []byte) error {
	unknown, err := decodeKeeping(data, (*plainConfig)(c))
	c.unknown = unknown
	return err
}

// MarshalJSON writes the configuration with the fields it did not know.
func (c Config) MarshalJSON() ([]byte, error) {
	return encodeKeeping(plainConfig(c), c.unknown)
}

// UnmarshalJSON reads the choices and keeps those it does not know.
func (n *Notifications) UnmarshalJSON(data []byte) error {
	unknown, err := decodeKeeping(data, (*plainNotifications)(n))
	n.unknown = unknown
	return err
}

// MarshalJSON writes the choices with those it did not know.
func (n Notifications) MarshalJSON() ([]byte, error) {
	return encodeKeeping(plainNotifications(n), n.unknown)
}

// decodeConfig reads the file's text. The version is returned also where the
// rest cannot be read, 0 where not even that can.
func decodeConfig(data []byte) (*Config, int, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, head.Version, err
	}
	c := emptyConfig()
	if err := json.Unmarshal(data, c); err != nil {
		return nil, head.Version, err
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
