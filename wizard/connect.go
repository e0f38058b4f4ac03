package wizard

import (
	"context"
	"slices"
	"strings"

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
	d, err := f.Details(ctx, s)
	if err != nil {
		return 0, err
	}
	if d.CLI == nil || strings.TrimSpace(*d.CLI) == "" {
		return 0, &WrongMethodError{Session: s, Method: client.MethodCLI}
	}
	command := *d.CLI
	if d.Credentials != nil && strings.Contains(command, mask) {
		return 0, &MaskedError{Session: s.ID}
	}
	if program := handover.MissingProgram(command); program != "" {
		return 0, &MissingProgramError{Program: program, Session: s.ID}
	}
	f.Streams.Printf("%s Trouble connecting? %s\n", f.Streams.PaletteErr().Bold("NOTICE"), f.Streams.PaletteErr().Command(f.CommandLine("access", "reset-credentials", s.ID)))
	return f.run(ctx, command)
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
