package sandbox

import (
	"context"
	"time"

	"apono/client/sandbox/catalog"
	"apono/client/sandbox/store"
)

// flowOf returns the access flow of r.
func (s *Sandbox) flowOf(r *store.Request) *catalog.Flow { return s.catalog().Flow(r.Flow) }

func (s *Sandbox) due(r *store.Request, now time.Time) transition {
	return s.lifecycle.due(r, s.flowOf(r), now)
}

// advance makes the transitions that are due for every request: it grants access,
// ends it, and fails requests. Every call that reads requests or sessions calls it
// first, so that nothing has to run in the background.
func (s *Sandbox) advance(ctx context.Context) error {
	now := s.now()
	var numbers []int64
	err := s.store.Read(ctx, func(t *store.Tx) error {
		open, err := t.OpenRequests()
		for _, r := range open {
			if s.due(r, now) != transitionNone {
				numbers = append(numbers, r.Number)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, number := range numbers {
		if err := s.advanceRequest(ctx, number, now); err != nil {
			return err
		}
	}
	return nil
}

// advanceRequest makes the transition that is due for one request. It checks
// again in a write transaction, so that only one of several processes does it.
func (s *Sandbox) advanceRequest(ctx context.Context, number int64, now time.Time) error {
	var job *serverJob
	err := s.store.Write(ctx, func(t *store.Tx) error {
		r, err := t.Request(number)
		if r == nil || err != nil {
			return err
		}
		switch s.due(r, now) {
		case transitionNone:
			return nil
		case transitionFail:
			r.Fail(r.Created.Add(s.lifecycle.Approval), timeoutReason(s.flowOf(r)))
		case transitionGrant:
			job, err = s.grant(t, r, now)
		case transitionEnd:
			job, err = s.end(t, r, now)
		}
		if err != nil {
			return err
		}
		return t.SaveRequest(r)
	})
	if err != nil || job == nil {
		return err
	}
	return s.run(ctx, job)
}

// timeoutReason returns the failure message of a request that waited too long.
func timeoutReason(f *catalog.Flow) string {
	if f.NeedsApproval() {
		return "Nobody approved the request within 7 days"
	}
	return "MFA was not completed within 7 days"
}

// grant grants access. If that needs the real server, it returns a job to run
// after the transaction.
func (s *Sandbox) grant(t *store.Tx, r *store.Request, now time.Time) (*serverJob, error) {
	f := s.flowOf(r)
	released, _ := s.lifecycle.released(r, f)
	at := released.Add(s.lifecycle.Granting)
	if !now.Before(at.Add(r.Duration)) {
		// No call was made while the request would have been active.
		r.Granted, r.Ends, r.Closed = at, at.Add(r.Duration), true
		return nil, nil
	}
	for _, u := range s.catalog().Units(r.Units) {
		if reason := u.Integration().Broken; reason != "" {
			r.Fail(at, reason)
			return nil, nil
		}
	}
	retry := !r.Claimed.IsZero() // a process claimed this and did not finish
	sessions, err := s.createSessions(t, r)
	if err != nil {
		return nil, err
	}
	if !f.External {
		r.Granted, r.Ends = at, at.Add(r.Duration)
		return nil, nil
	}
	at = later(at, now)
	r.Claimed = now
	return &serverJob{request: r.Number, claimed: now, sessions: sessions, grant: true, retry: retry, from: at, until: at.Add(r.Duration)}, nil
}

// end ends access. If that needs the real server, it returns a job to run after
// the transaction.
func (s *Sandbox) end(t *store.Tx, r *store.Request, now time.Time) (*serverJob, error) {
	sessions, err := closeSessions(t, r)
	if err != nil {
		return nil, err
	}
	if !s.flowOf(r).External || len(sessions) == 0 {
		r.Closed = true
		return nil, nil
	}
	r.Claimed = now
	return &serverJob{request: r.Number, claimed: now, sessions: sessions}, nil
}
