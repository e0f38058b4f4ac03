package shop

import (
	"fmt"
	"slices"
	"strings"

	"apono/client/sandbox/permission"
)

// Access is what an open database may be used for.
type Access struct {
	// Permission is one of package permission.
	Permission string
	// Tables limits the access to these tables; nil means all tables. Reading a
	// view is refused if the view reads any other table, and so is a delete
	// that cascades to one. Foreign keys to other tables are still enforced.
	Tables []string
}

// String describes the access, for example "READ_ONLY access to items and orders".
func (a Access) String() string {
	if a.Tables == nil {
		return a.Permission + " access"
	}
	return a.Permission + " access to " + a.Scope()
}

// Scope lists the tables of the access: "all tables", "no tables", or their
// names as in "customers, items and orders".
func (a Access) Scope() string {
	if a.Tables == nil {
		return "all tables"
	}
	switch n := len(a.Tables); n {
	case 0:
		return "no tables"
	case 1:
		return a.Tables[0]
	default:
		return strings.Join(a.Tables[:n-1], ", ") + " and " + a.Tables[n-1]
	}
}

// Allows reports whether the access includes the permission required.
func (a Access) Allows(required string) bool { return permission.Includes(a.Permission, required) }

func (a Access) validate() error {
	if !slices.Contains(permission.All(), a.Permission) {
		return fmt.Errorf("unknown permission %q: must be one of %s", a.Permission, strings.Join(permission.All(), ", "))
	}
	return nil
}

// includes reports whether the access includes a table.
func (a Access) includes(table string) bool {
	return a.Tables == nil || containsFold(a.Tables, table)
}

// RefusedError is the error of a statement that the access does not allow.
type RefusedError struct {
	// Access is what the database was opened with.
	Access Access
	// Action is what the statement tried, as a verb phrase such as "write to orders".
	Action string
	// Required is the permission that allows the action, or "" if none does. It
	// equals Access.Permission if only the access to more tables is missing.
	Required string
	// Tables are those for which Required is needed; nil means the whole database.
	Tables []string
}

// Error returns one line that names the access and the action.
func (e *RefusedError) Error() string { return fmt.Sprintf("%s cannot %s", e.Access, e.Action) }

// containsFold reports whether names contains name. It ignores case, as SQLite does.
func containsFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}
