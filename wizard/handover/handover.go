// Package handover runs a command of a session in this terminal: it finds a shell,
// passes the command on without showing it in the list of processes, and reports how
// it ended. It knows nothing about sessions.
package handover

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

	"apono/render"
)

// NoShellError reports that there is no POSIX shell to run a session's command.
// Command is that command, secrets included.
type NoShellError struct{ Command string }

func (e *NoShellError) Error() string { return "no POSIX shell found to run the command" }

// commandVariable passes the command to the shell in its environment, so that its
// secrets do not appear in the list of processes.
const commandVariable = "APONO_SESSION_COMMAND"

// runner is the script that runs the command in commandVariable and exits with its
// exit code. Ctrl-C is meant for the program, so a trap keeps the shell alive. But if
// Ctrl-C ended the program, the trap, which runs right after it, ends the command, so that
// no further statement runs. A loop without programs ends with the third Ctrl-C.
const runner = `apono_interrupts=; ` +
	`apono_stop() { case $1 in 130|131) exit $1; esac; apono_interrupts=x$apono_interrupts; [ "$apono_interrupts" != xxx ] || exit $2; }; ` +
	`trap 'apono_stop $? 130' INT; trap 'apono_stop $? 131' QUIT; apono_command=$` + commandVariable + `; unset ` + commandVariable + `; eval "$apono_command"`

// Run hands the terminal to a shell command and returns its exit code, or 128+n if
// signal n ended it. The command ends when ctx is canceled; without a terminal, so does
// everything that it started. The error is a
// *NoShellError if there is no shell to run it.
func Run(ctx context.Context, streams *render.Streams, command string) (int, error) {
	shell, err := posixShell()
	if err != nil {
		return 0, &NoShellError{Command: command}
	}
	cmd := exec.CommandContext(ctx, shell, "-c", runner)
	cmd.WaitDelay = terminateLimit
	cmd.Env = append(os.Environ(), commandVariable+"="+command)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = streams.InFile, streams.OutFile, streams.ErrFile
	if streams.InTerminal || streams.OutTerminal || streams.ErrTerminal {
		// The terminal sends its signals to everything that runs in the foreground.
		cmd.Cancel = func() error { return terminate(cmd.Process) }
		return exitCode(cmd.Run())
	}
	return runInGroup(cmd)
}

// terminateLimit is how long a command may take to end before it is killed.
const terminateLimit = 3 * time.Second

// signaled is added to the number of the signal that ended a program, as shells do.
const signaled = 128

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
		return signaled + signal, nil
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

// MissingProgram returns the program that a command starts, if it is not installed. It
// returns "" if the program is installed, or if the command is more than a program with
// variables and arguments, so that only a shell can tell.
func MissingProgram(command string) string {
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
