package complete

import (
	"context"
	"fmt"
	"strings"

	"apono/render"
	"apono/wizard"
)

// Shell is a shell that can complete this program's command lines. Everything
// about completion that differs between shells is in its constructor's file; its
// name, executables and quoting are in package render.
type Shell struct {
	render.Shell
	// request is the program's first argument when the script asks. Installed
	// scripts depend on it.
	request string
	// script asks the program; requestPlaceholder stands for the request.
	script string
	// answer returns what the script reads, given the arguments that it sends
	// after the request. Arguments that the script never sends give "".
	answer func(args []string, find finder) string
	// locations returns where to install the script.
	locations func(ctx context.Context, in *Installer, describe bool) []location
}

// shells lists every shell. To support another one, add its constructor here.
func shells() []Shell { return []Shell{bash(), zsh(), fish(), powerShell()} }

const requestPlaceholder = "REQUEST"

// ShellNames returns the names of all shells, in the order that help uses.
func ShellNames() []string {
	var names []string
	for _, s := range shells() {
		names = append(names, s.Name())
	}
	return names
}

// ShellNamed returns the shell with a name that ShellNames lists. The error is a
// *wizard.UsageError.
func ShellNamed(name string) (Shell, error) {
	for _, s := range shells() {
		if s.Name() == name {
			return s, nil
		}
	}
	return Shell{}, &wizard.UsageError{Message: fmt.Sprintf("there is no completion for %q", name), Hint: "Use one of " + strings.Join(ShellNames(), ", ")}
}

// DetectShell returns the user's own shell: the value of $SHELL, or the usual
// shell of the operating system goos if that is not set. The error is a
// *wizard.UsageError.
func DetectShell(getenv func(string) string, goos string) (Shell, error) {
	path := getenv("SHELL")
	own := render.ShellFor(goos)
	if path != "" {
		own, _ = render.ShellForProgram(path)
	}
	for _, s := range shells() {
		if s.Shell == own {
			return s, nil
		}
	}
	message := "$SHELL is not set, so your shell is unknown"
	if path != "" {
		message = fmt.Sprintf("there is no completion for your shell, %s", path)
	}
	return Shell{}, &wizard.UsageError{Message: message, Hint: "Name one of " + strings.Join(ShellNames(), ", ") + ": apono completion bash --install"}
}

// Script returns the script that the shell must read. If describe is false,
// values are offered without descriptions.
func (s Shell) Script(describe bool) string {
	request := s.request
	if !describe {
		request += plainSuffix
	}
	return strings.Replace(s.script, requestPlaceholder, request, 1)
}
