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
	"apono/client/sandbox/postgres"
)

var _ PostgresServer = (*postgres.Server)(nil)

// fakeServer is a PostgresServer in memory.
type fakeServer struct {
	mu       sync.Mutex
	roles    map[string]postgres.Grant
	grants   int
	revokes  int
	failing  error  // what every call fails with; nil works
	granting func() // called in the middle of a grant
}

func newFakeServer() *fakeServer { return &fakeServer{roles: map[string]postgres.Grant{}} }

func (f *fakeServer) Resources(context.Context) ([]postgres.Resource, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return []postgres.Resource{{Database: "app"}, {Database: "app", Schema: "sales"}, {Database: "odd \"name\"/x"}}, f.failing
}

func (f *fakeServer) Grant(_ context.Context, g postgres.Grant) error {
	if f.granting != nil {
		f.granting()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.grants++
	if f.failing != nil {
		return f.failing
	}
	if _, ok := f.roles[g.Role]; ok {
		return errors.New("the role is there already")
	}
	f.roles[g.Role] = g
	return nil
}

func (f *fakeServer) SetPassword(_ context.Context, role, password string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	g, ok := f.roles[role]
	if f.failing != nil || !ok {
		return errors.Join(f.failing, errors.New("no password was set"))
	}
	g.Password = password
	f.roles[role] = g
	return nil
}

func (f *fakeServer) Revoke(_ context.Context, role string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.revokes++
	if f.failing == nil {
		delete(f.roles, role)
	}
	return f.failing
}

func (f *fakeServer) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failing = err
}

// state is what there is now.
func (f *fakeServer) state() (roles []postgres.Grant, grants, revokes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Collect(maps.Values(f.roles)), f.grants, f.revokes
}

const serverTitle = "postgresql/sandbox-server"

func newServerBox(t *testing.T) (*box, *fakeServer) {
	f := newFakeServer()
	return newBox(t, withServer(f)), f
}

func withServer(f *fakeServer) func(*Options) {
	return func(o *Options) { o.Postgres, o.PostgresAddr = f, "db.acme.example:5433" }
}

func TestServerGrant(t *testing.T) {
	b, f := newServerBox(t)
	id, session := b.active(b.asks(serverTitle, serverSchemaType, ReadWrite, "app/sales"))
	roles, _, _ := f.state()
	if len(roles) != 1 {
		t.Fatalf("roles %+v", roles)
	}
	g := roles[0]
	ends := b.get(id).RevocationTime.Time()
	if g.Database != "app" || g.Schema != "sales" || g.Permission != ReadWrite || !g.Until.Equal(ends) || len(g.Role) > 63 {
		t.Errorf("granted %+v, the request ends %v", g, ends)
	}
	d := b.details(session.ID)
	if got := password(t, d); got != g.Password {
		t.Error("the session shows another password than the role has")
	}
	want := "PGHOST='db.acme.example' PGPORT='5433' PGDATABASE='app' PGUSER='" + g.Role + "' PGPASSWORD='" + g.Password + "' psql"
	if *d.CLI != want {
		t.Errorf("the command is %s, want %s", *d.CLI, want)
	}
	b.clock.advance(time.Hour)
	b.wants(id, client.StatusExpired)
	b.wants(id, client.StatusExpired)
	if roles, grants, revokes := f.state(); len(roles) != 0 || grants != 1 || revokes != 1 {
		t.Errorf("after the end: roles %v, %d grants, %d revokes", roles, grants, revokes)
	}
}

func TestServerGivesEachUnitASessionOfItsOwn(t *testing.T) {
	b, f := newServerBox(t)
	id, _ := b.active(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app", "odd \"name\"/x"))
	sessions := must(b.api.AccessSessions(t.Context(), client.SessionQuery{RequestIDs: []string{id}}))(t)
	roles, _, _ := f.state()
	if len(sessions) != 2 || len(roles) != 2 || roles[0].Database == roles[1].Database {
		t.Errorf("%d sessions, roles %+v", len(sessions), roles)
	}
}

