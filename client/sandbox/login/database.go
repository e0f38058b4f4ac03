package login

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"

	"apono/client/sqlitefile"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const (
	fileName      = "login.db"
	schemaVersion = 1
)

// schema creates the tables. Secrets are stored as hashes, times as Unix
// milliseconds. A grant is one login; its codes, refresh tokens and access tokens
// refer to it, so that revoking it revokes them all.
const schema = `
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE grants (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, scope TEXT NOT NULL,
  created INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE codes (
  hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, scope TEXT NOT NULL, redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0, grant_id TEXT NOT NULL DEFAULT '');
CREATE TABLE refresh_tokens (
  hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants (id),
  expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE devices (
  hash TEXT PRIMARY KEY, user_code TEXT NOT NULL UNIQUE, scope TEXT NOT NULL, expires INTEGER NOT NULL,
  interval INTEGER NOT NULL, asked INTEGER NOT NULL DEFAULT 0,
  decision TEXT NOT NULL DEFAULT '', user_id TEXT NOT NULL DEFAULT '');
CREATE TABLE personal_tokens (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, name TEXT NOT NULL,
  masked TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL DEFAULT 0);
`

// openDatabase opens the server's file in dir. It creates both if they do not
// exist.
func openDatabase(ctx context.Context, dir string) (*sqlitefile.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	db, err := sqlitefile.Open(filepath.Join(dir, fileName))
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, schema, schemaVersion); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// signingKey returns the key that signs access tokens and forms. The first
// process to open the file creates it.
func signingKey(ctx context.Context, db *sqlitefile.File) ([]byte, error) {
	var key []byte
	err := db.Write(ctx, func(conn *sqlite.Conn) error {
		fresh := make([]byte, 32)
		_, _ = rand.Read(fresh) // never fails
		if err := exec(conn, `INSERT OR IGNORE INTO settings VALUES ('key', ?)`, fresh); err != nil {
			return err
		}
		return eachRow(conn, `SELECT value FROM settings WHERE name = 'key'`, func(stmt *sqlite.Stmt) {
			key = make([]byte, stmt.ColumnLen(0))
			stmt.ColumnBytes(0, key)
		})
	})
	return key, err
}

// exec runs a statement without results.
func exec(conn *sqlite.Conn, query string, args ...any) error {
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args})
}

// eachRow calls each for every row of a query.
func eachRow(conn *sqlite.Conn, query string, each func(*sqlite.Stmt), args ...any) error {
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		each(stmt)
		return nil
	}})
}

// queryInt returns the first column of the last row, or 0 if there are no rows.
func queryInt(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = eachRow(conn, query, func(stmt *sqlite.Stmt) { n = stmt.ColumnInt64(0) }, args...)
	return n, err
}
