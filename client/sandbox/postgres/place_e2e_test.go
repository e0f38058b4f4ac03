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
)

// place is a database of the test's own on a real server, with names that have
// to be quoted, and two schemas.
type place struct {
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

func adminURL(t *testing.T) string {
	t.Helper()
	url := os.Getenv("APONO_SANDBOX_POSTGRES_URL")
	if url == "" {
		t.Fatal(`APONO_SANDBOX_POSTGRES_URL is not set: eval "$(.ci/postgres)"`)
	}
	return url
}

func newServer(t *testing.T, url string) *Server {
	t.Helper()
	server, err := New(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

func newPlace(t *testing.T) *place {
	t.Helper()
	url := adminURL(t)
	p := &place{t: t, url: url, server: newServer(t, url), database: `shop's "` + strings.ToLower(rand.Text()[:8]) + `"`}
	p.exec("", "CREATE DATABASE "+quoteName(p.database))
	t.Cleanup(func() { p.exec("", "DROP DATABASE "+quoteName(p.database)+" WITH (FORCE)") })
	for _, schema := range []string{oddSchema, otherSchema} {
		in := quoteName(schema)
		p.exec(p.database, "CREATE SCHEMA "+in,
			"CREATE TABLE "+in+".orders (id serial PRIMARY KEY, note text)",
			"INSERT INTO "+in+".orders (note) VALUES ('one'), ('two')",
			"CREATE VIEW "+in+".notes AS SELECT note FROM "+in+".orders")
	}
	return p
}

// as connects to the database as a role, or as the admin where it is empty.
func (p *place) as(role, secret, database string) (*pgx.Conn, error) {
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

func (p *place) exec(database string, statements ...string) {
	p.t.Helper()
	config, err := pgx.ParseConfig(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	if database != "" {
		config.Database = database
	}
	ctx := context.Background() // also when the test is over
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

// granted makes a role for the test, and takes it away after it.
func (p *place) granted(change func(*Grant)) Grant {
	p.t.Helper()
	g := p.grant(change)
	if err := p.server.Grant(p.t.Context(), g); err != nil {
		p.t.Fatal(err)
	}
	return g
}

// grant is a grant that has not been given.
func (p *place) grant(change func(*Grant)) Grant {
	g := Grant{
		Role: `apono "` + rand.Text()[:8] + `" 'x'`, Password: password, Database: p.database, Schema: oddSchema,
		Permission: ReadOnly, Until: time.Now().Add(time.Hour),
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

// login connects as the grant's role, which has to work.
func (p *place) login(g Grant) *pgx.Conn {
	p.t.Helper()
	conn, err := p.as(g.Role, g.Password, g.Database)
	if err != nil {
		p.t.Fatal(err)
	}
	return conn
}

// codeOf is the SQLSTATE of an error, empty where there is none.
func codeOf(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code
	}
	if err != nil {
		return "not an answer: " + err.Error()
	}
	return ""
}

const (
	codeForbidden    = "42501"
	codeLoginRefused = "28P01"
)

// number is the only value of a query of the admin's.
func (p *place) number(database, query string, arguments ...any) (n int) {
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

func (p *place) roleExists(role string) bool {
	p.t.Helper()
	return p.number("", "SELECT count(*) FROM pg_roles WHERE rolname = $1", role) > 0
}
