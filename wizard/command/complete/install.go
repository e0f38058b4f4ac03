package complete

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"apono/auth/detached"
	"apono/render"
)

// Installer puts scripts where shells load completions from, in the user's own
// folders. It reports what it does on stderr.
type Installer struct {
	streams *render.Streams
	getenv  func(string) string
	home    string
	run     func(ctx context.Context, program string, args ...string) (stdout string, err error)
	exists  func(path string) bool
	goos    string // as in runtime.GOOS
}

// NewInstaller returns an installer for the current user. It fails if the user
// has no home folder.
func NewInstaller(streams *render.Streams, getenv func(string) string) (*Installer, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, fmt.Errorf("find your home folder: %w", err)
	}
	exists := func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	}
	return &Installer{streams: streams, getenv: getenv, home: home, run: runShell, exists: exists, goos: runtime.GOOS}, nil
}

// location is where the completion of one shell is installed.
type location struct {
	script  string   // the file for the script; "" if the rc file asks for it
	earlier []string // files where an earlier Install may have put the script
	rc      string   // the shell's configuration file that needs block; "" if none
	block   []string
	next    string // what the user does next; "" means to open a new shell
}

// folder returns the folder that an environment variable names, or else the
// usual one in the home folder.
func (in *Installer) folder(variable, usual string) string {
	if folder := in.getenv(variable); filepath.IsAbs(folder) {
		return folder
	}
	return filepath.Join(in.home, usual)
}

// Install puts the shell's script where the shell loads it. If describe is
// false, values are offered without descriptions.
func (in *Installer) Install(ctx context.Context, shell Shell, describe bool) error {
	for _, at := range shell.locations(ctx, in, describe) {
		if err := in.installScript(at.script, shell, describe); err != nil {
			return err
		}
		if err := in.installBlock(at); err != nil {
			return err
		}
		if at.next == "" {
			at.next = "Open a new shell and press Tab"
		}
		in.streams.Printf("  %s\n", at.next)
	}
	return nil
}

func (in *Installer) installScript(path string, shell Shell, describe bool) error {
	if path == "" {
		return nil
	}
	changed, err := writeText(path, withMarker(shell.Script(describe)))
	switch {
	case err != nil:
		return fmt.Errorf("install the completion: %w", err)
	case changed:
		in.report("Installed the " + shell.Name() + " completion in " + path)
	default:
		in.report("The " + shell.Name() + " completion is already installed in " + path)
	}
	return nil
}

func (in *Installer) installBlock(at location) error {
	if at.rc == "" {
		return nil
	}
	text, err := readText(at.rc)
	if err == nil {
		text, err = setBlock(text, at.block)
	}
	if err != nil {
		return fmt.Errorf("%s was not changed: %w\n  Add these lines yourself:\n  %s", at.rc, err, strings.Join(at.block, "\n  "))
	}
	changed, err := writeText(at.rc, text)
	switch {
	case err != nil:
		return fmt.Errorf("install the completion: %w", err)
	case changed:
		in.report("Added the lines that load it to " + at.rc)
	default:
		in.report("The lines that load it are already in " + at.rc)
	}
	return nil
}

func (in *Installer) report(what string) {
	in.streams.Done("%s", what)
}

// Uninstall removes what Install wrote. What the user wrote stays.
func (in *Installer) Uninstall(ctx context.Context, shell Shell) error {
	found := false
	for _, at := range shell.locations(ctx, in, true) {
		for _, script := range append([]string{at.script}, at.earlier...) {
			removed, err := in.removeScript(script)
			if err != nil {
				return err
			}
			found = found || removed
		}
		removed, err := in.removeBlock(at.rc)
		if err != nil {
			return err
		}
		found = found || removed
	}
	if !found {
		in.streams.Printf("No installed completion for %s found\n", shell.Name())
	}
	return nil
}

func (in *Installer) removeScript(path string) (removed bool, err error) {
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), scriptMarker) {
		return false, nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("remove the completion: %w", err)
	}
	in.report("Removed " + path)
	return true, nil
}

func (in *Installer) removeBlock(path string) (removed bool, err error) {
	if path == "" {
		return false, nil
	}
	text, err := readText(path)
	if err != nil {
		return false, fmt.Errorf("%s was not changed: %w", path, err)
	}
	before, after, found, err := cutBlock(text)
	if err != nil {
		return false, fmt.Errorf("%s was not changed: %w", path, err)
	}
	if !found {
		return false, nil
	}
	if _, err := writeText(path, before+after); err != nil {
		return false, fmt.Errorf("remove the completion: %w", err)
	}
	in.report("Removed the lines that load it from " + path)
	return true, nil
}

// shellLimit bounds a shell that is asked where it looks for completions. The
// user's own configuration runs in it.
const shellLimit = 5 * time.Second

// runShell runs a shell and returns its stdout. The shell has no terminal that
// it could read from.
func runShell(ctx context.Context, program string, args ...string) (stdout string, err error) {
	ctx, cancel := context.WithTimeout(ctx, shellLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.SysProcAttr = detached.Attributes()
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	return string(out), err
}
