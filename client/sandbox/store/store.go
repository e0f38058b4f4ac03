// Package store stores the sandbox's requests, sessions and settings in one SQLite
// file, which several processes can use at once. It knows the form of the records.
// It must not know the catalog, the clock or the API.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/client/sqlitefile"
	"apono/client/wait"
)

// Store is an open file. It is safe for concurrent use.
type Store struct{ file *sqlitefile.File }

const (
	schemaVersion = 1
	schema        = `
		CREATE TABLE requests (number INTEGER PRIMARY KEY AUTOINCREMENT, open INTEGER NOT NULL, record TEXT NOT NULL);
		CREATE INDEX open_requests ON requests (open) WHERE open;
		CREATE TABLE sessions (id TEXT PRIMARY KEY, request INTEGER NOT NULL, record TEXT NOT NULL);
		CREATE INDEX sessions_of ON sessions (request);
		CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL);`
)

// Open opens the file at path, and creates it if it does not exist. Only the
// user can read it.
func Open(ctx context.Context, path string) (*Store, error) {
	file, err := sqlitefile.Open(path)
	if err != nil {
		return nil, err
	}
	st := &Store{file: file}
	if err := st.prepare(ctx); err != nil {
		switch sqlite.ErrCode(err).ToPrimary() {
		case sqlite.ResultNotADB, sqlite.ResultCorrupt:
			err = fmt.Errorf("the database is damaged; delete %s to start over: %w", path, err)
		}
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// prepare configures the connection and creates the tables of a new file.
func (st *Store) prepare(ctx context.Context) error {
	err := st.use(ctx, func(conn *sqlite.Conn) error {
		return errors.Join(sqlitex.ExecuteTransient(conn, "PRAGMA synchronous=NORMAL", nil), sqlitex.ExecuteTransient(conn, "PRAGMA secure_delete=ON", nil))
	})
	if err != nil {
		return err
	}
	if err := st.switchToWAL(ctx); err != nil {
		return err
	}
	return st.explain(ctx, st.file.Migrate(ctx, schema, schemaVersion))
}

// switchToWAL turns on write-ahead logging. That needs exclusive access and
// fails at once without it, so it is retried while other processes open the same
// new file.
func (st *Store) switchToWAL(ctx context.Context) error {
	deadline := time.Now().Add(sqlitefile.LockTimeout)
	for {
		err := st.use(ctx, func(conn *sqlite.Conn) error {
			return sqlitex.ExecuteTransient(conn, "PRAGMA journal_mode=WAL", nil)
		})
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy || time.Now().After(deadline) {
			return err
		}
		if err := wait.Sleep(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}

// Close closes the store. It may be called twice. Later calls of other methods
// fail with sqlitefile.ErrClosed.
func (st *Store) Close() error { return st.file.Close() }

// use calls f with exclusive use of the connection. Canceling ctx interrupts
// running statements and waits for locks.
func (st *Store) use(ctx context.Context, f func(*sqlite.Conn) error) error {
	return st.explain(ctx, st.file.Use(ctx, f))
}

// explain distinguishes a canceled call from one that waited too long.
func (st *Store) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultInterrupt || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the sandbox database is locked by another process: %w", err)
	}
	return err
}

// Tx is one transaction.
type Tx struct{ conn *sqlite.Conn }

// Read runs f in a transaction that sees a consistent snapshot of the file.
func (st *Store) Read(ctx context.Context, f func(*Tx) error) error {
	return st.use(ctx, func(conn *sqlite.Conn) (err error) {
		defer sqlitex.Transaction(conn)(&err)
		return f(&Tx{conn})
	})
}

// Write runs f while no other process writes, and commits unless f fails.
// What f reads cannot change before it writes, so a grant or the first view of a
// secret happens only once.
func (st *Store) Write(ctx context.Context, f func(*Tx) error) error {
	return st.explain(ctx, st.file.Write(ctx, func(conn *sqlite.Conn) error { return f(&Tx{conn}) }))
}

// exec runs one statement without a result.
func (t *Tx) exec(query string, args ...any) error {
	return sqlitex.Execute(t.conn, query, &sqlitex.ExecOptions{Args: args})
}

// each calls f for every row of a query.
func (t *Tx) each(query string, f func(row *sqlite.Stmt) error, args ...any) error {
	return sqlitex.Execute(t.conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: f})
}

// Setting reports whether a setting is on. Settings are off until they are set.
func (t *Tx) Setting(name string) (on bool, err error) {
	err = t.each("SELECT value FROM settings WHERE name = ?", func(row *sqlite.Stmt) error {
		on = row.ColumnInt(0) != 0
		return nil
	}, name)
	return on, err
}

// SetSetting switches a setting on or off.
func (t *Tx) SetSetting(name string, on bool) error {
	return t.exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, on)
}

// DeleteAll deletes everything. Request numbers start at 1 again.
func (t *Tx) DeleteAll() error {
	var tables []string // sqlite_sequence included, which counts the requests
	err := t.each("SELECT name FROM sqlite_schema WHERE type = 'table'", func(row *sqlite.Stmt) error {
		tables = append(tables, row.ColumnText(0))
		return nil
	})
	for _, table := range tables {
		err = errors.Join(err, t.exec("DELETE FROM "+table))
	}
	return err
}

func decode[T any](text string) (*T, error) {
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return nil, fmt.Errorf("a record in the sandbox database is damaged: %w", err)
	}
	return &value, nil
}
