package shop

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"apono/client/sandbox/permission"
)

// forbiddenToReaders returns statements that would change the database or reach
// another file. READ_ONLY must refuse each of them.
func forbiddenToReaders(folder string) []string {
	other := filepath.Join(folder, "other.db")
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
		"ATTACH '" + other + "' AS e", "ATTACH '' AS e", "ATTACH ':memory:' AS e", "DETACH main",
		"VACUUM", "VACUUM INTO '" + other + "'", "REINDEX", "ANALYZE",
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

func TestReadOnlyRefusesChanges(t *testing.T) {
	for _, statement := range forbiddenToReaders(t.TempDir()) {
		t.Run(statement, func(t *testing.T) {
			path := newDatabase(t)
			before := readFile(t, path)
			database := openDatabase(t, path, Access{Permission: permission.ReadOnly})
			_, err := database.Run(t.Context(), statement, &rowCollector{})
			if err == nil {
				t.Error("the statement was allowed")
			} else if !namesReason(err) {
				t.Errorf("the error names no reason: %v", err)
			}
			if !bytes.Equal(before, readFile(t, path)) {
				t.Error("the file changed")
			}
			wantNoOtherFiles(t, path)
		})
	}
}

// namesReason reports whether an error is a RefusedError, or one of SQLite's own
// that is as clear.
func namesReason(err error) bool {
	for _, reason := range []string{"READ_ONLY access cannot ", " may not be modified", "not authorized"} {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	return false
}

// wantNoOtherFiles checks that only the database and its journal exist.
func wantNoOtherFiles(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := filepath.Join(filepath.Dir(path), entry.Name()); name != path && name != path+"-journal" {
			t.Errorf("%s was created", name)
		}
	}
}

// accessTest is a statement, the access it runs with, and whether it is refused.
type accessTest struct {
	name      string
	access    Access
	statement string
	// want is the message of the RefusedError, and required the permission it
	// names. Both are empty if the statement is allowed.
	want, required string
}

// accessTo returns an access to the named tables, or to all tables if none is named.
func accessTo(permission string, tables ...string) Access {
	return Access{Permission: permission, Tables: tables}
}

func TestReadOnlyAccess(t *testing.T) {
	runAccessTests(t, []accessTest{
		{"read", accessTo(permission.ReadOnly), "SELECT * FROM orders", "", ""},
		{"read a view", accessTo(permission.ReadOnly), "SELECT * FROM monthly_revenue", "", ""},
		{"read the schema", accessTo(permission.ReadOnly), "SELECT * FROM sqlite_schema", "", ""},
		{"explain", accessTo(permission.ReadOnly), "EXPLAIN QUERY PLAN SELECT * FROM orders", "", ""},
		{"recursion", accessTo(permission.ReadOnly), "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT max(n) FROM r", "", ""},
		{"a read-only pragma", accessTo(permission.ReadOnly), "PRAGMA table_info(orders)", "", ""},
		{"a setting pragma", accessTo(permission.ReadOnly), "PRAGMA user_version", "", ""},
		{"transaction", accessTo(permission.ReadOnly), "BEGIN; SELECT 1; COMMIT", "", ""},
		{"write", accessTo(permission.ReadOnly), "DELETE FROM orders", "READ_ONLY access cannot write to orders", permission.ReadWrite},
		{"drop", accessTo(permission.ReadOnly), "DROP TABLE orders", "READ_ONLY access cannot change the schema", permission.Admin},
	})
}

func TestReadWriteAccess(t *testing.T) {
	runAccessTests(t, []accessTest{
		{"insert", accessTo(permission.ReadWrite), "INSERT INTO orders (customer_id, status, placed_at) VALUES (1, 'paid', datetime())", "", ""},
		{"update", accessTo(permission.ReadWrite), "UPDATE items SET quantity = 2 WHERE id = 1", "", ""},
		{"cascading delete", accessTo(permission.ReadWrite), "DELETE FROM payments WHERE order_id = 1; DELETE FROM orders WHERE id = 1", "", ""},
		{"create", accessTo(permission.ReadWrite), "CREATE TABLE t (a)", "READ_WRITE access cannot change the schema", permission.Admin},
		{"temporary", accessTo(permission.ReadWrite), "CREATE TEMP TABLE t (a)", "READ_WRITE access cannot change the schema", permission.Admin},
		{"user_version", accessTo(permission.ReadWrite), "PRAGMA user_version = 7", "READ_WRITE access cannot use PRAGMA user_version", permission.Admin},
		{"foreign keys", accessTo(permission.ReadWrite), "PRAGMA foreign_keys = OFF", "READ_WRITE access cannot use PRAGMA foreign_keys", permission.Admin},
		{"deferred foreign keys", accessTo(permission.ReadWrite), "PRAGMA defer_foreign_keys = ON", "", ""},
		{"attach", accessTo(permission.ReadWrite), "ATTACH 'x' AS x", "READ_WRITE access cannot open or write other database files (ATTACH, VACUUM)", ""},
	})
}

func TestAdminAccess(t *testing.T) {
	runAccessTests(t, []accessTest{
		{"admin creates", accessTo(permission.Admin), "CREATE TABLE t (a); INSERT INTO t VALUES (1); DROP TABLE t", "", ""},
		{"admin alters", accessTo(permission.Admin), "ALTER TABLE orders ADD COLUMN x TEXT", "", ""},
		{"admin indexes", accessTo(permission.Admin), "CREATE INDEX i ON orders (note); REINDEX i; DROP INDEX i; ANALYZE", "", ""},
		{"admin creates a trigger", accessTo(permission.Admin), "CREATE TRIGGER t AFTER DELETE ON payments BEGIN UPDATE orders SET note = 'x'; END", "", ""},
		{"admin creates a full-text index", accessTo(permission.Admin), "CREATE VIRTUAL TABLE t USING fts5 (a); INSERT INTO t VALUES ('b'); SELECT * FROM t WHERE t MATCH 'b'; DROP TABLE t", "", ""},
		{"admin sets the version", accessTo(permission.Admin), "PRAGMA user_version = 7", "", ""},
		{"admin vacuums", accessTo(permission.Admin), "VACUUM", "ADMIN access cannot open or write other database files (ATTACH, VACUUM)", ""},
		{"admin vacuums into a file", accessTo(permission.Admin), "VACUUM INTO 'x'", "ADMIN access cannot open or write other database files (ATTACH, VACUUM)", ""},
		{"admin attaches", accessTo(permission.Admin), "ATTACH 'x' AS x", "ADMIN access cannot open or write other database files (ATTACH, VACUUM)", ""},
		{"writable schema", accessTo(permission.Admin), "PRAGMA writable_schema = ON", "ADMIN access cannot use PRAGMA writable_schema", ""},
		{"journal mode", accessTo(permission.Admin), "PRAGMA journal_mode = OFF", "ADMIN access cannot use PRAGMA journal_mode", ""},
		{"temporary folder", accessTo(permission.Admin), "PRAGMA temp_store_directory = '/'", "ADMIN access cannot use PRAGMA temp_store_directory", ""},
		{"page statistics", accessTo(permission.Admin), "CREATE VIRTUAL TABLE t USING dbstat", "ADMIN access cannot use the virtual table module dbstat", ""},
	})
}

func TestAccessToSomeTables(t *testing.T) {
	runAccessTests(t, []accessTest{
		{"its table", accessTo(permission.ReadOnly, "orders", "items"), "SELECT * FROM orders JOIN items ON items.order_id = orders.id", "", ""},
		{"its table in another case", accessTo(permission.ReadOnly, "orders"), "SELECT count(*) FROM ORDERS", "", ""},
		{"another table", accessTo(permission.ReadOnly, "orders", "items"), "SELECT * FROM payments", "READ_ONLY access to orders and items cannot read payments", permission.ReadOnly},
		{"counting another table", accessTo(permission.ReadOnly, "orders"), "SELECT count(*) FROM payments", "READ_ONLY access to orders cannot read payments", permission.ReadOnly},
		{"in a subquery", accessTo(permission.ReadOnly, "orders"), "SELECT (SELECT max(amount_cents) FROM payments)", "READ_ONLY access to orders cannot read payments", permission.ReadOnly},
		{"through a view", accessTo(permission.ReadOnly, "orders"), "SELECT count(*) FROM order_totals", "READ_ONLY access to orders cannot read customers", permission.ReadOnly},
		{"a view of its tables", accessTo(permission.ReadOnly, "orders", "payments"), "SELECT * FROM monthly_revenue", "", ""},
		{"page statistics of other tables", accessTo(permission.ReadOnly, "orders"), "SELECT * FROM dbstat", "READ_ONLY access to orders cannot read dbstat", permission.ReadOnly},
		{"table-valued functions", accessTo(permission.ReadOnly, "orders"), "SELECT * FROM json_each('[1]'), pragma_table_info('orders')", "", ""},
		{"a common table expression", accessTo(permission.ReadOnly, "orders"), "WITH payments AS (SELECT 1 AS a) SELECT a FROM payments", "", ""},
		{"writing another table", accessTo(permission.ReadWrite, "items"), "DELETE FROM payments", "READ_WRITE access to items cannot write to payments", permission.ReadWrite},
		{"updating its table", accessTo(permission.ReadWrite, "items"), "UPDATE items SET quantity = 2", "", ""},
		{"returning its rows", accessTo(permission.ReadWrite, "items"), "DELETE FROM items WHERE id = 1 RETURNING *", "", ""},
		{"a foreign key to another table", accessTo(permission.ReadWrite, "items"), "INSERT INTO items (order_id, sku, product, quantity, price_cents) VALUES (1, 's', 'p', 1, 1)", "", ""},
		{"inserting from the referenced table", accessTo(permission.ReadWrite, "items"), "INSERT INTO items (order_id, sku, product, quantity, price_cents) SELECT id, 's', 'p', 1, 1 FROM orders", "READ_WRITE access to items cannot read orders", permission.ReadWrite},
		{"a condition on the referenced table", accessTo(permission.ReadWrite, "items"), "DELETE FROM items WHERE order_id IN (SELECT id FROM orders)", "READ_WRITE access to items cannot read orders", permission.ReadWrite},
		{"a delete that cascades", accessTo(permission.ReadWrite, "orders"), "DELETE FROM orders WHERE id = 1", "READ_WRITE access to orders cannot write to items", permission.ReadWrite},
		{"copying from another table", accessTo(permission.ReadWrite, "orders"), "UPDATE orders SET note = (SELECT method FROM payments)", "READ_WRITE access to orders cannot read payments", permission.ReadWrite},
		{"admin of one table", accessTo(permission.Admin, "orders"), "ALTER TABLE orders ADD COLUMN x TEXT", "", ""},
		{"index of its table", accessTo(permission.Admin, "orders"), "CREATE INDEX i ON orders (note)", "", ""},
		{"admin of another table", accessTo(permission.Admin, "orders"), "ALTER TABLE payments ADD COLUMN x TEXT", "ADMIN access to orders cannot change the schema of payments", permission.Admin},
		{"dropping another table", accessTo(permission.Admin, "orders"), "DROP TABLE payments", "ADMIN access to orders cannot change the schema of payments", permission.Admin},
		{"a trigger", accessTo(permission.Admin, "orders"), "CREATE TRIGGER t AFTER UPDATE ON orders BEGIN DELETE FROM payments; END", "ADMIN access to orders cannot create or drop anything except indexes on its tables", permission.Admin},
		{"a new table", accessTo(permission.Admin, "orders"), "CREATE TABLE t AS SELECT 1", "ADMIN access to orders cannot create or drop anything except indexes on its tables", permission.Admin},
		{"no tables", accessTo(permission.ReadOnly, []string{}...), "SELECT 1", "", ""},
	})
}

func runAccessTests(t *testing.T, cases []accessTest) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.check(t, newDatabase(t)) })
	}
}

