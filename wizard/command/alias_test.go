package command

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"apono/wizard/command/explain"
)

// aliases are those that the configuration has.
func (s *seat) aliases() map[string]string {
	s.t.Helper()
	var c struct{ Aliases map[string]string }
	if text := s.config(); text != "" {
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			s.t.Fatal(err)
		}
	}
	return c.Aliases
}

func TestAliasesAreUsedLikeCommands(t *testing.T) {
	s := newSeat(t)
	s.works("profiles", "set", "sandbox")
	s.works("alias", "set", "tables", "inventory", "resources", "-i", "sqlite/shop", "-t", "sqlite-table")
	s.works("alias", "set", "bundle", `search "$1" --kind bundle --columns name`)
	s.works("alias", "set", "ids", "tables --columns id")
	s.works("alias", "set", "demo", "--profile sandbox inventory bundles")
	for _, c := range []struct {
		typed  []string
		as     []string
		differ bool
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
		if got, want := s.works(c.typed...), s.works(c.as...); got != want || got == "" {
			t.Errorf("%q prints\n%s, and %q\n%s", c.typed, got, c.as, want)
		}
	}
	// A flag before an alias counts more than the alias's own.
	s.fails(explain.ExitUsage, []string{`no profile "work"`}, "--profile", "work", "demo")
	s.fails(explain.ExitUsage, []string{"Alias bundle", "$1", `search "$1"`}, "bundle")
}

func TestAliasesThatCannotBe(t *testing.T) {
	s := newSeat(t)
	s.works("alias", "set", "recent", "requests list")
	s.works("alias", "set", "newest", "recent --days 1")
	before := s.config()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"requests", "access list"}, "it is a command"},
		{[]string{"sessions", "access list"}, "it is a command"},     // an alias of cobra's
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
		s.fails(explain.ExitUsage, []string{c.says}, append([]string{"alias", "set"}, c.args...)...)
	}
	if after := s.config(); after != before {
		t.Errorf("the configuration was changed to %s", after)
	}
	s.works("alias", "set", "recent", "requests list") // as it was
	s.works("alias", "set", "--clobber", "recent", "apono requests list --all")
	s.works("alias", "set", "in", "login --personal-token -")
	if got := s.aliases()["recent"]; got != "requests list --all" {
		t.Errorf("recent stands for %q", got)
	}
}

