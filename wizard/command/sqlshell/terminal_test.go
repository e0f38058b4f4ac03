//go:build !windows

package sqlshell

import (
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
)

// terminal is a prompt on a screen, and the keys that a person presses.
type terminal struct {
	t       *testing.T
	keys    *os.File
	command *exec.Cmd
	path    string
	ended   string

	mutex   sync.Mutex
	screen  vt10x.Terminal
	changed chan struct{}
}

const (
	patience      = 30 * time.Second
	screenColumns = 80
	screenRows    = 40
)

func newTerminal(t *testing.T, permission string, environment ...string) *terminal {
	t.Helper()
	c := &terminal{
		t: t, path: newDatabase(t), ended: filepath.Join(t.TempDir(), "ended"), changed: make(chan struct{}, 1),
		screen: vt10x.New(vt10x.WithSize(screenColumns, screenRows)),
	}
	c.command = exec.Command(os.Args[0])
	c.command.Env = append(os.Environ(), "TERM=xterm-256color",
		promptVariable+"="+c.path, permissionVariable+"="+permission, endedVariable+"="+c.ended)
	c.command.Env = append(c.command.Env, environment...)
	keys, err := pty.StartWithSize(c.command, &pty.Winsize{Cols: screenColumns, Rows: screenRows})
	if err != nil {
		t.Fatal(err)
	}
	c.keys = keys
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		c.show(keys)
	}()
	t.Cleanup(func() {
		_ = c.command.Process.Kill() // most have ended by themselves
		_ = c.command.Wait()
		_ = keys.Close()
		<-shown
	})
	return c
}

// show copies what the program writes to the screen, to the program's end.
func (c *terminal) show(from io.Reader) {
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		c.mutex.Lock()
		_, _ = c.screen.Write(buffer[:n]) // a screen in memory takes everything
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

func (c *terminal) text() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	lines := strings.Split(c.screen.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n ")
}

func (c *terminal) press(keys string) {
	c.t.Helper()
	if _, err := io.WriteString(c.keys, keys); err != nil {
		c.t.Fatal(err)
	}
}

// sees waits until the screen ends with the text.
func (c *terminal) sees(end string) string {
	c.t.Helper()
	return c.waitFor(end, strings.HasSuffix)
}

// seesWithin waits until the text is anywhere on the screen.
func (c *terminal) seesWithin(part string) string {
	c.t.Helper()
	return c.waitFor(part, strings.Contains)
}

func (c *terminal) waitFor(text string, isThere func(screen, text string) bool) string {
	c.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		shown := c.text()
		if isThere(shown, text) {
			return shown
		}
		select {
		case <-c.changed:
		case <-deadline.C:
			c.t.Fatalf("waited for %q, the screen is\n%s", text, c.text())
		}
	}
}

// ends waits for the program's end and returns its exit code.
func (c *terminal) ends() int {
	c.t.Helper()
	deadline := time.AfterFunc(patience, func() { _ = c.command.Process.Kill() })
	defer deadline.Stop()
	var exit *exec.ExitError
	if err := c.command.Wait(); err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	return c.command.ProcessState.ExitCode()
}
