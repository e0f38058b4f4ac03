package sandbox

import (
	"time"

	"apono/client"
)

// Lifecycle is how long each step of a request takes. A zero step takes its
// default, which is long enough to be seen and short enough not to bore.
type Lifecycle struct {
	Initializing time.Duration // 300 ms
	Pending      time.Duration // 400 ms, where nobody has to approve
	Granting     time.Duration // 900 ms
	Revoking     time.Duration // 600 ms
	Resetting    time.Duration // 700 ms, until reset credentials are new
	Approval     time.Duration // 7 days, until an unanswered request fails
}

func (l Lifecycle) withDefaults() Lifecycle {
	for _, step := range []struct {
		length *time.Duration
		usual  time.Duration
	}{
		{&l.Initializing, 300 * time.Millisecond},
		{&l.Pending, 400 * time.Millisecond},
		{&l.Granting, 900 * time.Millisecond},
		{&l.Revoking, 600 * time.Millisecond},
		{&l.Resetting, 700 * time.Millisecond},
		{&l.Approval, 7 * 24 * time.Hour},
	} {
		if *step.length <= 0 {
			*step.length = step.usual
		}
	}
	return l
}

// record is one request as it is stored: what was asked, and what has happened
// to it. Its status is not stored but follows from these facts and the clock.
type record struct {
	Number        int64             `json:"-"`
	User          string            `json:"user"`
	Created       time.Time         `json:"created"`
	Flow          string            `json:"flow"`
	Units         []string          `json:"units"`
	Bundle        string            `json:"bundle,omitempty"`
	Justification *string           `json:"justification,omitempty"`
	Duration      time.Duration     `json:"duration"`
	CustomFields  map[string]string `json:"custom_fields,omitempty"`
	Favorite      bool              `json:"favorite,omitempty"`
	Extensions    int32             `json:"extensions,omitempty"`
	MFAPassed     time.Time         `json:"mfa_passed,omitzero"`
	Decision      *decision         `json:"decision,omitempty"`
	Granted       time.Time         `json:"granted,omitzero"`
	Ends          time.Time         `json:"ends,omitzero"`
	Failed        time.Time         `json:"failed,omitzero"`
	Failure       string            `json:"failure,omitempty"`
	Revoked       time.Time         `json:"revoked,omitzero"` // when it was asked to be
	// Claimed is since when one process has been giving or taking access away
	// on the real server; zero when none is.
	Claimed time.Time `json:"claimed,omitzero"`
	// Closed says that there is nothing left to give or to take away.
	Closed bool `json:"closed,omitempty"`
}

// decision is an approver's answer.
type decision struct {
	By       string    `json:"by"` // user ID
	Approved bool      `json:"approved"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason,omitempty"`
}

// status is the service's word for where r is at now.
func (r *record) status(f *flow, l Lifecycle, now time.Time) client.Status {
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
		return r.grantedStatus(now)
	case now.Before(r.Created.Add(l.Initializing)):
		return client.StatusInitializing
	}
	release, ok := r.release(f, l)
	switch {
	case ok && !now.Before(release):
		return client.StatusGranting
	case f.mfa && r.MFAPassed.IsZero():
		return client.StatusPendingMFA
	}
	return client.StatusPending
}

func (r *record) grantedStatus(now time.Time) client.Status {
	switch {
	case now.Before(r.Granted):
		return client.StatusGranting
	case now.Before(r.Ends):
		return client.StatusActive
	}
	return client.StatusExpired
}

// release is when the last thing that r waits for happened or will happen; ok
// is false while that is up to a person.
func (r *record) release(f *flow, l Lifecycle) (at time.Time, ok bool) {
	at = r.Created.Add(l.Initializing)
	if !f.mfa && !f.waits() {
		return at.Add(l.Pending), true
	}
	if f.mfa {
		if r.MFAPassed.IsZero() {
			return at, false
		}
		at = later(at, r.MFAPassed)
	}
	if f.waits() {
		if r.Decision == nil || !r.Decision.Approved {
			return at, false
		}
		at = later(at, r.Decision.At)
	}
	return at, true
}

// answerable says whether people or MFA can still move r.
func (r *record) answerable() bool {
	return r.Failed.IsZero() && r.Decision == nil && r.Revoked.IsZero() && r.Granted.IsZero() && !r.Closed
}

// fail ends r for good, without access.
func (r *record) fail(at time.Time, why string) {
	r.Failed, r.Failure, r.Closed, r.Claimed = at, why, true, time.Time{}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
