package shop

import (
	"context"

	"zombiezen.com/go/sqlite"
)

// prepare prepares the first statement of sql, and lets its foreign keys read
// tables that the statement itself must not read. SQLite calls the authorizer in
// the same way for both, so if a read is refused, prepare prepares the statement
// again on a connection without foreign keys. If that succeeds, only the foreign
// keys read the other tables.
func (d *Database) prepare(ctx context.Context, sql string) (statement *sqlite.Stmt, trailing int, err error) {
	d.authorizer.reset()
	statement, trailing, err = d.conn.PrepareTransient(sql)
	if err == nil || d.access.Tables == nil || !d.authorizer.writes || !d.allowedWithoutForeignKeys(ctx, sql) {
		return statement, trailing, err
	}
	d.authorizer.reset()
	d.authorizer.allowReads = true
	return d.conn.PrepareTransient(sql)
}

// allowedWithoutForeignKeys reports whether the statement is allowed if foreign
// keys are off. The statement is only prepared, on a read-only connection. It is
// not allowed if it cannot be prepared because another process holds a lock.
func (d *Database) allowedWithoutForeignKeys(ctx context.Context, sql string) bool {
	conn, err := sqlite.OpenConn(d.path, sqlite.OpenReadOnly) // foreign keys are off by default
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // nothing was written
	conn.SetBusyTimeout(0)
	conn.SetInterrupt(ctx.Done())
	if err := conn.SetAuthorizer(&authorizer{access: d.access, views: d.authorizer.views}); err != nil {
		return false
	}
	statement, _, err := conn.PrepareTransient(sql)
	if err != nil {
		return false
	}
	return statement.Finalize() == nil
}
