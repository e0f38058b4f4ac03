package shop

import (
	"fmt"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// refreshViews updates the authorizer's list of views, because an admin may
// have created one since the last statement.
func (d *Database) refreshViews() error {
	if d.access.Tables == nil {
		return nil
	}
	d.authorizer.reset()
	views, err := d.queryStrings("SELECT name FROM sqlite_schema WHERE type = 'view'")
	d.authorizer.views = views
	return err
}

// queryStrings returns the first column of a query.
func (d *Database) queryStrings(query string, arguments ...any) ([]string, error) {
	var values []string
	err := sqlitex.Execute(d.conn, query, &sqlitex.ExecOptions{Args: arguments, ResultFunc: func(s *sqlite.Stmt) error {
		values = append(values, s.ColumnText(0))
		return nil
	}})
	return values, err
}

// Tables returns the names of the tables and views that the access can read, sorted.
func (d *Database) Tables() ([]string, error) {
	if err := d.refreshViews(); err != nil {
		return nil, fmt.Errorf("list the views: %w", d.translateError(err))
	}
	names, err := d.queryStrings("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", d.translateError(err))
	}
	return slices.DeleteFunc(names, func(name string) bool { return !d.canRead(name) }), nil
}

// canRead reports whether the authorizer allows a query of the table or view.
func (d *Database) canRead(name string) bool {
	d.authorizer.reset()
	statement, _, err := d.conn.PrepareTransient("SELECT * FROM " + quoteName(name))
	d.authorizer.reset()
	if err != nil {
		return false
	}
	_ = statement.Finalize()
	return true
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Definitions returns the CREATE statements of the named table or view and of
// its indexes and triggers, or those of every readable table and view if name
// is empty. It returns none if the access cannot read the table.
func (d *Database) Definitions(name string) ([]string, error) {
	tables, err := d.Tables()
	if err != nil {
		return nil, err
	}
	var definitions []string
	for _, table := range tables {
		if name != "" && !strings.EqualFold(name, table) {
			continue
		}
		statements, err := d.queryStrings("SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY rowid", table)
		if err != nil {
			return nil, fmt.Errorf("read the schema: %w", d.translateError(err))
		}
		definitions = append(definitions, statements...)
	}
	return definitions, nil
}

// Columns returns the column names of all tables and views that the access can
// read, sorted and without duplicates.
func (d *Database) Columns() ([]string, error) {
	tables, err := d.Tables()
	if err != nil {
		return nil, err
	}
	var columns []string
	for _, table := range tables {
		names, err := d.queryStrings("SELECT name FROM pragma_table_info(?)", table)
		if err != nil {
			return nil, fmt.Errorf("list the columns: %w", d.translateError(err))
		}
		columns = append(columns, names...)
	}
	slices.Sort(columns)
	return slices.Compact(columns), nil
}
