package shop

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/client/sandbox/permission"
)

func TestOpenRefuses(t *testing.T) {
	folder, path := t.TempDir(), newDatabase(t)
	for name, c := range map[string]struct {
		path   string
		access Access
		want   string
	}{
		"an unknown permission": {path, Access{Permission: "OWNER"}, `unknown permission "OWNER"`},
		"no permission":         {path, Access{}, `unknown permission ""`},
		"a missing file":        {filepath.Join(folder, "none.db"), Access{Permission: permission.Admin}, "none.db"},
		"a folder":              {folder, Access{Permission: permission.ReadOnly}, "is not a file"},
		"memory":                {":memory:", Access{Permission: permission.Admin}, ":memory:"},
		"no name":               {"", Access{Permission: permission.Admin}, "open the demo database"},
	} {
		t.Run(name, func(t *testing.T) {
			database, err := Open(t.Context(), c.path, c.access)
			if err == nil {
				_ = database.Close()
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(folder, "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("Open created a file")
	}
}

func TestOpenRefusesOtherFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), path, Access{Permission: permission.ReadOnly})
	if sqlite.ErrCode(err) != sqlite.ResultNotADB {
		t.Errorf("got %v, want %v", err, sqlite.ResultNotADB)
	}
}

// A process that is killed in a transaction leaves a journal, which a read-only
// connection cannot roll back.
func TestOpenRecoversTheJournalOfAKilledWriter(t *testing.T) {
	path := copyMidTransaction(t, newDatabase(t))
	database := openDatabase(t, path, Access{Permission: permission.ReadOnly})
	if n := queryInt(t, database, "SELECT count(*) FROM items WHERE product = 'half-done'"); n != 0 {
		t.Errorf("got %d rows of the unfinished transaction", n)
	}
}

// copyMidTransaction changes the database at path in a transaction and returns a
// copy of the files from before the commit.
func copyMidTransaction(t *testing.T, path string) string {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}()
	// The tiny cache makes SQLite write changes to the file before the commit.
	if err := sqlitex.ExecuteScript(conn, "PRAGMA cache_size = 1", nil); err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(conn, "BEGIN", nil); err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(conn, "UPDATE items SET product = 'half-done'", nil); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "shop.db")
	for _, suffix := range []string{"", "-journal"} {
		if err := os.WriteFile(copied+suffix, readFile(t, path+suffix), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return copied
}

func TestRunStopsWhenTheContextEnds(t *testing.T) {
	database := openDatabase(t, newDatabase(t), Access{Permission: permission.ReadOnly})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := database.Run(ctx, "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r", &cancelingSink{cancel: cancel})
	if err == nil || err.Error() != "interrupted" {
		t.Errorf("got %v, want interrupted", err)
	}
	if n := queryInt(t, database, "SELECT 7"); n != 7 {
		t.Error("the database is unusable after an interrupt")
	}
}

// cancelingSink calls cancel for every row and accepts all of them.
type cancelingSink struct {
	rowCollector
	cancel func()
}

func (c *cancelingSink) Row(Row) (bool, error) { c.cancel(); return true, nil }

func TestStatementErrorOffset(t *testing.T) {
	database := openDatabase(t, newDatabase(t), Access{Permission: permission.ReadOnly})
	sql := "SELECT 1; SELECT\n  absent FROM orders"
	_, err := database.Run(t.Context(), sql, &rowCollector{})
	var failed *StatementError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	if want := strings.Index(sql, "absent"); failed.Offset != want {
		t.Errorf("offset %d, want %d", failed.Offset, want)
	}
}

func TestForeignKeysAreEnforced(t *testing.T) {
	database := openDatabase(t, newDatabase(t), Access{Permission: permission.ReadWrite})
	_, err := database.Run(t.Context(), "INSERT INTO orders (customer_id, status, placed_at) VALUES (99999, 'paid', datetime())", &rowCollector{})
	if err == nil || err.Error() != "FOREIGN KEY constraint failed" {
		t.Errorf("got %v", err)
	}
}

// An admin may create a view while a reader is connected. The reader can read it
// only if the reader's access includes its tables.
func TestViewsCreatedLater(t *testing.T) {
	path := newDatabase(t)
	reader := openDatabase(t, path, Access{Permission: permission.ReadOnly, Tables: []string{"orders"}})
	admin := openDatabase(t, path, Access{Permission: permission.Admin})
	if _, err := admin.Run(t.Context(), "CREATE VIEW mine AS SELECT id FROM orders; CREATE VIEW theirs AS SELECT id FROM payments", &rowCollector{}); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Run(t.Context(), "SELECT * FROM mine", &rowCollector{}); err != nil {
		t.Errorf("a view of the reader's table: %v", err)
	}
	var refused *RefusedError
	if _, err := reader.Run(t.Context(), "SELECT * FROM theirs", &rowCollector{}); !errors.As(err, &refused) {
		t.Errorf("a view of another table: got %v, want a RefusedError", err)
	}
}

// Foreign keys are enforced even if the access does not include the table they
// refer to.
func TestForeignKeysAreEnforcedForOneTable(t *testing.T) {
	database := openDatabase(t, newDatabase(t), Access{Permission: permission.ReadWrite, Tables: []string{"items"}})
	insert := "INSERT INTO items (order_id, sku, product, quantity, price_cents) VALUES (99999, 's', 'p', 1, 1)"
	_, err := database.Run(t.Context(), insert, &rowCollector{})
	if err == nil || err.Error() != "FOREIGN KEY constraint failed" {
		t.Errorf("got %v", err)
	}
	if _, err := database.Run(t.Context(), "SELECT id FROM orders", &rowCollector{}); err == nil {
		t.Error("the exception for the foreign key applies to the next statement")
	}
}
