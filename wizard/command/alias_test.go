package command

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/wizard/command/complete"
	"apono/wizard/command/explain"
)

// aliases returns the aliases in the configuration.
func (s *appHarness) aliases() map[string]string {
	s.t.Helper()
	var c struct{ Aliases map[string]string }
	if text := s.config(); text != "" {
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			s.t.Fatal(err)
		}
	}
	return c.Aliases
}

func TestAliasesRunLikeCommands(t *testing.T) {
	s := newAppHarness(t)
	s.mustRun("profiles", "set", "sandbox")
	s.mustRun("alias", "set", "tables", "inventory", "resources", "-i", "sqlite/shop", "-t", "sqlite-table")
	s.mustRun("alias", "set", "bundle", `search "$1" --kind bundle --columns name`)
	s.mustRun("alias", "set", "ids", "tables --columns id")
	s.mustRun("alias", "set", "demo", "--profile sandbox inventory bundles")
	for _, c := range []struct {
		typed []string
		as    []string
	}{
		{typed: []string{"tables"}, as: []string{"inventory", "resources", "-i", "sqlite/shop", "-t", "sqlite-table"}},
		{typed: []string{"tables", "-o", "json"}, as: []string{"inventory", "resources", "-i", "sqlite/shop", "-t", "sqlite-table", "-o", "json"}},
		{typed: []string{"--no-color", "tables"}, as: []string{"inventory", "resources", "-i", "sqlite/shop", "-t", "sqlite-table"}},
		{typed: []string{"--profile", "sandbox", "tables"}, as: []string{"inventory", "resources", "-i", "sqlite/shop", "-t", "sqlite-table"}},
		{typed: []string{"bundle", "on call"}, as: []string{"search", "on call", "--kind", "bundle", "--columns", "name"}},
		{typed: []string{"bundle", "on call", "-o", "yaml"}, as: []string{"search", "on call", "--kind", "bundle", "-o", "yaml"}},
		{typed: []string{"ids"}, as: []string{"inventory", "resources", "-i", "sqlite/shop", "-t", "sqlite-table", "--columns", "id"}},
		{typed: []string{"demo"}, as: []string{"inventory", "bundles"}},
	} {
		if got, want := s.mustRun(c.typed...), s.mustRun(c.as...); got != want || got == "" {
			t.Errorf("%q prints\n%s, but %q prints\n%s", c.typed, got, c.as, want)
		}
	}
	// A flag before an alias overrides the alias's own.
	s.mustFail(explain.ExitUsage, []string{`no profile "work"`}, "--profile", "work", "demo")
	s.mustFail(explain.ExitUsage, []string{"Alias bundle", "$1", `search "$1"`}, "bundle")
}

func TestAliasSetRejects(t *testing.T) {
	s := newAppHarness(t)
	s.mustRun("alias", "set", "recent", "requests list")
	s.mustRun("alias", "set", "newest", "recent --days 1")
	before := s.config()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"requests", "access list"}, "it is a command"},
		{[]string{"sessions", "access list"}, "it is a command"},     // a cobra alias
		{[]string{"integrations", "access list"}, "it is a command"}, // hidden
		{[]string{"help", "access list"}, "it is a command"},
		{[]string{"completion", "access list"}, "it is a command"},
		{[]string{"exit-codes", "access list"}, "it is a command"},
		{[]string{"__complete", "access list"}, "it is a command"},
		{[]string{"a b", "access list"}, "letters"},
		{[]string{"a/b", "access list"}, "letters"},
		{[]string{"a=b", "access list"}, "letters"},
		{[]string{"$(x)", "access list"}, "letters"},
		{[]string{"", "access list"}, "letters"},
		{[]string{"mine", "acess list"}, `no command "acess"`},
		{[]string{"mine", "access lst"}, `no command "lst"`},
		{[]string{"mine", "access list 'x"}, "quote"},
		{[]string{"mine", "access list # mine"}, "#"},
		{[]string{"mine", ""}, "the command is empty"},
		{[]string{"mine", "apono"}, "the command is empty"},
		{[]string{"mine", "mine"}, "mine → mine"},
		{[]string{"--clobber", "recent", "newest --all"}, "recent → newest → recent"},
		{[]string{"recent", "requests list --all"}, "--clobber"},
		{[]string{"mine", "login --personal-token abc"}, "token"},
		{[]string{"mine", "login --personal-token=abc"}, "token"},
	} {
		s.mustFail(explain.ExitUsage, []string{c.says}, append([]string{"alias", "set"}, c.args...)...)
	}
	if after := s.config(); after != before {
		t.Errorf("the configuration has changed to %s", after)
	}
	s.mustRun("alias", "set", "recent", "requests list") // unchanged
	s.mustRun("alias", "set", "--clobber", "recent", "apono requests list --all")
	s.mustRun("alias", "set", "in", "login --personal-token -")
	if got := s.aliases()["recent"]; got != "requests list --all" {
		t.Errorf("recent is %q", got)
	}
}

