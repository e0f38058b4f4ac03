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

// e2ePatience ends tests that fail; it is never waited for in others.
const e2ePatience = time.Minute

// workstation is a person's machine, with the real program on it: a home and a
// configuration of its own, and an environment that knows no keyring, no
// display and no browser, unless a test adds them.
type workstation struct {
	t       *testing.T
	program string
	config  string
	env     []string
}

// buildProgram builds the program as it is built for its users.
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
		// Nobody's own keyring is touched, also where the bus has a usual place.
		"DBUS_SESSION_BUS_ADDRESS=unix:path=" + filepath.Join(home, "no-bus"),
	}
	return w
}

// command is the program with arguments, not started yet.
func (w *workstation) command(arguments ...string) *exec.Cmd {
	cmd := exec.Command(w.program, arguments...) // also after the test
	cmd.Env = w.env
	return cmd
}

// finished is a program that ran without a terminal.
type finished struct {
	t           *testing.T
	what        string
	code        int
	out, stderr string
}

// run runs the program without a terminal, and with nothing on its stdin.
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

// ends checks the exit code, and that stderr says every one of texts.
func (f finished) ends(code int, texts ...string) finished {
	f.t.Helper()
	if f.code != code {
		f.t.Fatalf("%s ended with %d, not %d:\n%s%s", f.what, f.code, code, f.out, f.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(f.stderr, text) {
			f.t.Fatalf("%s does not say %q:\n%s", f.what, text, f.stderr)
		}
	}
	return f
}

// onScreen runs the program at a terminal of the usual size.
func (w *workstation) onScreen(arguments ...string) (*screen.Screen, *screen.Program) {
	w.t.Helper()
	s := screen.New(w.t, 100, 40)
	return s, s.Run(w.command(arguments...))
}

// serve serves the sandbox from this workstation and returns its address. It
// ends with the test.
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
	first := await(w.t, lines, "the served sandbox's address")
	w.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		<-lines        // closed at the end of stderr
		_ = cmd.Wait() // a Ctrl-C is no clean end
	})
	return theOnly(w.t, first, `http://127\.0\.0\.1:\d+`)
}

// await is what comes out of a channel, in time.
func await[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(e2ePatience):
		t.Fatalf("waited for %s", what)
		panic("unreachable")
	}
}

// theOnly is the first text in a longer one that pattern matches.
func theOnly(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindString(text)
	if found == "" {
		t.Fatalf("nothing like %s in:\n%s", pattern, text)
	}
	return found
}

// handOver makes BROWSER a program that hands the address over to the test,
// which opens it in a browser of its own.
func (w *workstation) handOver() <-chan string {
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
	// Open for both, so that neither end waits for the other.
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

// to are the flags that log in to a served sandbox, as a profile of its own.
func to(address string) []string {
	return []string{"login", "--profile", "demo", "--api-url", address, "--app-url", address, "--portal-url", address}
}
