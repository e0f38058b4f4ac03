package sandbox

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/connect"
	"apono/client/sandbox/permission"
	"apono/client/sandbox/postgres"
	"apono/client/sandbox/store"
)

var _ PostgresServer = (*postgres.Server)(nil)

// fakePostgres is an in-memory PostgresServer.
type fakePostgres struct {
	mu      sync.Mutex
	roles   map[string]postgres.Grant
	grants  int
	revokes int
	err     error  // returned by every call
	onGrant func() // called during a grant, if not nil
}

func newFakePostgres() *fakePostgres { return &fakePostgres{roles: map[string]postgres.Grant{}} }

func (f *fakePostgres) Resources(context.Context) ([]postgres.Resource, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return []postgres.Resource{{Database: "app"}, {Database: "app", Schema: "sales"}, {Database: "odd \"name\"/x"}}, f.err
}

func (f *fakePostgres) Grant(_ context.Context, g postgres.Grant) error {
	if f.onGrant != nil {
		f.onGrant()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.grants++
	if f.err != nil {
		return f.err
	}
	if _, ok := f.roles[g.Role]; ok {
		return errors.New("the role exists")
	}
	f.roles[g.Role] = g
	return nil
}

func (f *fakePostgres) SetPassword(_ context.Context, role, password string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	g, ok := f.roles[role]
	if f.err != nil || !ok {
		return errors.Join(f.err, errors.New("there is no such role"))
	}
	g.Password = password
	f.roles[role] = g
	return nil
}

func (f *fakePostgres) Revoke(_ context.Context, role string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.revokes++
	if f.err == nil {
		delete(f.roles, role)
	}
	return f.err
}

func (f *fakePostgres) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

// state returns the current roles and how many calls were made.
func (f *fakePostgres) state() (roles []postgres.Grant, grants, revokes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Collect(maps.Values(f.roles)), f.grants, f.revokes
}

const serverTitle = "postgresql/sandbox-server"

// newServerFixture returns a sandbox that offers a fake server.
func newServerFixture(t *testing.T) (*sandboxFixture, *fakePostgres) {
	server := newFakePostgres()
	return newSandboxFixture(t, func(o *Options) { o.Postgres, o.PostgresAddr = server, "db.acme.example:5433" }), server
}

func TestServerGrant(t *testing.T) {
	sb, server := newServerFixture(t)
	id, session := sb.createActive(sb.newRequest(serverTitle, catalog.ServerSchemaType, permission.ReadWrite, "app/sales"))
	roles, _, _ := server.state()
	if len(roles) != 1 {
		t.Fatalf("roles %+v", roles)
	}
	g := roles[0]
	ends := sb.get(id).RevocationTime.Time()
	if g.Database != "app" || g.Schema != "sales" || g.Permission != permission.ReadWrite || !g.Until.Equal(ends) || len(g.Role) > 63 {
		t.Errorf("granted %+v, want an end at %v", g, ends)
	}
	d := sb.details(session.ID)
	if got := password(t, d); got != g.Password {
		t.Error("the session's password is not the role's")
	}
	want := "PGHOST='db.acme.example' PGPORT='5433' PGDATABASE='app' PGUSER='" + g.Role + "' PGPASSWORD='" + g.Password + "' psql"
	if *d.CLI != want {
		t.Errorf("the command is %s, want %s", *d.CLI, want)
	}
	sb.clock.advance(time.Hour)
	sb.wantStatus(id, client.StatusExpired)
	sb.wantStatus(id, client.StatusExpired)
	if roles, grants, revokes := server.state(); len(roles) != 0 || grants != 1 || revokes != 1 {
		t.Errorf("afterwards: roles %v, %d grants, %d revokes", roles, grants, revokes)
	}
}

func TestServerHasOneSessionPerUnit(t *testing.T) {
	sb, server := newServerFixture(t)
	id, _ := sb.createActive(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app", "odd \"name\"/x"))
	sessions := must(sb.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t)
	roles, _, _ := server.state()
	if len(sessions) != 2 || len(roles) != 2 || roles[0].Database == roles[1].Database {
		t.Errorf("%d sessions, roles %+v", len(sessions), roles)
	}
}

