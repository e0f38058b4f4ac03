package wizard

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/shlex"

	"apono/client"
	"apono/render"
)

// MissingProgramError is a command of an access whose program is not installed.
type MissingProgramError struct {
	Program string
	Session string
}

func (e *MissingProgramError) Error() string { return e.Program + " is not installed" }

// NoShellError is a machine without a POSIX shell to run a session's command.
// Command is what would have been run, secrets included.
type NoShellError struct{ Command string }

func (e *NoShellError) Error() string { return "there is no POSIX shell to run the command in" }

// MaskedError is a command that cannot work, since its secret is masked.
type MaskedError struct{ Session string }

func (e *MaskedError) Error() string {
	return "the credentials of " + e.Session + " have been shown before, so the command holds only their mask"
}

// Connect runs the session's own command with this terminal and returns its
// exit code.
func (f *Flow) Connect(ctx context.Context, s *client.AccessSession) (int, error) {
	if !slices.Contains(s.ConnectionMethods, client.MethodCLI) {
		return 0, &WrongMethodError{Session: s, Method: client.MethodCLI}
	}
	d, err := f.Details(ctx, s)
	if err != nil {
		return 0, err
	}
	if d.CLI == nil || strings.TrimSpace(*d.CLI) == "" {
		return 0, &WrongMethodError{Session: s, Method: client.MethodCLI}
	}
	command := *d.CLI
	if d.Credentials != nil && strings.Contains(command, mask) {
		return 0, &MaskedError{Session: s.ID}
	}
	if program := missingProgram(command); program != "" {
		return 0, &MissingProgramError{Program: program, Session: s.ID}
	}
	f.Streams.Printf("%s Trouble connecting? %s\n", f.Streams.PaletteErr().Bold("NOTICE"), f.Streams.PaletteErr().Command(f.CommandLine("access", "reset-credentials", s.ID)))
	return f.run(ctx, command)
}

// mask is what the service puts in the place of a secret that was shown before.
const mask = "***"

// commandVariable carries the command to the shell, so that its secrets stand
// in no process's arguments.
const commandVariable = "APONO_SESSION_COMMAND"

// runner reads the command from its environment and runs it. The trap keeps the
// shell alive through a Ctrl-C that is meant for the program; its exit code is
// the program's.
const runner = `trap : INT QUIT; apono_command=$` + commandVariable + `; unset ` + commandVariable + `; eval "$apono_command"`

// run hands the terminal to a shell command and returns its exit code: 128+n
// where signal n ended it. When ctx ends, so does the command.
func (f *Flow) run(ctx context.Context, command string) (int, error) {
	shell, err := posixShell()
	if err != nil {
		return 0, &NoShellError{Command: command}
	}
	cmd := exec.CommandContext(ctx, shell, "-c", runner)
	cmd.Cancel = func() error { return end(cmd.Process) }
	cmd.WaitDelay = endLimit
	cmd.Env = append(os.Environ(), commandVariable+"="+command)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = f.Streams.InFile, f.Streams.OutFile, f.Streams.ErrFile
	if f.HandOver != nil {
		defer f.HandOver()()
	}
	return exitCode(cmd.Run())
}

// endLimit is how long a command may take to end when it is told to.
const endLimit = 3 * time.Second

// exitCode is how a program ended: its own code, or 128+n after signal n.
func exitCode(err error) (int, error) {
	var ended *exec.ExitError
	if err == nil {
		return 0, nil
	}
	if !errors.As(err, &ended) {
		return 0, fmt.Errorf("start the session's command: %w", err)
	}
	if signal := endedBy(ended.ProcessState); signal > 0 {
		return 128 + signal, nil
	}
	return ended.ExitCode(), nil
}

// posixShell finds sh; on Windows the one that comes with Git, but not bash in
// the system's folder, which is another machine's (WSL).
func posixShell() (string, error) {
	path, err := exec.LookPath("sh")
	if err == nil || runtime.GOOS != "windows" {
		return path, err
	}
	for _, root := range []string{os.Getenv("ProgramFiles"), os.Getenv("ProgramW6432"), os.Getenv("LocalAppData") + `\Programs`} {
		candidate := root + `\Git\bin\sh.exe`
		if _, err := os.Stat(candidate); err == nil {
			return candidate, nil
		}
	}
	return "", err
}

// missingProgram is the program that a command starts, where it is not
// installed; empty where it is, or where the command is more than a program
// with variables and arguments.
func missingProgram(command string) string {
	words, err := shlex.Split(command)
	if err != nil {
		return ""
	}
	for _, word := range words {
		if name, _, ok := strings.Cut(word, "="); ok && isVariable(name) {
			continue
		}
		if strings.ContainsAny(word, "$`(){};|&<>") || isShellWord(word) {
			return ""
		}
		if _, err := exec.LookPath(word); err != nil {
			return render.Clean(word)
		}
		return ""
	}
	return ""
}

func isVariable(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}

// isShellWord says whether a word is the shell's own: it is no program to look
// for.
func isShellWord(word string) bool {
	return slices.Contains([]string{".", "cd", "command", "eval", "exec", "exit", "export", "for", "if", "set", "source", "test", "trap", "ulimit", "umask", "unset", "while", "[", "!"}, word)
}
