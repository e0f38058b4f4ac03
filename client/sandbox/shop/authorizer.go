package shop

import (
	"strings"

	"zombiezen.com/go/sqlite"

	"apono/client/sandbox/permission"
)

// authorizer refuses what the access does not allow. While SQLite prepares a
// statement, it asks the authorizer about everything the statement would do.
// Actions that are not known to be harmless are refused.
type authorizer struct {
	access Access
	// views are the names of all views. Every access may name them, because
	// SQLite also asks about each table that a view reads.
	views []string
	// refused is the first refusal since reset was called.
	refused *RefusedError
	// writes is set if the statement changes rows.
	writes bool
	// allowReads allows reading any table, if only foreign keys read the tables
	// that the access does not include; see Database.prepare.
	allowReads bool
}

// Authorize implements sqlite.Authorizer.
func (a *authorizer) Authorize(action sqlite.Action) sqlite.AuthResult {
	refused := a.check(action)
	if refused == nil {
		return sqlite.AuthResultOK
	}
	if a.refused == nil {
		a.refused = refused
	}
	return sqlite.AuthResultDeny
}

// reset clears the state of the previous statement.
func (a *authorizer) reset() { a.refused, a.writes, a.allowReads = nil, false, false }

func (a *authorizer) check(action sqlite.Action) *RefusedError {
	switch action.Type() {
	case sqlite.OpSelect, sqlite.OpFunction, sqlite.OpRecursive, sqlite.OpTransaction, sqlite.OpSavepoint:
		return nil
	case sqlite.OpRead:
		return a.checkRead(action.Table())
	case sqlite.OpInsert, sqlite.OpUpdate, sqlite.OpDelete:
		return a.checkWrite(action.Table())
	case sqlite.OpPragma:
		return a.checkPragma(action.Pragma(), action.PragmaArg())
	case sqlite.OpAttach, sqlite.OpDetach:
		return a.refuse("open or write other database files (ATTACH, VACUUM)", "")
	case sqlite.OpCreateVTable, sqlite.OpDropVTable:
		return a.checkVirtualTable(action)
	default:
		return a.checkSchemaChange(action)
	}
}

func (a *authorizer) refuse(action, required string, tables ...string) *RefusedError {
	return &RefusedError{Access: a.access, Action: action, Required: required, Tables: tables}
}

func (a *authorizer) checkRead(table string) *RefusedError {
	if a.allowReads || a.access.includes(table) || isSchemaTable(table) || isTableFunction(table) || containsFold(a.views, table) {
		return nil
	}
	return a.refuse("read "+table, a.access.Permission, table)
}

func (a *authorizer) checkWrite(table string) *RefusedError {
	switch {
	case isInternal(table):
		// Every schema change also writes to SQLite's own tables. SQLite itself
		// refuses statements that write to them directly (SetDefensive).
		return a.requireAdmin("change the schema")
	case !a.access.Allows(permission.ReadWrite):
		return a.refuse("write to "+table, permission.ReadWrite, table)
	case a.access.includes(table) || containsFold(a.views, table):
		a.writes = true
		return nil
	default:
		return a.refuse("write to "+table, a.access.Permission, table)
	}
}

func (a *authorizer) requireAdmin(action string) *RefusedError {
	if a.access.Allows(permission.Admin) {
		return nil
	}
	return a.refuse(action, permission.Admin, a.access.Tables...)
}

// checkSchemaChange checks statements that create, alter or drop something. An
// access to some tables may change only those tables and their indexes. It must
// not create triggers, because they run with the permissions of the user who fires
// them.
func (a *authorizer) checkSchemaChange(action sqlite.Action) *RefusedError {
	if refused := a.requireAdmin("change the schema"); refused != nil || a.access.Tables == nil {
		return refused
	}
	switch action.Type() {
	case sqlite.OpReindex:
		return nil
	case sqlite.OpAlterTable, sqlite.OpDropTable, sqlite.OpAnalyze, sqlite.OpCreateIndex, sqlite.OpDropIndex:
		if a.access.includes(action.Table()) {
			return nil
		}
		return a.refuse("change the schema of "+action.Table(), permission.Admin, action.Table())
	default:
		return a.refuse("create or drop anything except indexes on its tables", permission.Admin)
	}
}

// checkVirtualTable allows an admin the modules that keep their rows in this file.
func (a *authorizer) checkVirtualTable(action sqlite.Action) *RefusedError {
	if refused := a.checkSchemaChange(action); refused != nil {
		return refused
	}
	if containsFold([]string{"fts5", "fts5vocab", "rtree", "rtree_i32", "geopoly"}, action.Module()) {
		return nil
	}
	return a.refuse("use the virtual table module "+action.Module(), "")
}

// checkPragma allows pragmas that only read, and those that change only this
// file and only what the permission includes.
func (a *authorizer) checkPragma(name, argument string) *RefusedError {
	switch {
	case containsFold(readOnlyPragmas(), name), argument == "" && containsFold(settingPragmas(), name):
		return nil
	case a.access.Allows(permission.ReadWrite) && strings.EqualFold(name, "defer_foreign_keys"):
		return nil
	case !containsFold(adminPragmas(), name):
		return a.refuse("use PRAGMA "+name, "")
	case a.access.Tables != nil:
		return a.refuse("use PRAGMA "+name, permission.Admin)
	default:
		return a.requireAdmin("use PRAGMA " + name)
	}
}

// readOnlyPragmas returns the pragmas that change nothing, with any argument.
func readOnlyPragmas() []string {
	return []string{
		"collation_list", "compile_options", "data_version", "database_list", "foreign_key_check", "foreign_key_list",
		"freelist_count", "function_list", "index_info", "index_list", "index_xinfo", "integrity_check", "module_list",
		"page_count", "pragma_list", "quick_check", "table_info", "table_list", "table_xinfo",
	}
}

// settingPragmas returns the pragmas that read a setting if they have no argument.
func settingPragmas() []string {
	return []string{
		"application_id", "auto_vacuum", "cache_size", "defer_foreign_keys", "encoding", "foreign_keys",
		"journal_mode", "page_size", "query_only", "schema_version", "user_version",
	}
}

// adminPragmas returns the pragmas that change this file, or how it is checked,
// and nothing else.
func adminPragmas() []string {
	return []string{"analysis_limit", "application_id", "foreign_keys", "incremental_vacuum", "optimize", "user_version"}
}

// isSchemaTable reports whether the table lists the objects of the database.
func isSchemaTable(table string) bool {
	return containsFold([]string{"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"}, table)
}

func isInternal(table string) bool {
	return strings.HasPrefix(strings.ToLower(table), "sqlite_")
}

// isTableFunction reports whether the table is a table-valued function whose
// rows come from its arguments or from the schema.
func isTableFunction(table string) bool {
	pragma, isPragma := strings.CutPrefix(strings.ToLower(table), "pragma_")
	if isPragma {
		return containsFold(readOnlyPragmas(), pragma) || containsFold(settingPragmas(), pragma)
	}
	return containsFold([]string{"json_each", "json_tree"}, table)
}
