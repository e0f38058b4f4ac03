package sandbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"apono/client/sandbox/postgres"
	"apono/client/sandbox/store"
)

// serverJob grants or revokes access on the real server. One process runs it,
// outside of any transaction.
type serverJob struct {
	request     int64     // the request's number
	claimed     time.Time // identifies the claim that the job runs under
	sessions    []*store.Session
	grant       bool      // grant access rather than revoke it
	retry       bool      // an earlier job may have granted some of it
	from, until time.Time // when granted access begins and ends
}

// run runs the job and stores the outcome. It continues if the caller's context
// ends, so that access is never granted partially.
func (s *Sandbox) run(ctx context.Context, job *serverJob) error {
	ctx = context.WithoutCancel(ctx)
	err := s.runOnServer(ctx, job)
	return s.store.Write(ctx, func(t *store.Tx) error {
		r, readErr := t.Request(job.request)
		if readErr != nil || r == nil || !r.Claimed.Equal(job.claimed) {
			return readErr // reset, or claimed by another process in the meantime
		}
		switch {
		case job.grant && err == nil:
			r.Granted, r.Ends, r.Claimed = job.from, job.until, time.Time{}
		case job.grant:
			r.Fail(job.from, err.Error())
			if _, err := closeSessions(t, r); err != nil {
				return err
			}
		case err == nil:
			r.Closed, r.Claimed = true, time.Time{}
		default:
			return nil // retried once the claim has timed out
		}
		return t.SaveRequest(r)
	})
}

var errNoServer = errors.New("no PostgreSQL server is configured: set APONO_SANDBOX_POSTGRES_URL again")

func (s *Sandbox) runOnServer(ctx context.Context, job *serverJob) error {
	ctx, cancel := context.WithTimeout(ctx, serverGrantTimeout)
	defer cancel()
	if job.grant {
		return s.grantOnServer(ctx, job)
	}
	return s.revokeRoles(ctx, roles(job.sessions))
}

func (s *Sandbox) grantOnServer(ctx context.Context, job *serverJob) error {
	if s.postgres == nil {
		return errNoServer
	}
	if job.retry {
		if err := s.revokeRoles(ctx, roles(job.sessions)); err != nil {
			return err
		}
	}
	for i, session := range job.sessions {
		err := s.grantSession(ctx, session, job.until)
		if err == nil {
			continue
		}
		if revokeErr := s.revokeRoles(ctx, roles(job.sessions[:i])); revokeErr != nil {
			return fmt.Errorf("%w; access that was already granted could not be revoked and stays until it expires: %v", err, revokeErr)
		}
		return err
	}
	return nil
}

func (s *Sandbox) grantSession(ctx context.Context, session *store.Session, until time.Time) error {
	u, ok := s.catalog().Unit(session.Units[0])
	if !ok {
		return fmt.Errorf("there is no access unit %q", session.Units[0])
	}
	database, schema := u.Resource.ServerLocation()
	return s.postgres.server.Grant(ctx, postgres.Grant{
		Role: session.Role, Password: session.Unseen, Database: database, Schema: schema, Permission: u.Permission.ID, Until: until,
	})
}

// roles returns the roles of sessions on the real server.
func roles(sessions []*store.Session) []string {
	var names []string
	for _, session := range sessions {
		if session.Role != "" {
			names = append(names, session.Role)
		}
	}
	return names
}

// revokeRoles revokes every role that it can, and returns the errors of the rest.
func (s *Sandbox) revokeRoles(ctx context.Context, roles []string) error {
	if len(roles) == 0 {
		return nil
	}
	if s.postgres == nil {
		return errNoServer
	}
	ctx, cancel := context.WithTimeout(ctx, serverGrantTimeout)
	defer cancel()
	var errs []error
	for _, role := range roles {
		errs = append(errs, s.postgres.server.Revoke(ctx, role))
	}
	return errors.Join(errs...)
}

// openRoles returns the roles of open requests on the real server.
func openRoles(t *store.Tx) ([]string, error) {
	open, err := t.OpenRequests()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, r := range open {
		sessions, err := t.SessionsOf(r.Number)
		if err != nil {
			return nil, err
		}
		names = append(names, roles(sessions)...)
	}
	return names, nil
}
