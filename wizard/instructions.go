package wizard

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"apono/client"
	"apono/render"
)

// Instructions prints how to open an access by hand.
func (f *Flow) Instructions(ctx context.Context, s *client.AccessSession) (int, error) {
	d, err := f.Details(ctx, s)
	if err != nil {
		return 0, err
	}
	f.PrintInstructions(s, d)
	return 0, nil
}

// PrintInstructions prints what an access's details say: the words to Out, and
// to Err what must be known about the secret in them.
func (f *Flow) PrintInstructions(s *client.AccessSession, d *client.AccessDetails) {
	fmt.Fprintln(f.Streams.Out, render.CleanLines(strings.TrimRight(d.Instructions.Plain, "\n")))
	colors := f.Streams.PaletteErr()
	if m := d.Instructions.CustomMessage; m != nil && *m != "" {
		f.Streams.Printf("\n%s\n%s\n", colors.Bold("A message from your admin"), *m)
	}
	f.TellOfSecret(s, d)
}

// TellOfSecret says, to Err, what must be known about a secret that has just
// been printed.
func (f *Flow) TellOfSecret(s *client.AccessSession, d *client.AccessDetails) {
	if d.Credentials == nil || usedUp(s) != "" {
		return // there is no secret, or only its mask
	}
	colors := f.Streams.PaletteErr()
	f.Streams.Printf("\n%s The secret is shown this once and masked from now on.\n", colors.Bold("NOTICE"))
	f.Streams.Printf("  Copy it now, and close this terminal once it is copied.\n")
	if d.Credentials.CanReset {
		f.Streams.Printf("  For a new one: %s\n", colors.Command(f.CommandLine("access", "reset-credentials", s.ID)))
	}
}

// OpenLink shows the page that opens an access, and opens it in the browser
// where the person agrees.
func (f *Flow) OpenLink(ctx context.Context, s *client.AccessSession) (int, error) {
	d, err := f.Details(ctx, s)
	if err != nil {
		return 0, err
	}
	return 0, f.PrintLink(ctx, s, d)
}

// PrintLink prints the URL alone to Out; a person at a terminal is offered to
// have it opened.
func (f *Flow) PrintLink(ctx context.Context, s *client.AccessSession, d *client.AccessDetails) error {
	if d.Link == nil || d.Link.URL == "" {
		return &WrongMethodError{Session: s, Method: client.MethodLink}
	}
	fmt.Fprintln(f.Streams.Out, render.Clean(d.Link.URL))
	if f.Prompter == nil || !f.Streams.OutTerminal || f.OpenURL == nil {
		return nil
	}
	yes, err := f.Prompter.Confirm(ctx, "Open it in the browser?", true)
	if errors.Is(err, ErrBack) {
		return nil // the link is there to be opened by hand
	}
	if err != nil || !yes {
		return err
	}
	return f.OpenURL(ctx, d.Link.URL)
}

// WrongMethodError is an access that cannot be used in the way that was asked
// for.
type WrongMethodError struct {
	Session *client.AccessSession
	Method  string
}

func (e *WrongMethodError) Error() string {
	return fmt.Sprintf("%s has no %s; it has: %s", e.Session.ID, e.Method, strings.Join(e.Session.ConnectionMethods, ", "))
}