func TestServerReset(t *testing.T) {
	b, f := newServerBox(t)
	_, session := b.active(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app"))
	old := password(t, b.details(session.ID))
	f.fail(errors.New("connection refused"))
	refused(t, b.api.ResetCredentials(t.Context(), session.ID), http.StatusFailedDependency, "connection refused")
	f.fail(nil)
	if err := b.api.ResetCredentials(t.Context(), session.ID); err != nil {
		t.Fatal(err)
	}
	b.clock.advance(time.Second)
	fresh := password(t, b.details(session.ID))
	if roles, _, _ := f.state(); fresh == old || fresh == mask || roles[0].Password != fresh {
		t.Errorf("the role has another password than the session")
	}
}

func TestServerThatCannotBeReached(t *testing.T) {
	b, f := newServerBox(t)
	ask := b.asks(serverTitle, serverDatabaseType, ReadOnly, "app")
	f.fail(errors.New("connection refused"))
	b.clock.advance(time.Minute)

	_, err := b.api.Resources(t.Context(), client.ResourceQuery{IntegrationID: b.integration(serverTitle).ID, ResourceTypeID: serverDatabaseType})
	refused(t, err, http.StatusFailedDependency, "connection refused")
	if n := *b.list("inventory/resources").Pagination.Total; n < 300 {
		t.Errorf("a list of everything has %d resources", n)
	}
	d := must(b.api.DryRunRequest(t.Context(), ask))(t)
	if len(d.Errors) != 1 || !strings.Contains(*d.Errors[0].Message, "connection refused") {
		t.Errorf("dry run %+v", d)
	}
	id := b.create(ask)[0]
	b.clock.advance(granting)
	if r := b.wants(id, client.StatusFailed); !strings.Contains(*r.Status.Description, "connection refused") {
		t.Errorf("failed because %s", *r.Status.Description)
	}
	b.active(b.shop(ReadOnly))
}

func TestServerRevokeIsTriedAgain(t *testing.T) {
	b, f := newServerBox(t)
	id, _ := b.active(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app"))
	f.fail(errors.New("connection refused"))
	b.post(demoUser(), "access-requests/"+id+"/revoke", "")
	b.clock.advance(time.Second)
	b.wants(id, client.StatusRevoking)
	f.fail(nil)
	b.clock.advance(claimLife)
	b.wants(id, client.StatusRevoked)
	if roles, _, revokes := f.state(); len(roles) != 0 || revokes != 2 {
		t.Errorf("roles %v after %d revokes", roles, revokes)
	}
}

func TestServerGrantHappensOnceHoweverManyLook(t *testing.T) {
	b, f := newServerBox(t)
	id := b.create(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app"))[0]
	apis := []*client.Client{b.api}
	for range 3 {
		s := must(Open(t.Context(), Options{Dir: b.dir, Now: b.clock.Now, Postgres: f}))(t)
		defer s.Close()
		apis = append(apis, newClient(t, s.Transport()))
	}
	look := func() {
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
	b.clock.advance(granting)
	look()
	b.wants(id, client.StatusActive)
	b.clock.advance(time.Hour)
	look()
	if roles, grants, revokes := f.state(); grants != 1 || revokes != 1 || len(roles) != 0 {
		t.Errorf("%d grants, %d revokes, roles %v", grants, revokes, roles)
	}
}

func TestServerGrantSurvivesACrash(t *testing.T) {
	b, f := newServerBox(t)
	id := b.create(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app"))[0]
	b.clock.advance(granting)
	// A process that ends in the middle of a grant has stored its claim, has
	// perhaps made the role, and stores nothing more.
	var job *serverJob
	err := b.store.write(t.Context(), func(x *tx) error {
		r, err := x.request(1)
		if err == nil {
			job, err = b.grant(x, r, b.clock.Now())
		}
		if err == nil {
			err = x.saveRequest(r)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.work(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	b.wants(id, client.StatusGranting)
	b.clock.advance(claimLife)
	b.wants(id, client.StatusActive)
	if roles, grants, revokes := f.state(); len(roles) != 1 || grants != 2 || revokes != 1 {
		t.Errorf("%d grants, %d revokes, roles %v", grants, revokes, roles)
	}
}

func TestServerRevokeDuringTheGrant(t *testing.T) {
	b, f := newServerBox(t)
	id := b.create(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app"))[0]
	b.clock.advance(granting)
	var once sync.Once
	f.granting = func() {
		once.Do(func() { b.post(demoUser(), "access-requests/"+id+"/revoke", "") })
	}
	b.get(id)
	b.clock.advance(granting)
	b.wants(id, client.StatusRevoked)
	if roles, _, _ := f.state(); len(roles) != 0 {
		t.Errorf("roles are left: %v", roles)
	}
}

func TestServerThatIsNoLongerConfigured(t *testing.T) {
	b, f := newServerBox(t)
	id, _ := b.active(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app"))
	without := must(Open(t.Context(), Options{Dir: b.dir, Now: b.clock.Now}))(t)
	defer without.Close()
	b.clock.advance(time.Hour)
	api := newClient(t, without.Transport())
	if r := must(api.Request(t.Context(), id))(t); r.Status.Status != client.StatusExpired {
		t.Errorf("status %s", r.Status.Status)
	}
	b.clock.advance(claimLife)
	b.wants(id, client.StatusExpired)
	if roles, _, _ := f.state(); len(roles) != 0 {
		t.Errorf("roles are left: %v", roles)
	}
}

func TestResetRevokesOnTheServer(t *testing.T) {
	b, f := newServerBox(t)
	b.active(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app"))
	if err := b.Sandbox.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if roles, _, _ := f.state(); len(roles) != 0 {
		t.Errorf("roles are left: %v", roles)
	}
	b.active(b.asks(serverTitle, serverDatabaseType, ReadOnly, "app"))
	f.fail(errors.New("connection refused"))
	if err := b.Sandbox.Reset(t.Context()); err == nil {
		t.Error("the reset does not say that a role is left")
	}
	if n := len(must(b.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 {
		t.Errorf("%d requests are left", n)
	}
}

func TestServerIsOfferedOnlyWhenThereIsOne(t *testing.T) {
	b := newBox(t)
	for _, in := range must(b.api.Integrations(t.Context()))(t) {
		if in.Title() == serverTitle {
			t.Error("the server is offered without being there")
		}
	}
	_, err := b.api.CreateRequest(t.Context(), client.NewRequest{Resources: client.ByID("pg.YXBwAA"), PermissionIDs: []string{ReadOnly}})
	refused(t, err, http.StatusUnprocessableEntity, "pg.YXBwAA")
}
