// Package explain turns an error into what the user reads: a message, hints,
// and the exit code. It knows the error types of every other package. It must
// not print.
package explain

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"apono/client"
	"apono/render"
)

// Problem is an error as the user reads it.
type Problem struct {
	// Exit is the exit code of the program.
	Exit int
	// Message is a sentence without a period. It is empty if the user has
	// already been told.
	Message string
	// Hints are what to do next, the most useful first.
	Hints []Hint
	// Status and RequestID are the HTTP status and the request ID of the
	// service's response; zero if there was none.
	Status    int
	RequestID string
}

// Hint is something to do next.
type Hint struct {
	Text string
	// Command are the arguments of a command that does it; they may be empty.
	Command render.Arguments
}

// CommandLine returns the hint's command as the user types it, or "" if it has
// none. It names profile, unless that is empty or the command is a login.
func (h Hint) CommandLine(profile string) render.Command {
	if h.Command == "" {
		return ""
	}
	line := render.CommandLine{Shell: render.ShellFor(runtime.GOOS), Profile: profile}
	if strings.HasPrefix(string(h.Command), "login") {
		line.Profile = ""
	}
	return line.Wrap(h.Command)
}

// StatusError ends the program with an exit code and no message: a program that
// ran on the user's behalf has reported its own failure.
type StatusError struct{ Code int }

func (e *StatusError) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// Error explains err, which must not be nil. It is the only place where an
// error becomes a message and an exit code.
func Error(err error) Problem {
	p := explain(err)
	var response *client.Error
	if errors.As(err, &response) {
		p.Status, p.RequestID = response.Status, response.RequestID
	}
	return p
}

func explain(err error) Problem {
	for _, try := range []func(error) (Problem, bool){explainStatus, explainRevoke, explainChange, explainDecide, explainReview, explainEnd, explainLogin, explainUsage, explainRequest, explainAccess, explainService} {
		if p, ok := try(err); ok {
			return p
		}
	}
	return Problem{Exit: ExitFailed, Message: Sentence(err.Error())}
}

func explainStatus(err error) (Problem, bool) {
	var status *StatusError
	if errors.As(err, &status) {
		return Problem{Exit: status.Code}, true
	}
	return Problem{}, false
}

// text returns a hint without a command, or no hint if words is empty.
func text(words string) []Hint {
	if words == "" {
		return nil
	}
	return []Hint{{Text: words}}
}

// Sentence capitalizes a message, unless it starts with a flag, a quoted word
// or the name of a program.
func Sentence(message string) string {
	first, _, _ := strings.Cut(message, " ")
	plain := strings.IndexFunc(strings.TrimSuffix(first, ","), func(r rune) bool { return r < 'a' || r > 'z' }) < 0
	if first == "" || first == "apono" || first == "jq" || !plain {
		return message
	}
	return strings.ToUpper(message[:1]) + message[1:]
}
