package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// Extend extends the access of requests, which the caller has just read, and returns them as
// they are now. The service fixes by how much. Unless confirmed is set, it says so and asks
// first. If one cannot be extended, Extend still extends the others and returns a
// *PartialError.
func (f *Flow) Extend(ctx context.Context, requests []client.Request, confirmed bool) ([]client.Request, error) {
	failed := &PartialError{Done: "extended"}
	var extendable []client.Request
	for _, r := range requests {
		if !r.CanExtend() {
			failed.add(r.ID, &NotExtendableError{Request: r})
			continue
		}
		extendable = append(extendable, r)
	}
	if !confirmed && len(extendable) > 0 {
		if err := f.confirmExtensions(ctx, extendable); err != nil {
			return nil, err
		}
	}
	extended := []client.Request{}
	for i := range extendable {
		now, err := f.extend(ctx, &extendable[i])
		if err != nil {
			failed.add(extendable[i].ID, err)
			continue
		}
		extended = append(extended, *now)
	}
	if len(failed.IDs) > 0 {
		return extended, failed
	}
	return extended, nil
}

// confirmExtensions says what extending requests does, and asks whether to do it.
func (f *Flow) confirmExtensions(ctx context.Context, requests []client.Request) error {
	if f.Prompter == nil {
		return &MissingError{Flags: []string{"--yes"}, Hint: f.extensionText(&requests[0]), NoTerminal: true}
	}
	question := fmt.Sprintf("Extend %d requests?", len(requests))
	for i := range requests {
		r := &requests[i]
		f.Streams.Say(Headline(f.Streams.PaletteErr(), r, f.Clock()))
		f.Streams.Say(render.Text("  " + f.extensionText(r)))
		if len(requests) == 1 {
			question = "Extend " + render.Clean(r.ID) + "?"
		}
	}
	f.discard()
	yes, err := f.Prompter.Confirm(ctx, question, true)
	if err == nil && !yes {
		err = prompt.ErrBack
	}
	return err
}

// extensionText says by how much a request can be extended, until when, and how often.
func (f *Flow) extensionText(r *client.Request) string {
	text := "Extending " + render.Clean(r.ID) + " adds " + render.Duration(extensionOf(r))
	if end, ok := extendedEnd(r); ok {
		text += ", until " + render.Until(end, f.Clock()) + " (" + render.TimeLeft(end, f.Clock()) + ")"
	}
	return text + " · " + extensionsLeft(r.ExtendOptions.Value.RemainingExtensions)
}

// extensionOf returns by how much a request can be extended.
func extensionOf(r *client.Request) time.Duration {
	return time.Duration(r.ExtendOptions.Value.ExtendDurationInSec) * time.Second
}

// extendedEnd returns when the access of a request will end if it is extended.
func extendedEnd(r *client.Request) (time.Time, bool) {
	if r.RevocationTime == nil {
		return time.Time{}, false
	}
	return r.RevocationTime.Time().Add(extensionOf(r)), true
}

func extensionsLeft(n int32) string {
	if n <= 0 {
		return "no extensions left"
	}
	return render.Count(int(n), "extension") + " left"
}

// timesLeft says how often a request can be extended.
func timesLeft(n int32) string {
	if n == 1 {
		return "1 time left"
	}
	return render.Digits(int(n)) + " times left"
}

// extend extends a request once. If the answer is lost, it checks whether that was done.
func (f *Flow) extend(ctx context.Context, before *client.Request) (*client.Request, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing was sent
	}
	id := before.ID
	progress := f.Streams.Progress("Extending "+render.Clean(id), progressDelay)
	defer progress.Stop()
	err := f.Client.Extend(ctx, id)
	lost := mayHaveActed(ctx, err)
	if err != nil && !lost {
		return nil, err
	}
	now := before
	seen := look(ctx, func(ctx context.Context) bool {
		r, lookErr := f.Client.Request(ctx, id)
		if lookErr != nil {
			return false
		}
		now = r
		return isExtended(before, r)
	})
	progress.Stop()
	if !seen && lost {
		return nil, f.unclearExtension(before, now, err)
	}
	if lost {
		f.Streams.Warn("The answer was lost, but %s was extended", render.Clean(id))
	}
	f.announceExtension(before, now, seen)
	return now, nil
}

// isExtended reports whether a request was extended since it was read before.
func isExtended(before, now *client.Request) bool {
	if now.ExtensionCount.Value > before.ExtensionCount.Value {
		return true
	}
	return before.RevocationTime != nil && now.RevocationTime != nil && now.IsActive() && now.RevocationTime.Time().After(before.RevocationTime.Time())
}

