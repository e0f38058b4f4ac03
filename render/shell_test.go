package render

import (
	"testing"
)

func TestShellFor(t *testing.T) {
	for goos, want := range map[string]Shell{"windows": PowerShell, "linux": POSIX, "darwin": POSIX} {
		if ShellFor(goos) != want {
			t.Errorf("%s: %v", goos, ShellFor(goos))
		}
	}
}

func TestShellNamed(t *testing.T) {
	for _, shell := range Shells() {
		if got, ok := ShellNamed(shell.Name()); !ok || got != shell {
			t.Errorf("%s: %v, %v", shell, got, ok)
		}
	}
	for _, name := range []string{"", "pwsh", "cmd", "Bash", "/bin/bash"} {
		if got, ok := ShellNamed(name); ok {
			t.Errorf("%q is %v", name, got)
		}
	}
}

func TestShellForProgram(t *testing.T) {
	for executable, want := range map[string]Shell{
		"bash": Bash, "/bin/bash": Bash, "/usr/local/bin/zsh": Zsh, "fish": Fish, "pwsh": PowerShell, "/bin/sh": POSIX, "dash": POSIX,
		`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`: PowerShell, `C:\Program Files\Git\bin\bash.exe`: Bash,
		"": "", "/": "", "tcsh": "", "bash-static": "",
	} {
		if got, ok := ShellForProgram(executable); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", executable, got, ok, want)
		}
	}
}

// Every shell has a complete row, and no executable belongs to two shells.
func TestShellTable(t *testing.T) {
	seen := map[string]Shell{}
	for _, row := range shellTable() {
		if row.shell == "" || row.quote == nil || row.isPlain == nil || row.alias == "" || row.remove == "" || len(row.programs) == 0 {
			t.Errorf("the row of %q is incomplete", row.shell)
		}
		for _, program := range row.programs {
			if other, taken := seen[program]; taken {
				t.Errorf("%s belongs to %s and %s", program, other, row.shell)
			}
			seen[program] = row.shell
		}
	}
}

func TestShellProperties(t *testing.T) {
	for _, c := range []struct {
		shell         Shell
		alias, remove string
		drops         bool
	}{
		{Bash, "alias NAME='…'", `rm "/a b"`, false},
		{Fish, "alias NAME '…'", `rm "/a b"`, false},
		{PowerShell, "function NAME { … }", `Remove-Item "/a b"`, true},
		{POSIX, "alias NAME='…'", `rm "/a b"`, false},
		{"", "alias NAME='…'", `rm "/a b"`, false},
	} {
		if got := c.shell.AliasExample(); got != c.alias {
			t.Errorf("%q: alias %s, want %s", c.shell, got, c.alias)
		}
		if got := c.shell.RemoveCommand("/a b"); got != c.remove {
			t.Errorf("%q: remove %s, want %s", c.shell, got, c.remove)
		}
		if got := c.shell.DropsDoubleQuotes(); got != c.drops {
			t.Errorf("%q: drops double quotes: %v", c.shell, got)
		}
	}
}
