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

// postgresURL names the variable with the admin URL of a real server (.ci/postgres).
const postgresURL = "APONO_SANDBOX_POSTGRES_URL"

// createDatabase creates a database with a table on a real server until the test
// ends, and returns its name.
func createDatabase(t *testing.T, admin string) string {
	t.Helper()
	name := fmt.Sprintf("apono_e2e_%d", os.Getpid())
	execute(t, admin, "DROP DATABASE IF EXISTS "+name, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, admin, "DROP DATABASE "+name+" WITH (FORCE)") })
	inside, err := url.Parse(admin)
	if err != nil {
		t.Fatal("cannot parse the admin URL") // err contains it
	}
	inside.Path = "/" + name
	execute(t, inside.String(), "CREATE TABLE orders AS SELECT n AS id, 'order ' || n AS title FROM generate_series(1, 4711) AS n")
	return name
}

func execute(t *testing.T, address string, statements ...string) {
	t.Helper()
	ctx := context.Background() // t.Context() has ended in a cleanup
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

// TestE2EPostgres requests access to a real server, uses it with the real psql, and
// revokes it.
func TestE2EPostgres(t *testing.T) {
	admin := os.Getenv(postgresURL)
	if admin == "" {
		t.Fatalf("%s is not set: start a server with .ci/postgres", postgresURL)
	}
	server := createDatabase(t, admin)
	w := newWorkstation(t, buildProgram(t))
	w.env = append(w.env, postgresURL+"="+admin, "APONO_PROFILE=sandbox")
	t.Cleanup(func() { w.run("sandbox", "reset").mustExit(0) })
	id := w.grant(server)

	terminal, program, login := w.psql(id, server, admin)
	terminal.Press("select count(*) from orders;\r")
	terminal.Shows("4711", "(1 row)")
	terminal.Press("insert into orders values (0, 'mine');\r")
	terminal.Shows("permission denied for table orders")
	login.isInNoProcess(t, admin)
	terminal.Press("\\q\r")
	if code := program.Code(); code != 0 {
		t.Fatalf("psql exited with %d:\n%s", code, terminal.Text())
	}

	terminal, program, login = w.psql(id, server, admin)
	if out, err := login.try(t); err != nil || out != "4711" {
		t.Fatalf("with these credentials psql prints %s: %v", out, err)
	}
	revoked := w.run("requests", "revoke", id, "--wait", "--verbose").mustExit(0)
	login.isNotIn(t, "the revoking command", revoked.out+revoked.stderr, admin)
	terminal.Press("select 'still' || ' here';\r")
	terminal.Shows("terminating connection due to administrator command")
	terminal.Press("\\q\r")
	program.Code()
	if strings.Contains(terminal.Text(), "still here") {
		t.Errorf("the open psql still works:\n%s", terminal.Text())
	}
	if out, err := login.try(t); err == nil {
		t.Errorf("the credentials still open the database: %s", out)
	}
	w.run("access", "use", id, "--run").mustExit(1, "no access")
}

// grant requests read access to the database and returns the request ID.
func (w *workstation) grant(database string) string {
	w.t.Helper()
	asked := w.run("requests", "create", "-i", "postgresql/sandbox-server", "-t", "postgresql-database", "-r", database,
		"-p", "READ_ONLY", "-j", "Count the orders", "-o", "json").mustExit(0)
	var request struct {
		ID     string
		Status struct{ Status string }
	}
	if err := json.Unmarshal([]byte(asked.out), &request); err != nil || request.Status.Status != "Active" {
		w.t.Fatalf("not an active request: %v\n%s", err, asked.out)
	}
	return request.ID
}

// credentials are those that psql connects with.
type credentials struct{ host, port, database, user, password string }

// psql opens the access with the real psql. If the credentials have been used before,
// it accepts the offer to reset them.
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
	shown := firstMatch(w.t, terminal.Text(), `\[\S+ \d+ `+database+` \S+ \S+\]`)
	f := strings.Fields(strings.Trim(shown, "[]"))
	login := credentials{f[0], f[1], f[2], f[3], f[4]}
	login.isNotIn(w.t, "the terminal", before, admin)
	return terminal, program, login
}

// try counts the orders with the credentials alone, like someone who copied them.
func (c credentials) try(t *testing.T) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "psql", "-X", "-A", "-t", "-w", "-c", "select count(*) from orders")
	cmd.Env = append(os.Environ(), "PGHOST="+c.host, "PGPORT="+c.port, "PGDATABASE="+c.database, "PGUSER="+c.user, "PGPASSWORD="+c.password)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// secrets returns what must not be printed: the credentials, and the admin's.
func (c credentials) secrets(t *testing.T, admin string) []string {
	t.Helper()
	parsed, err := url.Parse(admin)
	if err != nil {
		t.Fatal("cannot parse the admin URL")
	}
	password, ok := parsed.User.Password()
	if !ok {
		t.Fatal("the admin URL has no password")
	}
	return []string{c.password, password, c.user, parsed.User.Username(), parsed.Host, c.host + " " + c.port}
}

// isInNoProcess checks the arguments of all processes, except the server's own.
func (c credentials) isInNoProcess(t *testing.T, admin string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ps", "-axww", "-o", "args=").Output()
	if err != nil || !strings.Contains(string(out), "psql") {
		t.Fatalf("list the processes: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "postgres: ") {
			continue // the server shows who is connected to it
		}
		c.isNotIn(t, "a process", line, admin)
	}
}

// isNotIn checks that text contains no secret.
func (c credentials) isNotIn(t *testing.T, what, text, admin string) {
	t.Helper()
	for _, secret := range c.secrets(t, admin) {
		if strings.Contains(text, secret) {
			t.Errorf("%s contains a secret:\n%s", what, text)
		}
	}
}
