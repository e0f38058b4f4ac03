package shop

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writes are statements that would change the shop or reach another file.
// READ_ONLY has to refuse each of them.
func writes(folder string) []string {
	elsewhere := filepath.Join(folder, "elsewhere.db")
	return []string{
		"INSERT INTO orders (customer_id, status, placed_at) VALUES (1, 'paid', datetime())",
		"REPLACE INTO customers VALUES (1, 'a', 'a@example.com', 'b', 'c', 0, 'd')",
		"INSERT INTO customers (id, name, email, city, country, created_at) VALUES (1, 'a', 'b', 'c', 'd', 'e') ON CONFLICT (id) DO UPDATE SET name = 'x'",
		"WITH one AS (SELECT 1 AS n) INSERT INTO items (order_id, sku, product, quantity, price_cents) SELECT n, 's', 'p', 1, 1 FROM one RETURNING id",
		"UPDATE orders SET status = 'paid'",
		"WITH t AS (SELECT 1) UPDATE orders SET note = 'x' FROM t RETURNING id",
		"DELETE FROM payments",
		"DELETE FROM payments WHERE id IN (SELECT id FROM payments LIMIT 1) RETURNING *",
		"BEGIN IMMEDIATE; DELETE FROM payments; COMMIT",
		"SAVEPOINT a; UPDATE items SET quantity = 9; RELEASE a",
		"EXPLAIN DELETE FROM payments",
		"DROP TABLE payments", "DROP VIEW order_totals", "DROP INDEX items_by_sku",
		"ALTER TABLE orders ADD COLUMN x TEXT", "ALTER TABLE orders RENAME TO commands", "ALTER TABLE orders DROP COLUMN note",
		"CREATE TABLE t (a)", "CREATE TABLE t AS SELECT * FROM orders", "CREATE TEMP TABLE t (a)", "CREATE VIEW v AS SELECT 1",
		"CREATE TEMP VIEW v AS SELECT 1", "CREATE INDEX i ON orders (note)", "CREATE VIRTUAL TABLE t USING fts5 (a)",
		"CREATE TRIGGER t AFTER UPDATE ON orders BEGIN DELETE FROM payments; END",
		"CREATE TEMP TRIGGER t AFTER UPDATE ON main.orders BEGIN DELETE FROM payments; END",
		"ATTACH '" + elsewhere + "' AS e", "ATTACH '' AS e", "ATTACH ':memory:' AS e", "DETACH main",
		"VACUUM", "VACUUM INTO '" + elsewhere + "'", "REINDEX", "ANALYZE",
		"PRAGMA writable_schema = ON", "PRAGMA writable_schema(1)", "PRAGMA journal_mode = WAL", "PRAGMA journal_mode = OFF",
		"PRAGMA user_version = 7", "PRAGMA main.user_version = 7", "PRAGMA application_id = 7", "PRAGMA schema_version = 7", "PRAGMA query_only = OFF",
		"PRAGMA foreign_keys = OFF", "PRAGMA page_size = 512", "PRAGMA auto_vacuum = FULL", "PRAGMA incremental_vacuum", "PRAGMA optimize",
		"PRAGMA wal_checkpoint", "PRAGMA temp_store_directory = '/'", "PRAGMA mmap_size = 1", "PRAGMA locking_mode = EXCLUSIVE",
		"PRAGMA trusted_schema = ON", "PRAGMA cache_spill = ON", "PRAGMA ignore_check_constraints = ON", "PRAGMA rekey = 'x'",
		"INSERT INTO sqlite_schema VALUES ('table', 't', 't', 2, 'CREATE TABLE t (a)')", "DELETE FROM sqlite_master",
		"UPDATE sqlite_master SET sql = 'x'", "DELETE FROM sqlite_temp_master", "SELECT load_extension('x')", "SELECT load_extension('x', 'y')",
		"INSERT INTO order_totals (order_id) VALUES (1)",
	}
}

