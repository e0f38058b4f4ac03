package complete

import (
	"context"
	"fmt"
	"time"

	"apono/auth"
	"apono/client"
	"apono/wizard/catalog"
)

// source is where values come from: the configuration and the service. It
// connects on first use.
type source struct {
	*completion
	sandbox bool // use the sandbox, whatever the profile
	api     *client.Client
	lists   *catalog.Source
}

// config reads the configuration.
func (c *completion) config(ctx context.Context) (*auth.Config, error) {
	logins, err := userLogins()
	if err != nil {
		return nil, err
	}
	return logins.Store.Peek()
}

// userLogins returns the logins in the user's own folders.
func userLogins() (*auth.Logins, error) {
	dirs, err := auth.UserDirs()
	if err != nil {
		return nil, err
	}
	return auth.NewLogins(dirs), nil
}

// login returns the login that the line, the environment and the configuration
// select.
func (s *source) login(ctx context.Context) (auth.Login, error) {
	if s.sandbox {
		return auth.Login{Profile: auth.Profile{Name: auth.SandboxProfile}}, nil
	}
	cfg, err := s.config(ctx)
	if err != nil {
		return auth.Login{}, err
	}
	profile, err := s.root.PersistentFlags().GetString("profile")
	if err != nil {
		return auth.Login{}, err
	}
	return cfg.Resolve(profile, s.engine.Getenv)
}

// catalog returns the lists of what can be requested. If there is no login, the service
// is asked, which fails with the reason.
func (s *source) catalog(ctx context.Context) *catalog.Source {
	if s.lists != nil {
		return s.lists
	}
	var store *catalog.Store
	if login, err := s.login(ctx); err == nil && !login.Sandbox() { // which is faster than a file
		store = s.program.Catalog(login)
	}
	s.lists = catalog.NewSource(ctx, s.client, store, "")
	s.refresh(s.lists)
	return s.lists
}

// refresh makes lists that are old be fetched again, by whichever process does it.
func (s *source) refresh(lists *catalog.Source) {
	if s.skipStored {
		lists.AskAlways()
	} else {
		lists.RefreshBehind(func() { s.engine.startRefresh(s.line) })
	}
}

// client returns the client, connecting if necessary.
func (s *source) client(ctx context.Context) (*client.Client, error) {
	if s.api != nil {
		return s.api, nil
	}
	login, err := s.login(ctx)
	if err != nil {
		return nil, err
	}
	token, err := s.token(ctx, login)
	if err != nil {
		return nil, err
	}
	s.api, err = s.program.Connect(ctx, login, token)
	return s.api, err
}

// token returns the login's token; "" for the sandbox.
func (s *source) token(ctx context.Context, login auth.Login) (string, error) {
	if login.Sandbox() {
		return "", nil
	}
	logins, err := userLogins()
	if err != nil {
		return "", err
	}
	if login.Origin == auth.FromToken {
		return logins.Source(login).Token(ctx)
	}
	return s.storedToken(ctx, logins, login)
}

// storedToken returns a stored token that has not expired. It never renews one
// in this process, which may end at its limit at any moment: each refresh token
// works once, so the login would be lost with the answer. Another process renews
// a token that is about to expire.
func (s *source) storedToken(ctx context.Context, logins *auth.Logins, login auth.Login) (string, error) {
	if needsRenewal(login.Profile, time.Now()) {
		if err := s.awaitRenewal(ctx, login.Profile.Name); err != nil {
			return "", fmt.Errorf("renew the login: %w", err)
		}
		var err error
		if login, err = s.login(ctx); err != nil { // the token may have moved
			return "", err
		}
	}
	token, err := logins.StoredToken(ctx, login.Profile)
	if err != nil {
		return "", err
	}
	if !token.Expiry.IsZero() && !time.Now().Before(token.Expiry) {
		return "", &auth.LoginError{Kind: auth.LoginExpired, Profile: login.Profile.Name}
	}
	return token.Access, nil
}

// renewalMargin is how long before its end a token is renewed. It is longer than
// the margin of package auth, so that the other process does renew.
const renewalMargin = 90 * time.Second

func needsRenewal(p auth.Profile, now time.Time) bool {
	return p.Renewable && !p.Expiry.IsZero() && p.Expiry.Before(now.Add(renewalMargin))
}

// awaitRenewal starts a renewal and waits until it ends or ctx does. The
// renewal goes on if ctx ends first.
func (s *source) awaitRenewal(ctx context.Context, profile string) error {
	done, err := s.engine.startRenewal(profile)
	if err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