// A configuration that was edited by hand, or written by another version, may
// contain aliases that alias set would reject.
func TestInvalidAliasesInTheConfiguration(t *testing.T) {
	s := newAppHarness(t)
	text := `{"version":1,"profiles":{},"aliases":{"a":"b","b":"c x","c":"a","version":"requests list","odd":"requests 'list"}}`
	s.writeConfig(text)
	s.mustFail(explain.ExitUsage, []string{"a → b → c → a"}, "a")
	s.mustFail(explain.ExitUsage, []string{"Alias odd", "quote"}, "odd")
	if out := s.mustRun("version"); !strings.Contains(out, "Platform") {
		t.Errorf("an alias overrides a command: %s", out)
	}
	if _, _, stderr := s.run("alias", "list"); !strings.Contains(stderr, "The alias version has no effect") {
		t.Errorf("no warning that an alias has no effect: %q", stderr)
	}
}

// A command line that starts with a command does not load the configuration to
// look for aliases: a damaged one stays where it is.
func TestCommandsDoNotLoadAliases(t *testing.T) {
	s := newAppHarness(t)
	s.writeConfig("{")
	for _, line := range []string{"version", "--help", "help", "help requests", "requests list --help", "completion bash", "exit-codes", "-v version", "--profile x version"} {
		s.mustRun(strings.Fields(line)...)
	}
	if s.config() != "{" {
		t.Fatal("the configuration was loaded")
	}
	s.run("recent")
	if s.config() == "{" {
		t.Error("an alias does not load the configuration")
	}
}

func TestAliasListAndDelete(t *testing.T) {
	s := newAppHarness(t)
	if code, out, stderr := s.run("alias", "list"); code != explain.ExitOK || out != "" || !strings.Contains(stderr, "apono alias set") {
		t.Errorf("without aliases: %d, %q, %q", code, out, stderr)
	}
	if out := s.mustRun("alias", "list", "-o", "json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("without aliases the JSON is %q", out)
	}
	s.stdin = "requests list --days 1\n"
	s.mustRun("alias", "set", "recent", "-")
	s.mustRun("alias", "set", "all", "requests", "list", "--status", "Pending Approval")
	if out := s.mustRun("alias", "list", "--jq", ".[] | .name + \"|\" + .expansion"); out != "all|requests list --status \"Pending Approval\"\nrecent|requests list --days 1\n" {
		t.Errorf("the list is %q", out)
	}
	s.mustFail(explain.ExitUsage, []string{`"recnt"`, "recent"}, "alias", "delete", "all", "recnt")
	if len(s.aliases()) != 2 {
		t.Error("aliases were deleted although one name is unknown")
	}
	s.mustRun("alias", "delete", "all", "recent")
	if len(s.aliases()) != 0 {
		t.Errorf("aliases left: %q", s.aliases())
	}
}

func TestAliasImport(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want map[string]string
	}{
		"bash":          {"alias ll='ls -l'\nalias ro='apono requests create -b \"On call\" -j '\\''It costs $1'\\'''\n", map[string]string{"ro": `requests create -b "On call" -j 'It costs $$1'`}},
		"zsh":           {"ll='ls -l'\nro='apono requests list'\n-='cd -'\n", map[string]string{"ro": "requests list"}},
		"fish":          {"alias ll 'ls -l'\nalias ro 'apono requests list'\n", map[string]string{"ro": "requests list"}},
		"a script":      {"# mine, don't touch\nalias -g ro=\"/usr/bin/apono requests list\"\nexport X=1\n", map[string]string{"ro": "requests list"}},
		"YAML":          {"ro: requests list --days 1\nfind: 'search \"$1\"'\n", map[string]string{"ro": "requests list --days 1", "find": `search "$1"`}},
		"a list":        {"- name: ro\n  expansion: requests list\n", map[string]string{"ro": "requests list"}},
		"JSON":          {`{"ro": "requests list --jq '.[].id'"}`, map[string]string{"ro": "requests list --jq '.[].id'"}},
		"exported ones": {"alias ro='apono ro'\n", nil},
		"no apono":      {"alias ll='ls -l'\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newAppHarness(t)
			s.stdin = c.text
			s.mustRun("alias", "import", "-")
			got := s.aliases()
			if len(got) != len(c.want) {
				t.Errorf("imported %q, want %q", got, c.want)
			}
			for name, want := range c.want {
				if got[name] != want {
					t.Errorf("%s is %q, want %q", name, got[name], want)
				}
			}
		})
	}
}

