//go:build e2e && !windows

package command_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"apono/wizard/prompt/screen"
)

// postgresURL is where the tests find a real server's admin (.ci/postgres).
const postgresURL = "APONO_SANDBOX_POSTGRES_URL"

// shopOnServer makes a database of the test's own on a real server, with a
// table in it, and returns its name. It goes with the test.
func shopOnServer(t *testing.T, admin string) string {
	t.Helper()
	name := fmt.Sprintf("apono_e2e_%d", os.Getpid())
	onServer(t, admin, "DROP DATABASE IF EXISTS "+name, "CREATE DATABASE "+name)
	t.Cleanup(func() { onServer(t, admin, "DROP DATABASE "+name+" WITH (FORCE)") })
	inside, err := url.Parse(admin)
	if err != nil {
		t.Fatal("the admin's URL cannot be read") // the error would show it
	}
	inside.Path = "/" + name
	onServer(t, inside.String(), "CREATE TABLE orders AS SELECT n AS id, 'order ' || n AS title FROM generate_series(1, 4711) AS n")
	return name
}

func onServer(t *testing.T, address string, statements ...string) {
	t.Helper()
	ctx := context.Background() // also when the test has ended
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatalf("connect to the server: %v", err)
	}
	defer conn.Close(ctx)
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// TestE2EPostgres asks for access to a real server, uses it with the real psql,
// and loses it.
func TestE2EPostgres(t *testing.T) {
	admin := os.Getenv(postgresURL)
	if admin == "" {
		t.Fatalf("%s is not set: start a server with .ci/postgres", postgresURL)
	}
	server := shopOnServer(t, admin)
	w := newWorkstation(t, buildProgram(t))
	w.env = append(w.env, postgresURL+"="+admin, "APONO_PROFILE=sandbox")
	t.Cleanup(func() { w.run("sandbox", "reset").ends(0) })
	id := w.grant(server)

	terminal, program, login := w.psql(id, server, admin)
	terminal.Press("select count(*) from orders;\r")
	terminal.Shows("4711", "(1 row)")
	terminal.Press("insert into orders values (0, 'mine');\r")
	terminal.Shows("permission denied for table orders")
	login.isInNoProcess(t, admin)
	terminal.Press("\\q\r")
	if code := program.Code(); code != 0 {
		t.Fatalf("psql ended with %d:\n%s", code, terminal.Text())
	}

	terminal, program, login = w.psql(id, server, admin)
	if out, err := login.try(t); err != nil || out != "4711" {
		t.Fatalf("with these credentials psql says %s: %v", out, err)
	}
	revoked := w.run("requests", "revoke", id, "--wait", "--verbose").ends(0)
	login.isNotIn(t, "the revoking command", revoked.out+revoked.stderr, admin)
	terminal.Press("select 'still' || ' here';\r")
	terminal.Shows("terminating connection due to administrator command")
	terminal.Press("\\q\r")
	program.Code()
	if strings.Contains(terminal.Text(), "still here") {
		t.Errorf("the open psql goes on:\n%s", terminal.Text())
	}
	if out, err := login.try(t); err == nil {
		t.Errorf("the credentials still open the database: %s", out)
	}
	w.run("access", "use", id, "--run").ends(1, "no access")
}

// grant asks for reading the database and returns the request's ID.
func (w *workstation) grant(database string) string {
	w.t.Helper()
	asked := w.run("requests", "create", "-i", "postgresql/sandbox-server", "-t", "postgresql-database", "-r", database,
		"-p", "READ_ONLY", "-j", "Count the orders", "-o", "json").ends(0)
	var requests []struct {
		ID     string
		Status struct{ Status string }
	}
	if err := json.Unmarshal([]byte(asked.out), &requests); err != nil || len(requests) != 1 || requests[0].Status.Status != "Active" {
		w.t.Fatalf("not one active request: %v\n%s", err, asked.out)
	}
	return requests[0].ID
}

// credentials are what psql logs in with.
type credentials struct{ host, port, database, user, password string }

// psql opens the access with the real psql. Credentials that were used before
// are reset first, as is offered.
func (w *workstation) psql(id, database, admin string) (*screen.Screen, *screen.Program, credentials) {
	w.t.Helper()
	terminal, program := w.onScreen("access", "use", id, "--run", "--verbose")
	terminal.Wait("psql, or the offer to reset", func(text string) bool {
		return strings.Contains(text, database+"=>") || strings.Contains(text, "Reset the credentials?")
	})
	if !strings.Contains(terminal.Text(), database+"=>") {
		terminal.Press("\r")
		terminal.Shows(database + "=>")
	}
	before := terminal.Written()
	terminal.Press(`\! echo "[$PGHOST $PGPORT $PGDATABASE $PGUSER $PGPASSWORD]"` + "\r")
	terminal.Wait("psql's environment", func(text string) bool { return strings.Contains(text, " "+database+" ") })
	shown := theOnly(w.t, terminal.Text(), `\[\S+ \d+ `+database+` \S+ \S+\]`)
	f := strings.Fields(strings.Trim(shown, "[]"))
	login := credentials{f[0], f[1], f[2], f[3], f[4]}
	login.isNotIn(w.t, "the terminal", before, admin)
	return terminal, program, login
}

// try counts the orders with the credentials alone, as whoever copied them can.
func (c credentials) try(t *testing.T) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "psql", "-X", "-A", "-t", "-w", "-c", "select count(*) from orders")
	cmd.Env = append(os.Environ(), "PGHOST="+c.host, "PGPORT="+c.port, "PGDATABASE="+c.database, "PGUSER="+c.user, "PGPASSWORD="+c.password)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// secrets are what must not be told: how one logs in, and how the admin does.
func (c credentials) secrets(t *testing.T, admin string) []string {
	t.Helper()
	parsed, err := url.Parse(admin)
	if err != nil {
		t.Fatal("the admin's URL cannot be read")
	}
	password, ok := parsed.User.Password()
	if !ok {
		t.Fatal("the admin has no password that could be told")
	}
	return []string{c.password, password, c.user, parsed.User.Username(), parsed.Host, c.host + " " + c.port}
}

// isInNoProcess looks at every process of the machine, but for the server's own.
func (c credentials) isInNoProcess(t *testing.T, admin string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ps", "-axww", "-o", "args=").Output()
	if err != nil || !strings.Contains(string(out), "psql") {
		t.Fatalf("list the processes: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "postgres: ") {
			continue // the server says who is connected to it
		}
		c.isNotIn(t, "a process", line, admin)
	}
}

// isNotIn checks that a text does not tell how to log in.
func (c credentials) isNotIn(t *testing.T, what, text, admin string) {
	t.Helper()
	for _, secret := range c.secrets(t, admin) {
		if strings.Contains(text, secret) {
			t.Errorf("%s tells how to log in:\n%s", what, text)
		}
	}
}
