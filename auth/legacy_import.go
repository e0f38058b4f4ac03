package auth

import (
	"context"
	"errors"
	"fmt"

	"apono/auth/secrets"
)

// Imported is the result of importing one of the official tool's profiles.
type Imported struct {
	LegacyLogin
	secrets.Stored
	// Exists means that a profile of that name was already logged in. It has not
	// changed.
	Exists bool
	// Err is why the profile was not imported; nil if it was, or if Exists.
	Err error
}

// Import stores the official tool's logins: their tokens in place, or in files
// if the keyring does not work. It never replaces an existing login.
//
// The official tool's file does not change, so both programs have the tokens. A
// refresh token works only once: whichever program refreshes a login first keeps
// it, and the other one has to log in again.
func (l *Logins) Import(ctx context.Context, legacy *Legacy, place secrets.Place) ([]Imported, error) {
	c, err := l.Store.Load(ctx)
	if err != nil {
		return nil, err
	}
	var results []Imported
	for _, login := range legacy.Logins {
		result := Imported{LegacyLogin: login, Exists: c.Profiles[login.Profile.Name].LoggedIn()}
		if !result.Exists {
			saved, err := l.Save(ctx, login.Profile, login.Token, place)
			result.Stored, result.Err = saved.Stored, err
		}
		if ctx.Err() != nil {
			return results, ctx.Err()
		}
		results = append(results, result)
	}
	return results, l.finishImport(ctx, c.Current, legacy, results)
}

// finishImport imports the official tool's settings unless the user has already
// set them here. previous is the profile that was current before the import.
func (l *Logins) finishImport(ctx context.Context, previous string, legacy *Legacy, results []Imported) error {
	err := l.Store.Update(ctx, func(c *Config) error {
		c.LegacyOffered = true
		if c.Notifications.FeatureAnnouncements == nil {
			c.Notifications.FeatureAnnouncements = legacy.FeatureAnnouncements
		}
		for _, result := range results {
			if previous == "" && result.Err == nil && result.Profile.Name == legacy.Current {
				c.Current = legacy.Current
			}
		}
		return nil
	})
	var failures []error
	for _, result := range results {
		if result.Err != nil {
			failures = append(failures, fmt.Errorf("import %s: %w", result.OldName, result.Err))
		}
	}
	return errors.Join(append(failures, err)...)
}

// DeclineImport records that the user was asked about the import, so that the
// question is not repeated.
func (l *Logins) DeclineImport(ctx context.Context) error {
	return l.Store.Update(ctx, func(c *Config) error {
		c.LegacyOffered = true
		return nil
	})
}
