package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"apono/auth/secrets"
)

// Logins reads and changes stored logins. It keeps the configuration and the
// secrets consistent with each other.
type Logins struct {
	Store *Store
	Vault *secrets.Vault
	// Transport sends the requests that refresh tokens; nil means
	// http.DefaultTransport.
	Transport http.RoundTripper
	// Moved, if not nil, is called if a refreshed token could not be stored in the
	// same place as before, so that the user can be notified.
	Moved func(profile string, s secrets.Stored)

	now func() time.Time
}

// NewLogins returns the logins stored in the folders dirs. It removes temporary files that
// a killed process left among the secrets.
func NewLogins(dirs Dirs) *Logins {
	l := &Logins{Store: NewStore(dirs.Config), Vault: dirs.vault(), now: time.Now}
	if dirs.Config != "" {
		l.Vault.Files.Sweep()
	}
	return l
}

// Source returns the source of the login's access tokens. The login must not be
// the sandbox's, which has none.
func (l *Logins) Source(login Login) *Source {
	return &Source{
		login: login, vault: l.Vault, store: l.Store, transport: l.Transport,
		now: l.now, moved: l.Moved, lock: make(chan struct{}, 1),
	}
}

// StoredToken returns a profile's token as it is stored. Unlike Source, it never
// renews it. The error is a *secrets.Error, secrets.ErrNotFound or that of ctx.
func (l *Logins) StoredToken(ctx context.Context, p Profile) (Token, error) {
	return getToken(ctx, l.Vault, p.Name, p.Secret)
}

// Saved is the result of Save.
type Saved struct {
	secrets.Stored
	// Current is the current profile. It is not the saved one if another profile
	// was current and logged in.
	Current string
}

// Save stores a new login: the token in place, or in a file if the keyring does
// not work, and the profile in the configuration. The profile becomes the
// current one, unless another is current and logged in.
func (l *Logins) Save(ctx context.Context, p Profile, t Token, place secrets.Place) (Saved, error) {
	if err := p.Check(); err != nil {
		return Saved{}, err
	}
	unlock, err := l.Vault.Lock(ctx, p.Name)
	if err != nil {
		return Saved{}, err
	}
	defer unlock()
	stored, err := putToken(ctx, l.Vault, p.Name, t, place)
	if err != nil {
		return Saved{}, fmt.Errorf("store the login: %w", err)
	}
	p.Secret, p.Kind, p.Expiry, p.Renewable = stored.Place, t.Kind, t.Expiry, t.Refresh != ""
	saved := Saved{Stored: stored}
	err = l.Store.Update(ctx, func(c *Config) error {
		if old, ok := c.Profiles[p.Name]; ok {
			p.unknown = old.unknown
		}
		if !c.Profiles[c.Current].LoggedIn() && !IsBuiltIn(c.Current) {
			c.Current = p.Name
		}
		c.Profiles[p.Name] = p
		saved.Current = c.Current
		return nil
	})
	return saved, err
}

// Logout deletes a profile's secret and keeps the profile, which stays the current
// one if it was. An empty name means the current profile.
//
// Logout returns the profile as it was before. It is not an error if the profile
// was not logged in, or if there is only its secret, because a process was killed
// before it stored the profile. The error is a *ReservedError, an *UnknownProfileError, a
// *LoginError if there is no current profile, or a *secrets.Error, in which case
// the profile has not changed.
func (l *Logins) Logout(ctx context.Context, name string) (Profile, error) {
	return l.remove(ctx, name, func(c *Config, p Profile) {
		p.Secret, p.Kind, p.Expiry, p.Renewable = "", "", time.Time{}, false
		c.Profiles[p.Name] = p
	})
}

// Delete deletes a profile and its secret. If it was the current profile, there
// is none afterwards. The result and the errors are those of Logout.
func (l *Logins) Delete(ctx context.Context, name string) (Profile, error) {
	return l.remove(ctx, name, func(c *Config, p Profile) {
		delete(c.Profiles, p.Name)
		if c.Current == p.Name {
			c.Current = ""
		}
	})
}

// remove deletes the secret before it changes the configuration. If it crashes
// in between, the profile needs a new login, but no secret is left behind that
// no profile refers to.
func (l *Logins) remove(ctx context.Context, name string, change func(*Config, Profile)) (Profile, error) {
	p, err := l.find(ctx, name)
	if err != nil {
		p, err = l.findSecret(ctx, err)
	}
	if err != nil {
		return Profile{}, err
	}
	unlock, err := l.Vault.Lock(ctx, p.Name)
	if err != nil {
		return Profile{}, err
	}
	defer unlock()
	if err := l.Vault.Delete(ctx, p.Name, p.Secret); err != nil {
		return Profile{}, fmt.Errorf("delete the stored token: %w", err)
	}
	return p, l.Store.Update(ctx, func(c *Config) error {
		if now, ok := c.Profiles[p.Name]; ok {
			now.Name = p.Name
			change(c, now)
		}
		return nil
	})
}

// find returns the stored profile called name; an empty name means the current
// one.
func (l *Logins) find(ctx context.Context, name string) (Profile, error) {
	c, err := l.Store.Load(ctx)
	if err != nil {
		return Profile{}, err
	}
	if name == "" {
		name = c.Current
	}
	if name == "" {
		return Profile{}, &LoginError{Kind: NotLoggedIn}
	}
	if IsBuiltIn(name) {
		return Profile{}, &ReservedError{Name: name}
	}
	return c.Profile(name)
}

// findSecret returns a profile for a secret that no profile refers to. If there is none,
// the error is unknown, which is why there is no profile.
func (l *Logins) findSecret(ctx context.Context, unknown error) (Profile, error) {
	var missing *UnknownProfileError
	if !errors.As(unknown, &missing) || CheckName(missing.Name) != nil || !l.Vault.Holds(ctx, missing.Name) {
		return Profile{}, unknown
	}
	return Profile{Name: missing.Name, Secret: secrets.PlaceFile}, nil
}

// Use makes name, which may be built in, the current profile. The error is an
// *UnknownProfileError.
func (l *Logins) Use(ctx context.Context, name string) error {
	return l.Store.Update(ctx, func(c *Config) error {
		if _, err := c.Profile(name); err != nil && !IsBuiltIn(name) {
			return err
		}
		c.Current = name
		return nil
	})
}
