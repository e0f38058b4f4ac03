package auth

import (
	"context"
	"errors"
	"fmt"
)

// Imported is what became of one of the official tool's profiles.
type Imported struct {
	LegacyLogin
	Stored
	// Exists says that a login of that name was there already, and was kept.
	Exists bool
	// Err is why the profile was not imported; nil where it was, or Exists.
	Err error
}

// Import moves the official tool's logins in: their tokens go to place, or to
// files where the keyring does not work. What is there already is never written
// over. The official tool's file is left as it is, with the tokens in it; and
// as refresh tokens are good for one use, the tool that renews a login first
// keeps it, and the other one has to log in again.
func (l *Logins) Import(ctx context.Context, found *Legacy, place Place) ([]Imported, error) {
	c, err := l.Store.Load(ctx)
	if err != nil {
		return nil, err
	}
	var report []Imported
	for _, login := range found.Logins {
		done := Imported{LegacyLogin: login, Exists: c.Profiles[login.Profile.Name].LoggedIn()}
		if !done.Exists {
			saved, err := l.Save(ctx, login.Profile, login.Token, place)
			done.Stored, done.Err = saved.Stored, err
		}
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		report = append(report, done)
	}
	return report, l.settleImport(ctx, c.Current, found, report)
}

// settleImport takes over the choices that nobody has made here yet: hadCurrent
// is the profile that was current before.
func (l *Logins) settleImport(ctx context.Context, hadCurrent string, found *Legacy, report []Imported) error {
	err := l.Store.Update(ctx, func(c *Config) error {
		c.LegacyOffered = true
		if c.Notifications.FeatureAnnouncements == nil {
			c.Notifications.FeatureAnnouncements = found.FeatureAnnouncements
		}
		for _, done := range report {
			if hadCurrent == "" && done.Err == nil && done.Profile.Name == found.Current {
				c.Current = found.Current
			}
		}
		return nil
	})
	var problems []error
	for _, done := range report {
		if done.Err != nil {
			problems = append(problems, fmt.Errorf("import %s: %w", done.OldName, done.Err))
		}
	}
	return errors.Join(append(problems, err)...)
}

// DeclineImport remembers that the offer was made, so that it is not repeated.
func (l *Logins) DeclineImport(ctx context.Context) error {
	return l.Store.Update(ctx, func(c *Config) error {
		c.LegacyOffered = true
		return nil
	})
}
