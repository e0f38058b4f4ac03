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
)

// busyTimeout is how long a statement waits for another process's transaction.
const busyTimeout = 5 * time.Second

// Database is an opened shop. It is for one goroutine at a time, and has to be
// closed.
type Database struct {
	path   string
	conn   *sqlite.Conn
	gate   *gate
	access Access
}

// Open opens the shop at path, which Create made, for what access allows. What
// it does not allow is refused by SQLite with a *RefusedError.
func Open(ctx context.Context, path string, access Access) (*Database, error) {
	if err := access.check(); err != nil {
		return nil, fmt.Errorf("open the shop: %w", err)
	}
	// SQLite takes some names for something else than a file, and would make
	// the file of others.
	if info, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open the shop: %w", err)
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open the shop: %s is not a file", path)
	}
	if err := repair(ctx, path); err != nil {
		return nil, fmt.Errorf("open the shop: %w", err)
	}
	database, err := open(ctx, path, access)
	if err != nil {
		return nil, fmt.Errorf("open the shop: %w", err)
	}
	return database, nil
}

// repair undoes a transaction that a killed process has left half-done. Who
// may only read could not, and could not read either.
func repair(ctx context.Context, path string) (err error) {
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
	if access.mayWrite() {
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
	database := &Database{path: path, conn: conn, gate: &gate{access: access}, access: access}
	// From here on the gate is asked about every statement.
	return database, conn.SetAuthorizer(database.gate)
}

// harden shuts what the gate cannot: SQLite's own tables, and views and
// triggers that call functions with side effects. Extensions cannot be loaded
// unless that is turned on.
func harden(conn *sqlite.Conn, access Access) error {
	if err := conn.SetDefensive(true); err != nil {
		return err
	}
	pragmas := []string{"foreign_keys = ON", "trusted_schema = OFF", "temp_store = MEMORY"}
	if !access.mayWrite() {
		pragmas = append(pragmas, "query_only = ON")
	}
	for _, pragma := range pragmas {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return err
		}
	}
	// A file that is no database is found out now and not at the first statement.
	return sqlitex.ExecuteTransient(conn, "SELECT count(*) FROM sqlite_schema", nil)
}

// Access returns what the shop was opened for.
func (d *Database) Access() Access { return d.access }

// Close ends the use of the shop; an open transaction is undone.
func (d *Database) Close() error {
	if err := d.conn.Close(); err != nil {
		return fmt.Errorf("close the shop: %w", err)
	}
	return nil
}

// StatementError is a statement that SQLite refuses or fails at.
type StatementError struct {
	// Offset is where in the statement SQLite found the fault, in bytes, or
	// negative where it does not say.
	Offset int
	Err    error
}

func (e *StatementError) Error() string {
	code := sqlite.ErrCode(e.Err)
	switch code.ToPrimary() {
	case sqlite.ResultInterrupt:
		return "interrupted"
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return "another process is writing to the shop; try again when it is done"
	default:
		// The library's own words around SQLite's are of no use to who wrote
		// the statement.
		return strings.TrimPrefix(innermost(e.Err).Error(), code.Message()+": ")
	}
}

func (e *StatementError) Unwrap() error { return e.Err }

func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(next) {
		err = next
	}
	return err
}

// explain turns an error of SQLite's into one that a person understands.
func (d *Database) explain(err error) error {
	if err == nil {
		return nil
	}
	if refused := d.gate.refused; refused != nil {
		return refused
	}
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultReadOnly && !d.access.mayWrite() {
		return &RefusedError{Access: d.access, Deed: "write to the shop", Needs: ReadWrite}
	}
	offset, known := sqlite.ErrorOffset(err)
	if !known {
		offset = -1
	}
	return &StatementError{Offset: offset, Err: err}
}
