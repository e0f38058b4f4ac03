// Package browser opens web pages in the user's browser, and reports whether
// that is possible on this machine. It knows environment variables and the
// programs that open a page on each platform. It must not know what the pages
// are for.
package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/google/shlex"

	"apono/auth/detached"
)

// Variable is the environment variable that contains the command that opens a
// page. The command's %s is replaced with the address; without %s, the address is
// the last argument.
const Variable = "BROWSER"

// startTimeout is how long Open waits for the command to fail. If it is still
// running then, it is the browser itself rather than a program that starts one.
const startTimeout = 2 * time.Second

// Machine describes the machine that a browser is opened on. All fields are
// required.
type Machine struct {
	OS       string // in the spelling of runtime.GOOS
	Getenv   func(string) string
	Exists   func(path string) bool
	LookPath func(program string) (string, error)
}

// ThisMachine returns the machine that this program runs on.
func ThisMachine() Machine {
	return Machine{OS: runtime.GOOS, Getenv: os.Getenv, Exists: exists, LookPath: exec.LookPath}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// NoBrowser returns why no browser can be opened, worded to follow "No browser can
// be opened: ". It returns an empty string if one can. If BROWSER is set,
// NoBrowser checks nothing else.
func (m Machine) NoBrowser() string {
	switch {
	case m.Getenv(Variable) != "":
		return ""
	case m.isTrue("CI"):
		return "this is a CI job"
	case m.Getenv("SSH_CONNECTION") != "" || m.Getenv("SSH_TTY") != "":
		return "this is an SSH session"
	case m.Exists("/.dockerenv") || m.Exists("/run/.containerenv"):
		return "this is a container"
	case m.OS == "windows" || m.OS == "darwin":
		return ""
	default:
		return m.noUnixBrowser()
	}
}

func (m Machine) noUnixBrowser() string {
	if m.isWSL() && m.has("wslview") {
		return ""
	}
	if m.Getenv("DISPLAY") == "" && m.Getenv("WAYLAND_DISPLAY") == "" {
		return "there is no display"
	}
	if _, err := m.command("http://localhost"); err != nil {
		return "no program that opens web pages is installed"
	}
	return ""
}

func (m Machine) isWSL() bool {
	return m.Getenv("WSL_DISTRO_NAME") != "" || m.Exists("/proc/sys/fs/binfmt_misc/WSLInterop")
}

func (m Machine) isTrue(variable string) bool {
	value := m.Getenv(variable)
	return value != "" && value != "0" && !strings.EqualFold(value, "false")
}

func (m Machine) has(program string) bool {
	_, err := m.LookPath(program)
	return err == nil
}

// command returns the program and arguments that open address.
func (m Machine) command(address string) ([]string, error) {
	if custom := m.Getenv(Variable); custom != "" {
		return m.customCommand(custom, address)
	}
	switch m.OS {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}, nil
	case "darwin":
		return []string{"open", address}, nil
	}
	openers := []string{"xdg-open", "x-www-browser", "www-browser", "wslview"}
	if m.isWSL() {
		openers = append([]string{"wslview"}, openers...)
	}
	for _, opener := range openers {
		if m.has(opener) {
			return []string{opener, address}, nil
		}
	}
	return nil, fmt.Errorf("none of these programs is installed: %s", strings.Join(openers, ", "))
}

// customCommand parses BROWSER: a program, a command line, or, as is common on
// Debian, several of either separated by colons. The first one that is installed
// is used.
func (m Machine) customCommand(custom, address string) ([]string, error) {
	if m.has(custom) {
		return []string{custom, address}, nil
	}
	for _, candidate := range append([]string{custom}, strings.Split(custom, ":")...) {
		words, err := shlex.Split(candidate)
		if err != nil || len(words) == 0 || !m.has(words[0]) {
			continue
		}
		return withAddress(words, address), nil
	}
	return nil, fmt.Errorf("%s does not name an installed program", Variable)
}

func withAddress(words []string, address string) []string {
	replaced := false
	for i, word := range words {
		if i > 0 && strings.Contains(word, "%s") {
			words[i], replaced = strings.ReplaceAll(word, "%s", address), true
		}
	}
	if replaced {
		return words
	}
	return append(words, address)
}

// Open opens address, an http or https URL, in a browser. It waits briefly in
// case the command fails, but never for the browser to exit. The browser's
// output is discarded.
func (m Machine) Open(ctx context.Context, address string) error {
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return errors.New("not an http or https address")
	}
	words, err := m.command(address)
	if err != nil {
		return err
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.SysProcAttr = detached.Attributes()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", words[0], err)
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	select {
	case err := <-exited:
		if err != nil {
			return fmt.Errorf("%s: %w", words[0], err)
		}
	case <-timeout.C:
	case <-ctx.Done():
	}
	return nil
}
