// Package login is the sandbox's login server. It speaks OAuth with PKCE, the
// device flow, refresh token rotation and personal tokens, and serves the pages on
// which users log in. It stores logins and tokens in its own SQLite file. It knows
// users and the one public client. It must not know requests or what a token
// allows.
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

	"apono/client/sqlitefile"
)

// ClientID is the ID of the only client, the command line. It is a public client
// and has no secret.
const ClientID = "3afae9ff-48e6-45f3-b0e8-37658b7271b7"

const (
	codeLifetime    = 5 * time.Minute
	deviceLifetime  = 10 * time.Minute
	refreshLifetime = 30 * 24 * time.Hour
)

// User is a user who can log in.
type User struct {
	ID, Name, Email string
	// Description explains when to log in as this user. The login pages show it.
	Description string
}

// Options configure a Server. Dir and Users are required.
type Options struct {
	// Dir is the folder of login.db. Open creates it if it does not exist.
	Dir string
	// Users are the users who can log in, in the order in which pages list them.
	Users []User
	// AccountID is a claim of every access token.
	AccountID string
	// AccessLifetime is how long an access token is valid; 0 means an hour.
	AccessLifetime time.Duration
	// DeviceInterval is how long a device must wait between polls; 0 means 5
	// seconds. Devices get it rounded up to seconds.
	DeviceInterval time.Duration
	// Now returns the current time; nil means time.Now.
	Now func() time.Time
}

// Server is a login server. It is safe for concurrent use, and several servers,
// even in different processes, can share a file.
type Server struct {
	options   Options
	users     map[string]User
	db        *sqlitefile.File
	key       []byte // signs access tokens and forms
	refreshes atomic.Int64
}

// Open opens the server's file. It creates the file if it does not exist.
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
		return nil, errors.New("login server has no users")
	}
	s := &Server{options: options, users: map[string]User{}}
	for _, u := range options.Users {
		s.users[u.ID] = u
	}
	var err error
	if s.db, err = openDatabase(ctx, options.Dir); err != nil {
		return nil, fmt.Errorf("open the sandbox's login database: %w", err)
	}
	if s.key, err = signingKey(ctx, s.db); err != nil {
		return nil, errors.Join(fmt.Errorf("read the sandbox's login database: %w", err), s.Close())
	}
	return s, nil
}

// Close closes the file.
func (s *Server) Close() error { return s.db.Close() }

// Handler serves the login pages and the OAuth endpoints below /oauth/, /device
// and /.well-known/oauth-authorization-server.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /oauth/authorize", s.showAuthorize)
	mux.HandleFunc("POST /oauth/authorize", s.submitAuthorize)
	mux.HandleFunc("POST /oauth/token", s.issueToken)
	mux.HandleFunc("POST /oauth/device_authorization", s.startDevice)
	mux.HandleFunc("GET /device", s.showDevice)
	mux.HandleFunc("POST /device", s.submitDevice)
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", s.showMetadata)
	return mux
}

// Authenticate returns the ID of the user whom an access token or a personal token
// belongs to. It reports false if the token is unknown, expired or revoked.
func (s *Server) Authenticate(token string) (userID string, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), sqlitefile.LockTimeout)
	defer cancel()
	userID, err := s.ownerOf(ctx, token)
	if err != nil {
		return "", false
	}
	_, known := s.users[userID]
	return userID, known
}

// ownerOf returns the user ID of an access token or a personal token.
func (s *Server) ownerOf(ctx context.Context, token string) (string, error) {
	claims, err := s.parseAccessToken(token)
	if errors.Is(err, errNotAccessToken) {
		return s.personalOwner(ctx, token)
	}
	if err != nil {
		return "", err
	}
	active, err := s.isGrantActive(ctx, claims.Grant)
	if err != nil || !active {
		return "", errors.Join(errInvalidToken, err)
	}
	return claims.UserID, nil
}

// Refreshes returns how many refresh tokens this Server has exchanged.
func (s *Server) Refreshes() int { return int(s.refreshes.Load()) }

func (s *Server) now() time.Time { return s.options.Now() }

// newSecret returns 32 random bytes as text, after a prefix that identifies the kind
// of secret.
func newSecret(prefix string) string {
	bytes := make([]byte, 32)
	_, _ = rand.Read(bytes) // never fails
	return prefix + base64.RawURLEncoding.EncodeToString(bytes)
}

// hashSecret returns the hash under which a secret is stored. It needs no salt,
// because the secret is long and random.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// signJWT signs an access token (HS256).
func (s *Server) signJWT(text string) string { return s.sign(text) }

// signForm signs a form. Access tokens never start with this prefix, so a signature
// of one cannot be used for the other.
func (s *Server) signForm(text string) string { return s.sign("form\x00" + text) }

func (s *Server) sign(text string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
