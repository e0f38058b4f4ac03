//go:build e2e

package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"apono/client/sandbox/permission"
)

// testDatabase is a database on a real server that belongs to one test. It has two
// schemas, and names that must be quoted.
type testDatabase struct {
	t        *testing.T
	url      string
	server   *Server
	database string
}

const (
	oddSchema   = `sales "2024"; 価格`
	otherSchema = "Other"
	password    = "correct horse 'battery' \\ staple"
)

// adminURL returns the URL of the server to test with.
func adminURL(t *testing.T) string {
	t.Helper()
	url := os.Getenv("APONO_SANDBOX_POSTGRES_URL")
	if url == "" {
		t.Fatal(`APONO_SANDBOX_POSTGRES_URL is not set: eval "$(.ci/postgres)"`)
	}
	return url
}

// newServer returns a Server that the test closes.
func newServer(t *testing.T, url string) *Server {
	t.Helper()
	server, err := New(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// newTestDatabase creates the database, its schemas and some rows.
func newTestDatabase(t *testing.T) *testDatabase {
	t.Helper()
	url := adminURL(t)
	p := &testDatabase{t: t, url: url, server: newServer(t, url), database: `shop's "` + strings.ToLower(rand.Text()[:8]) + `"`}
	p.exec("", "CREATE DATABASE "+quoteIdentifier(p.database))
	t.Cleanup(func() { p.exec("", "DROP DATABASE "+quoteIdentifier(p.database)+" WITH (FORCE)") })
	for _, schema := range []string{oddSchema, otherSchema} {
		in := quoteIdentifier(schema)
		p.exec(p.database, "CREATE SCHEMA "+in,
			"CREATE TABLE "+in+".orders (id serial PRIMARY KEY, note text)",
			"INSERT INTO "+in+".orders (note) VALUES ('one'), ('two')",
			"CREATE VIEW "+in+".notes AS SELECT note FROM "+in+".orders")
	}
	return p
}

// as connects to a database as a role, or as the admin if role is empty.
func (p *testDatabase) as(role, secret, database string) (*pgx.Conn, error) {
	p.t.Helper()
	config, err := pgx.ParseConfig(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	if role != "" {
		config.User, config.Password = role, secret
	}
	if database != "" {
		config.Database = database
	}
	conn, err := pgx.ConnectConfig(p.t.Context(), config)
	if err == nil {
		p.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	}
	return conn, err
}

// exec runs statements as the admin, even after the test has ended.
func (p *testDatabase) exec(database string, statements ...string) {
	p.t.Helper()
	config, err := pgx.ParseConfig(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	if database != "" {
		config.Database = database
	}
	ctx := context.Background() // cleanups run after the test's context
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			p.t.Fatalf("%s: %v", statement, err)
		}
	}
}

// mustGrant creates a role that is revoked after the test.
func (p *testDatabase) mustGrant(change func(*Grant)) Grant {
	p.t.Helper()
	g := p.grant(change)
	if err := p.server.Grant(p.t.Context(), g); err != nil {
		p.t.Fatal(err)
	}
	return g
}

// grant returns a grant that was not made yet. It is revoked after the test.
func (p *testDatabase) grant(change func(*Grant)) Grant {
	g := Grant{
		Role: `apono "` + rand.Text()[:8] + `" 'x'`, Password: password, Database: p.database, Schema: oddSchema,
		Permission: permission.ReadOnly, Until: time.Now().Add(time.Hour),
	}
	if change != nil {
		change(&g)
	}
	p.t.Cleanup(func() {
		if err := p.server.Revoke(context.Background(), g.Role); err != nil {
			p.t.Error(err)
		}
	})
	return g
}

// login connects as the grant's role.
func (p *testDatabase) login(g Grant) *pgx.Conn {
	p.t.Helper()
	conn, err := p.as(g.Role, g.Password, g.Database)
	if err != nil {
		p.t.Fatal(err)
	}
	return conn
}

// sqlState returns the SQLSTATE of an error; empty if err is nil.
func sqlState(err error) string {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		return pgErr.Code
	}
	if err != nil {
		return "no SQLSTATE: " + err.Error()
	}
	return ""
}

const (
	codeForbidden    = "42501"
	codeLoginRefused = "28P01"
)

// queryInt returns the only value of a query that the admin runs.
func (p *testDatabase) queryInt(database, query string, arguments ...any) (n int) {
	p.t.Helper()
	conn, err := p.as("", "", database)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := conn.QueryRow(p.t.Context(), query, arguments...).Scan(&n); err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// roleExists reports whether the server has a role.
func (p *testDatabase) roleExists(role string) bool {
	p.t.Helper()
	return p.queryInt("", "SELECT count(*) FROM pg_roles WHERE rolname = $1", role) > 0
}
