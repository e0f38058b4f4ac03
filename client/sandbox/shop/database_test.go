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
)

func TestOpenRefuses(t *testing.T) {
	folder, path := t.TempDir(), newShop(t)
	for name, c := range map[string]struct {
		path   string
		access Access
		want   string
	}{
		"an unknown permission": {path, Access{Permission: "OWNER"}, `unknown permission "OWNER"`},
		"no permission":         {path, Access{}, `unknown permission ""`},
		"a file that is not":    {filepath.Join(folder, "none.db"), Access{Permission: Admin}, "none.db"},
		"a folder":              {folder, Access{Permission: ReadOnly}, "is not a file"},
		"memory":                {":memory:", Access{Permission: Admin}, ":memory:"},
		"no name":               {"", Access{Permission: Admin}, "open the shop"},
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
		t.Error("Open made a file")
	}
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), path, Access{Permission: ReadOnly})
	if sqlite.ErrCode(err) != sqlite.ResultNotADB {
		t.Errorf("got %v, want %v", err, sqlite.ResultNotADB)
	}
}

// A process that is killed within a transaction leaves a journal, which a
// reader can neither use nor ignore.
func TestAReaderOpensWhatAKilledWriterLeft(t *testing.T) {
	path := killedWriter(t, newShop(t))
	database := opened(t, path, Access{Permission: ReadOnly})
	if n := number(t, database, "SELECT count(*) FROM items WHERE product = 'half-done'"); n != 0 {
		t.Errorf("%d rows of the unfinished transaction are there", n)
	}
}

// killedWriter returns a copy of the shop as it is in the middle of a transaction.
func killedWriter(t *testing.T, path string) string {
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
	// So small a cache makes SQLite write the changes before they are committed.
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
		if err := os.WriteFile(copied+suffix, contentOf(t, path+suffix), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return copied
}

func TestRunStopsWhenTheContextEnds(t *testing.T) {
	database := opened(t, newShop(t), Access{Permission: ReadOnly})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := database.run(ctx, "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r", &cancelling{cancel: cancel})
	if err == nil || err.Error() != "interrupted" {
		t.Errorf("got %v, want interrupted", err)
	}
	if n := number(t, database, "SELECT 7"); n != 7 {
		t.Error("the database is of no use after an interrupt")
	}
}

// cancelling cancels at the first row and reads on.
type cancelling struct {
	rowsOf
	cancel func()
}

func (c *cancelling) row([]value) (bool, error) { c.cancel(); return true, nil }

func TestRunTellsWhereTheFaultIs(t *testing.T) {
	database := opened(t, newShop(t), Access{Permission: ReadOnly})
	sql := "SELECT 1; SELECT\n  absent FROM orders"
	_, err := database.run(t.Context(), sql, &rowsOf{})
	var fault *StatementError
	if !errors.As(err, &fault) {
		t.Fatalf("got %v", err)
	}
	if want := strings.Index(sql, "absent"); fault.Offset != want {
		t.Errorf("offset %d, want %d", fault.Offset, want)
	}
}

func TestForeignKeysHold(t *testing.T) {
	database := opened(t, newShop(t), Access{Permission: ReadWrite})
	_, err := database.run(t.Context(), "INSERT INTO orders (customer_id, status, placed_at) VALUES (99999, 'paid', datetime())", &rowsOf{})
	if err == nil || err.Error() != "FOREIGN KEY constraint failed" {
		t.Errorf("got %v", err)
	}
}

// A view that an admin makes while somebody else is connected is no way around
// that person's tables, and no obstacle either.
func TestViewsMadeLater(t *testing.T) {
	path := newShop(t)
	reader := opened(t, path, Access{Permission: ReadOnly, Tables: []string{"orders"}})
	admin := opened(t, path, Access{Permission: Admin})
	if _, err := admin.run(t.Context(), "CREATE VIEW mine AS SELECT id FROM orders; CREATE VIEW theirs AS SELECT id FROM payments", &rowsOf{}); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.run(t.Context(), "SELECT * FROM mine", &rowsOf{}); err != nil {
		t.Errorf("a view of the reader's table: %v", err)
	}
	var refused *RefusedError
	if _, err := reader.run(t.Context(), "SELECT * FROM theirs", &rowsOf{}); !errors.As(err, &refused) {
		t.Errorf("a view of another table: got %v, want a refusal", err)
	}
}

// A foreign key of a table that may be written has to hold although the table
// that it refers to may not be read.
func TestForeignKeysHoldForOneTable(t *testing.T) {
	database := opened(t, newShop(t), Access{Permission: ReadWrite, Tables: []string{"items"}})
	insert := "INSERT INTO items (order_id, sku, product, quantity, price_cents) VALUES (99999, 's', 'p', 1, 1)"
	_, err := database.run(t.Context(), insert, &rowsOf{})
	if err == nil || err.Error() != "FOREIGN KEY constraint failed" {
		t.Errorf("got %v", err)
	}
	if _, err := database.run(t.Context(), "SELECT id FROM orders", &rowsOf{}); err == nil {
		t.Error("what the foreign key was let through for stays open")
	}
}