func TestReadOnlyCannotChangeAnything(t *testing.T) {
	for _, statement := range writes(t.TempDir()) {
		t.Run(statement, func(t *testing.T) {
			path := newShop(t)
			before := contentOf(t, path)
			database := opened(t, path, Access{Permission: ReadOnly})
			_, err := database.run(t.Context(), statement, &rowsOf{})
			if err == nil {
				t.Error("was not refused")
			} else if !isUnderstandable(err) {
				t.Errorf("the refusal does not say what and why: %v", err)
			}
			if !bytes.Equal(before, contentOf(t, path)) {
				t.Error("the file has changed")
			}
			onlyTheShop(t, path)
		})
	}
}

// isUnderstandable says whether an error is a refusal of ours, or one of
// SQLite's that are as plain.
func isUnderstandable(err error) bool {
	for _, words := range []string{"READ_ONLY access cannot ", " may not be modified", "not authorized"} {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	return false
}

// onlyTheShop checks that no other file was made.
func onlyTheShop(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := filepath.Join(filepath.Dir(path), entry.Name()); name != path && name != path+"-journal" {
			t.Errorf("%s was made", name)
		}
	}
}

// refusal is one statement under one access, and whether it is refused.
type refusal struct {
	name      string
	access    Access
	statement string
	// want is the refusal's text and needs what it asks for; both empty where
	// the statement is let through.
	want, needs string
}

// only is an access, to some tables where they are named.
func only(permission string, tables ...string) Access {
	return Access{Permission: permission, Tables: tables}
}

func TestWhatReadOnlyMayDo(t *testing.T) {
	checkRefusals(t, []refusal{
		{"read", only(ReadOnly), "SELECT * FROM orders", "", ""},
		{"read a view", only(ReadOnly), "SELECT * FROM monthly_revenue", "", ""},
		{"read the schema", only(ReadOnly), "SELECT * FROM sqlite_schema", "", ""},
		{"explain", only(ReadOnly), "EXPLAIN QUERY PLAN SELECT * FROM orders", "", ""},
		{"recursion", only(ReadOnly), "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT max(n) FROM r", "", ""},
		{"a telling pragma", only(ReadOnly), "PRAGMA table_info(orders)", "", ""},
		{"a readable pragma", only(ReadOnly), "PRAGMA user_version", "", ""},
		{"transaction", only(ReadOnly), "BEGIN; SELECT 1; COMMIT", "", ""},
		{"write", only(ReadOnly), "DELETE FROM orders", "READ_ONLY access cannot write to orders", ReadWrite},
		{"drop", only(ReadOnly), "DROP TABLE orders", "READ_ONLY access cannot change the schema", Admin},
	})
}

func TestWhatReadWriteMayDo(t *testing.T) {
	checkRefusals(t, []refusal{
		{"insert", only(ReadWrite), "INSERT INTO orders (customer_id, status, placed_at) VALUES (1, 'paid', datetime())", "", ""},
		{"update", only(ReadWrite), "UPDATE items SET quantity = 2 WHERE id = 1", "", ""},
		{"delete with its items", only(ReadWrite), "DELETE FROM payments WHERE order_id = 1; DELETE FROM orders WHERE id = 1", "", ""},
		{"create", only(ReadWrite), "CREATE TABLE t (a)", "READ_WRITE access cannot change the schema", Admin},
		{"temporary", only(ReadWrite), "CREATE TEMP TABLE t (a)", "READ_WRITE access cannot change the schema", Admin},
		{"user_version", only(ReadWrite), "PRAGMA user_version = 7", "READ_WRITE access cannot use PRAGMA user_version", Admin},
		{"foreign keys", only(ReadWrite), "PRAGMA foreign_keys = OFF", "READ_WRITE access cannot use PRAGMA foreign_keys", Admin},
		{"defer", only(ReadWrite), "PRAGMA defer_foreign_keys = ON", "", ""},
		{"attach", only(ReadWrite), "ATTACH 'x' AS x", "READ_WRITE access cannot open or write other database files (ATTACH, VACUUM)", ""},
	})
}

