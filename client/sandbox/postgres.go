package sandbox

import (
	"context"
	"sync"
	"time"

	"apono/client/sandbox/catalog"
	"apono/client/sandbox/postgres"
)

// PostgresServer is a real PostgreSQL server that the sandbox offers as an
// integration. Users see the errors of its methods, so they must not contain the
// server's admin credentials.
type PostgresServer interface {
	// Resources lists what can be requested.
	Resources(ctx context.Context) ([]postgres.Resource, error)
	// Grant creates a login role with the permission of one unit.
	Grant(ctx context.Context, g postgres.Grant) error
	// SetPassword changes the password of a role.
	SetPassword(ctx context.Context, role, password string) error
	// Revoke removes a role and ends its connections. It does nothing if the
	// role does not exist.
	Revoke(ctx context.Context, role string) error
}

const (
	serverListTimeout  = 1500 * time.Millisecond // for listing, while a user waits
	serverGrantTimeout = 10 * time.Second        // for granting and revoking access
	serverCacheTTL     = 5 * time.Second
)

// postgresSource lists the resources of the real server. It caches the result
// briefly, even if it is an error.
type postgresSource struct {
	server PostgresServer
	addr   string
	now    func() time.Time

	mu        sync.Mutex
	listed    time.Time // when the result was cached
	resources []postgres.Resource
	err       error
}

func newPostgresSource(server PostgresServer, addr string, now func() time.Time) *postgresSource {
	return &postgresSource{server: server, addr: addr, now: now}
}

// list returns the resources of the server.
func (p *postgresSource) list(ctx context.Context) ([]postgres.Resource, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); p.listed.IsZero() || now.Sub(p.listed) > serverCacheTTL || now.Before(p.listed) {
		limited, cancel := context.WithTimeout(ctx, serverListTimeout)
		defer cancel()
		p.resources, p.err = p.server.Resources(limited)
		if ctx.Err() != nil {
			return nil, ctx.Err() // not the server's fault: do not cache it
		}
		p.listed = now
	}
	return p.resources, p.err
}

// serverResources lists the resources of one type on the real server.
func (s *Sandbox) serverResources(ctx context.Context, t *catalog.ResourceType) ([]*catalog.Resource, error) {
	listed, err := s.postgres.list(ctx)
	if err != nil {
		return nil, err
	}
	var found []*catalog.Resource
	for _, r := range listed {
		if resource := s.catalog().ServerResource(r.Database, r.Schema); resource.ResourceType == t {
			found = append(found, resource)
		}
	}
	return found, nil
}
