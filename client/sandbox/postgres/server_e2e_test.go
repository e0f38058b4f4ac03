//go:build e2e

package postgres

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"apono/client/sandbox/permission"
)

func TestResources(t *testing.T) {
	p := newTestDatabase(t)
	found, err := p.server.Resources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Resource{{p.database, ""}, {p.database, oddSchema}, {p.database, otherSchema}, {p.database, "public"}} {
		if !slices.Contains(found, want) {
			t.Errorf("%+v is missing", want)
		}
	}
	for _, r := range found {
		if strings.HasPrefix(r.Database, "template") || strings.HasPrefix(r.Schema, "pg_") || r.Schema == "information_schema" {
			t.Errorf("%+v is a system resource", r)
		}
	}
}

func TestPermissions(t *testing.T) {
	p := newTestDatabase(t)
	in, other := quoteIdentifier(oddSchema), quoteIdentifier(otherSchema)
	const all = permission.ReadOnly + permission.ReadWrite + permission.Admin
	cases := map[string]struct{ statement, allowed string }{
		"read":                     {"SELECT * FROM " + in + ".orders", all},
		"read a view":              {"SELECT * FROM " + in + ".notes", all},
		"read a sequence":          {"SELECT last_value FROM " + in + ".orders_id_seq", all},
		"insert":                   {"INSERT INTO " + in + ".orders (note) VALUES ('x')", permission.ReadWrite + permission.Admin},
		"update":                   {"UPDATE " + in + ".orders SET note = 'x' WHERE id = 1", permission.ReadWrite + permission.Admin},
		"delete":                   {"DELETE FROM " + in + ".orders WHERE id = 1", permission.ReadWrite + permission.Admin},
		"use a sequence":           {"SELECT nextval('" + strings.ReplaceAll(in, "'", "''") + ".orders_id_seq')", permission.ReadWrite + permission.Admin},
		"truncate":                 {"TRUNCATE " + in + ".orders", permission.Admin},
		"create":                   {"CREATE TABLE " + in + ".mine (a int)", permission.Admin},
		"alter others' table":      {"ALTER TABLE " + in + ".orders ADD COLUMN x int", ""},
		"drop others' table":       {"DROP TABLE " + in + ".orders CASCADE", ""},
		"trigger on others' table": {"CREATE TRIGGER t AFTER INSERT ON " + in + ".orders EXECUTE FUNCTION suppress_redundant_updates_trigger()", ""},
		"other schema":             {"SELECT * FROM " + other + ".orders", ""},
		"create a schema":          {"CREATE SCHEMA mine", ""},
		"create a role":            {"CREATE ROLE other", ""},
		"allow creating databases": {"ALTER ROLE CURRENT_USER CREATEDB", ""},
		"read the server's files":  {"SELECT pg_read_file('/etc/passwd')", ""},
		"read others' passwords":   {"SELECT rolpassword FROM pg_authid", ""},
		"run a program":            {"COPY (SELECT 1) TO PROGRAM 'true'", ""},
		"become the admin":         {"SET ROLE " + quoteIdentifier(p.server.config.User), ""},
	}
	for _, granted := range permission.All() {
		conn := p.login(p.mustGrant(func(g *Grant) { g.Permission = granted }))
		for name, c := range cases {
			want := codeForbidden
			if strings.Contains(c.allowed, granted) {
				want = ""
			}
			// Roll back, so that statements do not affect each other.
			tx, err := conn.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, err = tx.Exec(t.Context(), c.statement)
			if got := sqlState(err); got != want {
				t.Errorf("%s, %s: code %q, want %q", granted, name, got, want)
			}
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestWholeDatabaseAndLaterObjects(t *testing.T) {
	p := newTestDatabase(t)
	whole := p.login(p.mustGrant(func(g *Grant) { g.Schema = "" }))
	part := p.login(p.mustGrant(nil))
	p.exec(p.database, "CREATE SCHEMA later", "CREATE TABLE later.t (a int)",
		"CREATE TABLE "+quoteIdentifier(oddSchema)+".later (a int)", "CREATE TABLE "+quoteIdentifier(otherSchema)+".later (a int)")
	for table, wants := range map[string][2]string{
		quoteIdentifier(oddSchema) + ".orders":   {"", ""},
		quoteIdentifier(otherSchema) + ".orders": {"", codeForbidden},
		quoteIdentifier(oddSchema) + ".later":    {"", ""},
		quoteIdentifier(otherSchema) + ".later":  {"", codeForbidden},
		"later.t":                                {"", codeForbidden},
	} {
		_, err := whole.Exec(t.Context(), "SELECT * FROM "+table)
		if got := sqlState(err); got != wants[0] {
			t.Errorf("the whole database, %s: %q, want %q", table, got, wants[0])
		}
		_, err = part.Exec(t.Context(), "SELECT * FROM "+table)
		if got := sqlState(err); got != wants[1] {
			t.Errorf("one schema, %s: %q, want %q", table, got, wants[1])
		}
	}
}

func TestAdminCreatesSchemas(t *testing.T) {
	p := newTestDatabase(t)
	g := p.mustGrant(func(g *Grant) { g.Schema, g.Permission = "", permission.Admin })
	conn := p.login(g)
	for _, statement := range []string{"CREATE SCHEMA mine", "CREATE TABLE mine.t (a int)", "INSERT INTO mine.t VALUES (7)", "ALTER TABLE mine.t ADD COLUMN b int"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := p.server.Revoke(t.Context(), g.Role); err != nil {
		t.Fatal(err)
	}
	// The table is kept, and its new owner has no other privileges.
	if n := p.queryInt(p.database, "SELECT a FROM mine.t"); n != 7 {
		t.Errorf("got %d", n)
	}
	const owned = `SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
		WHERE c.oid = 'mine.t'::regclass AND r.rolname = $1 AND NOT r.rolcanlogin AND NOT r.rolsuper`
	if n := p.queryInt(p.database, owned, ownerRole); n != 1 {
		t.Error("the table has the wrong owner")
	}
	t.Cleanup(func() { p.exec("", "DROP ROLE IF EXISTS "+ownerRole) })
	t.Cleanup(func() { p.exec(p.database, "DROP OWNED BY "+ownerRole+" CASCADE") })
}

func TestRevokeRemovesEverything(t *testing.T) {
	p := newTestDatabase(t)
	g := p.mustGrant(func(g *Grant) { g.Permission = permission.ReadWrite })
	conn := p.login(g)
	// Hold a lock that Revoke needs.
	for _, statement := range []string{"BEGIN", "LOCK TABLE " + quoteIdentifier(oddSchema) + ".orders IN ROW EXCLUSIVE MODE"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // safe to repeat
		if err := p.server.Revoke(t.Context(), g.Role); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Exec(t.Context(), "SELECT 1"); err == nil {
		t.Error("the backend is still connected")
	}
	if _, err := p.as(g.Role, g.Password, g.Database); sqlState(err) != codeLoginRefused {
		t.Errorf("login: %v", err)
	}
	if p.roleExists(g.Role) {
		t.Error("the role still exists")
	}
	const traces = `SELECT (SELECT count(*) FROM pg_default_acl) + count(*) FROM (
			SELECT relacl AS acl FROM pg_class UNION ALL SELECT nspacl FROM pg_namespace UNION ALL SELECT datacl FROM pg_database
		) AS all_acls, aclexplode(acl) AS entry WHERE entry.grantee <> 0 AND NOT EXISTS (SELECT FROM pg_roles WHERE oid = entry.grantee)`
	if n := p.queryInt(p.database, traces); n != 0 {
		t.Errorf("%d privileges are left", n)
	}
}

func TestPasswordExpires(t *testing.T) {
	p := newTestDatabase(t)
	g := p.mustGrant(func(g *Grant) { g.Until = time.Now().Add(-time.Second) })
	if _, err := p.as(g.Role, g.Password, g.Database); sqlState(err) != codeLoginRefused {
		t.Errorf("login after expiry: %v", err)
	}
	until := time.Date(2031, 2, 3, 4, 5, 6, 789000000, time.FixedZone("", 2*3600))
	g = p.mustGrant(func(g *Grant) { g.Until = until })
	if n := p.queryInt("", "SELECT count(*) FROM pg_roles WHERE rolname = $1 AND rolvaliduntil = $2 AND rolconnlimit > 0", g.Role, until); n != 1 {
		t.Error("wrong expiry or connection limit")
	}
}

func TestPasswordIsStoredAsVerifier(t *testing.T) {
	p := newTestDatabase(t)
	g := p.mustGrant(nil)
	if n := p.queryInt("", "SELECT count(*) FROM pg_authid WHERE rolname = $1 AND rolpassword LIKE 'SCRAM-SHA-256$4096:%'", g.Role); n != 1 {
		t.Error("the password is not stored as a verifier")
	}
	if err := p.server.SetPassword(t.Context(), g.Role, "another"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.as(g.Role, g.Password, g.Database); sqlState(err) != codeLoginRefused {
		t.Errorf("the old password: %v", err)
	}
	g.Password = "another"
	p.login(g)
}

func TestOtherRolesAreNotChanged(t *testing.T) {
	p := newTestDatabase(t)
	const theirs = "apono_e2e_other"
	p.exec("", "DROP ROLE IF EXISTS "+theirs, "CREATE ROLE "+theirs+" LOGIN PASSWORD 'theirs'")
	t.Cleanup(func() { p.exec("", "DROP ROLE "+theirs) })
	var failure *Error
	if err := p.server.Revoke(t.Context(), theirs); !errors.As(err, &failure) {
		t.Errorf("revoke: %v", err)
	}
	if err := p.server.SetPassword(t.Context(), theirs, "mine"); !errors.As(err, &failure) {
		t.Errorf("set the password: %v", err)
	}
	taken := p.grant(nil)
	taken.Role = theirs
	if err := p.server.Grant(t.Context(), taken); !errors.As(err, &failure) || failure.Code != "42710" {
		t.Errorf("grant: %v", err)
	}
	if _, err := p.as(theirs, "theirs", ""); err != nil {
		t.Errorf("the other role cannot log in: %v", err)
	}
	if err := p.server.SetPassword(t.Context(), "apono_e2e_missing", "x"); !errors.As(err, &failure) {
		t.Errorf("missing role: %v", err)
	}
}

func TestFailedGrantChangesNothing(t *testing.T) {
	p := newTestDatabase(t)
	for name, c := range map[string]struct {
		change func(*Grant)
		want   string
	}{
		"no such schema":   {func(g *Grant) { g.Schema = "none" }, `PostgreSQL: cannot grant the access: schema "none" does not exist (3F000)`},
		"no such database": {func(g *Grant) { g.Database = "none" }, "PostgreSQL: cannot connect to the server: the database does not exist (3D000)"},
	} {
		g := p.grant(c.change)
		err := p.server.Grant(t.Context(), g)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if p.roleExists(g.Role) {
			t.Errorf("%s: the role exists", name)
		}
	}
}

func TestConcurrentGrants(t *testing.T) {
	p := newTestDatabase(t)
	var wait sync.WaitGroup
	for i := range 8 {
		g := p.grant(func(g *Grant) {
			g.Permission = permission.All()[i%3]
		})
		// Other processes have their own Server.
		server := newServer(t, p.url)
		wait.Go(func() {
			if err := errors.Join(server.Grant(t.Context(), g), server.Revoke(t.Context(), g.Role)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestErrorsHideAdminPassword(t *testing.T) {
	parsed, err := url.Parse(adminURL(t))
	if err != nil {
		t.Fatal(err)
	}
	name := parsed.User.Username()
	parsed.User = url.UserPassword(name, "wr0ng")
	_, err = newServer(t, parsed.String()).Resources(t.Context())
	if want := "PostgreSQL: cannot connect to the server: the server rejected the admin's login (28P01)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// The admin need not be a superuser: it is enough to be able to create roles and to
// own what is granted.
func TestAdminWithoutSuperuser(t *testing.T) {
	p := newTestDatabase(t)
	const lesser, secret = "apono_e2e_lesser", "lesser"
	p.exec("", "DROP ROLE IF EXISTS "+lesser, "CREATE ROLE "+lesser+" LOGIN CREATEROLE PASSWORD '"+secret+"'",
		"ALTER DATABASE "+quoteIdentifier(p.database)+" OWNER TO "+lesser)
	t.Cleanup(func() {
		p.exec("", "ALTER DATABASE "+quoteIdentifier(p.database)+" OWNER TO CURRENT_USER")
		p.exec(p.database, "DROP OWNED BY "+lesser+" CASCADE")
		p.exec("", "DROP OWNED BY "+lesser, "DROP ROLE IF EXISTS "+ownerRole, "DROP ROLE "+lesser)
	})
	p.exec(p.database, "SET ROLE "+lesser, "CREATE SCHEMA own", "CREATE TABLE own.t (a int)")
	parsed, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	parsed.User = url.UserPassword(lesser, secret)
	server := newServer(t, parsed.String())

	g := p.grant(func(g *Grant) { g.Schema, g.Permission = "own", permission.Admin })
	if err := server.Grant(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	conn := p.login(g)
	for _, statement := range []string{"INSERT INTO own.t VALUES (1)", "CREATE TABLE own.mine (a int)"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if err := server.Revoke(t.Context(), g.Role); err != nil {
		t.Fatal(err)
	}
	if p.roleExists(g.Role) || p.queryInt(p.database, "SELECT count(*) FROM own.mine") != 0 {
		t.Error("the role still exists, or its table does not")
	}

	// Grants on objects of others fail, even partial ones.
	g = p.grant(func(g *Grant) { g.Schema = oddSchema })
	var failure *Error
	if err := server.Grant(t.Context(), g); !errors.As(err, &failure) || p.roleExists(g.Role) {
		t.Errorf("schema of another owner: %v", err)
	}
}
