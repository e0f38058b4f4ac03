package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// ownerRole owns the objects that revoked roles created. It cannot log in and
	// has no privileges, so that functions and triggers among them gain none.
	ownerRole = "apono_sandbox_owner"
	// terminatePoll is how often to check whether a role's backends are gone.
	terminatePoll = 25 * time.Millisecond
)

// managedRole is a role that Grant created.
type managedRole struct {
	name string
	id   uint32
}

// role looks a role up by name. It returns nil if there is none, and an error if
// Grant did not create it.
func (c *connection) role(ctx context.Context, op, name string) (*managedRole, error) {
	const query = "SELECT oid, coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = $1"
	found := &managedRole{name: name}
	var comment string
	err := c.QueryRow(ctx, query, name).Scan(&found.id, &comment)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, statementError(ctx, op, err)
	case comment != roleComment:
		return nil, &Error{Op: op, Message: fmt.Sprintf("the role %q was not created by the sandbox", name)}
	}
	return found, nil
}

// Revoke removes a role that Grant created. It stops new logins, closes the role's
// connections, revokes its privileges and drops it. Objects that the role created
// remain and belong to the role apono_sandbox_owner, which cannot log in. Revoke can
// be repeated after a failure; a role that does not exist is not an error.
func (s *Server) Revoke(ctx context.Context, name string) error {
	const op = "revoke the access"
	return s.exclusively(ctx, func(ctx context.Context, admin *connection) error {
		role, err := admin.role(ctx, op, name)
		if role == nil || err != nil {
			return err
		}
		if err := admin.execAll(ctx, op, fmt.Sprintf("ALTER ROLE %s NOLOGIN", quoteIdentifier(name))); err != nil {
			return err
		}
		if err := admin.joinRole(ctx, op, name); err != nil {
			return err
		}
		// The role's backends may hold locks on the objects to change.
		if err := admin.terminateBackends(ctx, op, role); err != nil {
			return err
		}
		if err := s.dropOwned(ctx, op, admin, role); err != nil {
			return err
		}
		if err := admin.execAll(ctx, op, fmt.Sprintf("DROP ROLE IF EXISTS %s", quoteIdentifier(name))); err != nil {
			return err
		}
		// A login that started before NOLOGIN may have connected since.
		return admin.terminateBackends(ctx, op, role)
	})
}

// joinRole makes an admin who is not a superuser a member of the role, because only
// members may reassign what a role owns.
func (c *connection) joinRole(ctx context.Context, op, role string) error {
	isMember := false
	if err := c.QueryRow(ctx, "SELECT pg_has_role(current_user, $1::text, 'USAGE')", role).Scan(&isMember); err != nil {
		return statementError(ctx, op, err)
	}
	if isMember {
		return nil
	}
	return c.execAll(ctx, op, fmt.Sprintf("GRANT %s TO CURRENT_USER", quoteIdentifier(role)))
}

// terminateBackends closes every connection of the role and waits until they are
// gone.
func (c *connection) terminateBackends(ctx context.Context, op string, role *managedRole) error {
	const query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usesysid = $1"
	tick := time.NewTicker(terminatePoll)
	defer tick.Stop()
	for {
		left := 0
		if err := c.QueryRow(ctx, query, role.id).Scan(&left); err != nil {
			return statementError(ctx, op, err)
		}
		if left == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return contextError(ctx, op)
		}
	}
}

// dropOwned removes the role's privileges and reassigns its objects in every
// database that has any. Privileges on databases are removed by any of the calls.
func (s *Server) dropOwned(ctx context.Context, op string, admin *connection, role *managedRole) error {
	const query = `SELECT datname::text FROM pg_database WHERE oid IN (
		SELECT dbid FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1)`
	databases, err := admin.queryStrings(ctx, op, query, role.id)
	if err != nil {
		return err
	}
	for _, database := range databases {
		if err := s.dropOwnedIn(ctx, op, database, role); err != nil {
			return err
		}
	}
	return admin.dropOwned(ctx, op, role)
}

// dropOwnedIn does what dropOwned does in one database.
func (s *Server) dropOwnedIn(ctx context.Context, op, database string, role *managedRole) error {
	c, err := s.connect(ctx, database)
	if err != nil {
		return err
	}
	defer c.disconnect()
	return c.dropOwned(ctx, op, role)
}

// dropOwned does what Server.dropOwned does in the connection's database.
func (c *connection) dropOwned(ctx context.Context, op string, role *managedRole) error {
	return c.transact(ctx, op, func() error {
		if err := c.reassignOwned(ctx, op, role); err != nil {
			return err
		}
		return c.execAll(ctx, op, fmt.Sprintf("DROP OWNED BY %s", quoteIdentifier(role.name)))
	})
}

// reassignOwned makes ownerRole the owner of what the role owns. It creates
// ownerRole if it does not exist.
func (c *connection) reassignOwned(ctx context.Context, op string, role *managedRole) error {
	const owns = `SELECT 'yes' FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1 AND deptype = 'o' LIMIT 1`
	found, err := c.queryStrings(ctx, op, owns, role.id)
	if err != nil || len(found) == 0 {
		return err
	}
	existing, err := c.role(ctx, op, ownerRole)
	if err != nil {
		return err
	}
	if existing == nil {
		err := c.execAll(ctx, op, "CREATE ROLE "+ownerRole+" NOLOGIN", "COMMENT ON ROLE "+ownerRole+" IS "+quoteLiteral(roleComment))
		if err != nil {
			return err
		}
	}
	if err := c.joinRole(ctx, op, ownerRole); err != nil {
		return err
	}
	return c.execAll(ctx, op, fmt.Sprintf("REASSIGN OWNED BY %s TO %s", quoteIdentifier(role.name), ownerRole))
}
