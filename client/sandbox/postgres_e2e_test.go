//go:build e2e

package sandbox

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/permission"
	"apono/client/sandbox/postgres"
)

// psql runs one statement with a session's command.
func psql(t *testing.T, command, statement string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command+` -X -A -t -v ON_ERROR_STOP=1 -c "$STATEMENT"`)
	cmd.Env = append(os.Environ(), "STATEMENT="+statement)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func TestRealServerGrantsAndRevokes(t *testing.T) {
	url := os.Getenv("APONO_SANDBOX_POSTGRES_URL")
	if url == "" {
		t.Fatal("APONO_SANDBOX_POSTGRES_URL is not set: this test needs a PostgreSQL server")
	}
	server := must(postgres.New(url))(t)
	defer server.Close()
	sb := newSandboxFixture(t, func(o *Options) {
		o.Now = nil // the server has the real time
		o.Lifecycle = instantOptions("").Lifecycle
		o.Postgres, o.PostgresAddr = server, net.JoinHostPort(server.Host(), strconv.Itoa(server.Port()))
	})
	t.Cleanup(func() {
		if err := sb.Sandbox.Reset(context.Background()); err != nil {
			t.Error(err)
		}
	})

	id := sb.create(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "postgres"))[0]
	sb.wantStatus(id, client.StatusActive)
	session := must(sb.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t)[0]
	command := *sb.details(session.ID).CLI
	if out, err := psql(t, command, "select 6 * 7"); err != nil || out != "42" {
		t.Fatalf("a read: %q %v", out, err)
	}
	if out, err := psql(t, command, "create table public.not_allowed (x int)"); err == nil {
		t.Errorf("a write with READ_ONLY: %q", out)
	}
	if err := sb.api.ResetCredentials(t.Context(), session.ID); err != nil {
		t.Fatal(err)
	}
	if out, err := psql(t, command, "select 1"); err == nil {
		t.Errorf("the old password after a reset: %q", out)
	}
	command = *sb.details(session.ID).CLI
	if out, err := psql(t, command, "select 1"); err != nil || out != "1" {
		t.Errorf("the new password: %q %v", out, err)
	}
	sb.send(demoUser(), http.MethodPost, "access-requests/"+id+"/revoke", "")
	sb.wantStatus(id, client.StatusRevoked)
	if out, err := psql(t, command, "select 1"); err == nil {
		t.Errorf("after the revoke: %q", out)
	}
}
