package catalog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/client/sqlitefile"
)

// Store is the file that keeps lists and small entries between commands. Nothing
// depends on it: a file that cannot be used counts as empty, and a damaged one is
// replaced. A nil Store is always empty. It is safe for several goroutines and
// processes.
type Store struct {
	path  string
	wants func() bool // whether a file may be made; nil for always

	writes sync.WaitGroup // of lists

	mu      sync.Mutex
	files   []*sqlitefile.File // the first one writes; the others, if any, only read
	closing bool               // no more lists are stored
	closed  bool
}

// Open returns the store in a folder, which need not exist. A folder must be used for
// only one user of one service. The file is opened when it is used.
func Open(folder string) *Store { return &Store{path: filepath.Join(folder, fileName)} }

// CreateIf makes the store ask before it makes a file that is not there: a login may have
// ended since the command began.
func (s *Store) CreateIf(wanted func() bool) { s.wants = wanted }

const fileName = "catalog.db"

// Close waits until the lists that are there have been stored, and closes the file. A
// nil Store need not be closed.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.writes.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.closeFiles()
}

func (s *Store) closeFiles() error {
	var err error
	for _, f := range s.files {
		err = errors.Join(err, f.Close())
	}
	s.files = nil
	return err
}

// tables are those of the file. A list without a time is being written.
const tables = `
CREATE TABLE list (
	id INTEGER PRIMARY KEY, grantee TEXT NOT NULL, kind TEXT NOT NULL,
	integration TEXT NOT NULL, resource_type TEXT NOT NULL, bundle TEXT NOT NULL,
	items INTEGER NOT NULL, fetched INTEGER NOT NULL, started INTEGER NOT NULL
);
CREATE UNIQUE INDEX list_key ON list (grantee, kind, integration, resource_type, bundle) WHERE fetched > 0;
CREATE TABLE column (id INTEGER PRIMARY KEY, list INTEGER NOT NULL, part INTEGER NOT NULL, number INTEGER NOT NULL, items INTEGER NOT NULL, sum INTEGER NOT NULL, folded INTEGER NOT NULL, text BLOB NOT NULL);
CREATE UNIQUE INDEX column_of ON column (list, part, number, items, sum, folded);
CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT NOT NULL, stored INTEGER NOT NULL) WITHOUT ROWID;
`

// file returns the file with a number, and opens it if necessary. create makes a file
// if there is none.
func (s *Store) file(number int, create bool) (*sqlitefile.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, sqlitefile.ErrClosed
	}
	for len(s.files) <= number {
		if _, err := os.Stat(s.path); err != nil && (!create || s.wants != nil && !s.wants()) {
			return nil, err
		}
		f, err := s.open()
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, f)
	}
	return s.files[number], nil
}

func (s *Store) open() (*sqlitefile.File, error) {
	folder := filepath.Dir(s.path)
	if _, err := os.Stat(folder); err != nil {
		sweep(filepath.Dir(folder))
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	f, err := sqlitefile.Open(s.path)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	err = f.Use(ctx, func(conn *sqlite.Conn) (err error) {
		for _, pragma := range []string{"page_size=32768", "journal_mode=wal", "synchronous=normal", "mmap_size=4294967296"} {
			err = errors.Join(err, sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil))
		}
		return err
	})
	if err == nil {
		if err = f.Migrate(ctx, tables, schema); err != nil && sqlite.ErrCode(err) == sqlite.ResultError && !errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("%w: %w", errDamaged, err) // other tables are there
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// sweep deletes the stores in a folder that have not been used for long, such as those of
// tokens that have expired.
func sweep(folder string) {
	stores, _ := filepath.Glob(filepath.Join(folder, "*", fileName))
	for _, path := range stores {
		newest := time.Time{}
		for _, suffix := range []string{"", "-wal"} {
			if info, err := os.Stat(path + suffix); err == nil && info.ModTime().After(newest) {
				newest = info.ModTime()
			}
		}
		if time.Since(newest) > keptFor {
			_ = os.RemoveAll(filepath.Dir(path))
		}
	}
}

// use calls do with a connection. If the file is damaged or of another version, it is
// deleted, and do runs once more on an empty one.
func (s *Store) use(ctx context.Context, number int, create bool, do func(*sqlite.Conn) error) error {
	if s == nil {
		return fs.ErrNotExist
	}
	for attempt := 0; ; attempt++ {
		f, err := s.file(number, create)
		if err == nil {
			err = guarded(ctx, f, do)
		}
		if attempt > 0 || !isDamaged(err) {
			return err
		}
		s.discard()
	}
}

// guarded calls do with the connection of a file. The file is read through the system's
// memory, which faults if it is cut short or its disk fails; then the error is errDamaged.
func guarded(ctx context.Context, f *sqlitefile.File, do func(*sqlite.Conn) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }:
			err = fmt.Errorf("%w: it cannot be read at %#x", errDamaged, fault.Addr())
		default:
			panic(fault)
		}
	}()
	return f.Use(ctx, do)
}

