package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// The permissions that can be granted, as requests name them.
const (
	ReadOnly  = "READ_ONLY"
	ReadWrite = "READ_WRITE"
	Admin     = "ADMIN"
)

const (
	// connectionLimit is enough for a client with several windows, and too
	// little to keep others out.
	connectionLimit = 10
	// longestName is how many bytes of a name PostgreSQL keeps.
	longestName = 63
	// mark is the comment by which roles of the sandbox's are known; it never
	// touches others.
	mark = "made by the apono sandbox"
)

// Grant is a login role to be made.
//
// READ_ONLY reads the tables, views and sequences; READ_WRITE also inserts,
// updates and deletes rows and draws from sequences; ADMIN also truncates,
// refers to tables in foreign keys, and creates objects of its own, which it
// may alter and drop. It may not alter or drop what others own: PostgreSQL
// gives that to owners only. Nor may it put triggers on their tables, which
// would run with the rights of whoever writes there.
//
// Tables that are made later are included as far as the admin of the server
// makes them. What PostgreSQL lets everybody do (PUBLIC), the role may do too.
type Grant struct {
	// Role must not exist yet.
	Role     string
	Password string
	Database string
	// Schema is empty for every schema of the database.
	Schema     string
	Permission string
	// Until is when the password stops working. It does not end what is
	// connected then: Revoke does.
	Until time.Time
}

// String leaves the password out.
func (g Grant) String() string {
	return fmt.Sprintf("%s on %s for %s", g.Permission, strings.TrimSuffix(g.Database+"."+g.Schema, "."), g.Role)
}

// GoString does what String does, for %#v.
func (g Grant) GoString() string { return g.String() }

// rights are the privileges that a permission comes to.
type rights struct{ database, schema, tables, sequences string }

func rightsOf(permission string) (rights, bool) {
	r, known := map[string]rights{
		ReadOnly:  {"CONNECT", "USAGE", "SELECT", "SELECT"},
		ReadWrite: {"CONNECT", "USAGE", "SELECT, INSERT, UPDATE, DELETE", "SELECT, USAGE"},
		Admin:     {"CONNECT", "USAGE, CREATE", "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES", "SELECT, USAGE, UPDATE"},
	}[permission]
	return r, known
}

// Grant makes the role with exactly the rights of its permission, or, when it
// fails, nothing at all.
func (s *Server) Grant(ctx context.Context, g Grant) error {
	if err := g.check(); err != nil {
		return err
	}
	secret, err := scramVerifier(g.Password)
	if err != nil {
		return err
	}
	return s.alone(ctx, func(ctx context.Context, _ *connection) error {
		c, err := s.connect(ctx, g.Database)
		if err != nil {
			return err
		}
		defer c.leave()
		return c.transact(ctx, "grant the access", func() error { return c.grant(ctx, g, secret) })
	})
}

func (g Grant) check() error {
	reason := ""
	_, known := rightsOf(g.Permission)
	switch {
	case g.Role == "" || len(g.Role) > longestName || strings.HasPrefix(g.Role, "pg_") || strings.ContainsRune(g.Role, 0):
		reason = fmt.Sprintf("%q is no name for a role", g.Role)
	case !known:
		reason = fmt.Sprintf("unknown permission %q: want %s, %s or %s", g.Permission, ReadOnly, ReadWrite, Admin)
	case g.Database == "" || g.Database == "template0" || g.Database == "template1":
		reason = fmt.Sprintf("%q is no database that access is given to", g.Database)
	case isSystemSchema(g.Schema):
		reason = fmt.Sprintf("the schema %q belongs to the server", g.Schema)
	case g.Until.IsZero():
		reason = "it has no end"
	default:
		return nil
	}
	return &Error{Doing: "grant the access", Message: reason}
}

func isSystemSchema(schema string) bool {
	return strings.HasPrefix(schema, "pg_") || schema == "information_schema"
}

