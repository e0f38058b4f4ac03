package sandbox

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"apono/client"
)

// PostgresServer is a real PostgreSQL server that the sandbox offers as an
// integration. Errors of its methods are shown to people and must not name the
// server's admin credentials.
type PostgresServer interface {
	// Resources lists what can be asked for.
	Resources(ctx context.Context) ([]serverResourceName, error)
	// Grant makes a login role with the rights of one unit.
	Grant(ctx context.Context, g serverGrant) error
	// SetPassword changes what a role logs in with.
	SetPassword(ctx context.Context, role, password string) error
	// Revoke removes a role and ends what it is doing. Revoking a role that is
	// not there does nothing.
	Revoke(ctx context.Context, role string) error
}

const (
	serverListWait = 1500 * time.Millisecond // for what somebody waits for in a list
	serverWorkWait = 10 * time.Second        // for giving and taking access away
	serverCacheFor = 5 * time.Second
)

// postgresSource looks the real server up when it is needed, and remembers a
// little while what it said, also that it said nothing.
type postgresSource struct {
	server PostgresServer
	addr   string
	now    func() time.Time

	mu     sync.Mutex
	asked  time.Time
	listed []serverResourceName
	failed error
}

func newPostgresSource(server PostgresServer, addr string, now func() time.Time) *postgresSource {
	return &postgresSource{server: server, addr: addr, now: now}
}

// list returns what the server has, or why that is not known.
func (p *postgresSource) list(ctx context.Context) ([]serverResourceName, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); p.asked.IsZero() || now.Sub(p.asked) > serverCacheFor || now.Before(p.asked) {
		limited, cancel := context.WithTimeout(ctx, serverListWait)
		defer cancel()
		p.listed, p.failed = p.server.Resources(limited)
		if ctx.Err() != nil {
			return nil, ctx.Err() // says nothing about the server
		}
		p.asked = now
	}
	return p.listed, p.failed
}

const (
	serverType         = "postgresql"
	serverName         = "sandbox-server"
	serverDatabaseType = "postgresql-database"
	serverSchemaType   = "postgresql-schema"
	serverIDPrefix     = "pg."
)

// addServer adds the integration of the real server. Its resources are not in
// the catalogue.
func (c *catalogue) addServer() {
	in := c.addIntegration(serverType, "PostgreSQL", serverName, flowServer, psqlConnector())
	in.external = true
	c.addType(in, serverDatabaseType, "Database", levels()...)
	c.addType(in, serverSchemaType, "Schema", levels()...)
}

// serverResource makes a resource of the real server from its ID, which holds
// its database and schema. Whether they exist the server says when access is given.
func (c *catalogue) serverResource(id string) (*resource, bool) {
	encoded, ok := strings.CutPrefix(id, serverIDPrefix)
	if !ok || c.types[serverDatabaseType] == nil {
		return nil, false
	}
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	database, schema, ok := strings.Cut(string(decoded), "\x00")
	if err != nil || !ok || database == "" {
		return nil, false
	}
	return c.newServerResource(serverResourceName{Database: database, Schema: schema}), true
}

func (c *catalogue) newServerResource(r serverResourceName) *resource {
	id := serverIDPrefix + base64.RawURLEncoding.EncodeToString([]byte(r.Database+"\x00"+r.Schema))
	if r.Schema == "" {
		return newResource(c.types[serverDatabaseType], id, r.Database, r.Database)
	}
	made := newResource(c.types[serverSchemaType], id, r.Database+"/"+r.Schema, r.Database+"."+r.Schema)
	made.Name = r.Schema
	return made
}

// onServer says where on the real server a resource is.
func (r *resource) onServer() (database, schema string) {
	decoded, _ := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(r.ID, serverIDPrefix))
	database, schema, _ = strings.Cut(string(decoded), "\x00")
	return database, schema
}

// serverResources lists the resources of one type on the real server.
func (s *Sandbox) serverResources(ctx context.Context, kind *resourceType) ([]*resource, error) {
	listed, err := s.postgres.list(ctx)
	if err != nil {
		return nil, err
	}
	var found []*resource
	for _, r := range listed {
		if made := s.catalogue().newServerResource(r); made.kind == kind {
			found = append(found, made)
		}
	}
	return found, nil
}

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
			r.fail(job.from, "PostgreSQL did not give the access: "+err.Error())
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
	for _, a := range job.sessions {
		u, ok := s.catalogue().unit(a.Units[0])
		if !ok {
			return fmt.Errorf("there is no unit %q", a.Units[0])
		}
		database, schema := u.resource.onServer()
		err := s.postgres.server.Grant(ctx, serverGrant{
			Role: a.Role, Password: a.Unseen, Database: database, Schema: schema, Permission: u.permission.ID, Until: job.until,
		})
		if err != nil {
			return errors.Join(err, s.takeFromServer(ctx, job))
		}
	}
	return nil
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

// wireResources turns resources into what is sent.
func wireResources(found []*resource) []client.Resource {
	wired := make([]client.Resource, 0, len(found))
	for _, r := range found {
		wired = append(wired, r.Resource)
	}
	return wired
}

type serverResourceName struct{ Database, Schema string }

type serverGrant struct {
	Role, Password, Database, Schema, Permission string
	Until                                        time.Time
}
