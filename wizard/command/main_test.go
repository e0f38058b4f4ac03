package command_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"apono/wizard/command"
)

// TestMain makes the test binary the program, too: started as apono, it does what
// main does. Scripts, terminals and sessions' commands find it in PATH.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"apono": func() { os.Exit(program()) }})
}

func program() int {
	return command.Main(command.Version{Version: "v1.2.3", Commit: "abcdef", Date: "2026-01-02"})
}

// programEnv returns the environment variables that every program that a test
// starts needs. dir is a temporary folder.
func programEnv(dir string) map[string]string {
	// A program built with -cover prints a warning if it has no such folder.
	coverage := filepath.Join(dir, "coverage")
	_ = os.MkdirAll(coverage, 0o700)
	return map[string]string{
		"GOCOVERDIR": coverage,
		// No bus, so that no test reaches the keyring of the user who runs it.
		"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + filepath.Join(dir, "no-bus"),
		// A program built with -race exits without waiting a second for races.
		"GORACE": "atexit_sleep_ms=0",
	}
}

// TestScripts runs the program as scripts do, without a terminal.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("APONO_CONFIG_DIR", filepath.Join(env.WorkDir, "config"))
			for name, value := range programEnv(env.WorkDir) {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ends": ends, "until": until, "keep": keep},
	})
}

// ends is the script command `ends CODE PROGRAM ARGS…`: exec, and check the exit
// code.
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ends CODE PROGRAM ARGS…")
	}
	if want, code := args[0], exitCode(ts, args[1:]); strconv.Itoa(code) != want {
		ts.Fatalf("%q exits with %d, want %s", args[1:], code, want)
	}
}

// until is the script command `until CODE PROGRAM ARGS…`: exec until the exit code
// is CODE.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until CODE PROGRAM ARGS…")
	}
	for deadline := time.Now().Add(patience); strconv.Itoa(exitCode(ts, args[1:])) != args[0]; {
		if time.Now().After(deadline) {
			ts.Fatalf("%q never exits with %s", args[1:], args[0])
		}
	}
}

// patience is how long a test waits before it fails.
const patience = 30 * time.Second

func exitCode(ts *testscript.TestScript, args []string) int {
	err := ts.Exec(args[0], args[1:]...)
	var status *exec.ExitError
	if errors.As(err, &status) {
		return status.ExitCode()
	}
	ts.Check(err)
	return 0
}

// keep is the script command `keep NAME PATTERN`: it sets NAME to what the group in
// PATTERN matches first in the last stdout.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME PATTERN")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("stdout has no match for %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}
