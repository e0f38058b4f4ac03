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

// MissingProgramError reports that the program an access needs is not installed.
type MissingProgramError struct {
	Program string
	Session string
}

func (e *MissingProgramError) Error() string { return e.Program + " is not installed" }

// NoShellError reports that there is no POSIX shell to run a session's command.
// Command is that command, secrets included.
type NoShellError struct{ Command string }

func (e *NoShellError) Error() string { return "no POSIX shell found to run the command" }

// MaskedError reports that a session's command cannot work because its secret is
// masked.
type MaskedError struct{ Session string }

func (e *MaskedError) Error() string {
	return "the one-time credentials for " + e.Session + " have been used, so its command is masked"
}

// Connect runs the session's own command in this terminal and returns its exit
// code.
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

// mask is what the service sends instead of a secret that was already shown.
const mask = "***"

// commandVariable passes the command to the shell in its environment, so that its
// secrets do not appear in the list of processes.
const commandVariable = "APONO_SESSION_COMMAND"

// runner is the script that runs the command in commandVariable and exits with its
// exit code. The trap keeps the shell alive on Ctrl-C, which is meant for the program.
const runner = `trap : INT QUIT; apono_command=$` + commandVariable + `; unset ` + commandVariable + `; eval "$apono_command"`

// run hands the terminal to a shell command and returns its exit code, or 128+n
// if signal n ended it. The command ends when ctx is canceled.
func (f *Flow) run(ctx context.Context, command string) (int, error) {
	shell, err := posixShell()
	if err != nil {
		return 0, &NoShellError{Command: command}
	}
	cmd := exec.CommandContext(ctx, shell, "-c", runner)
	cmd.Cancel = func() error { return terminate(cmd.Process) }
	cmd.WaitDelay = terminateLimit
	cmd.Env = append(os.Environ(), commandVariable+"="+command)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = f.Streams.InFile, f.Streams.OutFile, f.Streams.ErrFile
	if f.HandOver != nil {
		defer f.HandOver()()
	}
	return exitCode(cmd.Run())
}

// terminateLimit is how long a command may take to end before it is killed.
const terminateLimit = 3 * time.Second

// exitCode returns the exit code of a program, or 128+n if signal n ended it.
func exitCode(err error) (int, error) {
	var ended *exec.ExitError
	if err == nil {
		return 0, nil
	}
	if !errors.As(err, &ended) {
		return 0, fmt.Errorf("start the session's command: %w", err)
	}
	if signal := exitSignal(ended.ProcessState); signal > 0 {
		return 128 + signal, nil
	}
	return ended.ExitCode(), nil
}

// posixShell finds sh. On Windows that is the one that comes with Git, not the bash in
// the system folder, which runs inside WSL.
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

// missingProgram returns the program that a command starts, if it is not installed. It
// returns "" if the program is installed, or if the command is more than a program with
// variables and arguments, so that only a shell can tell.
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

// isShellWord reports whether a word is built into the shell, so that there is no
// program to look for.
func isShellWord(word string) bool {
	return slices.Contains([]string{".", "cd", "command", "eval", "exec", "exit", "export", "for", "if", "set", "source", "test", "trap", "ulimit", "umask", "unset", "while", "[", "!"}, word)
}
