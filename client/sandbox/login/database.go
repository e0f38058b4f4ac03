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
	// lockWait is how long another process's transaction is waited for.
	lockWait      = 10 * time.Second
	schemaVersion = 1
)

// schema: secrets stand in it as hashes only, times as milliseconds since 1970.
// A grant is one login; every refresh token, code and access token of it names
// it, so that all of them end with it.
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

// database is the server's file. One connection serves the process; SQLite's
// locks keep processes apart.
type database struct {
	free chan *sqlite.Conn // holds the connection while nobody uses it
}

var errClosed = errors.New("the sandbox's logins are closed")

func openDatabase(ctx context.Context, dir string) (*database, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, fileName)
	// SQLite would make the file with the umask's permissions.
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
	if err := db.write(ctx, makeTables); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}

func makeTables(conn *sqlite.Conn) error {
	version, err := number(conn, `PRAGMA user_version`)
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

// read runs f with the connection. ctx ends what runs and what waits.
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

// write runs f in a transaction that no other process writes beside.
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

// key returns the signing key, made by whoever opens the file first.
func (db *database) key(ctx context.Context) ([]byte, error) {
	var key []byte
	err := db.write(ctx, func(conn *sqlite.Conn) error {
		fresh := make([]byte, 32)
		_, _ = rand.Read(fresh) // never fails
		if err := run(conn, `INSERT OR IGNORE INTO settings VALUES ('key', ?)`, fresh); err != nil {
			return err
		}
		return rows(conn, `SELECT value FROM settings WHERE name = 'key'`, func(stmt *sqlite.Stmt) {
			key = make([]byte, stmt.ColumnLen(0))
			stmt.ColumnBytes(0, key)
		})
	})
	return key, err
}

func run(conn *sqlite.Conn, query string, args ...any) error {
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args})
}

func rows(conn *sqlite.Conn, query string, each func(*sqlite.Stmt), args ...any) error {
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		each(stmt)
		return nil
	}})
}

// number returns the first column of the last row; 0 where there is none.
func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = rows(conn, query, func(stmt *sqlite.Stmt) { n = stmt.ColumnInt64(0) }, args...)
	return n, err
}
