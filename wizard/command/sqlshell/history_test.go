package sqlshell

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"apono/client/sandbox/permission"
)

func TestHistoryIsPrivateAndLimited(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	// The file is readable by everybody and too long.
	content := strings.Repeat("select 1;\n", 3*maxHistoryEntries) + "bad\x1b\nlast\n"
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	h := history{path: path}
	entries, err := h.load()
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != maxHistoryEntries || entries[maxHistoryEntries-1] != "last" {
		t.Errorf("got %d entries, the last is %q", len(entries), entries[len(entries)-1])
	}
	if err := h.add("select 2;"); err != nil {
		t.Fatal(err)
	}
	again, err := h.load()
	if err != nil || again[len(again)-1] != "select 2;" || again[len(again)-2] != "last" {
		t.Errorf("got %q, %v", again[len(again)-2:], err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v", info.Mode(), err)
	}
}

// A history that cannot be used is reported once, and the shell goes on.
func TestUnusableHistory(t *testing.T) {
	got := runShell(t, permission.ReadOnly, "select 1;\nselect 2;\n", func(s *Shell) {
		s.Interactive, s.HistoryFile = true, t.TempDir()
	})
	if n := strings.Count(got.err, "Command history is off: "); n != 1 || got.code != 0 {
		t.Errorf("reported %d times, code %d", n, got.code)
	}
}

func TestHistoryEntries(t *testing.T) {
	for name, c := range map[string]struct {
		lines    []string
		joinable bool
		want     string
	}{
		"one line":     {[]string{"select 1;"}, true, "select 1;"},
		"joined":       {[]string{"select", "  1", "", ";"}, true, "select 1 ;"},
		"not joinable": {[]string{"select 1 -- one", ";"}, false, "select 1 -- one|;"},
		"private":      {[]string{" select 1", ";"}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(historyEntries(c.lines, c.joinable), "|"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
