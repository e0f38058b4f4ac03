package catalog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sync/errgroup"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/client/sqlitefile"
)

// Store is the file that keeps lists and small entries between commands. Nothing
// depends on it: a file that cannot be used counts as empty, and a damaged one is
// replaced. A nil Store is always empty. It is safe for several goroutines and
// processes.
type Store struct {
	path string

	writes sync.WaitGroup // of lists

	mu      sync.Mutex
	files   []*sqlitefile.File // the first one writes; the others, if any, only read
	closing bool               // no more lists are stored
	closed  bool
}

// Open returns the store in a folder, which need not exist. A folder must be used for
// only one user of one service. The file is opened when it is used.
func Open(folder string) *Store { return &Store{path: filepath.Join(folder, fileName)} }

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
		if !create {
			if _, err := os.Stat(s.path); err != nil {
				return nil, err
			}
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
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
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

// use calls do with a connection. If the file is damaged or of another version, it is
// deleted, and do runs once more on an empty one.
func (s *Store) use(ctx context.Context, number int, create bool, do func(*sqlite.Conn) error) error {
	if s == nil {
		return fs.ErrNotExist
	}
	for attempt := 0; ; attempt++ {
		f, err := s.file(number, create)
		if err == nil {
			err = f.Use(ctx, do)
		}
		if attempt > 0 || !isDamaged(err) {
			return err
		}
		s.discard()
	}
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

// stored describes a list of the store.
type stored struct {
	id      int64
	key     listKey
	items   int
	fetched time.Time
}

// fields are the columns that readStored reads.
const fields = "id, grantee, kind, integration, resource_type, bundle, items, fetched"

func readStored(row *sqlite.Stmt) stored {
	return stored{
		id:    row.ColumnInt64(0),
		key:   listKey{row.ColumnText(1), row.ColumnText(2), scopeIDs{row.ColumnText(3), row.ColumnText(4), row.ColumnText(5)}},
		items: row.ColumnInt(6), fetched: time.UnixMilli(row.ColumnInt64(7)),
	}
}

func keyArgs(key listKey) []any {
	return []any{key.grantee, key.kind, key.scope.integration, key.scope.resourceType, key.scope.bundle}
}

const whereKey = " WHERE fetched > 0 AND grantee = ? AND kind = ? AND integration = ? AND resource_type = ? AND bundle = ?"

// find returns the list with a key, if it is there and not too old.
func (s *Store) find(ctx context.Context, key listKey) (found stored, ok bool) {
	err := s.use(ctx, 0, false, func(conn *sqlite.Conn) (err error) {
		found, ok, err = findList(conn, key)
		return err
	})
	return found, err == nil && ok && time.Since(found.fetched) < keptFor
}

func findList(conn *sqlite.Conn, key listKey) (found stored, ok bool, err error) {
	err = sqlitex.Execute(conn, "SELECT "+fields+" FROM list"+whereKey, &sqlitex.ExecOptions{Args: keyArgs(key), ResultFunc: func(row *sqlite.Stmt) error {
		found, ok = readStored(row), true
		return nil
	}})
	return found, ok, err
}

// lists returns all lists of a grantee that are not too old.
func (s *Store) lists(ctx context.Context, grantee string) ([]stored, error) {
	var list []stored
	err := s.use(ctx, 0, false, func(conn *sqlite.Conn) error {
		list = nil
		return sqlitex.Execute(conn, "SELECT "+fields+" FROM list WHERE grantee = ? AND fetched > ? ORDER BY kind, integration, resource_type, bundle", &sqlitex.ExecOptions{
			Args: []any{grantee, time.Now().Add(-keptFor).UnixMilli()},
			ResultFunc: func(row *sqlite.Stmt) error {
				list = append(list, readStored(row))
				return nil
			},
		})
	})
	return list, err
}

// rows returns the items of a list.
func (s *Store) rows(ctx context.Context, list stored) (*Rows, error) {
	parts := (list.items + partSize - 1) / partSize
	rows := &Rows{parts: make([]*part, parts), count: list.items}
	err := s.eachPart(ctx, []stored{list}, nil, func(_, number int, p *part) error {
		if number >= parts {
			return errDamaged
		}
		p.split()
		rows.parts[number] = p
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, p := range rows.parts {
		if p == nil || p.count != min(partSize, list.items-i*partSize) {
			return nil, errDamaged
		}
	}
	return rows, nil
}

// location is where a column of a part is stored.
type location struct {
	list, part, number, items int
	id                        int64 // 0 if text is the text
	text                      string
	sum                       uint32
	folded                    bool
}

// eachPart reads parts of lists, several at a time, and passes them to use, which must
// be safe for concurrent use. Only the columns with the given numbers are read; nil is
// all of them.
func (s *Store) eachPart(ctx context.Context, lists []stored, columns []int, use func(list, number int, p *part) error) error {
	return s.eachPartOf(ctx, lists, columns, func(int, int) bool { return true }, use)
}

// scanParts is eachPart for parts that are not needed after use returns.
func (s *Store) scanParts(ctx context.Context, lists []stored, columns []int, use func(list, number int, p *part) error) error {
	places, err := s.locate(ctx, lists, columns)
	if err != nil {
		return err
	}
	return s.readParts(ctx, places, true, use)
}

// eachPartOf is eachPart for the parts that only selects.
func (s *Store) eachPartOf(ctx context.Context, lists []stored, columns []int, only func(list, number int) bool, use func(list, number int, p *part) error) error {
	places, err := s.locate(ctx, lists, columns)
	if err != nil {
		return err
	}
	places = slices.DeleteFunc(places, func(p []location) bool { return !only(p[0].list, p[0].part) })
	return s.readParts(ctx, places, false, use)
}

// readParts reads parts, several at a time. If scan is true, each is valid only until use
// returns, which saves memory.
func (s *Store) readParts(ctx context.Context, places [][]location, scan bool, use func(list, number int, p *part) error) error {
	group, ctx := errgroup.WithContext(ctx)
	workers := min(runtime.GOMAXPROCS(0), maxReaders, len(places))
	for worker := range workers {
		from, to := len(places)*worker/workers, len(places)*(worker+1)/workers
		group.Go(func() error {
			return s.use(ctx, worker, false, func(conn *sqlite.Conn) error {
				var kept buffers
				for _, place := range places[from:to] {
					if !scan {
						kept = nil
					}
					p, err := readPart(conn, place, &kept)
					if err != nil {
						return err
					}
					if err := use(place[0].list, place[0].part, p); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	return group.Wait()
}

// maxReaders is how many parts are read at a time.
const maxReaders = 4

// inlineItems is the length of a list whose texts are read together with their
// locations, because opening each of them would take longer.
const inlineItems = 256

// locate returns where the parts of lists are, with their columns.
func (s *Store) locate(ctx context.Context, lists []stored, columns []int) ([][]location, error) {
	numbers := make(map[int64]int, len(lists))
	inline := len(lists) > 0
	for n, list := range lists {
		numbers[list.id] = n
		inline = inline && list.items <= inlineItems
	}
	query, args := "SELECT list, part, number, items, sum, folded, id FROM column", []any{}
	switch {
	case inline:
		query, args = "SELECT list, part, number, c.items, sum, folded, c.id, text FROM list JOIN column c ON c.list = list.id WHERE list.items <= ?", append(args, inlineItems)
	case len(lists) == 1:
		query, args = query+" WHERE list = ?", append(args, lists[0].id)
	}
	var places [][]location
	err := s.use(ctx, 0, false, func(conn *sqlite.Conn) error {
		places = nil
		return sqlitex.Execute(conn, query+" ORDER BY list, part, number", &sqlitex.ExecOptions{Args: args, ResultFunc: func(row *sqlite.Stmt) error {
			n, ok := numbers[row.ColumnInt64(0)]
			l := location{list: n, part: row.ColumnInt(1), number: row.ColumnInt(2), items: row.ColumnInt(3), sum: uint32(row.ColumnInt64(4)), folded: row.ColumnInt(5) != 0, id: row.ColumnInt64(6)}
			if !ok || columns != nil && !slices.Contains(columns, l.number) {
				return nil
			}
			if inline {
				l.text = row.ColumnText(7)
				l.id = 0
			}
			if last := len(places) - 1; last >= 0 && places[last][0].list == l.list && places[last][0].part == l.part {
				places[last] = append(places[last], l)
			} else {
				places = append(places, []location{l})
			}
			return nil
		}})
	})
	return places, err
}

// readPart reads the columns of a part.
func readPart(conn *sqlite.Conn, place []location, into *buffers) (*part, error) {
	p := &part{count: place[0].items, columns: make([]column, len(place))}
	for i, l := range place {
		text, err := l.text, error(nil)
		if l.id != 0 {
			text, err = into.read(conn, i, l.id)
		}
		if err != nil {
			return nil, err
		}
		p.columns[i].text, p.columns[i].folded = text, l.folded
		if p.columns[i].sum() != l.sum || l.items != p.count {
			return nil, fmt.Errorf("%w: wrong checksum", errDamaged)
		}
	}
	return p, nil
}

// buffers are the bytes that texts were read into, by the number of the text in a part.
type buffers [][]byte

// read reads a text. It is valid until the next text with its number is read.
func (b *buffers) read(conn *sqlite.Conn, number int, id int64) (string, error) {
	blob, err := conn.OpenBlob("", "column", "text", id, false)
	if err != nil {
		return "", err
	}
	defer blob.Close()
	for len(*b) <= number {
		*b = append(*b, nil)
	}
	size := int(blob.Size())
	text := slices.Grow((*b)[number][:0], size)[:size]
	(*b)[number] = text
	if _, err := io.ReadFull(blob, text); err != nil || size == 0 {
		return "", err
	}
	return unsafe.String(&text[0], size), nil // nothing changes it until the next read
}

// listWriter writes one list, a part at a time. It takes the place of the list before
// it only when it is complete.
type listWriter struct {
	store *Store
	key   listKey
	id    int64
	parts int
	items int
}

// unfinishedFor is how long a list may be in the making. After that, its process is
// gone.
const unfinishedFor = time.Hour

// begin starts to write a list.
func (s *Store) begin(ctx context.Context, key listKey, create bool) (*listWriter, error) {
	w := &listWriter{store: s, key: key}
	err := s.write(ctx, create, func(conn *sqlite.Conn) error {
		if err := dropLists(conn, "fetched = 0 AND started < ?", time.Now().Add(-unfinishedFor).UnixMilli()); err != nil {
			return err
		}
		args := append(keyArgs(key), time.Now().UnixMilli())
		err := sqlitex.Execute(conn, "INSERT INTO list (grantee, kind, integration, resource_type, bundle, items, fetched, started) VALUES (?, ?, ?, ?, ?, 0, 0, ?)", &sqlitex.ExecOptions{Args: args})
		w.id = conn.LastInsertRowID()
		return err
	})
	return w, err
}

// add writes a part.
func (w *listWriter) add(ctx context.Context, p *part) error {
	err := w.store.write(ctx, false, func(conn *sqlite.Conn) error {
		for number := range p.columns {
			c := &p.columns[number]
			if err := sqlitex.Execute(conn, "INSERT INTO column (list, part, number, items, sum, folded, text) VALUES (?, ?, ?, ?, ?, ?, ?)", &sqlitex.ExecOptions{
				Args: []any{w.id, w.parts, number, p.count, int64(c.sum()), isFolded(c.text), []byte(c.text)},
			}); err != nil {
				return err
			}
		}
		return nil
	})
	w.parts, w.items = w.parts+1, w.items+p.count
	return err
}

// commit makes the list the one that others see.
func (w *listWriter) commit(ctx context.Context, fetched time.Time) error {
	return w.store.write(ctx, false, func(conn *sqlite.Conn) error {
		before, ok, err := findList(conn, w.key)
		if err != nil {
			return err
		}
		if ok {
			if err := dropLists(conn, "id = ?", before.id); err != nil {
				return err
			}
		}
		return sqlitex.Execute(conn, "UPDATE list SET items = ?, fetched = ? WHERE id = ?", &sqlitex.ExecOptions{Args: []any{w.items, fetched.UnixMilli(), w.id}})
	})
}

// cancel deletes what was written.
func (w *listWriter) cancel(ctx context.Context) {
	_ = w.store.write(ctx, false, func(conn *sqlite.Conn) error { return dropLists(conn, "id = ?", w.id) })
}

// dropLists deletes the lists that a condition selects.
func dropLists(conn *sqlite.Conn, condition string, arg any) error {
	options := &sqlitex.ExecOptions{Args: []any{arg}}
	if err := sqlitex.Execute(conn, "DELETE FROM column WHERE list IN (SELECT id FROM list WHERE "+condition+")", options); err != nil {
		return err
	}
	return sqlitex.Execute(conn, "DELETE FROM list WHERE "+condition, options)
}

// put stores a list, or only notes that it is still the same.
func (s *Store) put(ctx context.Context, key listKey, rows *Rows, fetched time.Time) error {
	if before, ok := s.find(ctx, key); ok && s.same(ctx, before, rows) {
		return s.write(ctx, false, func(conn *sqlite.Conn) error {
			return sqlitex.Execute(conn, "UPDATE list SET fetched = ? WHERE id = ?", &sqlitex.ExecOptions{Args: []any{fetched.UnixMilli(), before.id}})
		})
	}
	w, err := s.begin(ctx, key, true)
	if err != nil {
		return err
	}
	for _, p := range rows.parts {
		if err := w.add(ctx, p); err != nil {
			w.cancel(context.WithoutCancel(ctx))
			return err
		}
	}
	return w.commit(ctx, fetched)
}

// keep returns the function that stores a list; Close waits for it. It does not matter
// if that fails.
func (s *Store) keep(ctx context.Context, key listKey, rows *Rows, fetched time.Time) (store func()) {
	if s == nil {
		return func() {}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return func() {}
	}
	s.writes.Add(1)
	return func() {
		defer s.writes.Done()
		_ = s.put(ctx, key, rows, fetched)
	}
}

// same reports whether a stored list has the same checksums as rows.
func (s *Store) same(ctx context.Context, list stored, rows *Rows) bool {
	if list.items != rows.count {
		return false
	}
	places, err := s.locate(ctx, []stored{list}, nil)
	if err != nil || len(places) != len(rows.parts) {
		return false
	}
	for i, place := range places {
		for n, l := range place {
			if n >= len(rows.parts[i].columns) || l.sum != rows.parts[i].columns[n].sum() {
				return false
			}
		}
	}
	return true
}
