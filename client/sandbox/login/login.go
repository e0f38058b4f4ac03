// Package login is the sandbox's login server: OAuth with PKCE, the device flow,
// refresh with rotation, and personal tokens, with pages to click on. It knows
// its users, its one public client and what it has issued, in an SQLite file of
// its own. It must not know what a token is good for: it says whose it is.
package login

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// ClientID is the one client that can log in: the command line's, which is
// public and has no secret.
const ClientID = "3afae9ff-48e6-45f3-b0e8-37658b7271b7"

const (
	codeLifetime    = 5 * time.Minute
	deviceLifetime  = 10 * time.Minute
	refreshLifetime = 30 * 24 * time.Hour
)

// User is somebody who can log in.
type User struct {
	ID, Name, Email string
	// Description says what this user is good for, to people who choose one.
	Description string
}

// Options is what Open needs. Dir and Users are required.
type Options struct {
	// Dir holds login.db; it is made where it is missing.
	Dir string
	// Users can log in; the pages offer them in this order.
	Users []User
	// AccountID goes into the tokens.
	AccountID string
	// AccessLifetime is how long an access token is good; 0 means an hour.
	AccessLifetime time.Duration
	// DeviceInterval is how often a device may ask; 0 means every 5 seconds. It
	// is told in whole seconds.
	DeviceInterval time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Server is a login server. It is safe for concurrent use, and several of them,
// in several processes, can share a file.
type Server struct {
	options   Options
	users     map[string]User
	db        *database
	key       []byte // signs access tokens and forms
	refreshes atomic.Int64
}

// Open opens the server's file, and makes it where it is missing.
func Open(ctx context.Context, options Options) (*Server, error) {
	if options.AccessLifetime == 0 {
		options.AccessLifetime = time.Hour
	}
	if options.DeviceInterval == 0 {
		options.DeviceInterval = 5 * time.Second
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if len(options.Users) == 0 {
		return nil, errors.New("a login server needs users")
	}
	s := &Server{options: options, users: map[string]User{}}
	for _, u := range options.Users {
		s.users[u.ID] = u
	}
	var err error
	if s.db, err = openDatabase(ctx, options.Dir); err != nil {
		return nil, fmt.Errorf("open the sandbox's logins: %w", err)
	}
	if s.key, err = s.db.key(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("read the sandbox's logins: %w", err), s.Close())
	}
	return s, nil
}

// Close closes the file.
func (s *Server) Close() error { return s.db.close() }

// Handler serves everything of a login at its usual paths: /oauth/…, /device
// and /.well-known/oauth-authorization-server.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /oauth/authorize", s.showAuthorize)
	mux.HandleFunc("POST /oauth/authorize", s.decideAuthorize)
	mux.HandleFunc("POST /oauth/token", s.issueToken)
	mux.HandleFunc("POST /oauth/device_authorization", s.startDevice)
	mux.HandleFunc("GET /device", s.showDevice)
	mux.HandleFunc("POST /device", s.decideDevice)
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", s.showMetadata)
	return mux
}

// Authenticate says whose the token is: an access token that has neither ended
// nor been revoked, or a personal token.
func (s *Server) Authenticate(token string) (userID string, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	userID, err := s.ownerOf(ctx, token)
	if err != nil {
		return "", false
	}
	_, known := s.users[userID]
	return userID, known
}

func (s *Server) ownerOf(ctx context.Context, token string) (string, error) {
	claims, err := s.readAccess(token)
	if errors.Is(err, errNotAccess) {
		return s.personalOwner(ctx, token)
	}
	if err != nil {
		return "", err
	}
	alive, err := s.grantAlive(ctx, claims.Grant)
	if err != nil || !alive {
		return "", errors.Join(errRevoked, err)
	}
	return claims.UserID, nil
}

// Refreshes counts the refresh tokens that this Server has exchanged.
func (s *Server) Refreshes() int { return int(s.refreshes.Load()) }

func (s *Server) now() time.Time { return s.options.Now() }

// newSecret returns 32 random bytes as text, after a prefix that tells what it is.
func newSecret(prefix string) string {
	bytes := make([]byte, 32)
	_, _ = rand.Read(bytes) // never fails
	return prefix + base64.RawURLEncoding.EncodeToString(bytes)
}

// hashOf is the form in which a secret is kept. It needs no salt: the secret is
// random and long.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// signJWT is the signature of an access token (HS256).
func (s *Server) signJWT(text string) string { return s.sign(text) }

// signForm is the signature of a form. No access token begins as what is signed
// here does, so neither can be used as the other.
func (s *Server) signForm(text string) string { return s.sign("form\x00" + text) }

func (s *Server) sign(text string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
