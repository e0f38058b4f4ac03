package sandbox

import (
	"context"
	"encoding/base64"
	"strings"
	"sync"
	"time"

	"apono/client"
	"apono/client/sandbox/postgres"
)

// PostgresServer is a real PostgreSQL server that the sandbox offers as an
// integration. Errors of its methods are shown to people and must not name the
// server's admin credentials.
type PostgresServer interface {
	// Resources lists what can be asked for.
	Resources(ctx context.Context) ([]postgres.Resource, error)
	// Grant makes a login role with the rights of one unit.
	Grant(ctx context.Context, g postgres.Grant) error
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
	listed []postgres.Resource
	failed error
}

func newPostgresSource(server PostgresServer, addr string, now func() time.Time) *postgresSource {
	return &postgresSource{server: server, addr: addr, now: now}
}

// list returns what the server has, or why that is not known.
func (p *postgresSource) list(ctx context.Context) ([]postgres.Resource, error) {
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
	return c.newServerResource(postgres.Resource{Database: database, Schema: schema}), true
}

func (c *catalogue) newServerResource(r postgres.Resource) *resource {
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

// wireResources turns resources into what is sent.
func wireResources(found []*resource) []client.Resource {
	wired := make([]client.Resource, 0, len(found))
	for _, r := range found {
		wired = append(wired, r.Resource)
	}
	return wired
}
