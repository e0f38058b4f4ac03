package auth

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Logins changes stored logins: the configuration and the secrets together.
type Logins struct {
	Store *Store
	Vault *Vault
	// Transport carries refreshes; nil means the usual one.
	Transport http.RoundTripper
	// Moved, when not nil, is told that a renewed token of profile had to go to
	// another place than before, so that the person can be told.
	Moved func(profile string, s Stored)

	now func() time.Time
}

// NewLogins returns the logins in the folders dirs.
func NewLogins(dirs Dirs) *Logins {
	return &Logins{Store: NewStore(dirs.Config), Vault: NewVault(dirs), now: time.Now}
}

// Source returns the source of login's tokens, which must not be the sandbox's.
func (l *Logins) Source(login Login) *Source {
	return &Source{
		login: login, vault: l.Vault, store: l.Store, transport: l.Transport,
		now: l.now, moved: l.Moved, turn: make(chan struct{}, 1),
	}
}

// Saved says what became of a new login.
type Saved struct {
	Stored
	// Current is the current profile after it, which is another one where that
	// had a login already.
	Current string
}

// Save stores a new login: the token in place, or in a file where the keyring
// does not work, and p with everything known about it. It becomes the current
// profile where the current one has no login.
func (l *Logins) Save(ctx context.Context, p Profile, t Token, place Place) (Saved, error) {
	if err := p.Check(); err != nil {
		return Saved{}, err
	}
	unlock, err := l.Vault.lock(ctx, p.Name)
	if err != nil {
		return Saved{}, err
	}
	defer unlock()
	stored, err := l.Vault.Put(ctx, p.Name, t, place)
	if err != nil {
		return Saved{}, fmt.Errorf("store the login: %w", err)
	}
	p.Secret, p.Kind, p.Expiry, p.Renewable = stored.Place, t.Kind, t.Expiry, t.Refresh != ""
	saved := Saved{Stored: stored}
	err = l.Store.Update(ctx, func(c *Config) error {
		if old, ok := c.Profiles[p.Name]; ok {
			p.unknown = old.unknown
		}
		if !c.Profiles[c.Current].LoggedIn() && c.Current != SandboxProfile {
			c.Current = p.Name
		}
		c.Profiles[p.Name] = p
		saved.Current = c.Current
		return nil
	})
	return saved, err
}

// Logout removes a profile's secret for good and keeps the rest of the profile,
// which stays current if it was. An empty name means the current profile. The
// result is the profile as it was: it may have had no login. The error may be a
// *ReservedError, an *UnknownProfileError, a *LoginError where there is no
// current profile, or a *SecretError: then the profile is unchanged.
func (l *Logins) Logout(ctx context.Context, name string) (Profile, error) {
	return l.remove(ctx, name, func(c *Config, p Profile) {
		p.Secret, p.Kind, p.Expiry, p.Renewable = "", "", time.Time{}, false
		c.Profiles[p.Name] = p
	})
}

// Delete removes a profile and its secret. Where it was the current one, none
// is afterwards. Its errors are those of Logout.
func (l *Logins) Delete(ctx context.Context, name string) (Profile, error) {
	return l.remove(ctx, name, func(c *Config, p Profile) {
		delete(c.Profiles, p.Name)
		if c.Current == p.Name {
			c.Current = ""
		}
	})
}

// remove takes the secret away first: after a crash in between, the profile
// asks for a login, and nothing secret is left that nobody knows of.
func (l *Logins) remove(ctx context.Context, name string, change func(*Config, Profile)) (Profile, error) {
	p, err := l.stored(ctx, name)
	if err != nil {
		return Profile{}, err
	}
	unlock, err := l.Vault.lock(ctx, p.Name)
	if err != nil {
		return Profile{}, err
	}
	defer unlock()
	if err := l.Vault.Delete(ctx, p.Name, p.Secret); err != nil {
		return Profile{}, fmt.Errorf("remove the login's secret: %w", err)
	}
	return p, l.Store.Update(ctx, func(c *Config) error {
		if now, ok := c.Profiles[p.Name]; ok {
			now.Name = p.Name
			change(c, now)
		}
		return nil
	})
}

func (l *Logins) stored(ctx context.Context, name string) (Profile, error) {
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
	if name == SandboxProfile {
		return Profile{}, &ReservedError{Name: name}
	}
	return c.Profile(name)
}

// Use makes name the current profile; the sandbox can be one. The error is an
// *UnknownProfileError.
func (l *Logins) Use(ctx context.Context, name string) error {
	return l.Store.Update(ctx, func(c *Config) error {
		if _, err := c.Profile(name); err != nil && name != SandboxProfile {
			return err
		}
		c.Current = name
		return nil
	})
}
