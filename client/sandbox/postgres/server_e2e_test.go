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
)

func TestResourcesOfARealServer(t *testing.T) {
	p := newPlace(t)
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
			t.Errorf("%+v belongs to the server", r)
		}
	}
}

func TestWhatEachPermissionMayDo(t *testing.T) {
	p := newPlace(t)
	in, other := quoteName(oddSchema), quoteName(otherSchema)
	const all = ReadOnly + ReadWrite + Admin
	cases := map[string]struct{ statement, allowed string }{
		"read":                 {"SELECT * FROM " + in + ".orders", all},
		"read a view":          {"SELECT * FROM " + in + ".notes", all},
		"look at a sequence":   {"SELECT last_value FROM " + in + ".orders_id_seq", all},
		"insert":               {"INSERT INTO " + in + ".orders (note) VALUES ('x')", ReadWrite + Admin},
		"update":               {"UPDATE " + in + ".orders SET note = 'x' WHERE id = 1", ReadWrite + Admin},
		"delete":               {"DELETE FROM " + in + ".orders WHERE id = 1", ReadWrite + Admin},
		"draw from sequence":   {"SELECT nextval('" + strings.ReplaceAll(in, "'", "''") + ".orders_id_seq')", ReadWrite + Admin},
		"truncate":             {"TRUNCATE " + in + ".orders", Admin},
		"create":               {"CREATE TABLE " + in + ".mine (a int)", Admin},
		"alter another's":      {"ALTER TABLE " + in + ".orders ADD COLUMN x int", ""},
		"drop another's":       {"DROP TABLE " + in + ".orders CASCADE", ""},
		"trigger on another's": {"CREATE TRIGGER t AFTER INSERT ON " + in + ".orders EXECUTE FUNCTION suppress_redundant_updates_trigger()", ""},
		"another schema":       {"SELECT * FROM " + other + ".orders", ""},
		"a new schema":         {"CREATE SCHEMA mine", ""},
		"a new role":           {"CREATE ROLE other", ""},
		"making databases":     {"ALTER ROLE CURRENT_USER CREATEDB", ""},
		"the server's files":   {"SELECT pg_read_file('/etc/passwd')", ""},
		"other's passwords":    {"SELECT rolpassword FROM pg_authid", ""},
		"a program":            {"COPY (SELECT 1) TO PROGRAM 'true'", ""},
		"become the admin":     {"SET ROLE " + quoteName(p.server.config.User), ""},
	}
	for _, permission := range []string{ReadOnly, ReadWrite, Admin} {
		conn := p.login(p.granted(func(g *Grant) { g.Permission = permission }))
		for name, c := range cases {
			want := codeForbidden
			if strings.Contains(c.allowed, permission) {
				want = ""
			}
			// Nothing stays for the next statement.
			tx, err := conn.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, err = tx.Exec(t.Context(), c.statement)
			if got := codeOf(err); got != want {
				t.Errorf("%s, %s: code %q, want %q", permission, name, got, want)
			}
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAWholeDatabaseAndWhatIsMadeLater(t *testing.T) {
	p := newPlace(t)
	whole := p.login(p.granted(func(g *Grant) { g.Schema = "" }))
	part := p.login(p.granted(nil))
	p.exec(p.database, "CREATE SCHEMA later", "CREATE TABLE later.t (a int)",
		"CREATE TABLE "+quoteName(oddSchema)+".later (a int)", "CREATE TABLE "+quoteName(otherSchema)+".later (a int)")
	for table, wants := range map[string][2]string{
		quoteName(oddSchema) + ".orders":   {"", ""},
		quoteName(otherSchema) + ".orders": {"", codeForbidden},
		quoteName(oddSchema) + ".later":    {"", ""},
		quoteName(otherSchema) + ".later":  {"", codeForbidden},
		"later.t":                          {"", codeForbidden},
	} {
		_, err := whole.Exec(t.Context(), "SELECT * FROM "+table)
		if got := codeOf(err); got != wants[0] {
			t.Errorf("the whole database, %s: %q, want %q", table, got, wants[0])
		}
		_, err = part.Exec(t.Context(), "SELECT * FROM "+table)
		if got := codeOf(err); got != wants[1] {
			t.Errorf("one schema, %s: %q, want %q", table, got, wants[1])
		}
	}
}

func TestAnAdminOfAWholeDatabaseMakesSchemas(t *testing.T) {
	p := newPlace(t)
	g := p.granted(func(g *Grant) { g.Schema, g.Permission = "", Admin })
	conn := p.login(g)
	for _, statement := range []string{"CREATE SCHEMA mine", "CREATE TABLE mine.t (a int)", "INSERT INTO mine.t VALUES (7)", "ALTER TABLE mine.t ADD COLUMN b int"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := p.server.Revoke(t.Context(), g.Role); err != nil {
		t.Fatal(err)
	}
	// What was made is not lost, and its new owner can do nothing else.
	if n := p.number(p.database, "SELECT a FROM mine.t"); n != 7 {
		t.Errorf("got %d", n)
	}
	const owned = `SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
		WHERE c.oid = 'mine.t'::regclass AND r.rolname = $1 AND NOT r.rolcanlogin AND NOT r.rolsuper`
	if n := p.number(p.database, owned, keeper); n != 1 {
		t.Error("the table belongs to somebody else")
	}
	t.Cleanup(func() { p.exec("", "DROP ROLE IF EXISTS "+keeper) })
	t.Cleanup(func() { p.exec(p.database, "DROP OWNED BY "+keeper+" CASCADE") })
}

func TestRevokeEndsEverything(t *testing.T) {
	p := newPlace(t)
	g := p.granted(func(g *Grant) { g.Permission = ReadWrite })
	conn := p.login(g)
	// It holds a lock that the revocation needs.
	for _, statement := range []string{"BEGIN", "LOCK TABLE " + quoteName(oddSchema) + ".orders IN ROW EXCLUSIVE MODE"} {
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
		t.Error("the backend lives on")
	}
	if _, err := p.as(g.Role, g.Password, g.Database); codeOf(err) != codeLoginRefused {
		t.Errorf("login: %v", err)
	}
	if p.roleExists(g.Role) {
		t.Error("the role is still there")
	}
	const traces = `SELECT (SELECT count(*) FROM pg_default_acl) + count(*) FROM (
			SELECT relacl AS acl FROM pg_class UNION ALL SELECT nspacl FROM pg_namespace UNION ALL SELECT datacl FROM pg_database
		) AS all_acls, aclexplode(acl) AS entry WHERE entry.grantee <> 0 AND NOT EXISTS (SELECT FROM pg_roles WHERE oid = entry.grantee)`
	if n := p.number(p.database, traces); n != 0 {
		t.Errorf("%d traces are left", n)
	}
}

func TestThePasswordStopsAtItsTime(t *testing.T) {
	p := newPlace(t)
	g := p.granted(func(g *Grant) { g.Until = time.Now().Add(-time.Second) })
	if _, err := p.as(g.Role, g.Password, g.Database); codeOf(err) != codeLoginRefused {
		t.Errorf("login after the end: %v", err)
	}
	until := time.Date(2031, 2, 3, 4, 5, 6, 789000000, time.FixedZone("", 2*3600))
	g = p.granted(func(g *Grant) { g.Until = until })
	if n := p.number("", "SELECT count(*) FROM pg_roles WHERE rolname = $1 AND rolvaliduntil = $2 AND rolconnlimit > 0", g.Role, until); n != 1 {
		t.Error("the end or the limit of connections is another")
	}
}

func TestThePasswordIsStoredAsAVerifier(t *testing.T) {
	p := newPlace(t)
	g := p.granted(nil)
	if n := p.number("", "SELECT count(*) FROM pg_authid WHERE rolname = $1 AND rolpassword LIKE 'SCRAM-SHA-256$4096:%'", g.Role); n != 1 {
		t.Error("it is stored in another form")
	}
	if err := p.server.SetPassword(t.Context(), g.Role, "another"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.as(g.Role, g.Password, g.Database); codeOf(err) != codeLoginRefused {
		t.Errorf("the old password: %v", err)
	}
	g.Password = "another"
	p.login(g)
}

func TestRolesOfOthersAreLeftAlone(t *testing.T) {
	p := newPlace(t)
	const theirs = "apono_e2e_somebody"
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
		t.Errorf("they cannot log in any more: %v", err)
	}
	if err := p.server.SetPassword(t.Context(), "apono_nobody", "x"); !errors.As(err, &failure) {
		t.Errorf("a role that is not: %v", err)
	}
}

func TestAGrantThatFailsLeavesNothing(t *testing.T) {
	p := newPlace(t)
	for name, c := range map[string]struct {
		change func(*Grant)
		want   string
	}{
		"no such schema":   {func(g *Grant) { g.Schema = "none" }, `PostgreSQL: cannot grant the access: schema "none" does not exist (3F000)`},
		"no such database": {func(g *Grant) { g.Database = "none" }, "PostgreSQL: cannot connect to the server: there is no such database (3D000)"},
	} {
		g := p.grant(c.change)
		err := p.server.Grant(t.Context(), g)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if p.roleExists(g.Role) {
			t.Errorf("%s: the role is there", name)
		}
	}
}

func TestManyGrantsAtOnce(t *testing.T) {
	p := newPlace(t)
	var wait sync.WaitGroup
	for i := range 8 {
		g := p.grant(func(g *Grant) { g.Permission = []string{ReadOnly, ReadWrite, Admin}[i%3] })
		// Another process has a Server of its own.
		server := newServer(t, p.url)
		wait.Go(func() {
			if err := errors.Join(server.Grant(t.Context(), g), server.Revoke(t.Context(), g.Role)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestTheAdminsPasswordIsNotTold(t *testing.T) {
	parsed, err := url.Parse(adminURL(t))
	if err != nil {
		t.Fatal(err)
	}
	name := parsed.User.Username()
	parsed.User = url.UserPassword(name, "wr0ng")
	_, err = newServer(t, parsed.String()).Resources(t.Context())
	if want := "PostgreSQL: cannot connect to the server: it refuses the admin's login (28P01)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// The admin need not be a superuser: it is enough to be able to make roles and
// to own what is granted.
func TestAnAdminWhoIsNoSuperuser(t *testing.T) {
	p := newPlace(t)
	const lesser, secret = "apono_e2e_lesser", "lesser"
	p.exec("", "DROP ROLE IF EXISTS "+lesser, "CREATE ROLE "+lesser+" LOGIN CREATEROLE PASSWORD '"+secret+"'",
		"ALTER DATABASE "+quoteName(p.database)+" OWNER TO "+lesser)
	t.Cleanup(func() {
		p.exec("", "ALTER DATABASE "+quoteName(p.database)+" OWNER TO CURRENT_USER")
		p.exec(p.database, "DROP OWNED BY "+lesser+" CASCADE")
		p.exec("", "DROP OWNED BY "+lesser, "DROP ROLE IF EXISTS "+keeper, "DROP ROLE "+lesser)
	})
	p.exec(p.database, "SET ROLE "+lesser, "CREATE SCHEMA own", "CREATE TABLE own.t (a int)")
	parsed, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	parsed.User = url.UserPassword(lesser, secret)
	server := newServer(t, parsed.String())

	g := p.grant(func(g *Grant) { g.Schema, g.Permission = "own", Admin })
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
	if p.roleExists(g.Role) || p.number(p.database, "SELECT count(*) FROM own.mine") != 0 {
		t.Error("the role is still there, or its table is not")
	}

	// What is not the admin's cannot be given, and half of it is not given either.
	g = p.grant(func(g *Grant) { g.Schema = oddSchema })
	var failure *Error
	if err := server.Grant(t.Context(), g); !errors.As(err, &failure) || p.roleExists(g.Role) {
		t.Errorf("somebody else's schema: %v", err)
	}
}