func TestWhatAdminMayDo(t *testing.T) {
	checkRefusals(t, []refusal{
		{"admin creates", only(Admin), "CREATE TABLE t (a); INSERT INTO t VALUES (1); DROP TABLE t", "", ""},
		{"admin alters", only(Admin), "ALTER TABLE orders ADD COLUMN x TEXT", "", ""},
		{"admin indexes", only(Admin), "CREATE INDEX i ON orders (note); REINDEX i; DROP INDEX i; ANALYZE", "", ""},
		{"admin makes a trigger", only(Admin), "CREATE TRIGGER t AFTER DELETE ON payments BEGIN UPDATE orders SET note = 'x'; END", "", ""},
		{"admin makes a search index", only(Admin), "CREATE VIRTUAL TABLE t USING fts5 (a); INSERT INTO t VALUES ('b'); SELECT * FROM t WHERE t MATCH 'b'; DROP TABLE t", "", ""},
		{"admin sets the version", only(Admin), "PRAGMA user_version = 7", "", ""},
		{"admin vacuums", only(Admin), "VACUUM", "ADMIN access cannot open or write other database files (ATTACH, VACUUM)", ""},
		{"admin vacuums elsewhere", only(Admin), "VACUUM INTO 'x'", "ADMIN access cannot open or write other database files (ATTACH, VACUUM)", ""},
		{"admin attaches", only(Admin), "ATTACH 'x' AS x", "ADMIN access cannot open or write other database files (ATTACH, VACUUM)", ""},
		{"writable schema", only(Admin), "PRAGMA writable_schema = ON", "ADMIN access cannot use PRAGMA writable_schema", ""},
		{"journal mode", only(Admin), "PRAGMA journal_mode = OFF", "ADMIN access cannot use PRAGMA journal_mode", ""},
		{"temporary folder", only(Admin), "PRAGMA temp_store_directory = '/'", "ADMIN access cannot use PRAGMA temp_store_directory", ""},
		{"page statistics", only(Admin), "CREATE VIRTUAL TABLE t USING dbstat", "ADMIN access cannot use virtual tables of the kind dbstat", ""},
	})
}

func TestWhatAnAccessToSomeTablesMayDo(t *testing.T) {
	checkRefusals(t, []refusal{
		{"its table", only(ReadOnly, "orders", "items"), "SELECT * FROM orders JOIN items ON items.order_id = orders.id", "", ""},
		{"its table in another case", only(ReadOnly, "orders"), "SELECT count(*) FROM ORDERS", "", ""},
		{"another table", only(ReadOnly, "orders", "items"), "SELECT * FROM payments", "READ_ONLY access to orders and items cannot read payments", ReadOnly},
		{"counting another table", only(ReadOnly, "orders"), "SELECT count(*) FROM payments", "READ_ONLY access to orders cannot read payments", ReadOnly},
		{"in a subquery", only(ReadOnly, "orders"), "SELECT (SELECT max(amount_cents) FROM payments)", "READ_ONLY access to orders cannot read payments", ReadOnly},
		{"through a view", only(ReadOnly, "orders"), "SELECT count(*) FROM order_totals", "READ_ONLY access to orders cannot read customers", ReadOnly},
		{"a view of its tables", only(ReadOnly, "orders", "payments"), "SELECT * FROM monthly_revenue", "", ""},
		{"page statistics of other tables", only(ReadOnly, "orders"), "SELECT * FROM dbstat", "READ_ONLY access to orders cannot read dbstat", ReadOnly},
		{"rows from arguments", only(ReadOnly, "orders"), "SELECT * FROM json_each('[1]'), pragma_table_info('orders')", "", ""},
		{"a name for a query", only(ReadOnly, "orders"), "WITH payments AS (SELECT 1 AS a) SELECT a FROM payments", "", ""},
		{"writing elsewhere", only(ReadWrite, "items"), "DELETE FROM payments", "READ_WRITE access to items cannot write to payments", ReadWrite},
		{"updating its table", only(ReadWrite, "items"), "UPDATE items SET quantity = 2", "", ""},
		{"returning its rows", only(ReadWrite, "items"), "DELETE FROM items WHERE id = 1 RETURNING *", "", ""},
		{"what a foreign key needs", only(ReadWrite, "items"), "INSERT INTO items (order_id, sku, product, quantity, price_cents) VALUES (1, 's', 'p', 1, 1)", "", ""},
		{"reading by way of a foreign key", only(ReadWrite, "items"), "INSERT INTO items (order_id, sku, product, quantity, price_cents) SELECT id, 's', 'p', 1, 1 FROM orders", "READ_WRITE access to items cannot read orders", ReadWrite},
		{"looking by way of a foreign key", only(ReadWrite, "items"), "DELETE FROM items WHERE order_id IN (SELECT id FROM orders)", "READ_WRITE access to items cannot read orders", ReadWrite},
		{"rows that others refer to", only(ReadWrite, "orders"), "DELETE FROM orders WHERE id = 1", "READ_WRITE access to orders cannot write to items", ReadWrite},
		{"copying from another table", only(ReadWrite, "orders"), "UPDATE orders SET note = (SELECT method FROM payments)", "READ_WRITE access to orders cannot read payments", ReadWrite},
		{"admin of one table", only(Admin, "orders"), "ALTER TABLE orders ADD COLUMN x TEXT", "", ""},
		{"index of its table", only(Admin, "orders"), "CREATE INDEX i ON orders (note)", "", ""},
		{"admin of another table", only(Admin, "orders"), "ALTER TABLE payments ADD COLUMN x TEXT", "ADMIN access to orders cannot change the schema of payments", Admin},
		{"dropping another table", only(Admin, "orders"), "DROP TABLE payments", "ADMIN access to orders cannot change the schema of payments", Admin},
		{"a trigger with others' rights", only(Admin, "orders"), "CREATE TRIGGER t AFTER UPDATE ON orders BEGIN DELETE FROM payments; END", "ADMIN access to orders cannot create or drop anything but indexes of its tables", Admin},
		{"a new table", only(Admin, "orders"), "CREATE TABLE t AS SELECT 1", "ADMIN access to orders cannot create or drop anything but indexes of its tables", Admin},
		{"no table at all", only(ReadOnly, []string{}...), "SELECT 1", "", ""},
	})
}

