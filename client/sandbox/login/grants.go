package login

import (
	"context"
	"time"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
)

type authorizationCode struct {
	hash, userID, scope, redirect, challenge string
	expires                                  int64
	used                                     bool
	grant                                    string // what its use gave
}

// newCode makes a code for what was asked, and clears away those nobody can use
// any more.
func (s *Server) newCode(ctx context.Context, a ask, userID string) (string, error) {
	code := newSecret("")
	now := s.now()
	return code, s.db.write(ctx, func(conn *sqlite.Conn) error {
		if err := run(conn, `DELETE FROM codes WHERE expires < ?`, now.Add(-24*time.Hour).UnixMilli()); err != nil {
			return err
		}
		return run(conn, `INSERT INTO codes (hash, user_id, scope, redirect_uri, challenge, expires) VALUES (?, ?, ?, ?, ?, ?)`,
			hashOf(code), userID, a.Scope, a.Redirect, a.Challenge, now.Add(codeLifetime).UnixMilli())
	})
}

func findCode(conn *sqlite.Conn, code string) (found authorizationCode, ok bool, err error) {
	err = rows(conn, `SELECT hash, user_id, scope, redirect_uri, challenge, expires, used, grant_id FROM codes WHERE hash = ?`,
		func(stmt *sqlite.Stmt) {
			ok = true
			found = authorizationCode{
				hash: stmt.ColumnText(0), userID: stmt.ColumnText(1), scope: stmt.ColumnText(2),
				redirect: stmt.ColumnText(3), challenge: stmt.ColumnText(4), expires: stmt.ColumnInt64(5),
				used: stmt.ColumnBool(6), grant: stmt.ColumnText(7),
			}
		}, hashOf(code))
	return found, ok, err
}

func useCode(conn *sqlite.Conn, hash, grant string) error {
	return run(conn, `UPDATE codes SET used = 1, grant_id = ? WHERE hash = ?`, grant, hash)
}

type refreshToken struct {
	hash, grant, userID, scope string
	expires                    int64
	used, revoked              bool
}

func findRefresh(conn *sqlite.Conn, token string) (found refreshToken, ok bool, err error) {
	err = rows(conn, `SELECT t.hash, t.grant_id, g.user_id, g.scope, t.expires, t.used, g.revoked
		FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id WHERE t.hash = ?`,
		func(stmt *sqlite.Stmt) {
			ok = true
			found = refreshToken{
				hash: stmt.ColumnText(0), grant: stmt.ColumnText(1), userID: stmt.ColumnText(2), scope: stmt.ColumnText(3),
				expires: stmt.ColumnInt64(4), used: stmt.ColumnInt64(5) != 0, revoked: stmt.ColumnInt64(6) != 0,
			}
		}, hashOf(token))
	return found, ok, err
}

func (s *Server) newGrant(conn *sqlite.Conn, userID, scope string) (string, error) {
	id := uuid.NewString()
	return id, run(conn, `INSERT INTO grants (id, user_id, scope, created) VALUES (?, ?, ?, ?)`,
		id, userID, scope, s.now().UnixMilli())
}

// newTokens gives a login its next pair of tokens.
func (s *Server) newTokens(conn *sqlite.Conn, grant, userID, scope string) (*tokenAnswer, error) {
	access, err := s.newAccess(grant, userID, scope)
	if err != nil {
		return nil, err
	}
	refresh := newSecret("apono_rt_")
	err = run(conn, `INSERT INTO refresh_tokens (hash, grant_id, expires) VALUES (?, ?, ?)`,
		hashOf(refresh), grant, s.now().Add(refreshLifetime).UnixMilli())
	return &tokenAnswer{
		Access: access, Type: "Bearer", ExpiresIn: int64(s.options.AccessLifetime / time.Second),
		Refresh: refresh, Scope: scope,
	}, err
}

// revoke ends a login with everything that belongs to it.
func revoke(conn *sqlite.Conn, grant string) error {
	return run(conn, `UPDATE grants SET revoked = 1 WHERE id = ?`, grant)
}

func (s *Server) grantAlive(ctx context.Context, grant string) (bool, error) {
	var alive int64
	err := s.db.read(ctx, func(conn *sqlite.Conn) (err error) {
		alive, err = number(conn, `SELECT count(*) FROM grants WHERE id = ? AND NOT revoked`, grant)
		return err
	})
	return alive == 1, err
}
