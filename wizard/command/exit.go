package command

import (
	"errors"
	"fmt"
	"strings"
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
	a.tellProblem(p)
	return p.code
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
	command := "apono " + h.run
	if a.flags.profile != "" && !strings.HasPrefix(h.run, "login") {
		command += " --profile " + a.flags.profile
	}
	a.Streams.Printf("  %s: %s\n", h.say, a.Streams.PaletteErr().Command(command))
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
