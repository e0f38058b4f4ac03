package sandbox

import (
	"context"
	"time"
)

// claimLife is how long one process may take to give or take access away on
// the real server before another tries again in its place.
const claimLife = 15 * time.Second

// step is the next thing that the clock wants to happen to a request.
type step int

const (
	rest      step = iota
	stepFail       // nobody answered in time
	stepGrant      // give access
	stepEnd        // take it away
)

// next says what is due for r now. It only looks.
func (s *Sandbox) next(r *record, now time.Time) step {
	f, l := s.flowOf(r), s.lifecycle
	switch {
	case r.Closed, !r.Claimed.IsZero() && now.Before(r.Claimed.Add(claimLife)):
		return rest
	case !r.Revoked.IsZero():
		return stepEnd
	case !r.Granted.IsZero():
		if now.Before(r.Ends) {
			return rest
		}
		return stepEnd
	}
	start, ok := r.release(f, l)
	switch {
	case !ok && !now.Before(r.Created.Add(l.Approval)):
		return stepFail
	case !ok:
		return rest
	case !s.isExternal(r):
		start = start.Add(l.Granting)
	}
	if now.Before(start) {
		return rest
	}
	return stepGrant
}

// flowOf returns the flow that r was asked for under. A flow that is gone
// lets nothing more through by itself.
func (s *Sandbox) flowOf(r *record) *flow {
	if f, ok := s.catalogue().flows[r.Flow]; ok {
		return f
	}
	return s.catalogue().flows[flowApproval]
}

// isExternal says whether access is given on the real PostgreSQL server. A
// flow never mixes that with anything else.
func (s *Sandbox) isExternal(r *record) bool { return r.Flow == flowServer }

// settle brings every request up to the clock: it grants, ends and fails what
// is due. Every call that looks at requests or sessions begins with it, and
// nothing runs in between.
func (s *Sandbox) settle(ctx context.Context) error {
	now := s.now()
	var due []int64
	err := s.store.read(ctx, func(t *tx) error {
		open, err := t.requests("WHERE open")
		for _, r := range open {
			if s.next(r, now) != rest {
				due = append(due, r.Number)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, number := range due {
		if err := s.move(ctx, number, now); err != nil {
			return err
		}
	}
	return nil
}

// move does what is due for one request. Whether it is still due is decided
// where nobody else can write, so that of several processes one does it.
func (s *Sandbox) move(ctx context.Context, number int64, now time.Time) error {
	var job *serverJob
	err := s.store.write(ctx, func(t *tx) error {
		r, err := t.request(number)
		if r == nil || err != nil {
			return err
		}
		switch s.next(r, now) {
		case rest:
			return nil
		case stepFail:
			r.fail(r.Created.Add(s.lifecycle.Approval), s.unanswered(r))
		case stepGrant:
			job, err = s.grant(t, r, now)
		case stepEnd:
			job, err = s.end(t, r, now)
		}
		if err != nil {
			return err
		}
		return t.saveRequest(r)
	})
	if err != nil || job == nil {
		return err
	}
	return s.run(ctx, job)
}

func (s *Sandbox) unanswered(r *record) string {
	if s.flowOf(r).waits() {
		return "Nobody approved the request within 7 days"
	}
	return "MFA was not passed within 7 days"
}

// grant gives access: at once, or by the job that it returns.
func (s *Sandbox) grant(t *tx, r *record, now time.Time) (*serverJob, error) {
	release, _ := r.release(s.flowOf(r), s.lifecycle)
	at := release.Add(s.lifecycle.Granting)
	if !now.Before(at.Add(r.Duration)) {
		// Nobody looked while it would have been active.
		r.Granted, r.Ends, r.Closed = at, at.Add(r.Duration), true
		return nil, nil
	}
	for _, u := range s.catalogue().units(r.Units) {
		if why := u.resource.kind.integration.broken; why != "" {
			r.fail(at, why)
			return nil, nil
		}
	}
	again := !r.Claimed.IsZero() // a process began this and was never heard of again
	sessions, err := s.openSessions(t, r)
	if err != nil {
		return nil, err
	}
	if !s.isExternal(r) {
		r.Granted, r.Ends = at, at.Add(r.Duration)
		return nil, nil
	}
	at = later(at, now)
	r.Claimed = now
	return &serverJob{request: r.Number, claimed: now, sessions: sessions, give: true, again: again, from: at, until: at.Add(r.Duration)}, nil
}

// end takes access away: at once, or by the job that it returns.
func (s *Sandbox) end(t *tx, r *record, now time.Time) (*serverJob, error) {
	sessions, err := s.closeSessions(t, r)
	if err != nil {
		return nil, err
	}
	if !s.isExternal(r) || len(sessions) == 0 {
		r.Closed = true
		return nil, nil
	}
	r.Claimed = now
	return &serverJob{request: r.Number, claimed: now, sessions: sessions}, nil
}
