package sandbox

import (
	"time"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/store"
)

// Lifecycle is how long each step of a request takes. Zero means the default,
// which is just long enough to see the step on a screen.
type Lifecycle struct {
	Initializing time.Duration // 300 ms
	Pending      time.Duration // 400 ms, if no approval is needed
	Granting     time.Duration // 900 ms
	Revoking     time.Duration // 600 ms
	Resetting    time.Duration // 700 ms, until reset credentials are available
	Approval     time.Duration // 7 days, until an unapproved request fails
}

func (l Lifecycle) withDefaults() Lifecycle {
	for _, step := range []struct {
		duration     *time.Duration
		defaultValue time.Duration
	}{
		{&l.Initializing, 300 * time.Millisecond},
		{&l.Pending, 400 * time.Millisecond},
		{&l.Granting, 900 * time.Millisecond},
		{&l.Revoking, 600 * time.Millisecond},
		{&l.Resetting, 700 * time.Millisecond},
		{&l.Approval, 7 * 24 * time.Hour},
	} {
		if *step.duration <= 0 {
			*step.duration = step.defaultValue
		}
	}
	return l
}

// status returns the status of r, under the flow f, at the time now.
func (l Lifecycle) status(r *store.Request, f *catalog.Flow, now time.Time) client.Status {
	switch {
	case !r.Failed.IsZero():
		return client.StatusFailed
	case r.Decision != nil && !r.Decision.Approved:
		return client.StatusRejected
	case !r.Revoked.IsZero():
		if r.Closed && !now.Before(r.Revoked.Add(l.Revoking)) {
			return client.StatusRevoked
		}
		return client.StatusRevoking
	case !r.Granted.IsZero():
		return grantedStatus(r, now)
	case now.Before(r.Created.Add(l.Initializing)):
		return client.StatusInitializing
	}
	released, ok := l.released(r, f)
	switch {
	case ok && !now.Before(released):
		return client.StatusGranting
	case f.RequiresMFA && r.MFAPassed.IsZero():
		return client.StatusPendingMFA
	}
	return client.StatusPending
}

func grantedStatus(r *store.Request, now time.Time) client.Status {
	switch {
	case now.Before(r.Granted):
		return client.StatusGranting
	case now.Before(r.Ends):
		return client.StatusActive
	}
	return client.StatusExpired
}

// released returns when r was or will be released for granting. ok is false while
// r waits for an approver or for MFA.
func (l Lifecycle) released(r *store.Request, f *catalog.Flow) (at time.Time, ok bool) {
	at = r.Created.Add(l.Initializing)
	if !f.RequiresMFA && !f.NeedsApproval() {
		return at.Add(l.Pending), true
	}
	if f.RequiresMFA {
		if r.MFAPassed.IsZero() {
			return at, false
		}
		at = later(at, r.MFAPassed)
	}
	if f.NeedsApproval() {
		if r.Decision == nil || !r.Decision.Approved {
			return at, false
		}
		at = later(at, r.Decision.At)
	}
	return at, true
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// transition is a change that is due for a request.
type transition int

const (
	transitionNone  transition = iota
	transitionFail             // fail a request that was not approved in time
	transitionGrant            // grant access
	transitionEnd              // end access
)

// claimTimeout is how long a process may take to grant or revoke access on the
// real server before another one tries again.
const claimTimeout = 15 * time.Second

// due returns the transition that is due for r at the time now.
func (l Lifecycle) due(r *store.Request, f *catalog.Flow, now time.Time) transition {
	switch {
	case r.Closed, !r.Claimed.IsZero() && now.Before(r.Claimed.Add(claimTimeout)):
		return transitionNone
	case !r.Revoked.IsZero():
		return transitionEnd
	case !r.Granted.IsZero():
		if now.Before(r.Ends) {
			return transitionNone
		}
		return transitionEnd
	}
	start, ok := l.released(r, f)
	switch {
	case !ok && !now.Before(r.Created.Add(l.Approval)):
		return transitionFail
	case !ok:
		return transitionNone
	case !f.External:
		start = start.Add(l.Granting)
	}
	if now.Before(start) {
		return transitionNone
	}
	return transitionGrant
}
