//go:build !windows

package sqlshell

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"

	"apono/client/sandbox/permission"
	"apono/client/sandbox/shop"
)

// promptTerminal is an interactive shell in a process of its own, whose terminal
// the test reads and types into.
type promptTerminal struct {
	t       *testing.T
	pty     *os.File
	command *exec.Cmd
	// database is the path of the database; access ends once the file at
	// endMarker exists.
	database, endMarker string

	mutex   sync.Mutex
	screen  vt10x.Terminal
	changed chan struct{}
}

const (
	waitTimeout   = 30 * time.Second
	screenColumns = 80
	screenRows    = 40
)

func newPromptTerminal(t *testing.T, permission string, environment ...string) *promptTerminal {
	t.Helper()
	c := &promptTerminal{
		t: t, database: newDatabase(t), endMarker: filepath.Join(t.TempDir(), "ended"), changed: make(chan struct{}, 1),
		screen: vt10x.New(vt10x.WithSize(screenColumns, screenRows)),
	}
	c.command = exec.Command(os.Args[0])
	c.command.Env = append(os.Environ(), "TERM=xterm-256color",
		databaseVariable+"="+c.database, permissionVariable+"="+permission, endMarkerVariable+"="+c.endMarker)
	c.command.Env = append(c.command.Env, environment...)
	terminal, err := pty.StartWithSize(c.command, &pty.Winsize{Cols: screenColumns, Rows: screenRows})
	if err != nil {
		t.Fatal(err)
	}
	c.pty = terminal
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		c.copyOutput()
	}()
	t.Cleanup(func() {
		_ = c.command.Process.Kill() // it may have exited already
		_ = c.command.Wait()
		_ = terminal.Close()
		<-copied
	})
	return c
}

// copyOutput copies the output of the shell to the screen until the shell exits.
func (c *promptTerminal) copyOutput() {
	buffer := make([]byte, 4096)
	for {
		n, err := c.pty.Read(buffer)
		c.mutex.Lock()
		_, _ = c.screen.Write(buffer[:n]) // never fails
		c.mutex.Unlock()
		select {
		case c.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// text returns the screen without trailing spaces.
func (c *promptTerminal) text() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	lines := strings.Split(c.screen.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n ")
}

// typeKeys sends keys to the shell.
func (c *promptTerminal) typeKeys(keys string) {
	c.t.Helper()
	if _, err := io.WriteString(c.pty, keys); err != nil {
		c.t.Fatal(err)
	}
}

// waitForEnd waits until the screen ends with a text, and returns the screen.
func (c *promptTerminal) waitForEnd(end string) string {
	c.t.Helper()
	return c.waitFor(end, strings.HasSuffix)
}

// waitForText waits until a text is on the screen, and returns the screen.
func (c *promptTerminal) waitForText(part string) string {
	c.t.Helper()
	return c.waitFor(part, strings.Contains)
}

func (c *promptTerminal) waitFor(text string, matches func(screen, text string) bool) string {
	c.t.Helper()
	deadline := time.NewTimer(waitTimeout)
	defer deadline.Stop()
	for {
		screen := c.text()
		if matches(screen, text) {
			return screen
		}
		select {
		case <-c.changed:
		case <-deadline.C:
			c.t.Fatalf("timed out waiting for %q; the screen is\n%s", text, c.text())
		}
	}
}

// exitCode waits until the shell exits and returns its exit code.
func (c *promptTerminal) exitCode() int {
	c.t.Helper()
	deadline := time.AfterFunc(waitTimeout, func() { _ = c.command.Process.Kill() })
	defer deadline.Stop()
	var exit *exec.ExitError
	if err := c.command.Wait(); err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	return c.command.ProcessState.ExitCode()
}

// runSQL runs sql with read-only access and returns what the shell prints.
func runSQL(t *testing.T, path, sql string) string {
	t.Helper()
	var out, errs bytes.Buffer
	shell := &Shell{Database: openDatabase(t, path, shop.Access{Permission: permission.ReadOnly}), Out: &out, Err: &errs}
	if code := shell.Execute(t.Context(), sql); code != 0 {
		t.Fatalf("%s: exit code %d: %s", sql, code, errs.String())
	}
	return out.String()
}
