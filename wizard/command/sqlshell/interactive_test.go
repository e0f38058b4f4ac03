//go:build !windows

package sqlshell

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"apono/client/sandbox/permission"
)

const (
	ctrlC   = "\x03"
	ctrlD   = "\x04"
	arrowUp = "\x1b[A"
	enter   = "\r"
)

// prompt is what the screen ends with while the shell waits for a statement.
const prompt = "shop>"

func TestReadOnlyPrompt(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadOnly)
	c.waitForEnd(prompt)
	c.typeKeys("select count(*) as orders from orders;" + enter)
	if shown := c.waitForEnd(" ms)\n" + prompt); !strings.Contains(shown, "orders\n──────\n  3000\n1 row (") {
		t.Errorf("unexpected screen:\n%s", shown)
	}
	c.typeKeys("insert into orders (id) values (1);" + enter)
	shown := c.waitForEnd("READ_WRITE\n" + prompt)
	for _, want := range []string{"Error: READ_ONLY access cannot write to orders", "To request more access: apono requests create --permissions READ_WRITE"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing on the screen:\n%s", want, shown)
		}
	}
	c.typeKeys(".quit" + enter)
	if code := c.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestReadWritePrompt(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadWrite)
	c.waitForEnd(prompt)
	c.typeKeys("update orders set note = 'x'" + enter)
	c.waitForEnd("  ...>")
	c.typeKeys("where id <= 2;" + enter)
	if shown := c.waitForEnd(" ms)\n" + prompt); !strings.Contains(shown, "2 rows changed (") {
		t.Errorf("unexpected screen:\n%s", shown)
	}
	c.typeKeys(ctrlD)
	if code := c.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := runSQL(t, c.database, "SELECT count(*) FROM orders WHERE note = 'x'"); got != "2\n" {
		t.Errorf("%q rows changed, want 2", got)
	}
}

func TestCtrlCCancelsTheLine(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadOnly)
	c.waitForEnd(prompt)
	c.typeKeys("select 'unfinished" + enter)
	c.waitForEnd("  ...>")
	c.typeKeys("typo")
	c.waitForEnd("  ...> typo")
	c.typeKeys(ctrlC)
	c.waitForEnd("typo^C\n" + prompt)
	c.typeKeys("select 6 * 7 as answer;" + enter)
	if shown := c.waitForEnd(" ms)\n" + prompt); !strings.Contains(shown, "──────\n    42") {
		t.Errorf("unexpected screen:\n%s", shown)
	}
}

func TestCtrlCInterruptsTheStatement(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadOnly)
	c.waitForEnd(prompt)
	// In line mode, rows are printed while the statement is still running.
	c.typeKeys(".mode line" + enter)
	c.waitForEnd(".mode line\n" + prompt)
	c.typeKeys(".limit 0" + enter)
	c.waitForEnd(".limit 0\n" + prompt)
	c.typeKeys("with recursive r (n) as (select 1 union all select n + 1 from r) select 7 as seven from r;" + enter)
	c.waitForText("seven = 7")
	c.typeKeys(ctrlC)
	c.waitForEnd("Error: interrupted\n" + prompt)
	c.typeKeys(".quit" + enter)
	if code := c.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestLongResultsAreLimited(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadOnly)
	c.waitForEnd(prompt)
	c.typeKeys("select id, product from items;" + enter)
	shown := c.waitForEnd(" ms)\n" + prompt)
	if !strings.Contains(shown, "Showing only the first 1,000 rows; use .limit 0 to show all") || !strings.Contains(shown, "\n1,000 rows (") {
		t.Errorf("unexpected screen:\n%s", shown)
	}
}

func TestPromptEndsWithTheAccess(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadOnly)
	c.waitForEnd(prompt)
	if err := os.WriteFile(c.endMarker, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.typeKeys("select 1;" + enter)
	c.waitForEnd("your access has ended")
	if code := c.exitCode(); code != 1 {
		t.Errorf("exit code %d", code)
	}
}

func TestHistoryIsLoaded(t *testing.T) {
	history := historyVariable + "=" + filepath.Join(t.TempDir(), "history")
	first := newPromptTerminal(t, permission.ReadOnly, history)
	first.waitForEnd(prompt)
	first.typeKeys("select 'saved'" + enter)
	first.waitForEnd("  ...>")
	first.typeKeys("  as word;" + enter)
	first.waitForEnd(" ms)\n" + prompt)
	first.typeKeys(" select 'private';" + enter)
	first.waitForEnd(" ms)\n" + prompt)
	first.typeKeys(ctrlD)
	first.exitCode()

	second := newPromptTerminal(t, permission.ReadOnly, history)
	second.waitForEnd(prompt)
	second.typeKeys(arrowUp)
	second.waitForEnd("shop> select 'saved' as word;")
}

func TestTabCompletion(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadOnly)
	c.waitForEnd(prompt)
	c.typeKeys("select * from custom\t")
	c.waitForEnd("shop> select * from customer")
	c.typeKeys("s where id = 1;" + enter)
	c.waitForEnd(" ms)\n" + prompt)
}

func TestTermination(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadOnly)
	c.waitForEnd(prompt)
	if err := c.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.waitForEnd("Interrupted")
	if code := c.exitCode(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
}

// A terminal without line editing has a prompt too, and Ctrl-C cancels the line.
func TestDumbTerminal(t *testing.T) {
	c := newPromptTerminal(t, permission.ReadOnly, "TERM=dumb")
	c.waitForEnd(prompt)
	c.typeKeys("select 'unfinished" + enter)
	c.waitForEnd("  ...>")
	c.typeKeys(ctrlC)
	c.waitForEnd("\n" + prompt)
	c.typeKeys("select 6 * 7 as answer;" + enter)
	if shown := c.waitForEnd(" ms)\n" + prompt); !strings.Contains(shown, "──────\n    42") {
		t.Errorf("unexpected screen:\n%s", shown)
	}
	c.typeKeys(".quit" + enter)
	if code := c.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
