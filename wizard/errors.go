package wizard

import (
	"fmt"
	"strings"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard/prompt"
)

// UsageError reports a mistake in the command line.
type UsageError struct {
	Message string
	Hint    string           // what to do instead; may be empty
	Run     render.Arguments // of a command that explains more; may be empty
}

func (e *UsageError) Error() string { return e.Message }

// MissingError reports missing answers when there is no terminal to ask in.
type MissingError struct {
	// Flags are the flags that would give the answers: all of them, not only the
	// first.
	Flags []string
	// Hint explains them; may be empty.
	Hint string
	// Run are the arguments of a command that lists values for the flags; may be
	// empty.
	Run render.Arguments
	// NoTerminal is true if a terminal would have let the user answer instead.
	NoTerminal bool
}

func (e *MissingError) Error() string {
	return "missing required flags: " + strings.Join(e.Flags, ", ")
}

// EmptyError reports a choice without options, such as the resource type of an
// integration that has none. Message says what to do.
type EmptyError struct{ Message string }

func (e *EmptyError) Error() string { return e.Message }

// RefusedError reports requests that were rejected, failed, expired or were revoked.
type RefusedError struct{ Requests []client.Request }

func (e *RefusedError) Error() string {
	var parts []string
	for _, r := range e.Requests {
		part := r.ID + " is " + r.Status.Status.Title()
		if d := r.Status.Description; d != nil && *d != "" {
			part += ": " + *d
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// FollowError reports requests that were created but cannot be followed, or another
// change that was accepted and cannot be followed. They are not affected.
type FollowError struct {
	IDs     []string
	Awaited Awaited
	Err     error
}

func (e *FollowError) Error() string {
	return strings.Join(e.IDs, ", ") + " could not be followed: " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *FollowError) Unwrap() error { return e.Err }

// Awaited is what was waited for. The zero value is the decision on a request.
type Awaited string

// What can be waited for besides a decision.
const (
	AwaitedRevoke Awaited = "revoke" // requests to be revoked
	AwaitedReset  Awaited = "reset"  // an access's credentials to be reset
	AwaitedPeople Awaited = "people" // people to answer, however long that takes
)

// LeftError reports that the user chose to stop watching requests before they reached
// what was waited for. They are not affected.
type LeftError struct{ IDs []string }

func (e *LeftError) Error() string { return "stopped watching " + strings.Join(e.IDs, ", ") }

// Unwrap returns prompt.ErrCanceled.
func (e *LeftError) Unwrap() error { return prompt.ErrCanceled }

// TimeoutError reports that something did not happen in time. It may still happen.
type TimeoutError struct {
	IDs     []string // of the requests, or of the access whose credentials are reset
	After   time.Duration
	Awaited Awaited
	Err     error // why the last look failed; nil if it did not
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s: not finished after %s", strings.Join(e.IDs, ", "), e.After)
}

// Unwrap returns why the last look failed.
func (e *TimeoutError) Unwrap() error { return e.Err }

// RevokeError reports requests that could not be revoked, or are not revoked yet.
type RevokeError struct {
	IDs []string
	// Errs has one error for each: an *UnclearError if it is not known whether it was
	// revoked; a *FollowError, *TimeoutError or *StoppedError if the revocation was
	// accepted; any other if it was not revoked.
	Errs []error
}

func (e *RevokeError) add(id string, err error) {
	e.IDs, e.Errs = append(e.IDs, id), append(e.Errs, err)
}

func (e *RevokeError) Error() string {
	var parts []string
	for i, id := range e.IDs {
		parts = append(parts, id+": "+e.Errs[i].Error())
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns the reason for each request.
func (e *RevokeError) Unwrap() []error { return e.Errs }

// EndedError reports a request that cannot be revoked because it ended before.
type EndedError struct {
	ID    string
	Title string // of its status
}

func (e *EndedError) Error() string {
	return e.ID + " is " + render.Clean(e.Title) + ": there is nothing to revoke"
}

// StoppedError reports that the user stopped following requests, or another change,
// with Ctrl-C. They are not affected.
type StoppedError struct {
	IDs     []string
	Awaited Awaited
}

func (e *StoppedError) Error() string { return "stopped following " + strings.Join(e.IDs, ", ") }

// Unwrap returns prompt.ErrCanceled.
func (e *StoppedError) Unwrap() error { return prompt.ErrCanceled }

// SubmitError reports that a request may or may not have been created, because the
// service's answer was lost.
type SubmitError struct {
	Err error
	// Likely are the IDs of requests that it may have created; often none.
	Likely []string
}

func (e *SubmitError) Error() string {
	return "the service's answer was lost, so the request may have been created: " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *SubmitError) Unwrap() error { return e.Err }

// UnsentError is a request that failed before it was sent. Answers are the
// answers so far, for another attempt.
type UnsentError struct {
	Answers Answers
	Err     error
}

func (e *UnsentError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *UnsentError) Unwrap() error { return e.Err }
