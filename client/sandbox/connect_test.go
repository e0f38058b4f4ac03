package sandbox

import (
	"encoding/base64"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"apono/client"
)

// shell runs a session's command as a POSIX shell reads it.
func shell(t *testing.T, command string, env ...string) string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh here to try commands with")
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
	b := newBox(t, func(o *Options) {
		o.Program = []string{"sh", "-c", `printf '%s|' "$APONO_SANDBOX_PASSWORD" "$@"`, "it's $(here)"}
	})
	_, session := b.active(b.shop(ReadOnly))
	d := b.details(session.ID)
	want := strings.Join([]string{password(t, d), "sandbox", "sql", "--session", session.ID, ""}, "|")
	if got := shell(t, *d.CLI); got != want {
		t.Errorf("the command passes on %q, want %q", got, want)
	}
}

func TestServerCommandPassesOddNamesOn(t *testing.T) {
	b, f := newServerBox(t)
	_, session := b.active(b.asks(serverTitle, serverDatabaseType, ReadOnly, `odd "name"/x`))
	roles, _, _ := f.state()
	command := strings.TrimSuffix(*b.details(session.ID).CLI, "psql") + `sh -c 'printf %s "$PGHOST:$PGPORT/$PGDATABASE/$PGUSER"'`
	if got, want := shell(t, command), `db.acme.example:5433/odd "name"/x/`+roles[0].Role; got != want {
		t.Errorf("psql would see %q, want %q", got, want)
	}
}

func TestLauncherLeavesTheSecretForItsUserAlone(t *testing.T) {
	b := newBox(t)
	_, session := b.active(b.asks("postgresql/analytics-replica", "postgresql-replica-database", ReadOnly, "analytics"))
	d := b.details(session.ID)
	home := t.TempDir()
	shell(t, *d.Launchers[0].AuthCommand, "HOME="+home)
	file := filepath.Join(home, ".apono", "cache", session.ID)
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := base64.StdEncoding.EncodeToString([]byte(password(t, d))); string(kept) != want {
		t.Errorf("kept %q, want %q", kept, want)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file is not for its user alone: %v %v", info, err)
	}
	if again := *b.details(session.ID).Launchers[0].AuthCommand; strings.Contains(again, string(kept)) {
		t.Error("the second view still has the secret")
	}
}

func TestAdminsMessage(t *testing.T) {
	b := newBox(t)
	id := b.create(b.asks("mysql/billing-production", "mysql-database", ReadOnly, "billing"))[0]
	b.clock.advance(granting)
	if err := b.Approve(t.Context(), id, ""); err != nil {
		t.Fatal(err)
	}
	b.clock.advance(granting)
	session := must(b.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t)[0]
	d := b.details(session.ID)
	if d.Instructions.CustomMessage == nil || session.CustomAccessDetails == nil || *d.Instructions.CustomMessage != *session.CustomAccessDetails {
		t.Errorf("message %v, of the session %v", d.Instructions.CustomMessage, session.CustomAccessDetails)
	}
	if d.CLI == nil || !strings.Contains(*d.CLI, "mysql ") {
		t.Errorf("command %v", d.CLI)
	}
}

func TestNotificationsByCategory(t *testing.T) {
	b := newBox(t)
	for query, want := range map[string]bool{"": true, "?category=featureAnnouncement": true, "?category=other": false} {
		status, said := b.send(demoUser(), http.MethodGet, "cli-notifications"+query, "")
		if got := strings.Contains(said, "featureAnnouncement"); status != http.StatusOK || got != want {
			t.Errorf("%q: %d %s", query, status, said)
		}
	}
}

func TestMCPHasNoTools(t *testing.T) {
	b := newBox(t)
	status, said := b.send(demoUser(), http.MethodPost, "mcp", `{"jsonrpc":"2.0","id":"seven","method":"tools/call"}`)
	if status != http.StatusOK || !strings.Contains(said, `"id":"seven"`) || !strings.Contains(said, "-32601") {
		t.Errorf("%d %s", status, said)
	}
}
