package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"apono/auth"
	"apono/render"
	"apono/wizard/command/explain"
	"apono/wizard/prompt"
)

// appHarness runs command lines in this process, without a terminal, and with a
// configuration folder of its own. An environment variable names the folder, so
// tests that use it cannot run in parallel.
type appHarness struct {
	t     *testing.T
	dir   string
	stdin string
}

func newAppHarness(t *testing.T) *appHarness {
	t.Helper()
	s := &appHarness{t: t, dir: t.TempDir()}
	t.Setenv(auth.ConfigDirVariable, s.dir)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "no-bus"))
	return s
}

func (s *appHarness) app(stdout, stderr *bytes.Buffer) *App {
	return &App{
		Streams:    &render.Streams{In: strings.NewReader(s.stdin), Out: stdout, Err: stderr},
		Env:        func(string) (string, bool) { return "", false },
		Interrupts: &Interrupts{},
	}
}

// run runs a command line.
func (s *appHarness) run(args ...string) (code int, out, stderr string) {
	s.t.Helper()
	var outBuffer, errBuffer bytes.Buffer
	code = s.app(&outBuffer, &errBuffer).Run(s.t.Context(), args)
	return code, outBuffer.String(), errBuffer.String()
}

// mustRun is run for a command line that must succeed. It returns stdout.
func (s *appHarness) mustRun(args ...string) string {
	s.t.Helper()
	code, out, stderr := s.run(args...)
	if code != explain.ExitOK {
		s.t.Fatalf("%q exits with %d: %s", args, code, stderr)
	}
	return out
}

// mustFail is run for a command line that must exit with code, print nothing to
// stdout, and print all of texts to stderr.
func (s *appHarness) mustFail(code int, texts []string, args ...string) {
	s.t.Helper()
	got, out, stderr := s.run(args...)
	if got != code || out != "" {
		s.t.Errorf("%q exits with %d, want %d; stdout is %q", args, got, code, out)
	}
	for _, text := range texts {
		if !strings.Contains(stderr, text) {
			s.t.Errorf("%q prints %q, want %q in it", args, stderr, text)
		}
	}
}

// config returns the text of the configuration file; "" if there is none.
func (s *appHarness) config() string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "config.json"))
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	return string(text)
}

// writeConfig replaces the configuration file.
func (s *appHarness) writeConfig(text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, "config.json"), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// forEachCommand calls visit with each command of the tree, the root first.
func forEachCommand(t *testing.T, visit func(*cobra.Command)) {
	t.Helper()
	root := newTestRoot(t)
	root.InitDefaultHelpCmd()
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		visit(cmd)
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
}

// commandPath returns the names of a command and its parents, without the
// program's.
func commandPath(cmd *cobra.Command) []string { return strings.Fields(cmd.CommandPath())[1:] }

// newTestRoot returns a command tree whose output is discarded.
func newTestRoot(t *testing.T) *cobra.Command {
	t.Helper()
	return newRootCmd(newTestFactory(t))
}

func newTestFactory(t *testing.T) *factory {
	t.Helper()
	app := (&appHarness{t: t}).app(&bytes.Buffer{}, &bytes.Buffer{})
	return newFactory(app, func() prompt.Prompter { return nil }, nil)
}
