package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// keeper owns what revoked admins have made. It cannot log in and has no
	// rights: what they made must not run with more than they had.
	keeper = "apono_sandbox_owner"
	// endedPoll is how often it is looked whether a role's backends are gone.
	endedPoll = 25 * time.Millisecond
)

// knownRole is a role that Grant made.
type knownRole struct {
	name string
	id   uint32
}

// role looks a role up, nil where there is none. A role that Grant did not
// make is an error.
func (c *connection) role(ctx context.Context, doing, name string) (*knownRole, error) {
	const query = "SELECT oid, coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = $1"
	found := &knownRole{name: name}
	var comment string
	err := c.QueryRow(ctx, query, name).Scan(&found.id, &comment)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, failed(ctx, doing, err)
	case comment != mark:
		return nil, &Error{Doing: doing, Message: fmt.Sprintf("the role %q is not the sandbox's", name)}
	}
	return found, nil
}

// Revoke takes a role that Grant made off the server: it can no longer log in,
// what it is doing is ended, its rights go, and so does the role. What it has
// made stays and belongs to the role apono_sandbox_owner, which cannot log in.
// Where it fails it can be called again; a role that is gone is no error.
func (s *Server) Revoke(ctx context.Context, name string) error {
	const doing = "revoke the access"
	return s.alone(ctx, func(ctx context.Context, admin *connection) error {
		role, err := admin.role(ctx, doing, name)
		if role == nil || err != nil {
			return err
		}
		if err := admin.run(ctx, doing, fmt.Sprintf("ALTER ROLE %s NOLOGIN", quoteName(name))); err != nil {
			return err
		}
		if err := admin.join(ctx, doing, name); err != nil {
			return err
		}
		// Its backends hold locks on what it is about to lose.
		if err := admin.endBackends(ctx, doing, role); err != nil {
			return err
		}
		if err := s.disown(ctx, doing, admin, role); err != nil {
			return err
		}
		if err := admin.run(ctx, doing, fmt.Sprintf("DROP ROLE IF EXISTS %s", quoteName(name))); err != nil {
			return err
		}
		// A login that was under way when the role lost it is found only now.
		return admin.endBackends(ctx, doing, role)
	})
}

// join makes an admin who is no superuser a member of the role: only members
// may give away what a role owns.
func (c *connection) join(ctx context.Context, doing, role string) error {
	isMember := false
	if err := c.QueryRow(ctx, "SELECT pg_has_role(current_user, $1::text, 'USAGE')", role).Scan(&isMember); err != nil {
		return failed(ctx, doing, err)
	}
	if isMember {
		return nil
	}
	return c.run(ctx, doing, fmt.Sprintf("GRANT %s TO CURRENT_USER", quoteName(role)))
}

// endBackends ends every connection of the role and waits until they are gone.
func (c *connection) endBackends(ctx context.Context, doing string, role *knownRole) error {
	const query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usesysid = $1"
	tick := time.NewTicker(endedPoll)
	defer tick.Stop()
	for {
		left := 0
		if err := c.QueryRow(ctx, query, role.id).Scan(&left); err != nil {
			return failed(ctx, doing, err)
		}
		if left == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ended(ctx, doing)
		}
	}
}

// disown takes from the role what it has and owns, in each database where
// there is something; rights on databases themselves go with any of them.
func (s *Server) disown(ctx context.Context, doing string, admin *connection, role *knownRole) error {
	const query = `SELECT datname::text FROM pg_database WHERE oid IN (
		SELECT dbid FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1)`
	databases, err := admin.texts(ctx, doing, query, role.id)
	if err != nil {
		return err
	}
	for _, database := range databases {
		if err := s.disownIn(ctx, doing, database, role); err != nil {
			return err
		}
	}
	return admin.disown(ctx, doing, role)
}

func (s *Server) disownIn(ctx context.Context, doing, database string, role *knownRole) error {
	c, err := s.connect(ctx, database)
	if err != nil {
		return err
	}
	defer c.leave()
	return c.disown(ctx, doing, role)
}

// disown does it in this connection's database.
func (c *connection) disown(ctx context.Context, doing string, role *knownRole) error {
	return c.transact(ctx, doing, func() error {
		if err := c.handOver(ctx, doing, role); err != nil {
			return err
		}
		return c.run(ctx, doing, fmt.Sprintf("DROP OWNED BY %s", quoteName(role.name)))
	})
}

// handOver gives what the role owns to the keeper, which is made when it is
// needed for the first time.
func (c *connection) handOver(ctx context.Context, doing string, role *knownRole) error {
	const owns = `SELECT 'yes' FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1 AND deptype = 'o' LIMIT 1`
	found, err := c.texts(ctx, doing, owns, role.id)
	if err != nil || len(found) == 0 {
		return err
	}
	existing, err := c.role(ctx, doing, keeper)
	if err != nil {
		return err
	}
	if existing == nil {
		err := c.run(ctx, doing, "CREATE ROLE "+keeper+" NOLOGIN", "COMMENT ON ROLE "+keeper+" IS "+quoteText(mark))
		if err != nil {
			return err
		}
	}
	if err := c.join(ctx, doing, keeper); err != nil {
		return err
	}
	return c.run(ctx, doing, fmt.Sprintf("REASSIGN OWNED BY %s TO %s", quoteName(role.name), keeper))
}
