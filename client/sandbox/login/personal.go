package login

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"

	"apono/client"
)

// personalPrefix marks a token as a personal token.
const personalPrefix = "apono_pt_"

// errNoPersonalToken is returned if a personal token does not exist or belongs to
// another user.
var errNoPersonalToken = errors.New("personal token not found")

// personalToken is a personal token without its secret.
type personalToken struct {
	id, userID, name, masked string
	created, expires         int64 // Unix milliseconds; expires is 0 for never
}

// NewPersonalToken creates a personal token that does not expire. It cannot be
// retrieved later, because only its hash is stored. An unknown userID is an error.
func (s *Server) NewPersonalToken(ctx context.Context, userID, name string) (string, error) {
	if _, ok := s.users[userID]; !ok {
		return "", fmt.Errorf("there is no user with the ID %q", userID)
	}
	secret, _, err := s.addPersonal(ctx, userID, name, 0)
	return secret, err
}

// addPersonal creates a personal token and returns its secret too.
func (s *Server) addPersonal(ctx context.Context, userID, name string, expires int64) (string, personalToken, error) {
	secret := newSecret(personalPrefix)
	t := personalToken{
		id: uuid.NewString(), userID: userID, name: name, masked: personalPrefix + "…" + secret[len(secret)-4:],
		created: s.now().UnixMilli(), expires: expires,
	}
	err := s.db.Write(ctx, func(conn *sqlite.Conn) error {
		return exec(conn, `INSERT INTO personal_tokens (id, hash, user_id, name, masked, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			t.id, hashSecret(secret), t.userID, t.name, t.masked, t.created, t.expires)
	})
	if err != nil {
		return "", personalToken{}, fmt.Errorf("store personal token: %w", err)
	}
	return secret, t, nil
}

// personalOwner returns the user ID of a personal token.
func (s *Server) personalOwner(ctx context.Context, secret string) (string, error) {
	if !strings.HasPrefix(secret, personalPrefix) {
		return "", errNoPersonalToken
	}
	owner := ""
	err := s.db.Use(ctx, func(conn *sqlite.Conn) error {
		return eachRow(conn, `SELECT user_id FROM personal_tokens WHERE hash = ? AND (expires = 0 OR expires > ?)`,
			func(stmt *sqlite.Stmt) { owner = stmt.ColumnText(0) }, hashSecret(secret), s.now().UnixMilli())
	})
	if err == nil && owner == "" {
		return "", errNoPersonalToken
	}
	return owner, err
}

// personalTokens returns a user's tokens, oldest first. If id is not empty, it
// returns only that one.
func (s *Server) personalTokens(ctx context.Context, userID, id string) ([]personalToken, error) {
	found := []personalToken{}
	err := s.db.Use(ctx, func(conn *sqlite.Conn) error {
		return eachRow(conn, `SELECT id, user_id, name, masked, created, expires FROM personal_tokens
			WHERE user_id = ?1 AND (?2 = '' OR id = ?2) ORDER BY created, id`,
			func(stmt *sqlite.Stmt) {
				found = append(found, personalToken{
					id: stmt.ColumnText(0), userID: stmt.ColumnText(1), name: stmt.ColumnText(2),
					masked: stmt.ColumnText(3), created: stmt.ColumnInt64(4), expires: stmt.ColumnInt64(5),
				})
			}, userID, id)
	})
	if err == nil && id != "" && len(found) == 0 {
		return nil, errNoPersonalToken
	}
	return found, err
}

func (s *Server) deletePersonal(ctx context.Context, userID, id string) error {
	return s.changePersonal(ctx, `DELETE FROM personal_tokens WHERE user_id = ? AND id = ?`, userID, id)
}

func (s *Server) setPersonalExpiry(ctx context.Context, userID, id string, expires int64) error {
	return s.changePersonal(ctx, `UPDATE personal_tokens SET expires = ?3 WHERE user_id = ?1 AND id = ?2`, userID, id, expires)
}

// changePersonal runs a statement that must change a token.
func (s *Server) changePersonal(ctx context.Context, query string, args ...any) error {
	return s.db.Write(ctx, func(conn *sqlite.Conn) error {
		if err := exec(conn, query, args...); err != nil {
			return err
		}
		if conn.Changes() == 0 {
			return errNoPersonalToken
		}
		return nil
	})
}

// toInstant converts Unix milliseconds for the API; 0 becomes nil.
func toInstant(millis int64) *client.Instant {
	if millis == 0 {
		return nil
	}
	at := client.At(time.UnixMilli(millis))
	return &at
}

// toMillis converts a time of the API to Unix milliseconds; nil becomes 0.
func toMillis(at *client.Instant) int64 {
	if at == nil {
		return 0
	}
	return at.Time().UnixMilli()
}
