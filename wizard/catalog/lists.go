package catalog

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

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
		if err := dropLists(conn, "fetched > 0 AND fetched < ?", time.Now().Add(-keptFor).UnixMilli()); err != nil {
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