// write is use in a transaction.
func (s *Store) write(ctx context.Context, create bool, do func(*sqlite.Conn) error) error {
	return s.use(ctx, 0, create, func(conn *sqlite.Conn) (err error) {
		end, err := sqlitex.ImmediateTransaction(conn)
		if err != nil {
			return err
		}
		defer end(&err)
		return do(conn)
	})
}

// errDamaged is the error of a text that is not what was written.
var errDamaged = errors.New("the catalog is damaged")

func isDamaged(err error) bool {
	if errors.Is(err, errDamaged) || errors.Is(err, sqlitefile.ErrNewer) {
		return true
	}
	if err != nil && sqlite.ErrCode(err) == sqlite.ResultError && (strings.Contains(err.Error(), "no such table") || strings.Contains(err.Error(), "no such column")) {
		return true // another program's tables
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB, sqlite.ResultFormat:
		return true
	}
	return false
}

// discard deletes the file.
func (s *Store) discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.closeFiles()
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(s.path + suffix)
	}
}

// ForgetAll deletes the folder of a store, or of several. A process that fills one of
// them ends. A folder that does not exist is not an error.
func ForgetAll(folder string) error {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	// Where open files cannot be deleted, the processes that have them open must end.
	mark := filepath.Join(folder, endMark)
	_ = os.WriteFile(mark, nil, 0o600)
	for deadline := time.Now().Add(forgetLimit); ; time.Sleep(20 * time.Millisecond) {
		err := os.RemoveAll(folder)
		if err == nil {
			return nil
		}
		if runtime.GOOS != "windows" || time.Now().After(deadline) {
			_ = os.Remove(mark)
			return err
		}
	}
}

const (
	// endMark is a file that tells processes to end.
	endMark = "forgotten"
	// forgetLimit is how long ForgetAll waits for them.
	forgetLimit = 5 * time.Second
)

// isForgotten reports whether the store has been deleted.
func (s *Store) isForgotten() bool {
	folder := filepath.Dir(s.path)
	for _, dir := range []string{folder, filepath.Dir(folder)} {
		if _, err := os.Stat(filepath.Join(dir, endMark)); err == nil {
			return true
		}
	}
	_, err := os.Stat(s.path)
	return err != nil
}

// Entry returns the text stored under a key, and how old it is.
func (s *Store) Entry(ctx context.Context, key string) (text string, age time.Duration, ok bool) {
	err := s.use(ctx, 0, false, func(conn *sqlite.Conn) error {
		ok = false
		return sqlitex.Execute(conn, "SELECT value, stored FROM entry WHERE key = ?", &sqlitex.ExecOptions{Args: []any{key}, ResultFunc: func(row *sqlite.Stmt) error {
			text, age, ok = row.ColumnText(0), time.Since(time.UnixMilli(row.ColumnInt64(1))), true
			return nil
		}})
	})
	return text, age, ok && err == nil
}

// PutEntry stores a text under a key.
func (s *Store) PutEntry(ctx context.Context, key, text string) {
	_ = s.write(ctx, true, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", &sqlitex.ExecOptions{Args: []any{key, text, time.Now().UnixMilli()}})
	})
}

// ForgetEntry deletes what is stored under a key.
func (s *Store) ForgetEntry(ctx context.Context, key string) {
	_ = s.write(ctx, false, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, "DELETE FROM entry WHERE key = ?", &sqlitex.ExecOptions{Args: []any{key}})
	})
}
