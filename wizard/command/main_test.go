package command_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"apono/render"
	"apono/wizard/command"
)

// TestMain makes this test's binary the program too: as apono in PATH, it is
// what main is, so that scripts, terminals and the sessions' own commands run
// the whole program.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"apono": func() { os.Exit(program()) }})
}

func program() int {
	interrupts := &command.Interrupts{}
	ctx, stop := interrupts.Watch(context.Background(), command.EndSignals()...)
	defer stop()
	app := &command.App{
		Streams:    render.NewStreams(os.Stdin, os.Stdout, os.Stderr, os.LookupEnv),
		Env:        os.LookupEnv,
		Version:    command.Version{Version: "v1.2.3", Commit: "abcdef", Date: "2026-01-02"},
		Interrupts: interrupts,
	}
	return app.Run(ctx, os.Args[1:])
}

// endAtOnce, in GORACE, lets a program that was built with the race detector end
// without the second that it waits for races by itself.
const endAtOnce = "atexit_sleep_ms=0"

// noKeyring is the address of a bus that is not there, so that no test reaches
// the keyring of whoever runs it.
func noKeyring(folder string) string {
	return "unix:path=" + filepath.Join(folder, "no-bus")
}

// TestScripts runs the whole program as scripts do: without a terminal.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("APONO_CONFIG_DIR", filepath.Join(env.WorkDir, "config"))
			env.Setenv("DBUS_SESSION_BUS_ADDRESS", noKeyring(env.WorkDir))
			env.Setenv("GORACE", endAtOnce)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ends": ends, "until": until, "keep": keep},
	})
}

// ends is the script command `ends CODE PROGRAM ARGS…`: exec with an exit code.
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ends CODE PROGRAM ARGS…")
	}
	if want, code := args[0], exitCode(ts, args[1:]); strconv.Itoa(code) != want {
		ts.Fatalf("%q ends with %d, want %s", args[1:], code, want)
	}
}

// until is the script command `until CODE PROGRAM ARGS…`: it runs the program
// until it ends with the code.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until CODE PROGRAM ARGS…")
	}
	for deadline := time.Now().Add(patience); strconv.Itoa(exitCode(ts, args[1:])) != args[0]; {
		if time.Now().After(deadline) {
			ts.Fatalf("%q never ends with %s", args[1:], args[0])
		}
	}
}

// patience is how long a test waits for what must happen. It only ends tests
// that fail.
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

// keep is the script command `keep NAME PATTERN`: it keeps the first part of
// the last stdout that the pattern's group matches.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME PATTERN")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("stdout has no %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}