func TestServerResetsCredentials(t *testing.T) {
	sb, server := newServerFixture(t)
	_, session := sb.createActive(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app"))
	old := password(t, sb.details(session.ID))
	server.fail(errors.New("connection refused"))
	wantError(t, sb.api.ResetCredentials(t.Context(), session.ID), http.StatusFailedDependency, "connection refused")
	server.fail(nil)
	if err := sb.api.ResetCredentials(t.Context(), session.ID); err != nil {
		t.Fatal(err)
	}
	sb.clock.advance(time.Second)
	fresh := password(t, sb.details(session.ID))
	if roles, _, _ := server.state(); fresh == old || fresh == connect.Mask || roles[0].Password != fresh {
		t.Errorf("the session's password is not the role's")
	}
}

func TestUnreachableServer(t *testing.T) {
	sb, server := newServerFixture(t)
	n := sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app")
	server.fail(errors.New("connection refused"))
	sb.clock.advance(time.Minute)

	_, err := sb.api.Resources(t.Context(), client.ResourceQuery{IntegrationID: sb.integration(serverTitle).ID, ResourceTypeID: catalog.ServerDatabaseType})
	wantError(t, err, http.StatusFailedDependency, "connection refused")
	if n := *sb.list("inventory/resources").Pagination.Total; n < 300 {
		t.Errorf("a list of everything has %d resources", n)
	}
	d := must(sb.api.DryRunRequest(t.Context(), n))(t)
	if len(d.Errors) != 1 || !strings.Contains(*d.Errors[0].Message, "connection refused") {
		t.Errorf("dry run %+v", d)
	}
	id := sb.create(n)[0]
	sb.clock.advance(grantDelay)
	if r := sb.wantStatus(id, client.StatusFailed); !strings.Contains(*r.Status.Description, "connection refused") {
		t.Errorf("failed because %s", *r.Status.Description)
	}
	sb.createActive(sb.shopRequest(permission.ReadOnly))
}

func TestServerRevokeIsRetried(t *testing.T) {
	sb, server := newServerFixture(t)
	id, _ := sb.createActive(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app"))
	server.fail(errors.New("connection refused"))
	sb.post(demoUser(), "access-requests/"+id+"/revoke", "")
	sb.clock.advance(time.Second)
	sb.wantStatus(id, client.StatusRevoking)
	server.fail(nil)
	sb.clock.advance(claimTimeout)
	sb.wantStatus(id, client.StatusRevoked)
	if roles, _, revokes := server.state(); len(roles) != 0 || revokes != 2 {
		t.Errorf("roles %v after %d revokes", roles, revokes)
	}
}

func TestConcurrentReadsGrantOnce(t *testing.T) {
	sb, server := newServerFixture(t)
	id := sb.create(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app"))[0]
	apis := []*client.Client{sb.api}
	for range 3 {
		s := must(Open(t.Context(), Options{Dir: sb.dir, Now: sb.clock.Now, Postgres: server}))(t)
		defer s.Close()
		apis = append(apis, newClient(t, s.Transport()))
	}
	readAll := func() {
		var group sync.WaitGroup
		for i := range 12 {
			group.Go(func() {
				if _, err := apis[i%len(apis)].Request(t.Context(), id); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	sb.clock.advance(grantDelay)
	readAll()
	sb.wantStatus(id, client.StatusActive)
	sb.clock.advance(time.Hour)
	readAll()
	if roles, grants, revokes := server.state(); grants != 1 || revokes != 1 || len(roles) != 0 {
		t.Errorf("%d grants, %d revokes, roles %v", grants, revokes, roles)
	}
}

func TestServerGrantSurvivesACrash(t *testing.T) {
	sb, server := newServerFixture(t)
	id := sb.create(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app"))[0]
	sb.clock.advance(grantDelay)
	// A process that crashes during a grant has stored its claim and may have
	// created the role.
	var job *serverJob
	err := sb.store.Write(t.Context(), func(t *store.Tx) error {
		r, err := t.Request(1)
		if err == nil {
			job, err = sb.grant(t, r, sb.clock.Now())
		}
		if err == nil {
			err = t.SaveRequest(r)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := sb.runOnServer(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	sb.wantStatus(id, client.StatusGranting)
	sb.clock.advance(claimTimeout)
	sb.wantStatus(id, client.StatusActive)
	if roles, grants, revokes := server.state(); len(roles) != 1 || grants != 2 || revokes != 1 {
		t.Errorf("%d grants, %d revokes, roles %v", grants, revokes, roles)
	}
}

func TestServerRevokeDuringAGrant(t *testing.T) {
	sb, server := newServerFixture(t)
	id := sb.create(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app"))[0]
	sb.clock.advance(grantDelay)
	var once sync.Once
	server.onGrant = func() {
		once.Do(func() { sb.post(demoUser(), "access-requests/"+id+"/revoke", "") })
	}
	sb.get(id)
	sb.clock.advance(grantDelay)
	sb.wantStatus(id, client.StatusRevoked)
	if roles, _, _ := server.state(); len(roles) != 0 {
		t.Errorf("roles remain: %v", roles)
	}
}

func TestServerRemovedFromConfiguration(t *testing.T) {
	sb, server := newServerFixture(t)
	id, _ := sb.createActive(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app"))
	without := must(Open(t.Context(), Options{Dir: sb.dir, Now: sb.clock.Now}))(t)
	defer without.Close()
	sb.clock.advance(time.Hour)
	api := newClient(t, without.Transport())
	if r := must(api.Request(t.Context(), id))(t); r.Status.Status != client.StatusExpired {
		t.Errorf("status %s", r.Status.Status)
	}
	sb.clock.advance(claimTimeout)
	sb.wantStatus(id, client.StatusExpired)
	if roles, _, _ := server.state(); len(roles) != 0 {
		t.Errorf("roles remain: %v", roles)
	}
}

func TestResetRevokesOnTheServer(t *testing.T) {
	sb, server := newServerFixture(t)
	sb.createActive(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app"))
	if err := sb.Sandbox.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if roles, _, _ := server.state(); len(roles) != 0 {
		t.Errorf("roles remain: %v", roles)
	}
	sb.createActive(sb.newRequest(serverTitle, catalog.ServerDatabaseType, permission.ReadOnly, "app"))
	server.fail(errors.New("connection refused"))
	if err := sb.Sandbox.Reset(t.Context()); err == nil {
		t.Error("the reset does not report that a role remains")
	}
	if n := len(must(sb.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 {
		t.Errorf("%d requests remain", n)
	}
}

func TestServerIsOfferedOnlyIfConfigured(t *testing.T) {
	sb := newSandboxFixture(t)
	for _, in := range must(sb.api.Integrations(t.Context()))(t) {
		if in.Title() == serverTitle {
			t.Error("the server is offered but not configured")
		}
	}
	_, err := sb.api.CreateRequest(t.Context(), client.NewRequest{Resources: client.ByID("pg.YXBwAA"), PermissionIDs: []string{permission.ReadOnly}})
	wantError(t, err, http.StatusUnprocessableEntity, "pg.YXBwAA")
}