func checkRefusals(t *testing.T, cases []refusal) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.check(t, newShop(t)) })
	}
}

func (c refusal) check(t *testing.T, path string) {
	t.Helper()
	_, err := opened(t, path, c.access).run(t.Context(), c.statement, &rowsOf{})
	if c.want == "" {
		if err != nil {
			t.Errorf("refused: %v", err)
		}
		return
	}
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if refused.Error() != c.want || refused.Needs != c.needs {
		t.Errorf("got %q (needs %q), want %q (needs %q)", refused, refused.Needs, c.want, c.needs)
	}
}

// An admin who may change the schema must still not write SQLite's own tables.
func TestAdminCannotWriteTheSchemaTable(t *testing.T) {
	path := newShop(t)
	database := opened(t, path, Access{Permission: Admin})
	for _, statement := range []string{
		"DELETE FROM sqlite_schema", "UPDATE sqlite_schema SET sql = 'x'",
		"INSERT INTO sqlite_schema VALUES ('table', 't', 't', 2, 'CREATE TABLE t (a)')",
	} {
		before := contentOf(t, path)
		if _, err := database.run(t.Context(), statement, &rowsOf{}); err == nil {
			t.Errorf("%s was let through", statement)
		}
		if !bytes.Equal(before, contentOf(t, path)) {
			t.Errorf("%s changed the file", statement)
		}
	}
}

// The refusal of one statement must not be told of the next.
func TestARefusalIsForgotten(t *testing.T) {
	database := opened(t, newShop(t), Access{Permission: ReadOnly})
	if _, err := database.run(t.Context(), "DELETE FROM orders", &rowsOf{}); err == nil {
		t.Fatal("was not refused")
	}
	_, err := database.run(t.Context(), "SELECT absent FROM orders", &rowsOf{})
	if err == nil || err.Error() != "no such column: absent" {
		t.Errorf("got %v", err)
	}
}

func TestAnAccessToNoTableReadsNone(t *testing.T) {
	database := opened(t, newShop(t), Access{Permission: Admin, Tables: []string{}})
	var refused *RefusedError
	if _, err := database.run(t.Context(), "SELECT * FROM orders", &rowsOf{}); !errors.As(err, &refused) {
		t.Errorf("got %v, want a refusal", err)
	}
}
