// Package sqlitefile opens an SQLite file that goroutines and processes share.
// One connection serves a process, and SQLite's locks synchronize it with other
// processes. The package must not know what the file contains.
package sqlitefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// LockTimeout bounds one use of a File, including the wait for other goroutines
// and processes.
const LockTimeout = 10 * time.Second

// ErrClosed is the error of every use of a closed File.
var ErrClosed = errors.New("the database is closed")

// ErrNewer is the error of Migrate for a file of a higher version.
var ErrNewer = errors.New("the database was written by a newer version of this program")

// File is an open file. It is safe for concurrent use.
type File struct {
	free chan *sqlite.Conn // contains the connection while it is not in use
	done chan struct{}     // closed by Close
}

// Open opens the file at path, and creates it if it does not exist. It makes the
// file readable only by the user. The folder must exist.
func Open(path string) (*File, error) {
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	f := &File{free: make(chan *sqlite.Conn, 1), done: make(chan struct{})}
	f.free <- conn
	return f, nil
}

// makePrivate creates the file if it does not exist, and makes it readable only by the
// user. SQLite would create it with the umask's permissions, and gives its -wal and -shm
// files those of the database. A file that exists is not opened, because closing it
// would release the locks that other connections of this process have.
func makePrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return file.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// Close waits until the file is not in use and closes it. It may be called twice.
func (f *File) Close() error {
	select {
	case conn := <-f.free:
		close(f.done)
		return conn.Close()
	case <-f.done:
		return nil
	}
}

// Use calls do with exclusive use of the connection. After LockTimeout, or when
// ctx is canceled, it interrupts running statements and waits for locks; the
// error is then that of SQLite or of a context.
func (f *File) Use(ctx context.Context, do func(*sqlite.Conn) error) error {
	limited, cancel := context.WithTimeout(ctx, LockTimeout)
	defer cancel()
	select {
	case conn := <-f.free:
		conn.SetInterrupt(limited.Done())
		defer func() {
			conn.SetInterrupt(nil)
			f.free <- conn
		}()
		return do(conn)
	case <-f.done:
		return ErrClosed
	case <-limited.Done():
		return limited.Err()
	}
}

// Write is Use in a transaction during which no other process writes. It commits
// unless do fails.
func (f *File) Write(ctx context.Context, do func(*sqlite.Conn) error) error {
	return f.Use(ctx, func(conn *sqlite.Conn) (err error) {
		end, err := sqlitex.ImmediateTransaction(conn)
		if err != nil {
			return err
		}
		defer end(&err)
		return do(conn)
	})
}

// Migrate runs the script schema, which creates the tables, if the file is new,
// and records version in it. It fails if the file has a higher version.
func (f *File) Migrate(ctx context.Context, schema string, version int) error {
	var found int
	err := f.Use(ctx, func(conn *sqlite.Conn) (err error) { found, err = userVersion(conn); return err })
	switch {
	case err != nil || found == version:
		return err
	case found > version:
		return fmt.Errorf("%w (schema %d, this version supports %d)", ErrNewer, found, version)
	}
	return f.Write(ctx, func(conn *sqlite.Conn) error {
		if found, err := userVersion(conn); err != nil || found == version {
			return err // another process created the tables first
		}
		return sqlitex.ExecuteScript(conn, schema+fmt.Sprintf("PRAGMA user_version=%d;", version), nil)
	})
}

func userVersion(conn *sqlite.Conn) (version int, err error) {
	err = sqlitex.ExecuteTransient(conn, "PRAGMA user_version", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		version = row.ColumnInt(0)
		return nil
	}})
	return version, err
}
