package shop

import (
	"context"

	"zombiezen.com/go/sqlite"
)

// prepare prepares the first statement of sql, and lets its foreign keys read
// what the statement itself may not. SQLite asks about both in the same words,
// so a statement that is refused for reading is prepared once more where
// foreign keys are off: what is read there is its own doing.
func (d *Database) prepare(ctx context.Context, sql string) (statement *sqlite.Stmt, trailing int, err error) {
	d.gate.clear()
	statement, trailing, err = d.conn.PrepareTransient(sql)
	if err == nil || d.access.Tables == nil || !d.gate.writes || !d.passesWithoutKeys(ctx, sql) {
		return statement, trailing, err
	}
	d.gate.clear()
	d.gate.keysOnly = true
	return d.conn.PrepareTransient(sql)
}

// passesWithoutKeys says whether the statement would be let through without
// foreign keys. It is only prepared, on a connection that could not write
// anyway; where that is impossible, because somebody has locked the file, the
// refusal stands.
func (d *Database) passesWithoutKeys(ctx context.Context, sql string) bool {
	conn, err := sqlite.OpenConn(d.path, sqlite.OpenReadOnly) // foreign keys are off unless turned on
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // nothing was written
	conn.SetBusyTimeout(0)
	conn.SetInterrupt(ctx.Done())
	if err := conn.SetAuthorizer(&gate{access: d.access, views: d.gate.views}); err != nil {
		return false
	}
	statement, _, err := conn.PrepareTransient(sql)
	if err != nil {
		return false
	}
	return statement.Finalize() == nil
}
