package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"apono/client"
	"apono/render"
)

// The exit codes, as documented in `apono help exit-codes`.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitRefused   = 3
	exitLogin     = 4
	exitTimeout   = 5
	exitNotFound  = 127 // a session's program is not installed, as shells say it
	exitCancelled = 130
)

// exitStatus is a program that was run for the person and ended by itself: its
// exit code becomes ours, and nothing is said.
type exitStatus struct{ code int }

func (e *exitStatus) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// problem is an error as a person is told of it.
type problem struct {
	code    int
	message string
	hints   []hint
}

// hint is something to do next: words, a command of this program without its
// name, or both.
type hint struct{ say, run string }

// exit tells the person what went wrong and returns the exit code. It is the
// only place where an error becomes a message.
func (a *App) exit(err error) int {
	if err == nil {
		return exitDone
	}
	var status *exitStatus
	if errors.As(err, &status) {
		return status.code
	}
	if a.Interrupts.Fired() && a.Streams.ErrTerminal {
		a.Streams.Printf("\n") // the terminal has just written ^C
	}
	p := explain(err)
	if a.jsonErrors {
		a.writeProblem(p, err)
		return p.code
	}
	a.tellProblem(p)
	return p.code
}

// codeWords are stable names of the exit codes, for scripts that read JSON.
var codeWords = map[int]string{
	exitFailed: "failed", exitUsage: "usage", exitRefused: "refused", exitLogin: "login_needed",
	exitTimeout: "timeout", exitNotFound: "program_missing", exitCancelled: "cancelled",
}

// writeProblem writes an error as one line of JSON to Err.
func (a *App) writeProblem(p problem, err error) {
	said := struct {
		Error     string `json:"error"`
		Code      string `json:"code"`
		Hint      string `json:"hint"`
		Status    int    `json:"status"`
		RequestID string `json:"request_id"`
	}{Error: p.message, Code: codeWords[p.code], Hint: a.hintText(p)}
	if said.Error == "" {
		said.Error = err.Error()
	}
	var service *client.Error
	if errors.As(err, &service) {
		said.Status, said.RequestID = service.Status, service.RequestID
	}
	line, marshalErr := json.Marshal(said)
	if marshalErr == nil {
		a.Streams.Printf("%s\n", string(line))
	}
}

func (a *App) hintText(p problem) string {
	var parts []string
	for _, h := range p.hints {
		if command := a.runnable(h); command != "" {
			parts = append(parts, h.say+": "+command)
			continue
		}
		parts = append(parts, h.say)
	}
	return strings.Join(parts, "; ")
}

func (a *App) tellProblem(p problem) {
	if p.message == "" {
		return
	}
	a.Streams.Printf("%s %s\n", a.Streams.PaletteErr().Bad("✗"), p.message)
	for _, h := range p.hints {
		a.tellHint(h)
	}
}

// tellHint prints a hint; its command names the profile where the person chose
// one, so that it works as it stands.
func (a *App) tellHint(h hint) {
	if h.run == "" {
		a.Streams.Printf("  %s\n", h.say)
		return
	}
	a.Streams.Printf("  %s: %s\n", h.say, a.Streams.PaletteErr().Command(a.runnable(h)))
}

// runnable returns a hint's command line, with the profile if the user chose
// one; empty if the hint has no command. Login chooses its own profile.
func (a *App) runnable(h hint) string {
	if h.run == "" {
		return ""
	}
	line := render.CommandLine{Shell: render.ShellFor(runtime.GOOS), Profile: a.flags.profile}
	if strings.HasPrefix(h.run, "login") {
		line.Profile = ""
	}
	return line.Wrap(h.run)
}

// explain words an error.
func explain(err error) problem {
	for _, try := range []func(error) (problem, bool){explainEnd, explainLogin, explainUsage, explainRequest, explainAccess, explainService} {
		if p, ok := try(err); ok {
			return p
		}
	}
	return problem{code: exitFailed, message: sentence(err.Error())}
}
