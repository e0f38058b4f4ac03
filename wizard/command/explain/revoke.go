package explain

import (
	"errors"
	"strings"

	"apono/wizard"
)

// explainRevoke explains every request that could not be revoked, or is not revoked yet.
// It comes before what explains one of their errors, which would leave out the others.
func explainRevoke(err error) (Problem, bool) {
	var e *wizard.RevokeError
	if !errors.As(err, &e) {
		return Problem{}, false
	}
	if len(e.IDs) == 1 {
		return explainNotRevoked(e.IDs[0], e.Errs[0]), true
	}
	p := Problem{Exit: revokeCode(e), Message: revokeSummary(e)}
	for i, id := range e.IDs {
		one := explain(e.Errs[i])
		p.Hints = append(p.Hints, Hint{Text: about(id, withReason(one.Message, e.Errs[i]))})
		for _, h := range one.Hints {
			if h.Command != "" {
				p.Hints = append(p.Hints, h)
			}
		}
	}
	return p, true
}

// explainNotRevoked explains a single request.
func explainNotRevoked(id string, err error) Problem {
	p := explain(err)
	if revokeState(err) == notRevoked {
		p.Message = notRevoked + ": " + about(id, p.Message)
	}
	return p
}

// What is known of a request that was to be revoked, as the start of a sentence.
const (
	notRevoked = "Not revoked"
	notKnown   = "Not known whether revoked"
	notYet     = "Not seen to be revoked yet"
)

// revokeState says what is known of a request whose revocation ended with err.
func revokeState(err error) string {
	var unclear *wizard.UnclearError
	var late *wizard.TimeoutError
	var lostSight *wizard.FollowError
	var stopped *wizard.StoppedError
	switch {
	case errors.As(err, &unclear):
		return notKnown
	case errors.As(err, &late), errors.As(err, &lostSight), errors.As(err, &stopped):
		return notYet
	}
	return notRevoked
}

// revokeSummary names every request with what is known of it.
func revokeSummary(e *wizard.RevokeError) string {
	var parts []string
	for _, state := range []string{notRevoked, notKnown, notYet} {
		var ids []string
		for i, id := range e.IDs {
			if revokeState(e.Errs[i]) == state {
				ids = append(ids, id)
			}
		}
		if len(ids) > 0 {
			parts = append(parts, state+": "+strings.Join(ids, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

// revokeCode returns the exit code for several requests: that of the first which failed
// for another reason than a timeout, if there is one.
func revokeCode(e *wizard.RevokeError) int {
	for _, err := range e.Errs {
		if code := explain(err).Exit; code != ExitTimeout {
			return code
		}
	}
	return ExitTimeout
}

// withReason returns the message of err with its reason, which its hints say if it stands
// alone.
func withReason(message string, err error) string {
	var unclear *wizard.UnclearError
	if errors.As(err, &unclear) {
		return message + ": " + lostReason(unclear.Err)
	}
	return message
}
