package shop

import (
	"context"
	"errors"

	"zombiezen.com/go/sqlite"
)

// Value is one cell of a result: nil for NULL, or an int64, float64, string, or
// []byte for a BLOB.
type Value any

// Row is one row of a result.
type Row []Value

// Sink receives the rows of a result as SQLite produces them. An error from any
// of its methods ends the statement, and Run returns it.
type Sink interface {
	// Begin starts a result, which may have no rows.
	Begin(columns []string) error
	// Row receives the next row and may keep it. It returns false to reject the
	// row and end the statement.
	Row(row Row) (more bool, err error)
	// End completes the result.
	End() error
}

// Result is what a statement did.
type Result struct {
	// IsQuery is set if the statement returns rows, even if there were none.
	IsQuery bool
	// Rows is the number of rows that the sink accepted.
	Rows int
	// Truncated is set if the sink rejected a row.
	Truncated bool
	// Changed is the number of rows that the statement changed, or -1 if it is
	// not of a kind that changes rows.
	Changed int
}

// Run runs the statements in sql, usually one, and returns the result of the
// last one it started. Each statement's rows go to sink. Run interrupts the
// statement when ctx ends. The error is a *RefusedError, a *StatementError or
// an error from the sink.
func (d *Database) Run(ctx context.Context, sql string, sink Sink) (Result, error) {
	d.conn.SetInterrupt(ctx.Done())
	defer d.conn.SetInterrupt(nil)
	if err := d.refreshViews(); err != nil {
		return Result{}, d.translateError(err)
	}
	result := Result{Changed: -1}
	for start := 0; start < len(sql); {
		statement, trailing, err := d.prepare(ctx, sql[start:])
		if err != nil {
			return result, shiftOffset(d.translateError(err), start)
		}
		start = len(sql) - trailing
		result, err = d.step(statement, sink)
		if err != nil {
			return result, err
		}
	}
	return result, nil
}

// shiftOffset adds by to the offset of a *StatementError.
func shiftOffset(err error, by int) error {
	var failed *StatementError
	if errors.As(err, &failed) && failed.Offset >= 0 {
		failed.Offset += by
	}
	return err
}

// step runs a prepared statement to its end, or until the sink rejects a row.
func (d *Database) step(statement *sqlite.Stmt, sink Sink) (Result, error) {
	defer func() { _ = statement.Finalize() }() // repeats the error of Step
	result := Result{IsQuery: statement.ColumnCount() > 0, Changed: -1}
	if result.IsQuery {
		if err := sink.Begin(columnNames(statement)); err != nil {
			return result, err
		}
	}
	for {
		hasRow, err := statement.Step()
		if err != nil {
			return result, d.translateError(err)
		}
		if !hasRow {
			break
		}
		more, err := sink.Row(readRow(statement))
		if err != nil {
			return result, err
		}
		if !more {
			result.Truncated = true
			break
		}
		result.Rows++
	}
	if d.authorizer.writes {
		result.Changed = d.conn.Changes()
	}
	if result.IsQuery {
		return result, sink.End()
	}
	return result, nil
}

func columnNames(statement *sqlite.Stmt) []string {
	names := make([]string, statement.ColumnCount())
	for i := range names {
		names[i] = statement.ColumnName(i)
	}
	return names
}

func readRow(statement *sqlite.Stmt) Row {
	row := make(Row, statement.ColumnCount())
	for i := range row {
		switch statement.ColumnType(i) {
		case sqlite.TypeInteger:
			row[i] = statement.ColumnInt64(i)
		case sqlite.TypeFloat:
			row[i] = statement.ColumnFloat(i)
		case sqlite.TypeText:
			row[i] = statement.ColumnText(i)
		case sqlite.TypeBlob:
			blob := make([]byte, statement.ColumnLen(i))
			statement.ColumnBytes(i, blob)
			row[i] = blob
		case sqlite.TypeNull:
		}
	}
	return row
}
