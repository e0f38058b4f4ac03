package render

import (
	"path"
	"slices"
	"strings"
)

// Shell is the name of a shell. Everything that differs between shells is in one
// row of shellTable. A Shell without a row, such as the zero value, behaves like
// POSIX.
type Shell string

// The known shells. POSIX is sh, dash, ksh and any compatible shell; bash, zsh and
// fish read what is quoted for it in the same way.
const (
	Bash       Shell = "bash"
	Zsh        Shell = "zsh"
	Fish       Shell = "fish"
	PowerShell Shell = "powershell"
	POSIX      Shell = "sh"
)

// shellRow describes one shell.
type shellRow struct {
	shell    Shell
	programs []string // executables, without .exe
	quote    func(word string) string
	isPlain  func(word string) bool
	alias    string // an alias definition, to show
	// defineAlias returns the definition of an alias for a command.
	defineAlias func(name string, words []string) string
	remove      string // the command that deletes a file
	dropsQuote  bool   // may lose double quotes inside arguments of programs
}

// shellTable lists every shell. To support another one, add a row here and, if
// it has completion, its script.
func shellTable() []shellRow {
	return []shellRow{
		{shell: Bash, programs: []string{"bash"}, quote: quotePOSIX, isPlain: isPlainPOSIX, alias: "alias NAME='…'", defineAlias: aliasPOSIX, remove: "rm"},
		{shell: Zsh, programs: []string{"zsh"}, quote: quotePOSIX, isPlain: isPlainPOSIX, alias: "alias NAME='…'", defineAlias: aliasPOSIX, remove: "rm"},
		{shell: Fish, programs: []string{"fish"}, quote: quotePOSIX, isPlain: isPlainPOSIX, alias: "alias NAME '…'", defineAlias: aliasFish, remove: "rm"},
		{shell: PowerShell, programs: []string{"pwsh", "powershell"}, quote: quotePowerShell, isPlain: isPlainPowerShell, alias: "function NAME { … }", defineAlias: aliasPowerShell, remove: "Remove-Item", dropsQuote: true},
		{shell: POSIX, programs: []string{"sh", "dash", "ksh"}, quote: quotePOSIX, isPlain: isPlainPOSIX, alias: "alias NAME='…'", defineAlias: aliasPOSIX, remove: "rm"},
	}
}

// Shells returns every known shell, in the order in which help lists them.
func Shells() []Shell {
	var shells []Shell
	for _, row := range shellTable() {
		shells = append(shells, row.shell)
	}
	return shells
}

// ShellNamed returns the shell with this name and reports whether it is known.
func ShellNamed(name string) (Shell, bool) {
	shell := Shell(name)
	return shell, slices.Contains(Shells(), shell)
}

// ShellForProgram returns the shell that an executable runs, such as the value
// of $SHELL, and reports whether it is known. It accepts a bare name, a Unix or
// Windows path, and a name that ends in .exe.
func ShellForProgram(executable string) (Shell, bool) {
	name := strings.TrimSuffix(path.Base(strings.ReplaceAll(executable, `\`, "/")), ".exe")
	for _, row := range shellTable() {
		if slices.Contains(row.programs, name) {
			return row.shell, true
		}
	}
	return "", false
}

// ShellFor returns the shell that printed commands are quoted for on an
// operating system, named as runtime.GOOS names it.
func ShellFor(goos string) Shell {
	if goos == "windows" {
		return PowerShell
	}
	return POSIX
}

func (s Shell) row() shellRow {
	rows := shellTable()
	for _, row := range rows {
		if row.shell == s {
			return row
		}
	}
	return rows[len(rows)-1] // POSIX
}

// Name returns the name that flags and arguments use, such as "powershell".
func (s Shell) Name() string { return string(s) }

// Programs returns the names of the shell's executables, without .exe.
func (s Shell) Programs() []string { return s.row().programs }

// AliasExample returns an alias definition to show as an example, with NAME in
// place of the alias's name.
func (s Shell) AliasExample() string { return s.row().alias }

// Alias returns the line that defines an alias of the shell for a command.
func (s Shell) Alias(name string, words ...string) string { return s.row().defineAlias(name, words) }

// RemoveCommand returns the command that deletes the file at path.
func (s Shell) RemoveCommand(path string) string { return s.row().remove + " " + s.Quote(path) }

// DropsDoubleQuotes reports whether double quotes inside an argument may be
// lost on the way to a program, however the argument is quoted. PowerShell
// before 7.3 loses them.
func (s Shell) DropsDoubleQuotes() bool { return s.row().dropsQuote }
