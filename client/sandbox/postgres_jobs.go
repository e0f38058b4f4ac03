package sandbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"apono/client/sandbox/postgres"
)

// serverJob is access that one process is giving or taking away on the real
// server, outside of any transaction.
type serverJob struct {
	request     int64
	claimed     time.Time
	sessions    []*access
	give, again bool
	from, until time.Time
}

// run does the job and stores how it ended. It goes on when the caller no
// longer waits: half a grant would be worse than one that nobody looks at.
func (s *Sandbox) run(ctx context.Context, job *serverJob) error {
	ctx = context.WithoutCancel(ctx)
	err := s.work(ctx, job)
	return s.store.write(ctx, func(t *tx) error {
		r, readErr := t.request(job.request)
		if readErr != nil || r == nil || !r.Claimed.Equal(job.claimed) {
			return readErr // reset, or done by another process meanwhile
		}
		switch {
		case job.give && err == nil:
			r.Granted, r.Ends, r.Claimed = job.from, job.until, time.Time{}
		case job.give:
			r.fail(job.from, err.Error())
			if _, err := s.closeSessions(t, r); err != nil {
				return err
			}
		case err == nil:
			r.Closed, r.Claimed = true, time.Time{}
		default:
			return nil // the claim runs out, and then it is tried again
		}
		return t.saveRequest(r)
	})
}

var errNoServer = errors.New("no PostgreSQL server is configured any more: set APONO_SANDBOX_POSTGRES_URL again")

func (s *Sandbox) work(ctx context.Context, job *serverJob) error {
	ctx, cancel := context.WithTimeout(ctx, serverWorkWait)
	defer cancel()
	if job.give {
		return s.giveOnServer(ctx, job)
	}
	return s.takeFromServer(ctx, job)
}

func (s *Sandbox) giveOnServer(ctx context.Context, job *serverJob) error {
	if s.postgres == nil {
		return errNoServer
	}
	if job.again {
		if err := s.takeFromServer(ctx, job); err != nil {
			return err
		}
	}
	for i, a := range job.sessions {
		err := s.giveSession(ctx, a, job.until)
		if err == nil {
			continue
		}
		given := &serverJob{sessions: job.sessions[:i]}
		if left := s.takeFromServer(ctx, given); left != nil {
			return fmt.Errorf("%w; what was given before could not be taken back and ends with its time: %v", err, left)
		}
		return err
	}
	return nil
}

func (s *Sandbox) giveSession(ctx context.Context, a *access, until time.Time) error {
	u, ok := s.catalogue().unit(a.Units[0])
	if !ok {
		return fmt.Errorf("there is no unit %q", a.Units[0])
	}
	database, schema := u.resource.onServer()
	return s.postgres.server.Grant(ctx, postgres.Grant{
		Role: a.Role, Password: a.Unseen, Database: database, Schema: schema, Permission: u.permission.ID, Until: until,
	})
}

func (s *Sandbox) takeFromServer(ctx context.Context, job *serverJob) error {
	var roles []string
	for _, a := range job.sessions {
		roles = append(roles, a.Role)
	}
	return s.revokeRoles(ctx, roles)
}

// revokeRoles takes roles away, all that it can.
func (s *Sandbox) revokeRoles(ctx context.Context, roles []string) error {
	if len(roles) == 0 {
		return nil
	}
	if s.postgres == nil {
		return errNoServer
	}
	ctx, cancel := context.WithTimeout(ctx, serverWorkWait)
	defer cancel()
	var errs []error
	for _, role := range roles {
		errs = append(errs, s.postgres.server.Revoke(ctx, role))
	}
	return errors.Join(errs...)
}

// openRoles returns the roles that requests still have on the real server.
func (s *Sandbox) openRoles(t *tx) ([]string, error) {
	open, err := t.requests("WHERE open")
	if err != nil {
		return nil, err
	}
	var roles []string
	for _, r := range open {
		sessions, err := t.sessionsOf(r.Number)
		if err != nil {
			return nil, err
		}
		for _, a := range sessions {
			if a.Role != "" {
				roles = append(roles, a.Role)
			}
		}
	}
	return roles, nil
}
