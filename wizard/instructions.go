package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// Instructions prints how to open an access by hand.
func (f *Flow) Instructions(ctx context.Context, s *client.AccessSession) (int, error) {
	d, err := f.Details(ctx, s)
	if err != nil {
		return 0, err
	}
	if err := f.Offered(ctx, s, d, client.MethodInstructions); err != nil {
		return 0, err
	}
	f.PrintInstructions(s, d)
	return 0, nil
}

// PrintInstructions prints an access's instructions to Out, and a warning about the
// secret in them to Err.
func (f *Flow) PrintInstructions(s *client.AccessSession, d *client.AccessDetails) {
	fmt.Fprintln(f.Streams.Out, render.CleanLines(strings.TrimRight(d.Instructions.Plain, "\n")))
	colors := f.Streams.PaletteErr()
	if m := d.Instructions.CustomMessage; m != nil && *m != "" {
		f.Streams.Printf("\n%s\n%s\n", colors.Bold("A message from your admin"), indentLines(*m))
	}
	f.WarnAboutSecret(s, d)
}

// WarnAboutSecret prints to Err that the secret just printed is shown only once, and how
// to get a new one.
func (f *Flow) WarnAboutSecret(s *client.AccessSession, d *client.AccessDetails) {
	if d.Credentials == nil || maskedReason(s) != "" {
		return // there is no secret, or it is masked
	}
	f.Streams.Printf("\n")
	f.Streams.Warn("This secret is shown only once. Copy it, then close this terminal")
	if d.Credentials.CanReset {
		f.Streams.Advise("For a new one", f.CommandLine("access", "reset-credentials", s.ID))
	}
}

// OpenLink prints the URL of the page that opens an access, and opens it in the browser
// if the user agrees.
func (f *Flow) OpenLink(ctx context.Context, s *client.AccessSession) (int, error) {
	d, err := f.Details(ctx, s)
	if err != nil {
		return 0, err
	}
	if err := f.Offered(ctx, s, d, client.MethodLink); err != nil {
		return 0, err
	}
	return 0, f.PrintLink(ctx, d)
}

// PrintLink prints only the URL of access details, which must have one, to Out. In a
// terminal it offers to open it.
func (f *Flow) PrintLink(ctx context.Context, d *client.AccessDetails) error {
	fmt.Fprintln(f.Streams.Out, render.Clean(d.Link.URL))
	if f.Prompter == nil || !f.Streams.OutTerminal || f.OpenURL == nil {
		return nil
	}
	yes, err := f.Prompter.Confirm(ctx, "Open it in the browser?", true)
	if errors.Is(err, prompt.ErrBack) {
		return nil // the user can still open the printed URL
	}
	if err != nil || !yes {
		return err
	}
	return f.OpenURL(ctx, d.Link.URL)
}

// WrongMethodError reports that an access does not offer a connection method.
type WrongMethodError struct {
	Session *client.AccessSession
	Method  string
}

func (e *WrongMethodError) Error() string {
	others := slices.DeleteFunc(slices.Clone(e.Session.ConnectionMethods), func(method string) bool { return method == e.Method })
	if len(others) == 0 {
		return fmt.Sprintf("%s has no %s", e.Session.ID, e.Method)
	}
	return fmt.Sprintf("%s has no %s, only: %s", e.Session.ID, e.Method, strings.Join(others, ", "))
}

// indentLines returns a text of several lines, indented, so that none of its lines looks
// like one of this program.
func indentLines(text string) render.Text {
	return render.Text("  " + strings.ReplaceAll(render.CleanLines(strings.TrimSpace(text)), "\n", "\n  "))
}
