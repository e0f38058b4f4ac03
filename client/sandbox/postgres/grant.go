package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"apono/client/sandbox/permission"
)

const (
	// connectionLimit is enough for a client with several windows, and too low
	// to exhaust the server's connections.
	connectionLimit = 10
	// maxNameLength is the length in bytes at which PostgreSQL truncates names.
	maxNameLength = 63
	// roleComment is the comment on every role that the sandbox created. Other
	// roles are never changed.
	roleComment = "made by the apono sandbox"
)

// Grant describes a login role to create.
//
// READ_ONLY allows reading tables, views and sequences. READ_WRITE also allows
// inserting, updating and deleting rows and using sequences. ADMIN also allows
// truncating tables, referring to them in foreign keys, and creating objects,
// which the role may alter and drop. It cannot alter or drop objects of others:
// PostgreSQL reserves that for owners. It cannot add triggers to their tables
// either, because a trigger runs with the privileges of the role that writes to the
// table.
//
// Tables that the server's admin creates later are included. The role also has
// the privileges of PUBLIC.
type Grant struct {
	// Role must not exist yet.
	Role     string
	Password string
	Database string
	// Schema is empty for all schemas of the database.
	Schema string
	// Permission is one of package permission.
	Permission string
	// Until is when the password expires. Open connections survive it, until
	// Revoke closes them.
	Until time.Time
}

// String describes the grant without its password.
func (g Grant) String() string {
	return fmt.Sprintf("%s on %s for %s", g.Permission, strings.TrimSuffix(g.Database+"."+g.Schema, "."), g.Role)
}

// GoString returns the same as String, so that %#v does not print the password.
func (g Grant) GoString() string { return g.String() }

// privileges are the privileges of a permission, by kind of object.
type privileges struct{ database, schema, tables, sequences string }

// privilegesOf returns the privileges of a permission, and reports whether it is
// known.
func privilegesOf(name string) (privileges, bool) {
	r, known := map[string]privileges{
		permission.ReadOnly:  {"CONNECT", "USAGE", "SELECT", "SELECT"},
		permission.ReadWrite: {"CONNECT", "USAGE", "SELECT, INSERT, UPDATE, DELETE", "SELECT, USAGE"},
		permission.Admin:     {"CONNECT", "USAGE, CREATE", "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES", "SELECT, USAGE, UPDATE"},
	}[name]
	return r, known
}

// Grant creates the role with exactly the privileges of its permission. If it
// fails, it changes nothing.
func (s *Server) Grant(ctx context.Context, g Grant) error {
	if err := g.check(); err != nil {
		return err
	}
	secret, err := scramVerifier(g.Password)
	if err != nil {
		return err
	}
	return s.exclusively(ctx, func(ctx context.Context, _ *connection) error {
		c, err := s.connect(ctx, g.Database)
		if err != nil {
			return err
		}
		defer c.disconnect()
		return c.transact(ctx, "grant the access", func() error { return c.grant(ctx, g, secret) })
	})
}

// check returns an error if the grant is invalid.
func (g Grant) check() error {
	reason := ""
	_, known := privilegesOf(g.Permission)
	switch {
	case g.Role == "" || len(g.Role) > maxNameLength || strings.HasPrefix(g.Role, "pg_") || strings.ContainsRune(g.Role, 0):
		reason = fmt.Sprintf("%q is not a valid role name", g.Role)
	case !known:
		reason = fmt.Sprintf("unknown permission %q: must be one of %s", g.Permission, strings.Join(permission.All(), ", "))
	case g.Database == "" || g.Database == "template0" || g.Database == "template1":
		reason = fmt.Sprintf("access to the database %q cannot be granted", g.Database)
	case isSystemSchema(g.Schema):
		reason = fmt.Sprintf("%q is a system schema", g.Schema)
	case g.Until.IsZero():
		reason = "no expiry"
	default:
		return nil
	}
	return &Error{Op: "grant the access", Message: reason}
}

func isSystemSchema(schema string) bool {
	return strings.HasPrefix(schema, "pg_") || schema == "information_schema"
}

