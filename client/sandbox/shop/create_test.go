package shop

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// newShop is a demo shop of the test's own.
func newShop(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := os.WriteFile(path, contentOf(t, os.Getenv(templateVariable)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func opened(t *testing.T, path string, access Access) *Database {
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

// rowsOf keeps a result.
type rowsOf struct {
	columns []string
	cells   [][]value
}

func (r *rowsOf) begin(columns []string) error { r.columns = columns; return nil }

func (r *rowsOf) row(cells []value) (bool, error) { r.cells = append(r.cells, cells); return true, nil }

func (r *rowsOf) end() error { return nil }

func number(t *testing.T, database *Database, query string) int64 {
	t.Helper()
	var rows rowsOf
	if _, err := database.run(t.Context(), query, &rows); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if len(rows.cells) != 1 || len(rows.cells[0]) != 1 {
		t.Fatalf("%s: %d rows, want one value", query, len(rows.cells))
	}
	return rows.cells[0][0].integer
}

func TestTheDemoShopIsConsistent(t *testing.T) {
	database := opened(t, newShop(t), Access{Permission: ReadOnly})
	for _, table := range []string{"customers", "orders", "items", "payments"} {
		if n := number(t, database, "SELECT count(*) FROM "+table); n < 500 {
			t.Errorf("%s has %d rows, want some hundreds at least", table, n)
		}
	}
	for rule, query := range map[string]string{
		"every reference is met":           "SELECT count(*) FROM pragma_foreign_key_check",
		"the file is whole":                "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
		"payments match the orders":        "SELECT count(*) FROM order_totals t JOIN payments p USING (order_id) WHERE p.amount_cents <> round(t.total * 100)",
		"nobody orders before joining":     "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.created_at > o.placed_at",
		"nothing is shipped before bought": "SELECT count(*) FROM orders WHERE shipped_at < placed_at",
		"dates are dates":                  "SELECT count(*) FROM orders WHERE placed_at IS NOT datetime(placed_at)",
	} {
		if n := number(t, database, query); n != 0 {
			t.Errorf("%s: %d exceptions", rule, n)
		}
	}
}

func TestCreateMakesTheSameShopEachTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := Create(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(contentOf(t, path), contentOf(t, newShop(t))) {
		t.Error("two shops differ")
	}
}

func TestCreateKeepsWhatIsThere(t *testing.T) {
	path := newShop(t)
	database := opened(t, path, Access{Permission: ReadWrite})
	if _, err := database.run(t.Context(), "UPDATE orders SET note = 'mine' WHERE id = 1", &rowsOf{}); err != nil {
		t.Fatal(err)
	}
	if err := Create(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if n := number(t, database, "SELECT count(*) FROM orders WHERE note = 'mine'"); n != 1 {
		t.Error("a second Create undid a change")
	}
}

func TestOnlyTheOwnerReadsTheShop(t *testing.T) {
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

// Whoever opens the shop after their Create came back works in the one file
// that stays: nobody's later Create replaces it.
func TestManyCreateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	const makers = 8
	var wait sync.WaitGroup
	for range makers {
		wait.Go(func() {
			if err := createAndSign(t.Context(), path); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	database := opened(t, path, Access{Permission: ReadOnly})
	if n := number(t, database, "SELECT count(*) FROM customers WHERE city = 'Test'"); n != makers {
		t.Errorf("%d of %d rows written after Create are there", n, makers)
	}
	left, err := filepath.Glob(path + ".*.tmp")
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files left: %v %v", left, err)
	}
}

func createAndSign(ctx context.Context, path string) error {
	if err := Create(ctx, path); err != nil {
		return err
	}
	database, err := Open(ctx, path, Access{Permission: ReadWrite})
	if err != nil {
		return err
	}
	_, err = database.run(ctx, "INSERT INTO customers (name, email, city, country, created_at) VALUES ('n', hex(randomblob(8)), 'Test', 'XX', datetime())", &rowsOf{})
	if closing := database.Close(); err == nil {
		err = closing
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
	left, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		if name != path+".lock" {
			t.Errorf("%s was left behind", name)
		}
	}
}

func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
