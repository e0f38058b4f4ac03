package login

import (
	"context"
	"time"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
)

// authorizationCode is a row of codes. Times are Unix milliseconds.
type authorizationCode struct {
	hash, userID, scope, redirect, challenge string
	expires                                  int64
	used                                     bool
	grant                                    string // the login that it was exchanged for; empty if none
}

// newCode creates a code for a request and deletes codes that expired long ago.
func (s *Server) newCode(ctx context.Context, a authorizeRequest, userID string) (string, error) {
	code := newSecret("")
	now := s.now()
	return code, s.db.Write(ctx, func(conn *sqlite.Conn) error {
		if err := exec(conn, `DELETE FROM codes WHERE expires < ?`, now.Add(-24*time.Hour).UnixMilli()); err != nil {
			return err
		}
		return exec(conn, `INSERT INTO codes (hash, user_id, scope, redirect_uri, challenge, expires) VALUES (?, ?, ?, ?, ?, ?)`,
			hashSecret(code), userID, a.Scope, a.Redirect, a.Challenge, now.Add(codeLifetime).UnixMilli())
	})
}

// findCode looks a code up.
func findCode(conn *sqlite.Conn, code string) (found authorizationCode, ok bool, err error) {
	err = eachRow(conn, `SELECT hash, user_id, scope, redirect_uri, challenge, expires, used, grant_id FROM codes WHERE hash = ?`,
		func(stmt *sqlite.Stmt) {
			ok = true
			found = authorizationCode{
				hash: stmt.ColumnText(0), userID: stmt.ColumnText(1), scope: stmt.ColumnText(2),
				redirect: stmt.ColumnText(3), challenge: stmt.ColumnText(4), expires: stmt.ColumnInt64(5),
				used: stmt.ColumnBool(6), grant: stmt.ColumnText(7),
			}
		}, hashSecret(code))
	return found, ok, err
}

// useCode marks a code as used. grant is empty if the exchange failed.
func useCode(conn *sqlite.Conn, hash, grant string) error {
	return exec(conn, `UPDATE codes SET used = 1, grant_id = ? WHERE hash = ?`, grant, hash)
}

// refreshToken is a refresh token with its login.
type refreshToken struct {
	hash, grant, userID, scope string
	expires                    int64
	used, revoked              bool
}

// findRefresh looks a refresh token up.
func findRefresh(conn *sqlite.Conn, token string) (found refreshToken, ok bool, err error) {
	err = eachRow(conn, `SELECT t.hash, t.grant_id, g.user_id, g.scope, t.expires, t.used, g.revoked
		FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id WHERE t.hash = ?`,
		func(stmt *sqlite.Stmt) {
			ok = true
			found = refreshToken{
				hash: stmt.ColumnText(0), grant: stmt.ColumnText(1), userID: stmt.ColumnText(2), scope: stmt.ColumnText(3),
				expires: stmt.ColumnInt64(4), used: stmt.ColumnInt64(5) != 0, revoked: stmt.ColumnInt64(6) != 0,
			}
		}, hashSecret(token))
	return found, ok, err
}

// newGrant creates a login and returns its ID.
func (s *Server) newGrant(conn *sqlite.Conn, userID, scope string) (string, error) {
	id := uuid.NewString()
	return id, exec(conn, `INSERT INTO grants (id, user_id, scope, created) VALUES (?, ?, ?, ?)`,
		id, userID, scope, s.now().UnixMilli())
}

// newTokens issues the next access and refresh token of a login.
func (s *Server) newTokens(conn *sqlite.Conn, grant, userID, scope string) (*tokenResponse, error) {
	access, err := s.newAccessToken(grant, userID, scope)
	if err != nil {
		return nil, err
	}
	refresh := newSecret("apono_rt_")
	err = exec(conn, `INSERT INTO refresh_tokens (hash, grant_id, expires) VALUES (?, ?, ?)`,
		hashSecret(refresh), grant, s.now().Add(refreshLifetime).UnixMilli())
	return &tokenResponse{
		Access: access, Type: "Bearer", ExpiresIn: int64(s.options.AccessLifetime / time.Second),
		Refresh: refresh, Scope: scope,
	}, err
}

// revoke revokes a login and thereby all of its tokens.
func revoke(conn *sqlite.Conn, grant string) error {
	return exec(conn, `UPDATE grants SET revoked = 1 WHERE id = ?`, grant)
}

// isGrantActive reports whether a login exists and was not revoked.
func (s *Server) isGrantActive(ctx context.Context, grant string) (bool, error) {
	var active int64
	err := s.db.Use(ctx, func(conn *sqlite.Conn) (err error) {
		active, err = queryInt(conn, `SELECT count(*) FROM grants WHERE id = ? AND NOT revoked`, grant)
		return err
	})
	return active == 1, err
}
