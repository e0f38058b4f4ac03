package wizard

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// passwordPlaceholder marks where the session's secret goes in a launcher's command.
const passwordPlaceholder = "__APONO_PASSWORD__"

// graphical is the launcher type of desktop programs. All others run in a terminal.
const graphical = "GUI"

// installedLaunchers returns the launchers whose program is on this machine.
func installedLaunchers(launchers []client.LauncherSummary) []client.LauncherSummary {
	var list []client.LauncherSummary
	for _, l := range launchers {
		if isInstalled(l) {
			list = append(list, l)
		}
	}
	return list
}

func isInstalled(l client.LauncherSummary) bool {
	if l.ID == "" || strings.ContainsAny(l.ID, `/\`) {
		return false
	}
	if _, err := exec.LookPath(l.ID); err == nil {
		return true
	}
	if !strings.EqualFold(l.LauncherType, graphical) {
		return false
	}
	for _, pattern := range applicationFiles(runtime.GOOS, l) {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return true
		}
	}
	return false
}

// applicationFiles returns the glob patterns of the files where an operating system
// installs a desktop program, by its ID or name.
func applicationFiles(goos string, l client.LauncherSummary) []string {
	home, _ := os.UserHomeDir()
	var roots, names []string
	switch goos {
	case "darwin":
		roots = []string{"/Applications", filepath.Join(home, "Applications"), "/Applications/Setapp"}
		names = []string{l.ID + ".app", l.DisplayName + ".app"}
	case "windows":
		roots = []string{os.Getenv("ProgramFiles"), os.Getenv("ProgramFiles(x86)"), filepath.Join(os.Getenv("LocalAppData"), "Programs")}
		names = []string{l.ID, l.DisplayName}
	default:
		roots = []string{"/usr/share/applications", filepath.Join(home, ".local/share/applications"), "/var/lib/flatpak/exports/share/applications"}
		names = []string{l.ID + ".desktop", "*." + l.ID + ".desktop"}
	}
	var patterns []string
	for _, root := range roots {
		for _, name := range names {
			if root != "" && name != "" && name != ".app" {
				patterns = append(patterns, filepath.Join(root, name))
			}
		}
	}
	return patterns
}

func (f *Flow) selectApp(ctx context.Context, s *client.AccessSession, installed []client.LauncherSummary) (int, error) {
	list := prompt.List{Title: "Select app"}
	for _, l := range installed {
		list.Options = append(list.Options, prompt.Option{Label: l.DisplayName, Keywords: l.ID})
	}
	chosen, err := f.Prompter.Select(ctx, list)
	if err != nil {
		return 0, err
	}
	return f.Launch(ctx, s, installed[chosen].ID)
}

// Launch opens an access with the launcher that has the given ID, and returns the
// exit code of the program it runs.
func (f *Flow) Launch(ctx context.Context, s *client.AccessSession, id string) (int, error) {
	var summary *client.LauncherSummary
	var known []string
	for i, l := range s.Launchers {
		known = append(known, l.ID)
		if l.ID == id {
			summary = &s.Launchers[i]
		}
	}
	switch {
	case summary == nil && len(known) == 0:
		return 0, &UsageError{Message: s.ID + " cannot be opened with an app", Hint: "Ways to use it: " + strings.Join(s.ConnectionMethods, ", ")}
	case summary == nil:
		return 0, &UsageError{Message: fmt.Sprintf("%s has no client %q", s.ID, id), Hint: "Available clients: " + strings.Join(known, ", ")}
	case !isInstalled(*summary):
		return 0, &MissingProgramError{Program: summary.DisplayName, Session: s.ID}
	}
	d, err := f.Details(ctx, s)
	if err != nil {
		return 0, err
	}
	for _, l := range d.Launchers {
		if l.ID == id && !isBlank(l.InvocationCommand) {
			return f.launch(ctx, s, d, l)
		}
	}
	if s.Credentials.AreNew() {
		return 0, f.lostSecret(ctx, s, &client.MissingError{Field: "launchers"})
	}
	return 0, &UsageError{Message: fmt.Sprintf("the service returned no command for opening %[2]s with %[1]s", summary.DisplayName, s.ID), Hint: "Use the instructions instead", Run: render.QuoteArguments("access", "use", s.ID, "-o", "instructions")}
}

func (f *Flow) launch(ctx context.Context, s *client.AccessSession, d *client.AccessDetails, l client.Launcher) (int, error) {
	if auth := l.AuthCommand; auth != nil && strings.TrimSpace(*auth) != "" {
		if code, err := f.run(ctx, *auth); err != nil || code != 0 {
			return code, err
		}
	}
	command := l.InvocationCommand
	if strings.Contains(command, passwordPlaceholder) {
		password, err := sessionPassword(s.ID, d)
		if err != nil {
			return 0, err
		}
		command = strings.ReplaceAll(command, passwordPlaceholder, encodePassword(password, l.PasswordEncoding))
	}
	f.Streams.Advise("Next time, run", f.CommandLine("access", "use", s.ID, "--client", l.ID))
	return f.run(ctx, command)
}

// sessionPassword returns the secret for a launcher's command. It is in the details, or
// in the file to which the launcher's auth command writes it in base64.
func sessionPassword(id string, d *client.AccessDetails) (string, error) {
	var fields struct {
		Password string `json:"password"`
	}
	if json.Unmarshal(d.JSON, &fields) == nil && fields.Password != "" && !strings.Contains(fields.Password, mask) {
		return fields.Password, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	encoded, err := os.ReadFile(filepath.Join(home, ".apono", "cache", filepath.Base(id)))
	if err != nil {
		return "", &MaskedError{Session: id}
	}
	password, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(encoded)))
	if err != nil {
		return "", &MaskedError{Session: id}
	}
	return strings.TrimRight(string(password), "\r\n"), nil
}

// encodePassword encodes a secret the way a launcher's command expects it.
func encodePassword(password, encoding string) string {
	switch strings.ToLower(encoding) {
	case "url":
		return url.QueryEscape(password)
	case "base64":
		return base64.StdEncoding.EncodeToString([]byte(password))
	}
	return password
}
