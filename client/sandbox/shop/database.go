package shop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/client/sandbox/permission"
)

// busyTimeout is how long a statement waits for another process's transaction.
const busyTimeout = 5 * time.Second

// Database is an open demo database. It must not be used by several goroutines
// at once, and must be closed.
type Database struct {
	path       string
	conn       *sqlite.Conn
	authorizer *authorizer
	access     Access
}

// Open opens the database that Create made at path. SQLite refuses statements
// that access does not allow with a *RefusedError.
func Open(ctx context.Context, path string, access Access) (*Database, error) {
	if err := access.validate(); err != nil {
		return nil, fmt.Errorf("open the demo database: %w", err)
	}
	// SQLite gives some names a special meaning, such as ":memory:", and would
	// create a file for others.
	if info, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open the demo database: %w", err)
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open the demo database: %s is not a file", path)
	}
	if err := recoverJournal(ctx, path); err != nil {
		return nil, fmt.Errorf("open the demo database: %w", err)
	}
	database, err := open(ctx, path, access)
	if err != nil {
		return nil, fmt.Errorf("open the demo database: %w", err)
	}
	return database, nil
}

// recoverJournal rolls back the transaction of a killed process. A read-only
// connection cannot do that itself, and cannot read the file until it is done.
func recoverJournal(ctx context.Context, path string) (err error) {
	if _, err := os.Stat(path + "-journal"); err != nil {
		return nil
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.SetBusyTimeout(busyTimeout)
	conn.SetInterrupt(ctx.Done())
	return sqlitex.ExecuteTransient(conn, "SELECT count(*) FROM sqlite_schema", nil)
}

func open(ctx context.Context, path string, access Access) (_ *Database, err error) {
	flags := sqlite.OpenReadOnly
	if access.Allows(permission.ReadWrite) {
		flags = sqlite.OpenReadWrite
	}
	conn, err := sqlite.OpenConn(path, flags)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = conn.Close()
		}
	}()
	conn.SetBusyTimeout(busyTimeout)
	conn.SetInterrupt(ctx.Done())
	defer conn.SetInterrupt(nil)
	if err := harden(conn, access); err != nil {
		return nil, err
	}
	database := &Database{path: path, conn: conn, authorizer: &authorizer{access: access}, access: access}
	// From here on, SQLite asks the authorizer about every statement.
	return database, conn.SetAuthorizer(database.authorizer)
}

// harden turns off what the authorizer cannot refuse: direct writes to SQLite's
// own tables, and functions with side effects in views and triggers. Loading
// extensions is off by default.
func harden(conn *sqlite.Conn, access Access) error {
	if err := conn.SetDefensive(true); err != nil {
		return err
	}
	pragmas := []string{"foreign_keys = ON", "trusted_schema = OFF", "temp_store = MEMORY"}
	if !access.Allows(permission.ReadWrite) {
		pragmas = append(pragmas, "query_only = ON")
	}
	for _, pragma := range pragmas {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return err
		}
	}
	// Fail now, not at the first statement, if the file is not a database.
	return sqlitex.ExecuteTransient(conn, "SELECT count(*) FROM sqlite_schema", nil)
}

// Access returns the access that the database was opened with.
func (d *Database) Access() Access { return d.access }

// InTransaction reports whether a transaction is open.
func (d *Database) InTransaction() bool { return !d.conn.AutocommitEnabled() }

// Close closes the database and rolls back an open transaction.
func (d *Database) Close() error {
	if err := d.conn.Close(); err != nil {
		return fmt.Errorf("close the demo database: %w", err)
	}
	return nil
}

// StatementError is the error of a statement that SQLite rejects or fails to run.
type StatementError struct {
	// Offset is the position of the error in the statement, in bytes. It is
	// negative if SQLite does not report one.
	Offset int
	// Err is SQLite's error.
	Err error
}

// Error returns SQLite's message.
func (e *StatementError) Error() string {
	code := sqlite.ErrCode(e.Err)
	switch code.ToPrimary() {
	case sqlite.ResultInterrupt:
		return "interrupted"
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return "the database is locked by another process; try again later"
	default:
		// Leave out what the library adds to SQLite's message. It does not help
		// the author of the statement.
		return strings.TrimPrefix(innermost(e.Err).Error(), code.Message()+": ")
	}
}

// Unwrap returns SQLite's error.
func (e *StatementError) Unwrap() error { return e.Err }

func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(next) {
		err = next
	}
	return err
}

// translateError turns an error from SQLite into a *RefusedError or a
// *StatementError. It returns nil for nil.
func (d *Database) translateError(err error) error {
	if err == nil {
		return nil
	}
	if refused := d.authorizer.refused; refused != nil {
		return refused
	}
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultReadOnly && !d.access.Allows(permission.ReadWrite) {
		return &RefusedError{Access: d.access, Action: "write to the database", Required: permission.ReadWrite, Tables: d.access.Tables}
	}
	offset, known := sqlite.ErrorOffset(err)
	if !known {
		offset = -1
	}
	return &StatementError{Offset: offset, Err: err}
}
