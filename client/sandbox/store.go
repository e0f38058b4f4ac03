package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// store is the sandbox's SQLite file: requests and sessions as JSON documents,
// and switches. The catalogue is not in it. One connection serves the process;
// other processes have their own, and SQLite's locks keep them apart.
type store struct {
	free chan *sqlite.Conn // holds the connection while nobody uses it
	done chan struct{}     // closed when the store is
}

const (
	schemaVersion = 1
	schema        = `
		CREATE TABLE requests (number INTEGER PRIMARY KEY AUTOINCREMENT, open INTEGER NOT NULL, record TEXT NOT NULL);
		CREATE INDEX open_requests ON requests (open) WHERE open;
		CREATE TABLE sessions (id TEXT PRIMARY KEY, request INTEGER NOT NULL, record TEXT NOT NULL);
		CREATE INDEX sessions_of ON sessions (request);
		CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL);`

	// lockWait is how long another process's transaction is waited for.
	lockWait = 10 * time.Second
)

// errClosed is what every use of a closed store ends with.
var errClosed = errors.New("the sandbox is closed")

func openStore(ctx context.Context, path string) (*store, error) {
	// SQLite would make the file with the umask's permissions; it gives its
	// -wal and -shm files those of the database.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(file.Chmod(0o600), file.Close()); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	st := &store{free: make(chan *sqlite.Conn, 1), done: make(chan struct{})}
	st.free <- conn
	if err := st.prepare(ctx); err != nil {
		switch sqlite.ErrCode(err).ToPrimary() {
		case sqlite.ResultNotADB, sqlite.ResultCorrupt:
			err = fmt.Errorf("its file is damaged; remove %s to start afresh: %w", path, err)
		}
		return nil, errors.Join(err, st.close())
	}
	return st, nil
}

// prepare sets the connection up and makes the tables in a new file.
func (st *store) prepare(ctx context.Context) error {
	err := st.use(ctx, func(conn *sqlite.Conn) error {
		return errors.Join(sqlitex.ExecuteTransient(conn, "PRAGMA synchronous=NORMAL", nil), sqlitex.ExecuteTransient(conn, "PRAGMA secure_delete=ON", nil))
	})
	if err != nil {
		return err
	}
	if err := st.switchToWAL(ctx); err != nil {
		return err
	}
	version := 0
	if err := st.read(ctx, func(t *tx) (err error) { version, err = t.version(); return err }); err != nil {
		return err
	}
	switch {
	case version == schemaVersion:
		return nil
	case version > schemaVersion:
		return fmt.Errorf("its file was written by a newer version of this program (%d, this one knows %d)", version, schemaVersion)
	}
	return st.write(ctx, func(t *tx) error {
		if version, err := t.version(); err != nil || version == schemaVersion {
			return err // another process was quicker
		}
		return sqlitex.ExecuteScript(t.conn, schema+fmt.Sprintf("PRAGMA user_version=%d;", schemaVersion), nil)
	})
}

// switchToWAL makes the file a write-ahead log one. The switch wants the file
// for itself and does not wait for it, so it is tried again while other
// processes are opening the same new file.
func (st *store) switchToWAL(ctx context.Context) error {
	deadline := time.Now().Add(lockWait)
	for {
		err := st.use(ctx, func(conn *sqlite.Conn) error {
			return sqlitex.ExecuteTransient(conn, "PRAGMA journal_mode=WAL", nil)
		})
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (st *store) close() error {
	select {
	case conn := <-st.free:
		close(st.done)
		return conn.Close()
	case <-st.done:
		return nil
	}
}

// use runs f with the connection, which nobody else has meanwhile. A cancelled
// ctx ends statements that run and waits for locks.
func (st *store) use(ctx context.Context, f func(*sqlite.Conn) error) error {
	limited, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	select {
	case conn := <-st.free:
		conn.SetInterrupt(limited.Done())
		defer func() {
			conn.SetInterrupt(nil)
			st.free <- conn
		}()
		return st.explain(ctx, f(conn))
	case <-st.done:
		return errClosed
	case <-limited.Done():
		return st.explain(ctx, limited.Err())
	}
}

// explain tells a cancelled call from one that waited too long.
func (st *store) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultInterrupt || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the sandbox's file stayed locked by another process: %w", err)
	}
	return err
}

// tx is one transaction.
type tx struct{ conn *sqlite.Conn }

// read runs f in a transaction that sees one state of the file.
func (st *store) read(ctx context.Context, f func(*tx) error) error {
	return st.use(ctx, func(conn *sqlite.Conn) (err error) {
		defer sqlitex.Transaction(conn)(&err)
		return f(&tx{conn})
	})
}

// write runs f while no other process writes. What f decides from what it
// reads is therefore still true when it is written: this is what makes a grant
// or a first view happen once.
func (st *store) write(ctx context.Context, f func(*tx) error) error {
	return st.use(ctx, func(conn *sqlite.Conn) (err error) {
		end, err := sqlitex.ImmediateTransaction(conn)
		if err != nil {
			return err
		}
		defer end(&err)
		return f(&tx{conn})
	})
}

func (t *tx) version() (version int, err error) {
	err = sqlitex.ExecuteTransient(t.conn, "PRAGMA user_version", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		version = row.ColumnInt(0)
		return nil
	}})
	return version, err
}

// exec runs one statement that returns nothing.
func (t *tx) exec(query string, args ...any) error {
	return sqlitex.Execute(t.conn, query, &sqlitex.ExecOptions{Args: args})
}

// each calls f for every row of a query.
func (t *tx) each(query string, f func(row *sqlite.Stmt) error, args ...any) error {
	return sqlitex.Execute(t.conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: f})
}

func (t *tx) setting(name string) (on bool, err error) {
	err = t.each("SELECT value FROM settings WHERE name = ?", func(row *sqlite.Stmt) error {
		on = row.ColumnInt(0) != 0
		return nil
	}, name)
	return on, err
}

func (t *tx) setSetting(name string, on bool) error {
	return t.exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, on)
}

// deleteAll empties the file; numbers begin at 1 again.
func (t *tx) deleteAll() error {
	for _, table := range []string{"requests", "sessions", "settings", "sqlite_sequence"} {
		if err := t.exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	return nil
}

func decode[T any](text string) (*T, error) {
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return nil, fmt.Errorf("a damaged record in the sandbox's file: %w", err)
	}
	return &value, nil
}
