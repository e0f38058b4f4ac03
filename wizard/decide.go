package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"apono/client"
	"apono/render"
)

// Decision is what an approver decides about a request.
type Decision string

// The decisions.
const (
	DecisionApprove Decision = "approve"
	DecisionReject  Decision = "reject"
)

// Past returns the decision as what was done: approved or rejected.
func (d Decision) Past() string {
	if d == DecisionReject {
		return "rejected"
	}
	return "approved"
}

// DecideError reports requests that could not be approved or rejected.
type DecideError struct {
	Decision Decision
	IDs      []string
	// Errs has one error for each: a *DecidedError, which has been printed, an
	// *UnclearError, or any other if it was not decided.
	Errs []error
}

func (e *DecideError) add(id string, err error) {
	e.IDs, e.Errs = append(e.IDs, id), append(e.Errs, err)
}

func (e *DecideError) Error() string {
	parts := make([]string, len(e.IDs))
	for i, err := range e.Errs {
		parts[i] = err.Error()
		if !strings.Contains(parts[i], e.IDs[i]) {
			parts[i] = e.IDs[i] + ": " + parts[i]
		}
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns the reason for each request.
func (e *DecideError) Unwrap() []error { return e.Errs }

// DecidedError reports a request that had been decided otherwise, or had ended, before
// the user's decision reached the service.
type DecidedError struct {
	Request client.Request
	Text    string // who decided, when and what
}

func (e *DecidedError) Error() string { return e.Text }

// NotReviewedError reports a request that does not wait for anybody's approval.
type NotReviewedError struct{ Request client.Request }

func (e *NotReviewedError) Error() string {
	return e.Request.ID + " is " + render.Clean(e.Request.StatusTitle()) + ": it does not wait for approval"
}

// NotApproverError reports a request that the user may not approve or reject.
type NotApproverError struct {
	Request   client.Request
	Approvers string // who may
	Err       error  // what the service says; nil if the user's list of reviews lacks the request
}

func (e *NotApproverError) Error() string { return e.Request.ID + " does not wait for your review" }

// Unwrap returns what the service says.
func (e *NotApproverError) Unwrap() error { return e.Err }

// Decide approves or rejects requests, which the caller has just read, with a reason that
// may be empty. It prints a line for each. If some cannot be decided, it still decides the
// others, and returns a *DecideError. It returns the IDs of those that are decided as the
// user wants.
func (f *Flow) Decide(ctx context.Context, requests []client.Request, d Decision, reason string) ([]string, error) {
	failed := &DecideError{Decision: d}
	var done []string
	for i := range requests {
		id := requests[i].ID
		if err := f.decide(ctx, &requests[i], d, reason); err != nil {
			f.sayDecided(err)
			failed.add(id, err)
			continue
		}
		done = append(done, id)
	}
	if len(failed.IDs) > 0 {
		return done, failed
	}
	return done, nil
}

// sayDecided prints a *DecidedError: it is news rather than a failure.
func (f *Flow) sayDecided(err error) {
	var decided *DecidedError
	if errors.As(err, &decided) {
		f.Streams.Say(statusSymbol(f.Streams.PaletteErr(), &decided.Request) + render.Text(" "+render.Clean(decided.Text)))
	}
}

// decide approves or rejects a request that was just read. The decision is sent once: if
// the answer is lost, it checks whether the service has it.
func (f *Flow) decide(ctx context.Context, before *client.Request, d Decision, reason string) error {
	if ctx.Err() != nil {
		return ctx.Err() // nothing was sent
	}
	if !isUndecided(before) {
		return f.decidedBefore(before, d)
	}
	send := f.Client.Approve
	if d == DecisionReject {
		send = f.Client.Reject
	}
	err := send(ctx, before.ID, reason)
	switch {
	case err == nil:
		f.sayDone(before, d)
		return nil
	case mayHaveActed(ctx, err):
		return f.lostDecision(ctx, before.ID, d, err)
	}
	return f.refusedDecision(ctx, before, d, err)
}

// sayDone says that a request is approved or rejected now.
func (f *Flow) sayDone(r *client.Request, d Decision) {
	line := fmt.Sprintf("%s %s", capitalized(d.Past()), render.Clean(r.ID))
	if name := render.Clean(r.Requestor.Value.Name); name != "" {
		line += ". " + name + " has been notified"
	}
	f.Streams.Done("%s", line)
	if c := r.Challenge; d == DecisionApprove && c != nil && c.NeedsAll() && len(c.Approvers)-len(c.Decided()) > 1 {
		f.Streams.Printf("  All of its approvers must approve: %s\n", approverText(c))
	}
}

func capitalized(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// decidedBefore reports a request that waits for no approval any more. It returns nil if
// the outcome is what the user wants.
func (f *Flow) decidedBefore(r *client.Request, d Decision) error {
	if len(r.Challenge.Decided()) == 0 && !r.HasEnded() {
		return &NotReviewedError{Request: *r}
	}
	decided := &DecidedError{Request: *r, Text: f.decidedText(r)}
	if !decidedAs(r, d) || len(r.Challenge.Decided()) == 0 {
		return decided
	}
	f.sayDecided(decided)
	return nil
}

// refusedDecision returns the error for a decision that the service refused with err. It
// checks whether somebody else has decided in the meantime.
func (f *Flow) refusedDecision(ctx context.Context, before *client.Request, d Decision, err error) error {
	if !client.IsForbidden(err) && !client.IsNotFound(err) && !client.IsInvalid(err) {
		return err
	}
	now, lookErr := f.Client.Request(ctx, before.ID)
	switch {
	case lookErr == nil && !isUndecided(now):
		return f.decidedBefore(now, d)
	case client.IsForbidden(err):
		return &NotApproverError{Request: *before, Approvers: whoMayApprove(before), Err: err}
	}
	return err
}

// lostDecision checks whether a decision whose answer was lost has been made.
func (f *Flow) lostDecision(ctx context.Context, id string, d Decision, err error) error {
	unclear := &UnclearError{What: id + " is " + d.Past(), Check: render.QuoteArguments("requests", "describe", id), Err: err}
	var now *client.Request
	made := look(ctx, func(ctx context.Context) bool {
		r, lookErr := f.Client.Request(ctx, id)
		if lookErr != nil {
			return false
		}
		now = r
		unclear.Found = id + " is " + render.Clean(r.StatusTitle())
		if !isUndecided(r) {
			return true
		}
		waits, lookErr := f.Client.WaitsForReview(ctx, id) // others must approve it too
		return lookErr == nil && !waits && len(r.Challenge.Decided()) > 0
	})
	switch {
	case !made:
		return unclear
	case !isUndecided(now) && !decidedAs(now, d):
		return &DecidedError{Request: *now, Text: f.decidedText(now)}
	}
	f.Streams.Warn("The answer was lost, but %s", f.decidedText(now))
	return nil
}

// decidedAs reports whether a request that does not wait any more was approved or
// rejected, as d says.
func decidedAs(r *client.Request, d Decision) bool {
	if d == DecisionReject {
		return isRejected(r)
	}
	return !isRejected(r) && !r.Status.Status.Refused()
}

// isUndecided reports whether a request waits for a decision. A request that any approver
// may approve is decided when one of them has answered, even if the service is not done
// with it yet.
func isUndecided(r *client.Request) bool {
	if !r.Status.Status.Is(client.StatusPending) {
		return false
	}
	return r.Challenge == nil || r.Challenge.NeedsAll() || len(r.Challenge.Decided()) == 0
}

// isRejected reports whether a request, or one of its approvers, says that it is rejected.
func isRejected(r *client.Request) bool {
	return r.Status.Status.Is(client.StatusRejected) || slices.ContainsFunc(r.Challenge.Decided(), func(a client.Approver) bool {
		return client.Status(a.Status).Is(client.StatusRejected)
	})
}

// whoMayApprove names the approvers of a request, as far as the service says.
func whoMayApprove(r *client.Request) string {
	if r.Challenge == nil {
		return "an approver"
	}
	return approvers(r.Challenge)
}

// decidedText says who has decided about a request, when and what.
func (f *Flow) decidedText(r *client.Request) string {
	wanted, verb := client.Status("Approved"), "approved"
	if isRejected(r) {
		wanted, verb = client.StatusRejected, "rejected"
	}
	var names, reasons []string
	var at time.Time
	for _, a := range r.Challenge.Decided() {
		if !client.Status(a.Status).Is(wanted) {
			continue
		}
		names = append(names, deciderName(a))
		if reason := strings.TrimSpace(a.Metadata["reason"]); reason != "" {
			reasons = append(reasons, strconv.Quote(render.Clean(reason)))
		}
		if t := answeredAt(a); t.After(at) {
			at = t
		}
	}
	if len(names) == 0 {
		return r.ID + " is " + render.Clean(r.StatusTitle()+reasonText(r))
	}
	text := r.ID + " was " + verb + " by " + strings.Join(names, " and ")
	if !at.IsZero() {
		text += " " + render.Ago(at, f.Clock())
	}
	if len(reasons) > 0 {
		text += ": " + strings.Join(reasons, ", ")
	}
	return text
}

// deciderName returns who has decided: an approver or, if the service says so, the member
// of a group.
func deciderName(a client.Approver) string {
	name := render.Clean(a.Name)
	if by := render.Clean(a.Metadata["answered_by"]); by != "" && by != name {
		return by + " (" + name + ")"
	}
	return name
}

// answeredAt returns when an approver has decided; zero if the service does not say.
func answeredAt(a client.Approver) time.Time {
	at, err := time.Parse(time.RFC3339, a.Metadata["answered_at"])
	if err != nil {
		return time.Time{}
	}
	return at
}
