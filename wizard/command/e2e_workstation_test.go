//go:build e2e && !windows

package command_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"apono/wizard/prompt/screen"
)

// e2ePatience is how long an end-to-end test waits before it fails.
const e2ePatience = time.Minute

// workstation is a user's machine with the real program: it has a home and a
// configuration of its own, and no keyring, display or browser unless a test adds
// them.
type workstation struct {
	t       *testing.T
	program string
	config  string
	env     []string
}

// buildProgram builds the program as a release does.
func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "apono")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = top
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return program
}

func newWorkstation(t *testing.T, program string) *workstation {
	t.Helper()
	home := t.TempDir()
	w := &workstation{t: t, program: program, config: filepath.Join(home, "apono")}
	w.env = []string{
		"HOME=" + home, "APONO_CONFIG_DIR=" + w.config, "PATH=" + os.Getenv("PATH"),
		"TERM=xterm-256color", "LANG=C.UTF-8",
		// Without it, the program would find the real keyring at the bus's usual address.
		"DBUS_SESSION_BUS_ADDRESS=unix:path=" + filepath.Join(home, "no-bus"),
	}
	return w
}

// command returns the program with arguments, not yet started.
func (w *workstation) command(arguments ...string) *exec.Cmd {
	cmd := exec.Command(w.program, arguments...) // runs after the test, too
	cmd.Env = w.env
	return cmd
}

// finished is the result of running the program without a terminal.
type finished struct {
	t           *testing.T
	what        string
	code        int
	out, stderr string
}

// run runs the program without a terminal and with an empty stdin.
func (w *workstation) run(arguments ...string) finished {
	w.t.Helper()
	return w.pipe("", arguments...)
}

func (w *workstation) pipe(stdin string, arguments ...string) finished {
	w.t.Helper()
	cmd := w.command(arguments...)
	var out, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &stderr
	err := cmd.Run()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		w.t.Fatalf("run %v: %v", arguments, err)
	}
	return finished{w.t, strings.Join(arguments, " "), cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
}

// mustExit checks the exit code, and that stderr contains all of texts.
func (f finished) mustExit(code int, texts ...string) finished {
	f.t.Helper()
	if f.code != code {
		f.t.Fatalf("%s exited with %d, not %d:\n%s%s", f.what, f.code, code, f.out, f.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(f.stderr, text) {
			f.t.Fatalf("%s does not print %q:\n%s", f.what, text, f.stderr)
		}
	}
	return f
}

// onScreen runs the program in a terminal.
func (w *workstation) onScreen(arguments ...string) (*screen.Screen, *screen.Program) {
	w.t.Helper()
	s := screen.New(w.t, 100, 40)
	return s, s.Run(w.command(arguments...))
}

// serve serves the sandbox from this workstation until the test ends, and returns
// its address.
func (w *workstation) serve(flags ...string) string {
	w.t.Helper()
	cmd := w.command(append([]string{"sandbox", "serve", "--addr", "127.0.0.1:0"}, flags...)...)
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.t.Fatalf("serve the sandbox: %v", err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		first, _ := bufio.NewReader(stderr).ReadString('\n')
		lines <- first
		_, _ = io.Copy(io.Discard, stderr)
	}()
	first := await(w.t, lines, "the address of the sandbox")
	w.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		<-lines        // closed at the end of stderr
		_ = cmd.Wait() // it exits with an error after Ctrl-C
	})
	return firstMatch(w.t, first, `http://127\.0\.0\.1:\d+`)
}

// await returns what a channel receives, and fails if that takes too long.
func await[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(e2ePatience):
		t.Fatalf("timed out waiting for %s", what)
		panic("unreachable")
	}
}

// firstMatch returns the first match of pattern in text.
func firstMatch(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindString(text)
	if found == "" {
		t.Fatalf("no match for %s in:\n%s", pattern, text)
	}
	return found
}

// catchBrowser makes BROWSER a program that sends the address to the test, which
// opens it in a browser of its own.
func (w *workstation) catchBrowser() <-chan string {
	w.t.Helper()
	dir := w.t.TempDir()
	fifo, script := filepath.Join(dir, "address"), filepath.Join(dir, "browser")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		w.t.Fatalf("make a pipe: %v", err)
	}
	text := "#!/bin/sh\nprintf '%s\\n' \"$1\" >'" + fifo + "'\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		w.t.Fatal(err)
	}
	// Open for reading and writing, so that neither end blocks.
	pipe, err := os.OpenFile(fifo, os.O_RDWR, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	addresses, ended := make(chan string, 8), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			addresses <- lines.Text()
		}
	}()
	w.t.Cleanup(func() {
		_ = pipe.Close()
		<-ended
	})
	w.env = append(w.env, "BROWSER="+script)
	return addresses
}

// loginArgs returns the command line that logs in to a served sandbox, as the
// profile demo.
func loginArgs(address string) []string {
	return []string{"login", "--profile", "demo", "--api-url", address, "--app-url", address, "--portal-url", address}
}