func (c accessTest) check(t *testing.T, path string) {
	t.Helper()
	_, err := openDatabase(t, path, c.access).Run(t.Context(), c.statement, &rowCollector{})
	if c.want == "" {
		if err != nil {
			t.Errorf("got error %v", err)
		}
		return
	}
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a RefusedError", err)
	}
	if refused.Error() != c.want || refused.Required != c.required {
		t.Errorf("got %q (requires %q), want %q (requires %q)", refused, refused.Required, c.want, c.required)
	}
}

// An admin can change the schema, but must not write to SQLite's own tables directly.
func TestAdminCannotWriteTheSchemaTable(t *testing.T) {
	path := newDatabase(t)
	database := openDatabase(t, path, Access{Permission: permission.Admin})
	for _, statement := range []string{
		"DELETE FROM sqlite_schema", "UPDATE sqlite_schema SET sql = 'x'",
		"INSERT INTO sqlite_schema VALUES ('table', 't', 't', 2, 'CREATE TABLE t (a)')",
	} {
		before := readFile(t, path)
		if _, err := database.Run(t.Context(), statement, &rowCollector{}); err == nil {
			t.Errorf("%s was allowed", statement)
		}
		if !bytes.Equal(before, readFile(t, path)) {
			t.Errorf("%s changed the file", statement)
		}
	}
}

// A refusal must not be reported again for the next statement.
func TestRefusalIsResetAfterAStatement(t *testing.T) {
	database := openDatabase(t, newDatabase(t), Access{Permission: permission.ReadOnly})
	if _, err := database.Run(t.Context(), "DELETE FROM orders", &rowCollector{}); err == nil {
		t.Fatal("the statement was allowed")
	}
	_, err := database.Run(t.Context(), "SELECT absent FROM orders", &rowCollector{})
	if err == nil || err.Error() != "no such column: absent" {
		t.Errorf("got %v", err)
	}
}

func TestAccessToNoTablesReadsNone(t *testing.T) {
	database := openDatabase(t, newDatabase(t), Access{Permission: permission.Admin, Tables: []string{}})
	var refused *RefusedError
	if _, err := database.Run(t.Context(), "SELECT * FROM orders", &rowCollector{}); !errors.As(err, &refused) {
		t.Errorf("got %v, want a RefusedError", err)
	}
}