func TestAliasImportRejects(t *testing.T) {
	s := newAppHarness(t)
	s.mustFail(explain.ExitUsage, []string{"Cannot read"}, "alias", "import", filepath.Join(s.dir, "none"))
	s.stdin = "just some text"
	s.mustFail(explain.ExitUsage, []string{"neither"}, "alias", "import", "-")
	s.stdin = "requests: access list\nro: requests list\nodd: nonsense\n"
	s.mustFail(explain.ExitUsage, []string{`"requests"`, `"odd"`, "apono ro"}, "alias", "import", "-")
	if got := s.aliases(); len(got) != 1 || got["ro"] == "" {
		t.Errorf("imported %q", got)
	}
}

// Exported aliases mean the same to the shell, and to an import.
func TestExportedAliasesReadBack(t *testing.T) {
	s := newAppHarness(t)
	s.mustRun("alias", "set", "odd", "requests", "create", "-j", `It's "$$1", \ and !$(x)`, "-r", "a,b")
	s.mustRun("alias", "set", "find", `search "$1"`)
	want := s.aliases()["odd"]
	exports := map[string]string{}
	for _, shell := range complete.ShellNames() {
		exports[shell] = s.mustRun("alias", "export", "--shell", shell)
	}
	const forPowerShell = `function odd { apono requests create "-j" 'It''s "$1", \ and !$(x)' "-r" "a,b" @args }`
	if !strings.Contains(exports["powershell"], forPowerShell+"\n") {
		t.Errorf("PowerShell gets\n%s, want\n%s", exports["powershell"], forPowerShell)
	}
	for shell, start := range map[string]string{
		"bash": "shopt -s expand_aliases\napono() { printf '%s\\n' \"$@\"; }\n",
		"zsh":  "setopt aliases\napono() { printf '%s\\n' \"$@\"; }\n",
		"fish": "function apono; printf '%s\\n' $argv; end\n",
	} {
		exported := exports[shell]
		imported := newAppHarness(t)
		imported.stdin = exported
		imported.mustRun("alias", "import", "-")
		if got := imported.aliases(); got["odd"] != want || len(got) != 1 {
			t.Errorf("%s: imported %q, want %s", shell, got, want)
		}
		path, err := exec.LookPath(shell)
		if err != nil || runtime.GOOS == "windows" {
			continue
		}
		file := filepath.Join(t.TempDir(), "script")
		if err := os.WriteFile(file, []byte(start+exported+"odd --last\nfind it\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), path, file).CombinedOutput()
		lines := []string{"requests", "create", "-j", `It's "$1", \ and !$(x)`, "-r", "a,b", "--last", "find", "it", ""}
		if got := strings.Split(string(out), "\n"); err != nil || !slices.Equal(got, lines) {
			t.Errorf("%s reads %q (%v) from\n%s", shell, got, err, exported)
		}
	}
}

// Ctrl-C stops a command that waits for stdin.
func TestAliasSetStopsReadingStdin(t *testing.T) {
	s := newAppHarness(t)
	stdin, writer := io.Pipe()
	t.Cleanup(func() { _ = writer.Close() })
	var out, stderr bytes.Buffer
	app := s.app(&out, &stderr)
	app.Streams.In = stdin
	ctx, cancel := context.WithCancel(t.Context())
	code := make(chan int, 1)
	go func() { code <- app.Run(ctx, []string{"alias", "set", "recent", "-"}) }()
	cancel()
	select {
	case got := <-code:
		if got != explain.ExitCanceled {
			t.Errorf("exit code %d: %s", got, stderr.String())
		}
	case <-time.After(10 * time.Second):
		t.Fatal("alias set still reads stdin")
	}
}