// A configuration that was written by hand, or by another version, may hold
// aliases that could not be set here.
func TestAliasesFromElsewhere(t *testing.T) {
	s := newSeat(t)
	text := `{"version":1,"profiles":{},"aliases":{"a":"b","b":"c x","c":"a","version":"requests list","odd":"requests 'list"}}`
	if err := os.WriteFile(filepath.Join(s.dir, "config.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.fails(explain.ExitUsage, []string{"a → b → c → a"}, "a")
	s.fails(explain.ExitUsage, []string{"Alias odd", "quote"}, "odd")
	if out := s.works("version"); !strings.Contains(out, "Platform") {
		t.Errorf("a command gave way to an alias: %s", out)
	}
	if _, _, said := s.types("alias", "list"); !strings.Contains(said, "The alias version has no effect") {
		t.Errorf("nobody is told that an alias does nothing: %q", said)
	}
}

// Only what is no command makes anybody read the configuration, which a
// damaged one shows.
func TestCommandsDoNotReadAliases(t *testing.T) {
	s := newSeat(t)
	path := filepath.Join(s.dir, "config.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"version", "--help", "help", "help requests", "requests list --help", "completion bash", "exit-codes", "-v version", "--profile x version"} {
		s.works(strings.Fields(line)...)
	}
	if s.config() != "{" {
		t.Fatal("the configuration was read, and set aside")
	}
	s.types("recent")
	if s.config() == "{" {
		t.Error("an alias is used without reading the configuration")
	}
}

func TestAliasesAreListedAndDeleted(t *testing.T) {
	s := newSeat(t)
	if code, out, said := s.types("alias", "list"); code != explain.ExitOK || out != "" || !strings.Contains(said, "apono alias set") {
		t.Errorf("without aliases: %d, %q, %q", code, out, said)
	}
	if out := s.works("alias", "list", "-o", "json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("without aliases there is %q as JSON", out)
	}
	s.in = "requests list --days 1\n"
	s.works("alias", "set", "recent", "-")
	s.works("alias", "set", "all", "requests", "list", "--status", "Pending Approval")
	if out := s.works("alias", "list", "--jq", ".[] | .name + \"|\" + .expansion"); out != "all|requests list --status \"Pending Approval\"\nrecent|requests list --days 1\n" {
		t.Errorf("it lists %q", out)
	}
	s.fails(explain.ExitUsage, []string{`"recnt"`, "recent"}, "alias", "delete", "all", "recnt")
	if len(s.aliases()) != 2 {
		t.Error("some are deleted, though one of them is not known")
	}
	s.works("alias", "delete", "all", "recent")
	if len(s.aliases()) != 0 {
		t.Errorf("left are %q", s.aliases())
	}
}

func TestAliasesAreImported(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want map[string]string
	}{
		"bash":       {"alias ll='ls -l'\nalias ro='apono requests create -b \"On call\" -j '\\''It costs $1'\\'''\n", map[string]string{"ro": `requests create -b "On call" -j 'It costs $$1'`}},
		"zsh":        {"ll='ls -l'\nro='apono requests list'\n-='cd -'\n", map[string]string{"ro": "requests list"}},
		"fish":       {"alias ll 'ls -l'\nalias ro 'apono requests list'\n", map[string]string{"ro": "requests list"}},
		"a script":   {"# mine, don't touch\nalias -g ro=\"/usr/bin/apono requests list\"\nexport X=1\n", map[string]string{"ro": "requests list"}},
		"YAML":       {"ro: requests list --days 1\nfind: 'search \"$1\"'\n", map[string]string{"ro": "requests list --days 1", "find": `search "$1"`}},
		"a list":     {"- name: ro\n  expansion: requests list\n", map[string]string{"ro": "requests list"}},
		"JSON":       {`{"ro": "requests list --jq '.[].id'"}`, map[string]string{"ro": "requests list --jq '.[].id'"}},
		"only ours":  {"alias ro='apono ro'\n", nil},
		"none of us": {"alias ll='ls -l'\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSeat(t)
			s.in = c.text
			s.works("alias", "import", "-")
			got := s.aliases()
			if len(got) != len(c.want) {
				t.Errorf("it takes over %q, want %q", got, c.want)
			}
			for name, want := range c.want {
				if got[name] != want {
					t.Errorf("%s stands for %q, want %q", name, got[name], want)
				}
			}
		})
	}
}

func TestImportsThatFail(t *testing.T) {
	s := newSeat(t)
	s.fails(explain.ExitUsage, []string{"Cannot read"}, "alias", "import", filepath.Join(s.dir, "none"))
	s.in = "just some text"
	s.fails(explain.ExitUsage, []string{"neither"}, "alias", "import", "-")
	s.in = "requests: access list\nro: requests list\nodd: nonsense\n"
	s.fails(explain.ExitUsage, []string{`"requests"`, `"odd"`, "apono ro"}, "alias", "import", "-")
	if got := s.aliases(); len(got) != 1 || got["ro"] == "" {
		t.Errorf("it takes over %q", got)
	}
}

// What is exported is read by the shell itself, and imported again: both come
// to the same words.
func TestExportsAreReadBack(t *testing.T) {
	s := newSeat(t)
	s.works("alias", "set", "odd", "requests", "create", "-j", `It's "$$1", \ and !$(x)`, "-r", "a,b")
	s.works("alias", "set", "find", `search "$1"`)
	want := s.aliases()["odd"]
	exports := map[string]string{}
	for _, shell := range shellNames() {
		exports[shell] = s.works("alias", "export", "--shell", shell)
	}
	const forPowerShell = `function odd { apono requests create "-j" 'It''s "$1", \ and !$(x)' "-r" "a,b" @args }`
	if !strings.Contains(exports["powershell"], forPowerShell+"\n") {
		t.Errorf("for PowerShell it is\n%s, want\n%s", exports["powershell"], forPowerShell)
	}
	for shell, start := range map[string]string{
		"bash": "shopt -s expand_aliases\napono() { printf '%s\\n' \"$@\"; }\n",
		"zsh":  "setopt aliases\napono() { printf '%s\\n' \"$@\"; }\n",
		"fish": "function apono; printf '%s\\n' $argv; end\n",
	} {
		exported := exports[shell]
		imported := newSeat(t)
		imported.in = exported
		imported.works("alias", "import", "-")
		if got := imported.aliases(); got["odd"] != want || len(got) != 1 {
			t.Errorf("%s: imported again it is %q, want %s", shell, got, want)
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
			t.Errorf("%s reads %q (%v), from\n%s", shell, got, err, exported)
		}
	}
}
