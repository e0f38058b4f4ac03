package shop

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"apono/client/sandbox/permission"
)

// newDatabase returns the path of a new demo database.
func newDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := os.WriteFile(path, readFile(t, os.Getenv(templateVariable)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// openDatabase opens the database at path until the test ends.
func openDatabase(t *testing.T, path string, access Access) *Database {
	t.Helper()
	database, err := Open(t.Context(), path, access)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Close(); err != nil {
			t.Error(err)
		}
	})
	return database
}

// rowCollector is a Sink that keeps the rows.
type rowCollector struct {
	columns []string
	rows    []Row
}

func (c *rowCollector) Begin(columns []string) error { c.columns = columns; return nil }

func (c *rowCollector) Row(row Row) (bool, error) { c.rows = append(c.rows, row); return true, nil }

func (c *rowCollector) End() error { return nil }

// queryInt returns the only value of a query, an integer.
func queryInt(t *testing.T, database *Database, query string) int64 {
	t.Helper()
	var result rowCollector
	if _, err := database.Run(t.Context(), query, &result); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if len(result.rows) != 1 || len(result.rows[0]) != 1 {
		t.Fatalf("%s: got rows %v, want one value", query, result.rows)
	}
	n, ok := result.rows[0][0].(int64)
	if !ok {
		t.Fatalf("%s: got %T, want an integer", query, result.rows[0][0])
	}
	return n
}

func TestDemoRowsAreConsistent(t *testing.T) {
	database := openDatabase(t, newDatabase(t), Access{Permission: permission.ReadOnly})
	for _, table := range []string{"customers", "orders", "items", "payments"} {
		if n := queryInt(t, database, "SELECT count(*) FROM "+table); n < 500 {
			t.Errorf("%s has %d rows, want at least 500", table, n)
		}
	}
	for rule, query := range map[string]string{
		"foreign keys are valid":            "SELECT count(*) FROM pragma_foreign_key_check",
		"the file is intact":                "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
		"payments match the orders":         "SELECT count(*) FROM order_totals t JOIN payments p USING (order_id) WHERE p.amount_cents <> round(t.total * 100)",
		"customers join before they order":  "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.created_at > o.placed_at",
		"orders ship after they are placed": "SELECT count(*) FROM orders WHERE shipped_at < placed_at",
		"dates are dates":                   "SELECT count(*) FROM orders WHERE placed_at IS NOT datetime(placed_at)",
	} {
		if n := queryInt(t, database, query); n != 0 {
			t.Errorf("%s: %d exceptions", rule, n)
		}
	}
}

func TestCreateIsReproducible(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := Create(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(readFile(t, path), readFile(t, newDatabase(t))) {
		t.Error("two new databases differ")
	}
}

func TestCreateKeepsAnExistingFile(t *testing.T) {
	path := newDatabase(t)
	database := openDatabase(t, path, Access{Permission: permission.ReadWrite})
	if _, err := database.Run(t.Context(), "UPDATE orders SET note = 'mine' WHERE id = 1", &rowCollector{}); err != nil {
		t.Fatal(err)
	}
	if err := Create(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if n := queryInt(t, database, "SELECT count(*) FROM orders WHERE note = 'mine'"); n != 1 {
		t.Error("the second Create lost a change")
	}
}

func TestCreateIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits: the user's profile folder is private")
	}
	path := filepath.Join(t.TempDir(), "new", "shop.db")
	if err := Create(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}

// A Create that finishes late must not replace a file that is already in use.
func TestConcurrentCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	const creators = 8
	var wait sync.WaitGroup
	for range creators {
		wait.Go(func() {
			if err := createAndInsert(t.Context(), path); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	database := openDatabase(t, path, Access{Permission: permission.ReadOnly})
	if n := queryInt(t, database, "SELECT count(*) FROM customers WHERE city = 'Test'"); n != creators {
		t.Errorf("%d of the %d rows inserted after Create are left", n, creators)
	}
	wantOnlyFiles(t, filepath.Dir(path), "shop.db", "shop.db.lock")
}

func createAndInsert(ctx context.Context, path string) error {
	if err := Create(ctx, path); err != nil {
		return err
	}
	database, err := Open(ctx, path, Access{Permission: permission.ReadWrite})
	if err != nil {
		return err
	}
	_, err = database.Run(ctx, "INSERT INTO customers (name, email, city, country, created_at) VALUES ('n', hex(randomblob(8)), 'Test', 'XX', datetime())", &rowCollector{})
	if closeErr := database.Close(); err == nil {
		err = closeErr
	}
	return err
}

func TestCreateStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := Create(ctx, path); err == nil {
		t.Error("no error")
	}
	wantOnlyFiles(t, filepath.Dir(path), "shop.db.lock")
}

// wantOnlyFiles checks that the folder contains no files except those named.
func wantOnlyFiles(t *testing.T, folder string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !slices.Contains(names, entry.Name()) {
			t.Errorf("%s was left behind", entry.Name())
		}
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
