package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"apono/auth/secrets"
)

const (
	// renewTimeout bounds one refresh and storing its result.
	renewTimeout = loginTimeout + 2*secrets.KeyringTimeout
	// cancelGrace is how long a canceled command waits for a refresh to finish, so
	// that the new token is stored: the old refresh token no longer works.
	cancelGrace = 2 * time.Second
)

// Source supplies the access token of one login and renews it before it expires.
// It is safe for concurrent use, also by several processes.
type Source struct {
	login     Login
	vault     *secrets.Vault
	store     *Store
	transport http.RoundTripper
	now       func() time.Time
	moved     func(profile string, s secrets.Stored)

	lock       chan struct{} // contains a value while locked; guards the fields below
	token      *Token        // nil before the first use; a pointer for the same reason as in Login
	reuseUntil time.Time     // when token must be looked up again; zero means never
	renewed    bool          // the token was renewed after a refusal
}

// Token returns the token for the next request. It fails with a *LoginError, a
// *secrets.Error or the error of ctx. If the network fails, the stored login does
// not change.
func (s *Source) Token(ctx context.Context) (string, error) {
	if err := s.acquire(ctx); err != nil {
		return "", err
	}
	defer s.release()
	if s.login.token != nil {
		return s.login.token.Access, nil // from the environment, so there is nothing to renew
	}
	if s.token != nil && (s.reuseUntil.IsZero() || s.now().Before(s.reuseUntil)) {
		return s.token.Access, nil
	}
	stored, err := s.read(ctx, s.login.Profile)
	if err != nil {
		return "", err
	}
	if !stored.usable(s.now()) {
		if stored, err = s.renew(ctx, "", LoginExpired); err != nil {
			return "", err
		}
	}
	s.reuse(stored)
	return stored.Access, nil
}

func (s *Source) reuse(t Token) { s.token, s.reuseUntil = &t, t.reuseUntil(s.now()) }

// Refused must be called if the service responds with 401 to the token that
// Token returned last. If it returns nil, Token returns another token, and the
// request can be repeated. Otherwise it fails like Token; a *LoginError means
// that the user must log in again, unless it is about the network.
func (s *Source) Refused(ctx context.Context) error {
	if err := s.acquire(ctx); err != nil {
		return err
	}
	defer s.release()
	if s.renewed || s.login.token != nil || s.token == nil {
		return s.loginError(LoginRefused)
	}
	fresh, err := s.renew(ctx, s.token.Access, LoginRefused)
	if err != nil {
		return err
	}
	s.renewed = true
	s.reuse(fresh)
	return nil
}

// acquire locks s, or fails with the error of ctx.
func (s *Source) acquire(ctx context.Context) error {
	select {
	case s.lock <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Source) release() { <-s.lock }

// read returns the stored token of p.
func (s *Source) read(ctx context.Context, p Profile) (Token, error) {
	t, err := getToken(ctx, s.vault, p.Name, p.Secret)
	if errors.Is(err, secrets.ErrNotFound) {
		return Token{}, s.loginError(NotLoggedIn)
	}
	return t, err
}

func (s *Source) loginError(kind LoginKind) *LoginError {
	return &LoginError{Kind: kind, Profile: s.login.Profile.Name}
}

// renewal is the result of renewing a token.
type renewal struct {
	token  Token
	stored *secrets.Stored // nil if the token did not have to be stored
	err    error
}

// renew returns a token other than refused, which the service did not accept;
// refused may be empty. If there is no other token to get, it fails with a
// *LoginError of kind lost. A refresh that has started continues if ctx is
// canceled.
func (s *Source) renew(ctx context.Context, refused string, lost LoginKind) (Token, error) {
	p := s.login.Profile
	unlock, err := s.vault.Lock(ctx, p.Name)
	if err != nil {
		return Token{}, err
	}
	result := make(chan renewal, 1)
	go func() {
		defer unlock()
		uncanceled, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTimeout)
		defer cancel()
		result <- s.renewLocked(uncanceled, p, refused, lost)
	}()
	select {
	case r := <-result:
		return r.token, s.reportMove(r)
	case <-ctx.Done():
	}
	select {
	case r := <-result:
		_ = s.reportMove(r)
	case <-time.After(cancelGrace):
	}
	return Token{}, ctx.Err()
}

// reportMove calls s.moved if the token is now stored in another place than
// before. It returns r.err.
func (s *Source) reportMove(r renewal) error {
	if r.err == nil && r.stored != nil && r.stored.Place != s.login.Profile.Secret {
		s.login.Profile.Secret = r.stored.Place
		if s.moved != nil {
			s.moved(s.login.Profile.Name, *r.stored)
		}
	}
	return r.err
}

// renewLocked renews the token while the caller has the lock. It reads the
// stored token again, because another process may have renewed it while this one
// waited for the lock.
func (s *Source) renewLocked(ctx context.Context, p Profile, refused string, lost LoginKind) renewal {
	stored, err := s.read(ctx, p)
	if err != nil {
		return renewal{err: err}
	}
	if stored.usable(s.now()) && stored.Access != refused {
		return renewal{token: stored}
	}
	stillValid := stored.Access != refused && !stored.expired(s.now())
	if stored.Refresh == "" && !stillValid {
		return renewal{err: s.loginError(lost)}
	}
	if stored.Refresh == "" {
		return renewal{token: stored}
	}
	server := LoginServer{Profile: p, Transport: s.transport, Now: s.now}
	fresh, err := server.refresh(ctx, stored.Refresh)
	if err != nil && stillValid && !needsLogin(err) {
		return renewal{token: stored}
	}
	if err != nil {
		return renewal{err: err}
	}
	return s.save(ctx, p, fresh.Token)
}

func needsLogin(err error) bool {
	var failed *LoginError
	return errors.As(err, &failed) && failed.NeedsLogin()
}

// save stores a refreshed token in the same place as the old one. If that fails
// and the token is stored elsewhere, the configuration must be updated too.
func (s *Source) save(ctx context.Context, p Profile, fresh Token) renewal {
	stored, err := putToken(ctx, s.vault, p.Name, fresh, p.Secret)
	if err != nil {
		return renewal{err: fmt.Errorf("store the refreshed token: %w", err)}
	}
	err = s.store.Update(ctx, func(c *Config) error {
		if now, ok := c.Profiles[p.Name]; ok {
			now.Secret, now.Expiry, now.Renewable = stored.Place, fresh.Expiry, fresh.Refresh != ""
			c.Profiles[p.Name] = now
		}
		return nil
	})
	if err != nil && stored.Place != p.Secret {
		return renewal{err: fmt.Errorf("record where the refreshed token is stored: %w", err)}
	}
	// Any other error only means that the list of profiles shows an old expiry.
	return renewal{token: fresh, stored: &stored}
}
