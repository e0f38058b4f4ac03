package wizard

import (
	"context"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/wizard/handover"
)

// MissingProgramError reports that the program an access needs is not installed.
type MissingProgramError struct {
	Program string
	Session string
}

func (e *MissingProgramError) Error() string { return e.Program + " is not installed" }

// MaskedError reports that a session's command cannot work because its secret is
// masked.
type MaskedError struct{ Session string }

func (e *MaskedError) Error() string {
	return "the one-time credentials for " + e.Session + " have been used, so its command is masked"
}

// Connect runs the session's own command in this terminal and returns its exit
// code.
func (f *Flow) Connect(ctx context.Context, s *client.AccessSession) (int, error) {
	if !slices.Contains(s.ConnectionMethods, client.MethodCLI) {
		return 0, &WrongMethodError{Session: s, Method: client.MethodCLI}
	}
	details := f.Details
	if f.Prompter == nil {
		details = f.fetchDetails // a *MaskedError says what Details would
	}
	d, err := details(ctx, s)
	if err != nil {
		return 0, err
	}
	if err := f.Offered(ctx, s, d, client.MethodCLI); err != nil {
		return 0, err
	}
	command := *d.CLI
	if d.Credentials != nil && strings.Contains(command, mask) {
		return 0, &MaskedError{Session: s.ID}
	}
	if program := handover.MissingProgram(command); program != "" {
		return 0, &MissingProgramError{Program: program, Session: s.ID}
	}
	started := f.Clock()
	code, err := f.run(ctx, command)
	if err == nil && f.looksUnconnected(code, f.Clock().Sub(started)) && d.Credentials != nil && d.Credentials.CanReset {
		f.Streams.Advise("If it could not connect, reset the credentials", f.CommandLine("access", "reset-credentials", s.ID))
	}
	return code, err
}

// looksUnconnected reports whether a command that ended with an exit code after some
// time may have failed to connect: it failed soon, and nobody stopped it. The shell of
// the sandbox's database says itself what went wrong.
func (f *Flow) looksUnconnected(code int, took time.Duration) bool {
	const soon = 10 * time.Second
	stopped := code > 128
	return code != 0 && !stopped && took < soon && !f.Sandbox
}

// mask is what the service sends instead of a secret that was already shown.
const mask = "***"

// run hands the terminal to a shell command and returns its exit code.
func (f *Flow) run(ctx context.Context, command string) (int, error) {
	if f.HandOver != nil {
		defer f.HandOver()()
	}
	return handover.Run(ctx, f.Streams, command)
}
