package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/client"
	"apono/wizard/kind"
)

// inventory serves an inventory: integrations with one type each and n resources.
type inventory struct {
	*httptest.Server
	names     []string // of the integrations
	resources int
	budget    int64 // of requests for each source

	mu      sync.Mutex
	calls   []string // paths, the grantee and the integration
	respond func(http.ResponseWriter, *http.Request) bool
}

func newInventory(t *testing.T, resources int, names ...string) *inventory {
	t.Helper()
	s := &inventory{names: names, resources: resources, budget: fillBudget}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *inventory) serve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	call := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	s.mu.Lock()
	s.calls = append(s.calls, strings.TrimSpace(call+" "+q.Get("integration-id")+" "+q.Get("grantee_id")))
	respond, names, n := s.respond, s.names, s.resources
	s.mu.Unlock()
	if respond != nil && respond(w, r) {
		return
	}
	var all []any
	switch call {
	case "integrations":
		for _, name := range names {
			all = append(all, client.Integration{ID: "i-" + name, Type: "mysql", Name: name})
		}
	case "bundles":
		all = append(all, client.Bundle{ID: "b", Name: "On call"})
	case "resource-types":
		all = append(all, client.ResourceType{ID: "table", Name: "Table"})
	case "permissions":
		all = append(all, client.Permission{ID: "READ", Name: "READ"})
	case "resources":
		in := strings.TrimPrefix(q.Get("integration-id"), "i-")
		for i := range n {
			name := fmt.Sprintf("%s/table-%d", in, i)
			all = append(all, client.Resource{ID: "r-" + name, Name: name, Path: client.Text(name), SourceID: name})
		}
	}
	skip, _ := strconv.Atoi(q.Get("skip"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	total := len(all)
	page := all[min(skip, total):min(skip+limit, total)]
	if page == nil {
		page = []any{}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": page, "pagination": map[string]any{"limit": limit, "offset": skip, "total": total}})
}

// took returns the calls since the last time, sorted.
func (s *inventory) took() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := slices.Sorted(slices.Values(s.calls))
	s.calls = nil
	return calls
}

func (s *inventory) source(t *testing.T, store *Store, grantee string) *Source {
	t.Helper()
	api, err := client.New(client.Config{BaseURL: s.URL, Transport: &budget{next: client.NewTransport(), limit: s.budget}})
	if err != nil {
		t.Fatal(err)
	}
	return FromClient(t.Context(), api.For(grantee), store)
}

// search returns the names of what a search finds.
func search(t *testing.T, source *Source, text string) []string {
	t.Helper()
	found, err := source.Search(t.Context(), Query{Text: text}, func(Found) {})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, hit := range found.Hits {
		names = append(names, hit.Name)
	}
	return names
}

// age makes everything in a store older.
func (s *Store) age(t *testing.T, by time.Duration) {
	t.Helper()
	err := s.write(t.Context(), false, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, "UPDATE list SET fetched = fetched - ?", &sqlitex.ExecOptions{Args: []any{by.Milliseconds()}})
	})
	if err == nil {
		_, err = s.change(t.Context(), "", false, func(f *filling) bool {
			f.Began, f.Alive = f.Began.Add(-by), f.Alive.Add(-by)
			return true
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

var everyList = []string{
	"bundles", "integrations", "permissions i-shop", "permissions i-site", "resource-types i-shop", "resource-types i-site", "resources i-shop", "resources i-site",
}

func TestFillFetchesEverythingOnceADay(t *testing.T) {
	t.Parallel()
	s := newInventory(t, 3, "shop", "site")
	store := newStore(t, t.TempDir())
	for _, c := range []struct {
		aged  time.Duration
		calls []string
	}{{0, everyList}, {0, nil}, {23 * time.Hour, nil}, {2 * time.Hour, everyList}} {
		if c.aged > 0 {
			store.age(t, c.aged)
		}
		if due := store.NeedsFilling(t.Context(), ""); due != (c.calls != nil) {
			t.Errorf("after %s it is due: %t", c.aged, due)
		}
		source := s.source(t, store, "")
		if err := source.Fill(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := s.took(); !slices.Equal(got, c.calls) {
			t.Errorf("after %s it fetched %q, want %q", c.aged, got, c.calls)
		}
		if got := search(t, source, "table-2"); !slices.Equal(got, []string{"shop/table-2", "site/table-2"}) {
			t.Errorf("found %q", got)
		}
		if calls := s.took(); len(calls) > 0 {
			t.Errorf("the search asked the service: %q", calls)
		}
	}
}

// A filling that was ended goes on where it was, the next day or when its process is gone.
func TestFillGoesOn(t *testing.T) {
	t.Parallel()
	s := newInventory(t, 3, "shop", "site")
	store := newStore(t, t.TempDir())
	refused := func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("integration-id") != "i-site" || !strings.HasSuffix(r.URL.Path, "/resources") {
			return false
		}
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	s.respond = refused
	if err := s.source(t, store, "").Fill(t.Context()); !client.IsUnauthorized(err) {
		t.Errorf("the error is %v", err)
	}
	s.took()
	if store.filling(t.Context(), "").isComplete() {
		t.Error("it is complete without the resources of one integration")
	}
	s.mu.Lock()
	s.respond = nil
	s.mu.Unlock()
	store.age(t, 23*time.Hour+time.Hour/2)
	if err := s.source(t, store, "").Fill(t.Context()); err != nil || len(s.took()) > 0 {
		t.Errorf("it went on within a day, %v", err)
	}
	_, err := store.change(t.Context(), "", false, func(f *filling) bool { f.Ended = false; return true }) // as if it had been killed
	if err != nil {
		t.Fatal(err)
	}
	if err := s.source(t, store, "").Fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := s.took()
	if !slices.Contains(got, "resources i-site") || slices.ContainsFunc(got, func(call string) bool {
		return !strings.HasPrefix(call, "resources ") && !strings.HasPrefix(call, "permissions ")
	}) {
		t.Errorf("it fetched %q again", got)
	}
	if !store.filling(t.Context(), "").isComplete() {
		t.Error("it is not complete")
	}
}

// Two processes that begin to fill at the same time fetch everything once.
func TestOneProcessFills(t *testing.T) {
	t.Parallel()
	s := newInventory(t, 3, "shop", "site")
	dir := t.TempDir()
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if err := s.source(t, newStore(t, dir), "").Fill(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := s.took(); !slices.Equal(got, everyList) {
		t.Errorf("they fetched %q", got)
	}
}

func TestFillEndsWithTheStore(t *testing.T) {
	t.Parallel()
	s := newInventory(t, 3, "shop", "site")
	dir := t.TempDir()
	store := newStore(t, dir+"/user")
	s.respond = func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/resource-types") {
			_ = ForgetAll(dir)
		}
		return false
	}
	if err := s.source(t, store, "").Fill(t.Context()); !errors.Is(err, errForgotten) {
		t.Errorf("it ends with %v", err)
	}
	for _, call := range s.took() {
		if strings.HasPrefix(call, "resources") {
			t.Errorf("after the logout it fetched %s", call)
		}
	}
	if !store.isForgotten() {
		t.Error("the store is there again")
	}
}

func TestFillHasABudget(t *testing.T) {
	t.Parallel()
	s := newInventory(t, 1, "shop", "site")
	s.budget = 5
	store := newStore(t, t.TempDir())
	for day := 0; !store.filling(t.Context(), "").isComplete(); day++ {
		err := s.source(t, store, "").Fill(t.Context())
		if n := int64(len(s.took())); n > s.budget || err != nil && !errors.Is(err, errBudget) || day == 0 && err == nil || day > 5 {
			t.Fatalf("day %d: %d requests, %v", day, n, err)
		}
		store.age(t, 24*time.Hour-time.Second) // what was fetched is not old yet
		_, err = store.change(t.Context(), "", false, func(f *filling) bool { f.Began = f.Began.Add(-time.Minute); return true })
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestGranteesHaveTheirOwnLists(t *testing.T) {
	t.Parallel()
	s := newInventory(t, 1, "shop")
	store := newStore(t, t.TempDir())
	for _, grantee := range []string{"", "robin"} {
		source := s.source(t, store, grantee)
		if _, err := source.Known(t.Context(), kind.Integrations(), kind.Scope{}); err != nil {
			t.Fatal(err)
		}
		if got, want := s.took(), []string{strings.TrimSpace("integrations  " + grantee)}; !slices.Equal(got, want) {
			t.Errorf("grantee %q: asked %q, want %q", grantee, got, want)
		}
	}
}

// What the service finds is shown as it comes, together with what the store has.
func TestSearchShowsResultsAsTheyArrive(t *testing.T) {
	t.Parallel()
	s := newInventory(t, 3, "shop", "site")
	hold := make(chan struct{})
	s.respond = func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/permissions") {
			<-hold
		}
		return false
	}
	shown := make(chan int, 64)
	done := make(chan Found, 1)
	go func() {
		found, _ := s.source(t, newStore(t, t.TempDir()), "").Search(context.Background(), Query{Text: "e", Limit: 50}, func(f Found) { shown <- f.Total })
		done <- found
	}()
	if first := <-shown; first == 0 {
		t.Error("nothing is shown")
	}
	close(hold)
	found := <-done
	if !slices.ContainsFunc(found.Hits, func(h Hit) bool { return h.Name == "READ" }) || !slices.ContainsFunc(found.Hits, func(h Hit) bool { return h.Name == "site" }) {
		t.Errorf("found %d", found.Total)
	}
}
