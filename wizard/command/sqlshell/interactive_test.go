//go:build !windows

package sqlshell

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"apono/client/sandbox/shop"
)

const (
	ctrlC   = "\x03"
	ctrlD   = "\x04"
	arrowUp = "\x1b[A"
	enter   = "\r"
)

const fresh = "shop>"

func TestAPersonReadsAndIsRefused(t *testing.T) {
	c := newTerminal(t, shop.ReadOnly)
	c.sees(fresh)
	c.press("select count(*) as orders from orders;" + enter)
	if shown := c.sees(" ms)\n" + fresh); !strings.Contains(shown, "│ orders │\n├────────┤\n│   3000 │\n└────────┘\n1 row (") {
		t.Errorf("the screen is\n%s", shown)
	}
	c.press("insert into orders (id) values (1);" + enter)
	shown := c.sees("READ_WRITE\n" + fresh)
	for _, want := range []string{"Error: READ_ONLY access cannot write to orders", "To ask for more: apono requests create --permissions READ_WRITE"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing in\n%s", want, shown)
		}
	}
	c.press(".quit" + enter)
	if code := c.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestAPersonWrites(t *testing.T) {
	c := newTerminal(t, shop.ReadWrite)
	c.sees(fresh)
	c.press("update orders set note = 'x'" + enter)
	c.sees("  ...>")
	c.press("where id <= 2;" + enter)
	if shown := c.sees(" ms)\n" + fresh); !strings.Contains(shown, "2 rows changed (") {
		t.Errorf("the screen is\n%s", shown)
	}
	c.press(ctrlD)
	if code := c.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := runSQL(t, c.path, "SELECT count(*) FROM orders WHERE note = 'x'"); got != "2\n" {
		t.Errorf("%q rows changed, want 2", got)
	}
}

func TestCtrlCCancelsTheLine(t *testing.T) {
	c := newTerminal(t, shop.ReadOnly)
	c.sees(fresh)
	c.press("select 'unfinished" + enter)
	c.sees("  ...>")
	c.press("rubbish")
	c.sees("  ...> rubbish")
	c.press(ctrlC)
	c.sees("rubbish^C\n" + fresh)
	c.press("select 6 * 7 as answer;" + enter)
	if shown := c.sees(" ms)\n" + fresh); !strings.Contains(shown, "│     42 │") {
		t.Errorf("the screen is\n%s", shown)
	}
}

func TestCtrlCStopsTheStatement(t *testing.T) {
	c := newTerminal(t, shop.ReadOnly)
	c.sees(fresh)
	// The first page of rows is drawn while the statement runs on and on.
	c.press(".mode line" + enter)
	c.sees(".mode line\n" + fresh)
	c.press(".limit 0" + enter)
	c.sees(".limit 0\n" + fresh)
	c.press("with recursive r (n) as (select 1 union all select n + 1 from r) select 7 as seven from r;" + enter)
	c.seesWithin("seven = 7")
	c.press(ctrlC)
	c.sees("Error: interrupted\n" + fresh)
	c.press(".quit" + enter)
	if code := c.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestLongResultsAreCapped(t *testing.T) {
	c := newTerminal(t, shop.ReadOnly)
	c.sees(fresh)
	c.press("select id, product from items;" + enter)
	shown := c.sees(" ms)\n" + fresh)
	if !strings.Contains(shown, "The first 1,000 rows are shown, there are more: .limit 0 shows all") || !strings.Contains(shown, "\n1,000 rows (") {
		t.Errorf("the screen is\n%s", shown)
	}
}

func TestThePromptEndsWithTheAccess(t *testing.T) {
	c := newTerminal(t, shop.ReadOnly)
	c.sees(fresh)
	if err := os.WriteFile(c.ended, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.press("select 1;" + enter)
	c.sees("your access has ended")
	if code := c.ends(); code != 1 {
		t.Errorf("exit code %d", code)
	}
}

func TestTheHistoryIsThereNextTime(t *testing.T) {
	history := historyVariable + "=" + filepath.Join(t.TempDir(), "history")
	first := newTerminal(t, shop.ReadOnly, history)
	first.sees(fresh)
	first.press("select 'kept'" + enter)
	first.sees("  ...>")
	first.press("  as word;" + enter)
	first.sees(" ms)\n" + fresh)
	first.press(" select 'private';" + enter)
	first.sees(" ms)\n" + fresh)
	first.press(ctrlD)
	first.ends()

	second := newTerminal(t, shop.ReadOnly, history)
	second.sees(fresh)
	second.press(arrowUp)
	second.sees("shop> select 'kept' as word;")
}

func TestTabCompletesNames(t *testing.T) {
	c := newTerminal(t, shop.ReadOnly)
	c.sees(fresh)
	c.press("select * from custom\t")
	c.sees("shop> select * from customer")
	c.press("s where id = 1;" + enter)
	c.sees(" ms)\n" + fresh)
}

func TestTerminationGivesTheTerminalBack(t *testing.T) {
	c := newTerminal(t, shop.ReadOnly)
	c.sees(fresh)
	if err := c.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.sees("Interrupted.")
	if code := c.ends(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
}

// A terminal that cannot move the cursor has a prompt all the same, and Ctrl-C
// still cancels the line.
func TestADumbTerminal(t *testing.T) {
	c := newTerminal(t, shop.ReadOnly, "TERM=dumb")
	c.sees(fresh)
	c.press("select 'unfinished" + enter)
	c.sees("  ...>")
	c.press(ctrlC)
	c.sees("\n" + fresh)
	c.press("select 6 * 7 as answer;" + enter)
	if shown := c.sees(" ms)\n" + fresh); !strings.Contains(shown, "│     42 │") {
		t.Errorf("the screen is\n%s", shown)
	}
	c.press(".quit" + enter)
	if code := c.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
