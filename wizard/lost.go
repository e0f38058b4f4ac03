package wizard

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/client/wait"
	"apono/render"
)

// An answer can be lost after the service has acted. Then nothing is sent again: the
// functions in this file look at what the service has now, and say what they find.

// UnclearError reports that it is not known whether the service has done something.
type UnclearError struct {
	// What completes "it is not clear whether …".
	What string
	// Found is what the service says now, as a sentence; empty if it says nothing.
	Found string
	// Check are the arguments of a command that shows the result.
	Check render.Arguments
	Err   error // of the call whose answer was lost
}

func (e *UnclearError) Error() string { return "it is not clear whether " + e.What }

// Unwrap returns the reason.
func (e *UnclearError) Unwrap() error { return e.Err }

// lookPauses are how long to wait before each look: the service is eventually consistent.
func lookPauses() []time.Duration { return []time.Duration{0, time.Second} }

// lostTimeout is how long to look for what was done, or to wait for new credentials, after
// an answer was lost.
const lostTimeout = 10 * time.Second

// look calls found until it reports true, at most twice. It reports whether it did.
func look(ctx context.Context, found func(context.Context) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, lostTimeout)
	defer cancel()
	for _, pause := range lookPauses() {
		if wait.Sleep(ctx, pause) != nil {
			return false
		}
		if found(ctx) {
			return true
		}
	}
	return false
}

// mayHaveActed reports whether the service may have acted on a call that failed with
// err, because its answer was lost or the user canceled it.
func mayHaveActed(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || client.MayHaveSucceeded(err))
}

// revoke revokes a request that was just read. If the answer is lost, it checks whether
// that was done.
func (f *Flow) revoke(ctx context.Context, before *client.Request) error {
	if ctx.Err() != nil {
		return ctx.Err() // nothing was sent
	}
	id := before.ID
	err := f.Client.Revoke(ctx, id)
	if !mayHaveActed(ctx, err) {
		return err
	}
	if before.HasEnded() {
		return &EndedError{ID: id, Title: before.StatusTitle()}
	}
	unclear := &UnclearError{What: id + " is revoked", Check: render.QuoteArguments("requests", "describe", id), Err: err}
	done := look(ctx, func(ctx context.Context) bool {
		r, lookErr := f.Client.Request(ctx, id)
		if lookErr != nil {
			return false
		}
		unclear.Found = id + " is " + render.Clean(r.StatusTitle())
		return r.Status.Status.Is(client.StatusRevoking) || r.Status.Status.Is(client.StatusRevoked)
	})
	if !done {
		return unclear
	}
	f.Streams.Warn("The answer was lost, but %s", unclear.Found)
	return nil
}

// unclearReset returns the error for a reset of which it is not known whether it was
// done.
func unclearReset(id string, err error) *UnclearError {
	return &UnclearError{What: "the credentials of " + id + " are being reset", Check: render.QuoteArguments("access", "list", "-o", "json"), Err: err}
}

// lostReset returns the error for a reset that failed with err; nil if its answer was
// lost and it is worth waiting for the new credentials, because their status will show
// that they are new.
func lostReset(ctx context.Context, s *client.AccessSession, err error) error {
	if !mayHaveActed(ctx, err) {
		return err
	}
	unclear := unclearReset(s.ID, err)
	switch {
	case ctx.Err() != nil:
		return unclear
	case s.Credentials == nil:
		unclear.Found = "The access does not say whether its credentials are new"
		return unclear
	case s.Credentials.AreNew():
		unclear.Found = "They were new before, so that they are new now says nothing"
		return unclear
	}
	return nil
}

// lostView returns the error for a call for access details that failed with err. They may
// have contained a secret that is shown only once.
func (f *Flow) lostView(ctx context.Context, s *client.AccessSession, err error) error {
	if !mayHaveActed(ctx, err) {
		return err
	}
	return f.lostSecret(ctx, s, err)
}

// Offered returns nil if access details have what a connection method needs. If they had
// the only view of a secret, the error reports what happened to it; else it is a
// *WrongMethodError.
func (f *Flow) Offered(ctx context.Context, s *client.AccessSession, d *client.AccessDetails, method string) error {
	if offers(d, method) {
		return nil
	}
	if !s.Credentials.AreNew() {
		return &WrongMethodError{Session: s, Method: method}
	}
	return f.lostSecret(ctx, s, &client.MissingError{Field: method})
}

// offers reports whether access details have what a connection method needs.
func offers(d *client.AccessDetails, method string) bool {
	switch method {
	case client.MethodCLI:
		return d.CLI != nil && !isBlank(*d.CLI)
	case client.MethodLink:
		return d.Link != nil && !isBlank(d.Link.URL)
	case client.MethodJSON:
		return !slices.Contains([]string{"", "null", "{}", "[]", `""`}, strings.TrimSpace(string(d.JSON)))
	}
	return !isBlank(d.Instructions.Plain)
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

// lostSecret returns the error for access details that did not arrive, or not whole, for
// the reason err. It checks whether a secret that is shown only once was in them.
func (f *Flow) lostSecret(ctx context.Context, s *client.AccessSession, err error) error {
	if !s.Credentials.AreNew() {
		return err
	}
	unclear := &UnclearError{What: "the one-time secret of " + s.ID + " is used up", Check: render.QuoteArguments("access", "reset-credentials", s.ID), Err: err}
	if ctx.Err() != nil {
		return unclear
	}
	ctx, cancel := context.WithTimeout(ctx, lostTimeout)
	defer cancel()
	now, lookErr := f.Client.AccessSession(ctx, s.ID)
	switch {
	case lookErr != nil || now.Credentials == nil:
		return unclear
	case now.Credentials.AreNew():
		return &NotShownError{Session: s.ID, Err: err}
	}
	return &SecretLostError{Session: s.ID, Err: err}
}

// SecretLostError reports that the answer with a secret that is shown only once was lost.
type SecretLostError struct {
	Session string
	Err     error
}

func (e *SecretLostError) Error() string {
	return "the one-time secret of " + e.Session + " was sent, and the answer with it was lost"
}

// Unwrap returns the reason.
func (e *SecretLostError) Unwrap() error { return e.Err }

// NotShownError reports that access details were not received, but that the secret in
// them has not been shown.
type NotShownError struct {
	Session string
	Err     error
}

func (e *NotShownError) Error() string {
	return fmt.Sprintf("the details of %s were not received; its one-time secret has not been used", e.Session)
}

// Unwrap returns the reason.
func (e *NotShownError) Unwrap() error { return e.Err }

// trimmed returns an optional text without blanks around it.
func trimmed(text *string) string {
	if text == nil {
		return ""
	}
	return strings.TrimSpace(*text)
}
