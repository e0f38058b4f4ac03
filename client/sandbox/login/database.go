package login

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const (
	fileName = "login.db"
	// lockWait is how long to wait for another process's transaction.
	lockWait      = 10 * time.Second
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

// database is the server's file. The process shares one connection; SQLite's
// locks coordinate several processes.
type database struct {
	free chan *sqlite.Conn // the connection while it is not in use
}

// errClosed is returned after close.
var errClosed = errors.New("the sandbox's login database is closed")

func openDatabase(ctx context.Context, dir string) (*database, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, fileName)
	// SQLite would create the file with the permissions that the umask allows.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	db := &database{free: make(chan *sqlite.Conn, 1)}
	db.free <- conn
	if err := db.write(ctx, migrate); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}

// migrate creates the tables in a new file.
func migrate(conn *sqlite.Conn) error {
	version, err := queryInt(conn, `PRAGMA user_version`)
	if err != nil || version == schemaVersion {
		return err
	}
	if version > schemaVersion {
		return fmt.Errorf("%s was written by a newer version of this program", fileName)
	}
	return sqlitex.ExecuteScript(conn, schema+fmt.Sprintf(`PRAGMA user_version = %d;`, schemaVersion), nil)
}

func (db *database) close() error {
	conn, ok := <-db.free
	if !ok {
		return nil
	}
	close(db.free)
	return conn.Close()
}

// read runs f with the connection. It waits for the connection and runs f for at
// most lockWait, or until ctx is done.
func (db *database) read(ctx context.Context, f func(*sqlite.Conn) error) error {
	limited, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	select {
	case conn, ok := <-db.free:
		if !ok {
			return errClosed
		}
		conn.SetInterrupt(limited.Done())
		defer func() {
			conn.SetInterrupt(nil)
			db.free <- conn
		}()
		return f(conn)
	case <-limited.Done():
		return limited.Err()
	}
}

// write runs f in a transaction while no other process writes.
func (db *database) write(ctx context.Context, f func(*sqlite.Conn) error) error {
	return db.read(ctx, func(conn *sqlite.Conn) (err error) {
		end, err := sqlitex.ImmediateTransaction(conn)
		if err != nil {
			return err
		}
		defer end(&err)
		return f(conn)
	})
}

// key returns the signing key. Whoever opens the file first creates it.
func (db *database) key(ctx context.Context) ([]byte, error) {
	var key []byte
	err := db.write(ctx, func(conn *sqlite.Conn) error {
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
