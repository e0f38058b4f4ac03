package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	// renewLimit bounds one refresh, the storing of its result included.
	renewLimit = exchangeTimeout + 2*keyringLimit
	// renewGrace is how long a cancelled command waits for a refresh under way:
	// the old refresh token is spent already, and the new one should be kept.
	renewGrace = 2 * time.Second
)

// Source hands out one login's access token and renews it before it ends. It is
// safe for concurrent use, in this process and across processes.
type Source struct {
	login     Login
	vault     *Vault
	store     *Store
	transport http.RoundTripper
	now       func() time.Time
	moved     func(profile string, s Stored)

	turn    chan struct{} // holds one value while the fields below are in use
	token   *Token        // nil at first; a pointer for the reason that Login gives
	until   time.Time     // when token is looked at again; zero for one without an end
	refused bool          // a token was refused and has been renewed once
}

// Token returns a token for the next request. It fails with a *LoginError, a
// *SecretError or the error of ctx. A failure of the network leaves what is
// stored as it was.
func (s *Source) Token(ctx context.Context) (string, error) {
	if err := s.begin(ctx); err != nil {
		return "", err
	}
	defer s.end()
	if s.login.token != nil {
		return s.login.token.Access, nil // the service judges it; nothing is read or written
	}
	if s.token != nil && (s.until.IsZero() || s.now().Before(s.until)) {
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
	s.hold(stored)
	return stored.Access, nil
}

func (s *Source) hold(t Token) { s.token, s.until = &t, t.useUntil(s.now()) }

// Refused is to be called when the service answers 401 to the token that Token
// returned last. Nil says that there is another one now, and what was refused
// can be sent again. A *LoginError says that the login has died.
func (s *Source) Refused(ctx context.Context) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	if s.refused || s.login.token != nil || s.token == nil {
		return s.died(LoginRefused)
	}
	fresh, err := s.renew(ctx, s.token.Access, LoginRefused)
	if err != nil {
		return err
	}
	s.refused = true
	s.hold(fresh)
	return nil
}

func (s *Source) begin(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Source) end() { <-s.turn }

func (s *Source) read(ctx context.Context, p Profile) (Token, error) {
	t, err := s.vault.Get(ctx, p.Name, p.Secret)
	if errors.Is(err, ErrSecretNotFound) {
		return Token{}, s.died(NotLoggedIn)
	}
	return t, err
}

func (s *Source) died(kind LoginKind) *LoginError {
	return &LoginError{Kind: kind, Profile: s.login.Profile.Name}
}

// renewal is what came of looking for another token.
type renewal struct {
	token  Token
	stored *Stored // where the token has been put; nil where it was there already
	err    error
}

// renew returns a token other than spent, which is known to be of no use; empty
// where none is. over is how it is called when there is none to be had. A
// refresh that has begun goes on when ctx ends.
func (s *Source) renew(ctx context.Context, spent string, over LoginKind) (Token, error) {
	p := s.login.Profile
	unlock, err := s.vault.lock(ctx, p.Name)
	if err != nil {
		return Token{}, err
	}
	result := make(chan renewal, 1)
	go func() {
		defer unlock()
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewLimit)
		defer cancel()
		result <- s.renewLocked(detached, p, spent, over)
	}()
	select {
	case r := <-result:
		return r.token, s.settle(r)
	case <-ctx.Done():
	}
	select {
	case r := <-result:
		_ = s.settle(r)
	case <-time.After(renewGrace):
	}
	return Token{}, ctx.Err()
}

// settle takes notice of where the renewed token went.
func (s *Source) settle(r renewal) error {
	if r.err == nil && r.stored != nil && r.stored.Place != s.login.Profile.Secret {
		s.login.Profile.Secret = r.stored.Place
		if s.moved != nil {
			s.moved(s.login.Profile.Name, *r.stored)
		}
	}
	return r.err
}

// renewLocked holds the lock, so what is stored now is what counts: somebody
// else may have renewed it while this process waited.
func (s *Source) renewLocked(ctx context.Context, p Profile, spent string, over LoginKind) renewal {
	stored, err := s.read(ctx, p)
	if err != nil {
		return renewal{err: err}
	}
	if stored.usable(s.now()) && stored.Access != spent {
		return renewal{token: stored}
	}
	stillGood := stored.Access != spent && !stored.ended(s.now())
	if stored.Refresh == "" && !stillGood {
		return renewal{err: s.died(over)}
	}
	if stored.Refresh == "" {
		return renewal{token: stored}
	}
	server := endpoint{profile: p, transport: s.transport, now: s.now}
	fresh, err := server.refresh(ctx, stored.Refresh)
	if err != nil && stillGood && !isOver(err) {
		return renewal{token: stored}
	}
	if err != nil {
		return renewal{err: err}
	}
	return s.keep(ctx, p, fresh.Token)
}

func isOver(err error) bool {
	var failed *LoginError
	return errors.As(err, &failed) && failed.NeedsLogin()
}

// keep stores a renewed token where the old one was. Where that has become
// impossible and it went elsewhere, the configuration must know.
func (s *Source) keep(ctx context.Context, p Profile, fresh Token) renewal {
	stored, err := s.vault.Put(ctx, p.Name, fresh, p.Secret)
	if err != nil {
		return renewal{err: fmt.Errorf("store the renewed login: %w", err)}
	}
	err = s.store.Update(ctx, func(c *Config) error {
		if now, ok := c.Profiles[p.Name]; ok {
			now.Secret, now.Expiry, now.Renewable = stored.Place, fresh.Expiry, fresh.Refresh != ""
			c.Profiles[p.Name] = now
		}
		return nil
	})
	if err != nil && stored.Place != p.Secret {
		return renewal{err: fmt.Errorf("note where the renewed login is: %w", err)}
	}
	// Otherwise only the time shown in the list of profiles is not up to date.
	return renewal{token: fresh, stored: &stored}
}
