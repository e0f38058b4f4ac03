package shop

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/auth/atomicfile"
)

//go:embed schema.sql
var schema string

// Create creates the demo database at path, with the same rows every time. It
// does nothing if the file exists. Only the owner can read the file, and it
// appears complete or not at all, even if several processes create it at once.
func Create(ctx context.Context, path string) error {
	if exists, err := fileExists(path); exists || err != nil {
		return err
	}
	// The lock keeps one process from replacing a file that another one has
	// just created and started to use.
	unlock, err := atomicfile.Lock(ctx, path)
	if err != nil {
		return fmt.Errorf("create the demo database: %w", err)
	}
	defer unlock()
	if exists, err := fileExists(path); exists || err != nil {
		return err
	}
	atomicfile.Sweep(path)
	err = atomicfile.Writer{}.Replace(path, atomicfile.Private, func(temporary string) error {
		return populate(ctx, temporary)
	})
	if err != nil {
		return fmt.Errorf("create the demo database: %w", err)
	}
	return nil
}

func fileExists(path string) (bool, error) {
	_, err := os.Stat(path)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	default:
		return false, fmt.Errorf("check the demo database: %w", err)
	}
}

// populate writes the schema and the demo rows to the empty file at path.
func populate(ctx context.Context, path string) (err error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.SetInterrupt(ctx.Done())
	// The file is temporary until it is complete, so it needs no journal.
	for _, pragma := range []string{"journal_mode = OFF", "synchronous = OFF", "user_version = 1"} {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return err
		}
	}
	if err := sqlitex.ExecuteScript(conn, schema, nil); err != nil {
		return err
	}
	return insertRows(conn)
}
