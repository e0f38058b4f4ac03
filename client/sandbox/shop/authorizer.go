package shop

import (
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
)

// gate is asked by SQLite about everything that a statement would do, while
// the statement is prepared, and refuses what the access does not allow. It
// lets through what it knows to be harmless; whatever it does not know stays
// outside.
type gate struct {
	access Access
	// views are the views there are: they may be named by everybody, because
	// SQLite asks about the tables behind them one by one.
	views []string
	// refused is the first refusal since it was last cleared.
	refused *RefusedError
	// writes says that the statement changes rows.
	writes bool
	// keysOnly says that whatever the statement reads of other tables is read
	// by its foreign keys; see Database.prepare.
	keysOnly bool
}

// Authorize implements sqlite.Authorizer.
func (g *gate) Authorize(action sqlite.Action) sqlite.AuthResult {
	refusal := g.judge(action)
	if refusal == nil {
		return sqlite.AuthResultOK
	}
	if g.refused == nil {
		g.refused = refusal
	}
	return sqlite.AuthResultDeny
}

// clear forgets what was asked about the statement before.
func (g *gate) clear() { g.refused, g.writes, g.keysOnly = nil, false, false }

func (g *gate) judge(action sqlite.Action) *RefusedError {
	switch action.Type() {
	case sqlite.OpSelect, sqlite.OpFunction, sqlite.OpRecursive, sqlite.OpTransaction, sqlite.OpSavepoint:
		return nil
	case sqlite.OpRead:
		return g.read(action.Table())
	case sqlite.OpInsert, sqlite.OpUpdate, sqlite.OpDelete:
		return g.write(action.Table())
	case sqlite.OpPragma:
		return g.pragma(action.Pragma(), action.PragmaArg())
	case sqlite.OpAttach, sqlite.OpDetach:
		return g.refuse("open or write other database files (ATTACH, VACUUM)", "")
	case sqlite.OpCreateVTable, sqlite.OpDropVTable:
		return g.virtualTable(action)
	default:
		return g.changeSchema(action)
	}
}

func (g *gate) refuse(deed, needs string) *RefusedError {
	return &RefusedError{Access: g.access, Deed: deed, Needs: needs}
}

func (g *gate) read(table string) *RefusedError {
	if g.keysOnly || g.access.covers(table) || isSchemaTable(table) || isDerived(table) || contains(g.views, table) {
		return nil
	}
	return g.refuse("read "+table, g.access.Permission)
}

func (g *gate) write(table string) *RefusedError {
	switch {
	case isInternal(table):
		// Every change of the schema is also a write to SQLite's own tables;
		// writing to them directly is refused by SQLite (SetDefensive).
		return g.needSchema("change the schema")
	case !g.access.mayWrite():
		return g.refuse("write to "+table, ReadWrite)
	case g.access.covers(table) || contains(g.views, table):
		g.writes = true
		return nil
	default:
		return g.refuse("write to "+table, g.access.Permission)
	}
}

func (g *gate) needSchema(deed string) *RefusedError {
	if g.access.mayChangeSchema() {
		return nil
	}
	return g.refuse(deed, Admin)
}

// changeSchema judges what creates, alters or drops. An access to some tables
// may change those and their indexes only: a trigger made with it would run
// with the rights of whoever sets it off.
func (g *gate) changeSchema(action sqlite.Action) *RefusedError {
	if refusal := g.needSchema("change the schema"); refusal != nil || g.access.Tables == nil {
		return refusal
	}
	switch action.Type() {
	case sqlite.OpReindex:
		return nil
	case sqlite.OpAlterTable, sqlite.OpDropTable, sqlite.OpAnalyze, sqlite.OpCreateIndex, sqlite.OpDropIndex:
		if g.access.covers(action.Table()) {
			return nil
		}
		return g.refuse("change the schema of "+action.Table(), Admin)
	default:
		return g.refuse("create or drop anything but indexes of its tables", Admin)
	}
}

// virtualTable lets an admin make the kinds that keep their rows in this very file.
func (g *gate) virtualTable(action sqlite.Action) *RefusedError {
	if refusal := g.changeSchema(action); refusal != nil {
		return refusal
	}
	if contains([]string{"fts5", "fts5vocab", "rtree", "rtree_i32", "geopoly"}, action.Module()) {
		return nil
	}
	return g.refuse("use virtual tables of the kind "+action.Module(), "")
}

// pragma lets through those that tell something, and the few that change
// something within the file and within the permission.
func (g *gate) pragma(name, argument string) *RefusedError {
	switch {
	case contains(tellingPragmas(), name), argument == "" && contains(readablePragmas(), name):
		return nil
	case g.access.mayWrite() && strings.EqualFold(name, "defer_foreign_keys"):
		return nil
	case !contains(adminPragmas(), name):
		return g.refuse("use PRAGMA "+name, "")
	case g.access.Tables != nil:
		return g.refuse("use PRAGMA "+name, Admin)
	default:
		return g.needSchema("use PRAGMA " + name)
	}
}

// tellingPragmas only answer, whatever their argument is.
func tellingPragmas() []string {
	return []string{
		"collation_list", "compile_options", "data_version", "database_list", "foreign_key_check", "foreign_key_list",
		"freelist_count", "function_list", "index_info", "index_list", "index_xinfo", "integrity_check", "module_list",
		"page_count", "pragma_list", "quick_check", "table_info", "table_list", "table_xinfo",
	}
}

// readablePragmas only answer as long as they have no argument.
func readablePragmas() []string {
	return []string{
		"application_id", "auto_vacuum", "cache_size", "defer_foreign_keys", "encoding", "foreign_keys",
		"journal_mode", "page_size", "query_only", "schema_version", "user_version",
	}
}

// adminPragmas change the file, or how it is checked, and nothing outside it.
func adminPragmas() []string {
	return []string{"analysis_limit", "application_id", "foreign_keys", "incremental_vacuum", "optimize", "user_version"}
}

// isSchemaTable says whether the table lists the objects of the database.
func isSchemaTable(table string) bool {
	return contains([]string{"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"}, table)
}

func isInternal(table string) bool {
	return strings.HasPrefix(strings.ToLower(table), "sqlite_")
}

// isDerived says whether the table holds nothing of its own: it is a function
// that takes its rows from its arguments or from the schema.
func isDerived(table string) bool {
	pragma, isPragma := strings.CutPrefix(strings.ToLower(table), "pragma_")
	if isPragma {
		return contains(tellingPragmas(), pragma) || contains(readablePragmas(), pragma)
	}
	return contains([]string{"json_each", "json_tree"}, table)
}

// contains ignores case, as SQLite does.
func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}
