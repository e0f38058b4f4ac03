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

// seat is where commands are typed: a folder that keeps what they keep, and
// nobody who could be asked. No two of them are taken side by side: the folder
// is named by the environment.
type seat struct {
	t   *testing.T
	dir string
	in  string // what stdin holds
}

func newSeat(t *testing.T) *seat {
	t.Helper()
	s := &seat{t: t, dir: t.TempDir()}
	t.Setenv(auth.ConfigDirVariable, s.dir)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "no-bus"))
	return s
}

func (s *seat) app(stdout, stderr *bytes.Buffer) *App {
	return &App{
		Streams:    &render.Streams{In: strings.NewReader(s.in), Out: stdout, Err: stderr},
		Env:        func(string) (string, bool) { return "", false },
		Interrupts: &Interrupts{},
	}
}

// types runs a command and returns what it printed.
func (s *seat) types(args ...string) (code int, out, said string) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	code = s.app(&stdout, &stderr).Run(s.t.Context(), args)
	return code, stdout.String(), stderr.String()
}

// works is types for a command that has to succeed.
func (s *seat) works(args ...string) string {
	s.t.Helper()
	code, out, said := s.types(args...)
	if code != explain.ExitOK {
		s.t.Fatalf("%q ends with %d: %s", args, code, said)
	}
	return out
}

// fails checks that a command ends with a code, that stdout stays empty, and
// that what is said has all of the words.
func (s *seat) fails(code int, words []string, args ...string) {
	s.t.Helper()
	got, out, said := s.types(args...)
	if got != code || out != "" {
		s.t.Errorf("%q ends with %d, want %d; stdout has %q", args, got, code, out)
	}
	for _, word := range words {
		if !strings.Contains(said, word) {
			s.t.Errorf("%q says %q, and not %q", args, said, word)
		}
	}
}

// config is the text of the configuration; empty where there is none.
func (s *seat) config() string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "config.json"))
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	return string(text)
}

// everyCommand calls visit with each command of the tree, the root first.
func everyCommand(t *testing.T, visit func(*cobra.Command)) {
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

// words is a command's place in the tree, without the program's name.
func words(cmd *cobra.Command) []string { return strings.Fields(cmd.CommandPath())[1:] }

// newTestRoot returns the command tree, with nowhere to print.
func newTestRoot(t *testing.T) *cobra.Command {
	t.Helper()
	return newRootCmd(newTestFactory(t))
}

func newTestFactory(t *testing.T) *factory {
	t.Helper()
	app := (&seat{t: t}).app(&bytes.Buffer{}, &bytes.Buffer{})
	return newFactory(app, func() prompt.Prompter { return nil }, nil)
}
