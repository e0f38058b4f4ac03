package sandbox

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/permission"
)

// runShell runs a command line with a POSIX shell and returns its output.
func runShell(t *testing.T, command string, env ...string) string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("sh is not installed")
	}
	cmd := exec.CommandContext(t.Context(), sh, "-c", command)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

func TestShopCommandStartsThisProgram(t *testing.T) {
	sb := newSandboxFixture(t, func(o *Options) {
		o.Program = []string{"sh", "-c", `printf '%s|' "$APONO_SANDBOX_PASSWORD" "$@"`, "it's $(here)"}
	})
	_, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	d := sb.details(session.ID)
	want := strings.Join([]string{password(t, d), "sandbox", "sql", "--session", session.ID, ""}, "|")
	if got := runShell(t, *d.CLI); got != want {
		t.Errorf("the command passes %q, want %q", got, want)
	}
}

func TestServerCommandQuotesNames(t *testing.T) {
	sb, server := newServerFixture(t)
	_, session := sb.createActive(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, `odd "name"/x`))
	roles, _, _ := server.state()
	command := strings.TrimSuffix(*sb.details(session.ID).CLI, "psql") + `sh -c 'printf %s "$PGHOST:$PGPORT/$PGDATABASE/$PGUSER"'`
	if got, want := runShell(t, command), `db.acme.example:5433/odd "name"/x/`+roles[0].Role; got != want {
		t.Errorf("psql would see %q, want %q", got, want)
	}
}

func TestLauncherSavesTheSecretPrivately(t *testing.T) {
	sb := newSandboxFixture(t)
	_, session := sb.createActive(sb.newRequest("postgresql/analytics-replica", "postgresql-replica-database", permission.ReadOnly, "analytics"))
	d := sb.details(session.ID)
	home := t.TempDir()
	runShell(t, *d.Launchers[0].AuthCommand, "HOME="+home)
	file := filepath.Join(home, ".apono", "cache", session.ID)
	saved, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := base64.StdEncoding.EncodeToString([]byte(password(t, d))); string(saved) != want {
		t.Errorf("saved %q, want %q", saved, want)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file is not private: %v %v", info, err)
	}
	if again := *sb.details(session.ID).Launchers[0].AuthCommand; strings.Contains(again, string(saved)) {
		t.Error("the second view still contains the secret")
	}
}

func TestAdminMessage(t *testing.T) {
	sb := newSandboxFixture(t)
	id := sb.create(sb.newRequest("mysql/billing-production", "mysql-database", permission.ReadOnly, "billing"))[0]
	sb.clock.advance(grantDelay)
	if err := sb.Approve(t.Context(), id, ""); err != nil {
		t.Fatal(err)
	}
	sb.clock.advance(grantDelay)
	session := must(sb.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t)[0]
	d := sb.details(session.ID)
	if d.Instructions.CustomMessage == nil || session.CustomAccessDetails.Value == nil || *d.Instructions.CustomMessage != *session.CustomAccessDetails.Value {
		t.Errorf("message %v, message of the session %v", d.Instructions.CustomMessage, session.CustomAccessDetails.Value)
	}
	if d.CLI == nil || !strings.Contains(*d.CLI, "mysql ") {
		t.Errorf("command %v", d.CLI)
	}
}
