package shop

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// value is one cell of a result.
type value struct {
	kind    sqlite.ColumnType
	integer int64
	real    float64
	// text holds the bytes of a text or of a blob.
	text string
}

// sink takes a result as it comes, row by row; a row is its own to keep.
type sink interface {
	begin(columns []string) error
	// row returns false when it has had enough and leaves this row.
	row(cells []value) (more bool, err error)
	end() error
}

// outcome is what a statement did.
type outcome struct {
	// isQuery says whether it had a result, even one without rows.
	isQuery bool
	rows    int
	// more says that the sink stopped before the result's end.
	more bool
	// changed is the number of changed rows, negative for a statement that
	// changes none by its nature.
	changed int
}

// run runs the statements in sql, usually one, and stops them when ctx ends.
func (d *Database) run(ctx context.Context, sql string, to sink) (outcome, error) {
	d.conn.SetInterrupt(ctx.Done())
	defer d.conn.SetInterrupt(nil)
	if err := d.learnViews(); err != nil {
		return outcome{}, d.explain(err)
	}
	done := outcome{changed: -1}
	for start := 0; start < len(sql); {
		statement, trailing, err := d.prepare(ctx, sql[start:])
		if err != nil {
			return done, shift(d.explain(err), start)
		}
		start = len(sql) - trailing
		done, err = d.step(statement, to)
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// shift counts the error's offset from so many bytes before.
func shift(err error, by int) error {
	var fault *StatementError
	if errors.As(err, &fault) && fault.Offset >= 0 {
		fault.Offset += by
	}
	return err
}

// step runs one prepared statement to its end, or to where the sink has enough.
func (d *Database) step(statement *sqlite.Stmt, to sink) (outcome, error) {
	defer func() { _ = statement.Finalize() }() // returns what Step did
	done := outcome{isQuery: statement.ColumnCount() > 0, changed: -1}
	if done.isQuery {
		if err := to.begin(columnNames(statement)); err != nil {
			return done, err
		}
	}
	for {
		hasRow, err := statement.Step()
		if err != nil {
			return done, d.explain(err)
		}
		if !hasRow {
			break
		}
		more, err := to.row(readRow(statement))
		if err != nil {
			return done, err
		}
		if !more {
			done.more = true
			break
		}
		done.rows++
	}
	if d.gate.writes {
		done.changed = d.conn.Changes()
	}
	if done.isQuery {
		return done, to.end()
	}
	return done, nil
}

func columnNames(statement *sqlite.Stmt) []string {
	names := make([]string, statement.ColumnCount())
	for i := range names {
		names[i] = statement.ColumnName(i)
	}
	return names
}

func readRow(statement *sqlite.Stmt) []value {
	cells := make([]value, statement.ColumnCount())
	for i := range cells {
		cells[i] = value{kind: statement.ColumnType(i)}
		switch cells[i].kind {
		case sqlite.TypeInteger:
			cells[i].integer = statement.ColumnInt64(i)
		case sqlite.TypeFloat:
			cells[i].real = statement.ColumnFloat(i)
		case sqlite.TypeText, sqlite.TypeBlob:
			cells[i].text = statement.ColumnText(i)
		case sqlite.TypeNull:
		}
	}
	return cells
}

// learnViews tells the gate which views there are: an admin may have made one
// since the last statement.
func (d *Database) learnViews() error {
	if d.access.Tables == nil {
		return nil
	}
	d.gate.clear()
	views, err := d.column("SELECT name FROM sqlite_schema WHERE type = 'view'")
	d.gate.views = views
	return err
}

// column returns the first column of a query of our own.
func (d *Database) column(query string, arguments ...any) ([]string, error) {
	var values []string
	err := sqlitex.Execute(d.conn, query, &sqlitex.ExecOptions{Args: arguments, ResultFunc: func(s *sqlite.Stmt) error {
		values = append(values, s.ColumnText(0))
		return nil
	}})
	return values, err
}

// tables returns the names of the tables and views that this access can read, sorted.
func (d *Database) tables() ([]string, error) {
	if err := d.learnViews(); err != nil {
		return nil, fmt.Errorf("list the views: %w", d.explain(err))
	}
	names, err := d.column("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", d.explain(err))
	}
	return slices.DeleteFunc(names, func(name string) bool { return !d.canRead(name) }), nil
}

// canRead says whether a query of the table or view would be let through.
func (d *Database) canRead(name string) bool {
	d.gate.clear()
	statement, _, err := d.conn.PrepareTransient("SELECT * FROM " + quoteName(name))
	d.gate.clear()
	if err != nil {
		return false
	}
	_ = statement.Finalize()
	return true
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// definitions returns the statements that made the table or view and what
// belongs to it; an empty name means all of them.
func (d *Database) definitions(name string) ([]string, error) {
	names, err := d.tables()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, table := range names {
		if name != "" && !contains([]string{name}, table) {
			continue
		}
		made, err := d.column("SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY rowid", table)
		if err != nil {
			return nil, fmt.Errorf("read the schema: %w", d.explain(err))
		}
		all = append(all, made...)
	}
	return all, nil
}

// columns returns the names of the columns of every table that can be read.
func (d *Database) columns() ([]string, error) {
	names, err := d.tables()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, table := range names {
		columns, err := d.column("SELECT name FROM pragma_table_info(?)", table)
		if err != nil {
			return nil, fmt.Errorf("list the columns: %w", d.explain(err))
		}
		all = append(all, columns...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
