package auth

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

	"apono/auth/detached"

	"github.com/google/shlex"
)

// BrowserVariable is the command that opens addresses; %s in it stands for the
// address, which is added at the end otherwise.
const BrowserVariable = "BROWSER"

// openLimit is how long a browser's starter is watched for a failure. One that
// still runs then is taken for the browser itself.
const openLimit = 2 * time.Second

// Machine is what there is to know about a machine to tell whether a browser
// can open on it.
type Machine struct {
	OS       string // as runtime.GOOS
	Getenv   func(string) string
	Exists   func(path string) bool
	LookPath func(program string) (string, error)
}

// ThisMachine is the machine that this program runs on.
func ThisMachine() Machine {
	return Machine{OS: runtime.GOOS, Getenv: os.Getenv, Exists: exists, LookPath: exec.LookPath}
}

// NoBrowser says why no browser can open here, in a few words that go after
// "No browser can be opened: "; empty where one can. BROWSER overrules every
// other sign.
func (m Machine) NoBrowser() string {
	switch {
	case m.Getenv(BrowserVariable) != "":
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
		return "no program that opens addresses is installed"
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

// command returns the words that open address.
func (m Machine) command(address string) ([]string, error) {
	if own := m.Getenv(BrowserVariable); own != "" {
		return m.ownCommand(own, address)
	}
	switch m.OS {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}, nil
	case "darwin":
		return []string{"open", address}, nil
	}
	starters := []string{"xdg-open", "x-www-browser", "www-browser", "wslview"}
	if m.isWSL() {
		starters = append([]string{"wslview"}, starters...)
	}
	for _, starter := range starters {
		if m.has(starter) {
			return []string{starter, address}, nil
		}
	}
	return nil, fmt.Errorf("none of %s is installed", strings.Join(starters, ", "))
}

// ownCommand obeys BROWSER: a program, a command line, or, as is usual on
// Debian, several of them with colons between, of which the first that is
// installed counts.
func (m Machine) ownCommand(own, address string) ([]string, error) {
	if m.has(own) {
		return []string{own, address}, nil
	}
	for _, candidate := range append([]string{own}, strings.Split(own, ":")...) {
		words, err := shlex.Split(candidate)
		if err != nil || len(words) == 0 || !m.has(words[0]) {
			continue
		}
		return withAddress(words, address), nil
	}
	return nil, fmt.Errorf("%s names no program that is installed", BrowserVariable)
}

func withAddress(words []string, address string) []string {
	placed := false
	for i, word := range words {
		if i > 0 && strings.Contains(word, "%s") {
			words[i], placed = strings.ReplaceAll(word, "%s", address), true
		}
	}
	if placed {
		return words
	}
	return append(words, address)
}

// Open starts a browser with address, which must be one of the web. It waits a
// moment for a failure, never for the browser to end, and shows nothing.
func (m Machine) Open(ctx context.Context, address string) error {
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return errors.New("only web addresses are opened")
	}
	words, err := m.command(address)
	if err != nil {
		return err
	}
	browser := exec.Command(words[0], words[1:]...)
	browser.SysProcAttr = detached.Attributes()
	if err := browser.Start(); err != nil {
		return fmt.Errorf("start %s: %w", words[0], err)
	}
	ended := make(chan error, 1)
	go func() { ended <- browser.Wait() }()
	watched := time.NewTimer(openLimit)
	defer watched.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s: %w", words[0], err)
		}
	case <-watched.C:
	case <-ctx.Done():
	}
	return nil
}
