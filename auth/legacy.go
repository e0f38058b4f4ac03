package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Legacy is the official tool's configuration: its profiles, whose tokens are
// stored as plain text, and its settings.
type Legacy struct {
	// Path is the file. An import does not remove the tokens from it.
	Path string
	// Current is the Profile.Name of its active profile; may be empty.
	Current string
	// Logins are sorted by name.
	Logins []LegacyLogin
	// FeatureAnnouncements is nil if the user has not set it.
	FeatureAnnouncements *bool
	// Unreadable lists profiles that cannot be decoded or have no token.
	Unreadable []string
}

// LegacyLogin is one of the official tool's profiles.
type LegacyLogin struct {
	// OldName is its name in the official tool. Profile.Name differs if that is
	// not a valid name here.
	OldName string
	Profile Profile
	Token   Token
}

// LegacyPath returns the path of the official tool's configuration.
func LegacyPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the official tool's configuration: %w", err)
	}
	return filepath.Join(dir, "apono-cli", "config.json"), nil
}

// legacyFile is the official tool's file. Profiles are decoded one at a time, so
// that a damaged one does not affect the others.
type legacyFile struct {
	Auth struct {
		Active   string                     `json:"active_profile"`
		Profiles map[string]json.RawMessage `json:"profiles"`
	} `json:"auth"`
	Notifications struct {
		FeatureAnnouncements *bool `json:"feature_announcements"`
	} `json:"notifications"`
}

type legacyProfile struct {
	ClientID    string `json:"client_id"`
	APIURL      string `json:"api_url"`
	AppURL      string `json:"app_url"`
	PortalURL   string `json:"portal_url"`
	AccountID   string `json:"account_id"`
	AccountName string `json:"account_name"`
	UserID      string `json:"user_id"`
	UserName    string `json:"user_name"`
	UserEmail   string `json:"user_email"`
	Personal    string `json:"personal_token"`
	Token       struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		Expiry  string `json:"expiry"`
	} `json:"token"`
}

// ReadLegacy reads the official tool's file at path. It returns nil and no error
// if there is no file, or no profile in it.
func ReadLegacy(path string) (*Legacy, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the official tool's configuration: %w", err)
	}
	var file legacyFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("the official tool's configuration %s is damaged: %w", path, err)
	}
	if len(file.Auth.Profiles) == 0 {
		return nil, nil
	}
	return file.logins(path), nil
}

func (file legacyFile) logins(path string) *Legacy {
	found := &Legacy{Path: path, FeatureAnnouncements: file.Notifications.FeatureAnnouncements}
	taken := map[string]bool{}
	for _, oldName := range slices.Sorted(maps.Keys(file.Auth.Profiles)) {
		login, ok := decodeLegacyProfile(oldName, file.Auth.Profiles[oldName])
		if !ok {
			found.Unreadable = append(found.Unreadable, oldName)
			continue
		}
		login.Profile.Name = validName(oldName, taken)
		taken[login.Profile.Name] = true
		if oldName == file.Auth.Active {
			found.Current = login.Profile.Name
		}
		found.Logins = append(found.Logins, login)
	}
	return found
}

// decodeLegacyProfile decodes one profile. It returns false if the profile cannot
// be decoded or has no token.
func decodeLegacyProfile(oldName string, raw json.RawMessage) (LegacyLogin, bool) {
	var old legacyProfile
	if json.Unmarshal(raw, &old) != nil {
		return LegacyLogin{}, false
	}
	login := LegacyLogin{OldName: oldName}
	login.Profile = newProfile(DefaultProfile).withOverrides(Profile{
		APIURL: old.APIURL, AppURL: old.AppURL, PortalURL: old.PortalURL, ClientID: old.ClientID,
	})
	login.Profile.AccountID, login.Profile.AccountName = old.AccountID, old.AccountName
	login.Profile.UserID, login.Profile.UserName, login.Profile.UserEmail = old.UserID, old.UserName, old.UserEmail
	if old.Personal != "" {
		token, err := PersonalToken(old.Personal)
		login.Token = token
		return login, err == nil && login.Profile.Check() == nil
	}
	login.Token = Token{Access: old.Token.Access, Refresh: old.Token.Refresh, Expiry: legacyExpiry(old.Token.Expiry), Kind: OAuth}
	return login, login.Token.Access != "" && login.Profile.Check() == nil
}

// legacyExpiry treats an invalid time as one that has passed, so that the token
// is refreshed before it is used.
func legacyExpiry(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return at
}

// validName turns a name of the official tool, which allows any text, into one
// that is valid and not in taken.
func validName(old string, taken map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		if invalidInName(r) {
			return '-'
		}
		return r
	}, old)
	name = strings.TrimLeft(name, "._-@+")
	if runes := []rune(name); len(runes) > maxName-4 {
		name = string(runes[:maxName-4])
	}
	if CheckName(name) != nil {
		name = "imported"
		if IsBuiltIn(old) {
			name = old + "-imported"
		}
	}
	unique := name
	for n := 2; taken[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", name, n)
	}
	return unique
}
