package browser

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func machine(system string, programs, files []string, environment ...string) Machine {
	return Machine{
		OS: system, Getenv: getenv(environment...),
		Exists: func(path string) bool { return slices.Contains(files, path) },
		LookPath: func(program string) (string, error) {
			if slices.Contains(programs, program) {
				return "/usr/bin/" + program, nil
			}
			return "", os.ErrNotExist
		},
	}
}

// getenv returns a lookup in pairs of names and values.
func getenv(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestNoBrowser(t *testing.T) {
	xdg := []string{"xdg-open"}
	for name, test := range map[string]struct {
		machine Machine
		want    string // a word of the reason; empty if a browser can be opened
	}{
		"macOS":                    {machine("darwin", nil, nil), ""},
		"Windows":                  {machine("windows", nil, nil), ""},
		"Linux, X11":               {machine("linux", xdg, nil, "DISPLAY", ":0"), ""},
		"Linux, Wayland":           {machine("linux", xdg, nil, "WAYLAND_DISPLAY", "wayland-0"), ""},
		"Linux, no display":        {machine("linux", xdg, nil), "display"},
		"Linux, nothing installed": {machine("linux", nil, nil, "DISPLAY", ":0"), "installed"},
		"SSH":                      {machine("linux", xdg, nil, "DISPLAY", ":10", "SSH_CONNECTION", "x"), "SSH"},
		"SSH to a Mac":             {machine("darwin", nil, nil, "SSH_TTY", "/dev/pts/0"), "SSH"},
		"Docker":                   {machine("linux", xdg, []string{"/.dockerenv"}, "DISPLAY", ":0"), "container"},
		"Podman":                   {machine("linux", xdg, []string{"/run/.containerenv"}, "DISPLAY", ":0"), "container"},
		"CI":                       {machine("linux", xdg, nil, "DISPLAY", ":0", "CI", "true"), "CI"},
		"CI=false":                 {machine("linux", xdg, nil, "DISPLAY", ":0", "CI", "false"), ""},
		"WSL with wslview":         {machine("linux", []string{"wslview"}, nil, "WSL_DISTRO_NAME", "Debian"), ""},
		"WSL without wslview":      {machine("linux", nil, nil, "WSL_DISTRO_NAME", "Debian"), "display"},
		"BROWSER over SSH":         {machine("linux", nil, nil, "SSH_TTY", "x", "BROWSER", "w"), ""},
	} {
		got := test.machine.NoBrowser()
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestBrowserCommand(t *testing.T) {
	const address = "https://x.example/?a=1&b=2"
	for name, test := range map[string]struct {
		machine Machine
		want    []string
	}{
		"macOS":             {machine("darwin", nil, nil), []string{"open", address}},
		"Windows":           {machine("windows", nil, nil), []string{"rundll32", "url.dll,FileProtocolHandler", address}},
		"Linux":             {machine("linux", []string{"www-browser", "x-www-browser"}, nil), []string{"x-www-browser", address}},
		"WSL":               {machine("linux", []string{"xdg-open", "wslview"}, nil, "WSL_DISTRO_NAME", "x"), []string{"wslview", address}},
		"a program":         {machine("linux", []string{"firefox"}, nil, "BROWSER", "firefox"), []string{"firefox", address}},
		"with arguments":    {machine("linux", []string{"firefox"}, nil, "BROWSER", "firefox -P 'my profile'"), []string{"firefox", "-P", "my profile", address}},
		"with %s":           {machine("darwin", []string{"ff"}, nil, "BROWSER", "ff --url=%s --new"), []string{"ff", "--url=" + address, "--new"}},
		"a list":            {machine("linux", []string{"lynx"}, nil, "BROWSER", "firefox:lynx -x:w3m"), []string{"lynx", "-x", address}},
		"a path with space": {machine("windows", []string{`C:\Program Files\b.exe`}, nil, "BROWSER", `C:\Program Files\b.exe`), []string{`C:\Program Files\b.exe`, address}},
		"not installed":     {machine("linux", nil, nil, "BROWSER", "firefox"), nil},
		"unbalanced":        {machine("linux", []string{"firefox"}, nil, "BROWSER", "firefox 'x"), nil},
	} {
		got, err := test.machine.command(address)
		if !reflect.DeepEqual(got, test.want) || (err == nil) != (test.want != nil) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestOpenStartsTheBrowser(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the test needs a shell")
	}
	dir := t.TempDir()
	script := filepath.Join(dir, "browser")
	out := filepath.Join(dir, "out")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nprintf %s \"$2\" > '"+out+"'\nexit $1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	m := ThisMachine()
	const address = "https://x.example/?a=$(id)&b='2'"
	m.Getenv = getenv(Variable, script+" 0 %s")
	err := m.Open(t.Context(), address)
	opened, readErr := os.ReadFile(out)
	if err != nil || readErr != nil || string(opened) != address {
		t.Errorf("opened %q, %v, %v", opened, err, readErr)
	}
	m.Getenv = getenv(Variable, script+" 3 %s")
	if err := m.Open(t.Context(), address); err == nil {
		t.Error("Open did not report that the browser failed")
	}
	for _, other := range []string{"file:///etc/passwd", "javascript:alert(1)", "--help", "", "%"} {
		if err := m.Open(t.Context(), other); err == nil {
			t.Errorf("Open accepted %q", other)
		}
	}
}

func TestOpenDoesNotWaitForTheBrowserToExit(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the test needs a shell")
	}
	m := ThisMachine()
	m.Getenv = getenv(Variable, "sh -c 'read x < "+filepath.Join(t.TempDir(), "nothing")+" || exec sleep 30'")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := m.Open(ctx, "https://x.example"); err != nil {
		t.Errorf("got %v", err)
	}
}