// grant runs the statements of a grant. It must run in a transaction.
func (c *connection) grant(ctx context.Context, g Grant, secret string) error {
	const op = "grant the access"
	schemas := []string{g.Schema}
	if g.Schema == "" {
		found, err := c.queryStrings(ctx, op, listSchemas)
		if err != nil {
			return err
		}
		slices.Sort(found)
		schemas = found
	}
	if err := c.execAll(ctx, op, g.createRoleSQL(secret)...); err != nil {
		return err
	}
	statements := g.databaseSQL()
	for _, schema := range schemas {
		statements = append(statements, g.schemaSQL(schema)...)
	}
	if err := c.execAll(ctx, op, append(statements, g.defaultPrivilegesSQL()...)...); err != nil {
		return err
	}
	return c.checkNotices(op)
}

func (g Grant) createRoleSQL(secret string) []string {
	return []string{
		fmt.Sprintf("CREATE ROLE %s LOGIN CONNECTION LIMIT %d VALID UNTIL %s PASSWORD %s",
			quoteIdentifier(g.Role), connectionLimit, quoteLiteral(g.Until.UTC().Format("2006-01-02 15:04:05.999999")+"+00"), quoteLiteral(secret)),
		fmt.Sprintf("COMMENT ON ROLE %s IS %s", quoteIdentifier(g.Role), quoteLiteral(roleComment)),
	}
}

func (g Grant) databaseSQL() []string {
	r, _ := privilegesOf(g.Permission)
	if g.Permission == permission.Admin && g.Schema == "" {
		r.database += ", CREATE" // of schemas
	}
	return []string{fmt.Sprintf("GRANT %s ON DATABASE %s TO %s", r.database, quoteIdentifier(g.Database), quoteIdentifier(g.Role))}
}

func (g Grant) schemaSQL(schema string) []string {
	r, _ := privilegesOf(g.Permission)
	in, role := quoteIdentifier(schema), quoteIdentifier(g.Role)
	return []string{
		fmt.Sprintf("GRANT %s ON SCHEMA %s TO %s", r.schema, in, role),
		fmt.Sprintf("GRANT %s ON ALL TABLES IN SCHEMA %s TO %s", r.tables, in, role),
		fmt.Sprintf("GRANT %s ON ALL SEQUENCES IN SCHEMA %s TO %s", r.sequences, in, role),
	}
}

// defaultPrivilegesSQL grants the same privileges on what the admin creates later.
func (g Grant) defaultPrivilegesSQL() []string {
	r, _ := privilegesOf(g.Permission)
	role, in := quoteIdentifier(g.Role), ""
	var statements []string
	if g.Schema == "" {
		statements = append(statements, fmt.Sprintf("ALTER DEFAULT PRIVILEGES GRANT %s ON SCHEMAS TO %s", r.schema, role))
	} else {
		in = "IN SCHEMA " + quoteIdentifier(g.Schema) + " "
	}
	return append(statements,
		fmt.Sprintf("ALTER DEFAULT PRIVILEGES %sGRANT %s ON TABLES TO %s", in, r.tables, role),
		fmt.Sprintf("ALTER DEFAULT PRIVILEGES %sGRANT %s ON SEQUENCES TO %s", in, r.sequences, role))
}

// checkNotices turns a warning into an error: PostgreSQL only warns if the admin
// may not grant a privilege, but a partial grant is a failure.
func (c *connection) checkNotices(op string) error {
	for _, notice := range c.notices {
		if notice.Code == codePrivilegeNotGranted {
			return &Error{Op: op, Code: notice.Code, Message: notice.Message}
		}
	}
	return nil
}

// SetPassword replaces the password of a role that Grant created.
func (s *Server) SetPassword(ctx context.Context, role, password string) error {
	secret, err := scramVerifier(password)
	if err != nil {
		return err
	}
	const op = "set the password"
	return s.exclusively(ctx, func(ctx context.Context, admin *connection) error {
		found, err := admin.role(ctx, op, role)
		if err != nil {
			return err
		}
		if found == nil {
			return &Error{Op: op, Message: fmt.Sprintf("the role %q does not exist", role)}
		}
		return admin.execAll(ctx, op, fmt.Sprintf("ALTER ROLE %s PASSWORD %s", quoteIdentifier(role), quoteLiteral(secret)))
	})
}

func quoteIdentifier(name string) string { return pgx.Identifier{name}.Sanitize() }

// quoteLiteral quotes text as a string literal. The text must not contain
// backslashes.
func quoteLiteral(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