// unclearExtension returns the error for an extension of which it is not known whether it
// was made.
func (f *Flow) unclearExtension(before, now *client.Request, err error) error {
	unclear := &UnclearError{What: render.Clean(before.ID) + " was extended", Check: render.QuoteArguments("requests", "describe", before.ID), Err: err}
	if now != before && now.RevocationTime != nil {
		unclear.Found = "It still ends at " + render.Until(now.RevocationTime.Time(), f.Clock()) + ", as before. Check again before you extend it: every extension counts"
	}
	return unclear
}

// announceExtension prints until when a request was extended, and how many extensions are
// left. If the service does not show it yet, it prints what the service promised.
func (f *Flow) announceExtension(before, now *client.Request, seen bool) {
	left := now.ExtendOptions.Value.RemainingExtensions
	end, known := time.Time{}, now.RevocationTime != nil
	if known {
		end = now.RevocationTime.Time()
	}
	if !seen {
		end, known = extendedEnd(before)
		left = before.ExtendOptions.Value.RemainingExtensions - 1
	}
	text := "Extended " + render.Clean(before.ID) + " by " + render.Duration(extensionOf(before))
	if known {
		text += ", until " + render.Until(end, f.Clock()) + " (" + render.TimeLeft(end, f.Clock()) + ")"
	}
	f.Streams.Done("%s · %s", text, extensionsLeft(left))
}

// Extendable returns the requests whose access can be extended, soonest end first.
func (f *Flow) Extendable(ctx context.Context) ([]client.Request, error) {
	found, err := f.Client.Requests(ctx, client.RequestQuery{Statuses: client.StatusesNamed(string(client.StatusActive))})
	if err != nil {
		return nil, err
	}
	return soonestFirst(slices.DeleteFunc(found, func(r client.Request) bool { return !r.CanExtend() })), nil
}

// soonestFirst sorts requests by when their access ends.
func soonestFirst(requests []client.Request) []client.Request {
	slices.SortStableFunc(requests, func(a, b client.Request) int {
		switch {
		case a.RevocationTime == nil || b.RevocationTime == nil:
			return 0
		default:
			return a.RevocationTime.Time().Compare(b.RevocationTime.Time())
		}
	})
	return requests
}

// AskExtend asks which access to extend, and extends it.
func (f *Flow) AskExtend(ctx context.Context) ([]client.Request, error) {
	progress := f.Streams.Progress("Loading requests", progressDelay)
	found, err := f.Extendable(ctx)
	progress.Stop()
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &EmptyError{"No access can be extended now"}
	}
	for {
		mark := f.Mark()
		list := f.extendList(found)
		chosen, err := f.Prompter.Select(ctx, list)
		if err != nil {
			return nil, err
		}
		extended, err := f.Extend(ctx, found[chosen:chosen+1], false)
		if !errors.Is(err, prompt.ErrBack) || !list.NeedsPrompt() {
			return extended, err
		}
		f.Rewind(mark)
	}
}

// extendList returns the question which access to extend.
func (f *Flow) extendList(requests []client.Request) prompt.List {
	list := prompt.List{Title: "Select access to extend"}
	now := f.Clock()
	for i := range requests {
		r := &requests[i]
		option := prompt.Option{
			Label:    AskedFor(r),
			Columns:  []string{"+" + render.Duration(extensionOf(r)) + ", " + timesLeft(r.ExtendOptions.Value.RemainingExtensions), strings.Join(IntegrationTitles(r), ", ")},
			Keywords: r.ID, Key: r.ID,
		}
		if r.RevocationTime != nil {
			end := r.RevocationTime.Time()
			option.Right, option.Urgent = render.TimeLeft(end, now), EndsSoon(end, now)
		}
		list.Options = append(list.Options, option)
	}
	return list
}

// NotExtendableError reports a request whose access cannot be extended.
type NotExtendableError struct{ Request client.Request }

func (e *NotExtendableError) Error() string {
	r := &e.Request
	switch {
	case !r.IsActive():
		return render.Clean(r.ID) + " is " + render.Clean(r.StatusTitle()) + ": only active access can be extended"
	case r.ExtensionCount.Value > 0 && r.ExtendOptions.Value.RemainingExtensions <= 0:
		return render.Clean(r.ID) + " has no extensions left"
	}
	return render.Clean(r.ID) + " cannot be extended: its access flow does not allow it"
}

// PartialError reports requests to which something could not be done.
type PartialError struct {
	Done string // what was to be done, such as "extended"
	IDs  []string
	Errs []error // one for each
}

func (e *PartialError) add(id string, err error) {
	e.IDs, e.Errs = append(e.IDs, id), append(e.Errs, err)
}

func (e *PartialError) Error() string {
	var parts []string
	for i, id := range e.IDs {
		parts = append(parts, id+": "+e.Errs[i].Error())
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns the reason for each request.
func (e *PartialError) Unwrap() []error { return e.Errs }
