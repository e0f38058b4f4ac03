package shop

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

//go:embed schema.sql
var schema string

const (
	folderMode = 0o700
	fileMode   = 0o600
	// lockPoll is how often a process that waits for another one's Create looks again.
	lockPoll = 20 * time.Millisecond
)

// Create makes the demo shop at path, with the same rows each time, and leaves
// a file that is already there as it is. The file appears whole or not at all,
// also when several processes create it at once; only its owner can read it.
func Create(ctx context.Context, path string) error {
	if exists, err := isThere(path); exists || err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return fmt.Errorf("create the demo shop: %w", err)
	}
	// A rename alone would do for one process; two would replace each other's
	// file while somebody already works in it.
	lock := flock.New(path+".lock", flock.SetPermissions(fileMode))
	if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
		return fmt.Errorf("create the demo shop: wait for another process: %w", err)
	}
	defer func() { _ = lock.Unlock() }()
	if exists, err := isThere(path); exists || err != nil {
		return err
	}
	if err := createAt(ctx, path); err != nil {
		return fmt.Errorf("create the demo shop: %w", err)
	}
	return nil
}

func isThere(path string) (bool, error) {
	_, err := os.Stat(path)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	default:
		return false, fmt.Errorf("the demo shop: %w", err)
	}
}

// createAt fills a temporary file beside path and moves it there.
func createAt(ctx context.Context, path string) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	if err := temporary.Close(); err != nil {
		return err
	}
	if err := fill(ctx, temporary.Name()); err != nil {
		return err
	}
	if err := flush(temporary.Name()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

// flush puts the file's content on the disk before its name says that it is whole.
func flush(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, fileMode)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func fill(ctx context.Context, path string) (err error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.SetInterrupt(ctx.Done())
	// Nobody sees this file before it is whole, so it needs no journal.
	for _, pragma := range []string{"journal_mode = OFF", "synchronous = OFF", "user_version = 1"} {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return err
		}
	}
	if err := sqlitex.ExecuteScript(conn, schema, nil); err != nil {
		return err
	}
	return fillRows(conn)
}