// grant runs in a transaction.
func (c *connection) grant(ctx context.Context, g Grant, secret string) error {
	const doing = "grant the access"
	schemas := []string{g.Schema}
	if g.Schema == "" {
		found, err := c.texts(ctx, doing, listSchemas)
		if err != nil {
			return err
		}
		slices.Sort(found)
		schemas = found
	}
	if err := c.run(ctx, doing, g.makeRole(secret)...); err != nil {
		return err
	}
	statements := g.onDatabase()
	for _, schema := range schemas {
		statements = append(statements, g.onSchema(schema)...)
	}
	if err := c.run(ctx, doing, append(statements, g.onFuture()...)...); err != nil {
		return err
	}
	return c.grantedAll(doing)
}

func (g Grant) makeRole(secret string) []string {
	return []string{
		fmt.Sprintf("CREATE ROLE %s LOGIN CONNECTION LIMIT %d VALID UNTIL %s PASSWORD %s",
			quoteName(g.Role), connectionLimit, quoteText(g.Until.UTC().Format("2006-01-02 15:04:05.999999")+"+00"), quoteText(secret)),
		fmt.Sprintf("COMMENT ON ROLE %s IS %s", quoteName(g.Role), quoteText(mark)),
	}
}

func (g Grant) onDatabase() []string {
	r, _ := rightsOf(g.Permission)
	if g.Permission == Admin && g.Schema == "" {
		r.database += ", CREATE" // of schemas
	}
	return []string{fmt.Sprintf("GRANT %s ON DATABASE %s TO %s", r.database, quoteName(g.Database), quoteName(g.Role))}
}

func (g Grant) onSchema(schema string) []string {
	r, _ := rightsOf(g.Permission)
	in, role := quoteName(schema), quoteName(g.Role)
	return []string{
		fmt.Sprintf("GRANT %s ON SCHEMA %s TO %s", r.schema, in, role),
		fmt.Sprintf("GRANT %s ON ALL TABLES IN SCHEMA %s TO %s", r.tables, in, role),
		fmt.Sprintf("GRANT %s ON ALL SEQUENCES IN SCHEMA %s TO %s", r.sequences, in, role),
	}
}

// onFuture gives the same rights to what the admin of the server will make.
func (g Grant) onFuture() []string {
	r, _ := rightsOf(g.Permission)
	role, in := quoteName(g.Role), ""
	var statements []string
	if g.Schema == "" {
		statements = append(statements, fmt.Sprintf("ALTER DEFAULT PRIVILEGES GRANT %s ON SCHEMAS TO %s", r.schema, role))
	} else {
		in = "IN SCHEMA " + quoteName(g.Schema) + " "
	}
	return append(statements,
		fmt.Sprintf("ALTER DEFAULT PRIVILEGES %sGRANT %s ON TABLES TO %s", in, r.tables, role),
		fmt.Sprintf("ALTER DEFAULT PRIVILEGES %sGRANT %s ON SEQUENCES TO %s", in, r.sequences, role))
}

// grantedAll fails where the server only warned: an admin who does not own
// something can give no right to it, and half the access is not what was asked for.
func (c *connection) grantedAll(doing string) error {
	for _, notice := range c.notices {
		if notice.Code == codeNotGranted {
			return &Error{Doing: doing, Code: notice.Code, Message: notice.Message}
		}
	}
	return nil
}

// SetPassword replaces the password of a role that Grant made.
func (s *Server) SetPassword(ctx context.Context, role, password string) error {
	secret, err := scramVerifier(password)
	if err != nil {
		return err
	}
	const doing = "set the password"
	return s.alone(ctx, func(ctx context.Context, admin *connection) error {
		found, err := admin.role(ctx, doing, role)
		if err != nil {
			return err
		}
		if found == nil {
			return &Error{Doing: doing, Message: fmt.Sprintf("there is no role %q", role)}
		}
		return admin.run(ctx, doing, fmt.Sprintf("ALTER ROLE %s PASSWORD %s", quoteName(role), quoteText(secret)))
	})
}

func quoteName(name string) string { return pgx.Identifier{name}.Sanitize() }

// quoteText writes a text that has no backslash as a literal.
func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
