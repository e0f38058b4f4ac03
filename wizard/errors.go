package wizard

import (
	"fmt"
	"strings"
	"time"

	"apono/client"
	"apono/wizard/prompt"
)

// UsageError is something in the command line that cannot be meant.
type UsageError struct {
	Message string
	Hint    string // what to do instead; may be empty
	Run     string // a command, without this program's name, that shows more; may be empty
}

func (e *UsageError) Error() string { return e.Message }

// MissingError is answers that are needed where nobody can be asked.
type MissingError struct {
	// Flags are all the flags that would give them, not only the first.
	Flags []string
	// Hint says more about them; may be empty.
	Hint string
	// Run is a command, without this program's name, that shows what the flags
	// may be; may be empty.
	Run string
	// NoTerminal is true if a terminal would have let the user answer instead.
	NoTerminal bool
}

func (e *MissingError) Error() string {
	return "missing: " + strings.Join(e.Flags, ", ")
}

// MatchError is a name that does not name exactly one thing.
type MatchError struct {
	Kind       string   // what was looked for, such as "integration"
	Value      string   // the name as it was given
	Candidates []string // the nearest names, or all that it could mean
	Ambiguous  bool     // it names several things
	List       string   // the command, without this program's name, that lists what there is
}

func (e *MatchError) Error() string {
	if e.Ambiguous {
		return fmt.Sprintf("%q names more than one %s", e.Value, e.Kind)
	}
	return fmt.Sprintf("no %s is called %q", e.Kind, e.Value)
}

// EmptyError is a choice without options, such as an integration that has no
// resource types.
type EmptyError struct{ Message string }

func (e *EmptyError) Error() string { return e.Message }

// RefusedError is requests that came to nothing, or were taken away.
type RefusedError struct{ Requests []client.Request }

func (e *RefusedError) Error() string {
	var parts []string
	for _, r := range e.Requests {
		part := r.ID + " is " + r.Status.Status
		if d := r.Status.Description; d != nil && *d != "" {
			part += ": " + *d
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// LostSightError is requests that were made and cannot be followed. They go on.
type LostSightError struct {
	IDs []string
	Err error
}

func (e *LostSightError) Error() string {
	return strings.Join(e.IDs, ", ") + " cannot be followed: " + e.Err.Error()
}

// Unwrap returns why.
func (e *LostSightError) Unwrap() error { return e.Err }

// Deed is something that is waited for.
type Deed string

// The deeds of a TimeoutError. The zero Deed is the decision on a request.
const (
	DeedRevoke Deed = "revoke" // of requests
	DeedReset  Deed = "reset"  // of an access's credentials
)

// TimeoutError is something that did not happen in time. It goes on.
type TimeoutError struct {
	IDs   []string // of requests, or of the access whose credentials are reset
	After time.Duration
	Deed  Deed
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s: not done after %s", strings.Join(e.IDs, ", "), e.After)
}

// RevokeError is requests that could not be revoked.
type RevokeError struct {
	IDs  []string
	Errs []error // one for each
}

func (e *RevokeError) Error() string {
	var parts []string
	for i, id := range e.IDs {
		parts = append(parts, id+": "+e.Errs[i].Error())
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns why each could not be revoked.
func (e *RevokeError) Unwrap() []error { return e.Errs }

// StoppedError is a person's Ctrl-C while requests were followed. They go on.
type StoppedError struct{ IDs []string }

func (e *StoppedError) Error() string { return "stopped following " + strings.Join(e.IDs, ", ") }

// Unwrap makes it a cancellation.
func (e *StoppedError) Unwrap() error { return prompt.ErrCanceled }

// SubmitError is a request that may or may not have been made, because the
// answer to it was lost.
type SubmitError struct{ Err error }

func (e *SubmitError) Error() string {
	return "the answer to the request was lost, so it may have been made: " + e.Err.Error()
}

// Unwrap returns what went wrong on the way.
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
