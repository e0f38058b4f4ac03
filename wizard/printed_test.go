package wizard

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"apono/client"
	"apono/render"
	"apono/wizard/kind"
)

// catalogServer serves any catalog and records the requests that are sent.
type catalogServer struct {
	mu          sync.Mutex
	integration []client.Integration
	types       []client.ResourceType
	resources   []client.Resource
	permissions []client.Permission
	bundles     []client.Bundle
	units       []client.AccessUnit
	fields      []client.CustomField
	sent        []client.NewRequest
}

func newCatalogServer(t *testing.T) (*catalogServer, *Flow) {
	t.Helper()
	s := &catalogServer{}
	mux := http.NewServeMux()
	const inventory = "GET /api/client/v1/inventory/"
	mux.HandleFunc(inventory+"integrations", func(w http.ResponseWriter, r *http.Request) { sendPage(w, s.integration) })
	mux.HandleFunc(inventory+"resource-types", func(w http.ResponseWriter, r *http.Request) { sendPage(w, s.types) })
	mux.HandleFunc(inventory+"permissions", func(w http.ResponseWriter, r *http.Request) { sendPage(w, s.permissions) })
	mux.HandleFunc(inventory+"bundles", func(w http.ResponseWriter, r *http.Request) { sendPage(w, s.bundles) })
	mux.HandleFunc(inventory+"access-units", func(w http.ResponseWriter, r *http.Request) { sendPage(w, s.units) })
	mux.HandleFunc(inventory+"resources", func(w http.ResponseWriter, r *http.Request) {
		sources := r.URL.Query()["source-id"]
		sendPage(w, slices.DeleteFunc(slices.Clone(s.resources), func(one client.Resource) bool {
			return len(sources) > 0 && !slices.Contains(sources, one.SourceID)
		}))
	})
	mux.HandleFunc("GET /api/client/v1/session", func(w http.ResponseWriter, r *http.Request) {
		session := client.UserSession{User: client.User{ID: "u"}, Account: client.Account{ID: "a"}}
		session.Settings.CustomFields = s.fields
		_ = json.NewEncoder(w).Encode(session)
	})
	mux.HandleFunc("POST /api/client/v1/access-requests", func(w http.ResponseWriter, r *http.Request) {
		var sent client.NewRequest
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		s.sent = append(s.sent, sent)
		_ = json.NewEncoder(w).Encode(client.Submitted{RequestIDs: []string{"AR-1"}})
	})
	mux.HandleFunc("GET /api/client/v1/access-requests/AR-1", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(client.Request{ID: "AR-1", Status: client.RequestStatus{Status: client.StatusActive}})
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	api, err := client.New(client.Config{BaseURL: server.URL, Transport: server.Client().Transport})
	if err != nil {
		t.Fatal(err)
	}
	return s, &Flow{Client: api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
}

// sendPage sends all items as one page.
func sendPage[T any](w http.ResponseWriter, items []T) {
	if items == nil {
		items = []T{}
	}
	more := false
	_ = json.NewEncoder(w).Encode(client.Page[T]{Data: items, Pagination: client.Pagination{Limit: 1000, HasMore: &more}})
}

// request sends the request that a command line makes, and returns what was sent.
func (s *catalogServer) request(t *rapid.T, flow *Flow, args []string) client.NewRequest {
	answers, err := parseFlags(args)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	s.sent = nil
	answers.Duration, answers.Justification = time.Hour, "x"
	if _, err := flow.Request(t.Context(), answers, RequestOptions{NoWait: true}); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	if len(s.sent) != 1 {
		t.Fatalf("%q: sent %d requests", args, len(s.sent))
	}
	return s.sent[0]
}

// hostileName draws names that are easily taken for one another.
func hostileName() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"B", "B ", " B", "b", "a,b", `"q`, "x\u200by", "xy", "\u202eevil", "$(id)", "new\nline", "id-0", "id-1", "t/B", "B=b"})
}

// hostileIDs draws distinct IDs.
func hostileIDs(prefix string) *rapid.Generator[[]string] {
	return rapid.Custom(func(t *rapid.T) []string {
		ids := make([]string, rapid.IntRange(1, 4).Draw(t, "how many"))
		for i := range ids {
			ids[i] = prefix + strconv.Itoa(i)
			if rapid.IntRange(0, 4).Draw(t, "hidden") == 0 {
				ids[i] += "\u200b" + strconv.Itoa(i)
			}
		}
		return ids
	})
}

// drawCatalog fills the catalog. Each integration has the same resource types, and so on.
func (s *catalogServer) drawCatalog(t *rapid.T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.integration, s.types, s.resources, s.permissions, s.bundles, s.units = nil, nil, nil, nil, nil, nil
	for _, id := range hostileIDs("id-").Draw(t, "integrations") {
		s.integration = append(s.integration, client.Integration{ID: id, Type: rapid.SampledFrom([]string{"t", "T", "t "}).Draw(t, "type"), Name: hostileName().Draw(t, "name")})
	}
	for _, id := range hostileIDs("id-").Draw(t, "types") {
		s.types = append(s.types, client.ResourceType{ID: id, Name: hostileName().Draw(t, "name"), DisplayPath: client.Text(hostileName().Draw(t, "path")), AllowMultiplePermissions: true})
	}
	for _, id := range hostileIDs("uuid-").Draw(t, "resources") {
		s.resources = append(s.resources, client.Resource{ID: id, SourceID: hostileName().Draw(t, "source"), Name: hostileName().Draw(t, "name"), Path: client.Text(hostileName().Draw(t, "path"))})
	}
	for _, id := range hostileIDs("id-").Draw(t, "permissions") {
		s.permissions = append(s.permissions, client.Permission{ID: id, Name: hostileName().Draw(t, "name")})
	}
	for _, id := range hostileIDs("id-").Draw(t, "bundles") {
		s.bundles = append(s.bundles, client.Bundle{ID: id, Name: hostileName().Draw(t, "name")})
	}
	for _, id := range hostileIDs("id-").Draw(t, "units") {
		s.units = append(s.units, client.AccessUnit{ID: id, Resource: s.resources[0], Permission: s.permissions[0]})
	}
}

// TestPrintedCommandsResolveToWhatTheyWerePrintedFor takes everything in a catalog,
// prints the command that requests it, runs that command, and compares the IDs. The
// answers that the command was resolved to make a replay line, which must do the same.
func TestPrintedCommandsResolveToWhatTheyWerePrintedFor(t *testing.T) {
	t.Parallel()
	s, flow := newCatalogServer(t)
	rapid.Check(t, func(t *rapid.T) {
		s.drawCatalog(t)
		for _, b := range s.bundles {
			a := Answers{Bundle: kind.Bundles().FlagValues(s.bundles)(b), AccessUnits: each(s.units, kind.AccessUnits().FlagValues(s.units))}
			sent := s.request(t, flow, a.Args())
			if !slices.Equal(sent.BundleIDs, []string{b.ID}) || !slices.Equal(sent.AccessUnitIDs, kind.AccessUnits().IDs(s.units)) {
				t.Fatalf("%q requests %+v", a.Args(), sent)
			}
			r := &client.Request{Bundle: &b}
			again := flow.answersOf(t.Context(), r, nil)
			if sent := s.request(t, flow, again[0].Args()); !slices.Equal(sent.BundleIDs, []string{b.ID}) {
				t.Fatalf("%q requests %+v again", again[0].Args(), sent)
			}
		}
		for _, i := range s.integration {
			for _, kindOfResource := range s.types {
				s.checkResources(t, flow, i, kindOfResource)
			}
		}
	})
}

func (s *catalogServer) checkResources(t *rapid.T, flow *Flow, i client.Integration, of client.ResourceType) {
	want := client.NewRequest{IntegrationIDs: []string{i.ID}, ResourceTypeIDs: []string{of.ID}}
	a := Answers{
		Integration: kind.Integrations().FlagValues(s.integration)(i), ResourceType: kind.ResourceTypes().FlagValues(s.types)(of),
		Resources: each(s.resources, kind.Resources().FlagValues(s.resources)), Permissions: each(s.permissions, kind.Permissions().FlagValues(s.permissions)),
	}
	var units []client.AccessUnit
	for _, r := range s.resources {
		r.Integration, r.Type = i, of
		for _, p := range s.permissions {
			units = append(units, client.AccessUnit{Resource: r, Permission: p})
		}
	}
	again := flow.answersOf(t.Context(), &client.Request{}, units)
	for _, args := range [][]string{a.Args(), again[0].Args()} {
		sent := s.request(t, flow, args)
		if !slices.Equal(sent.IntegrationIDs, want.IntegrationIDs) || !slices.Equal(sent.ResourceTypeIDs, want.ResourceTypeIDs) ||
			!slices.Equal(sent.Resources, client.ByID(kind.Resources().IDs(s.resources)...)) || !slices.Equal(sent.PermissionIDs, kind.Permissions().IDs(s.permissions)) {
			t.Fatalf("%q requests %+v", args, sent)
		}
	}
}

// One thing that is named twice is requested once, and counted once.
func TestNamesOfOneThingAreMerged(t *testing.T) {
	t.Parallel()
	s, flow := newCatalogServer(t)
	s.integration = []client.Integration{{ID: "i", Type: "t", Name: "only"}}
	s.types = []client.ResourceType{{ID: "type", Name: "Type"}}
	s.permissions = []client.Permission{{ID: "READ_ONLY", Name: "Read"}}
	names := []string{"uuid-0", "Ledger"}
	for n := range MaxResources {
		id := strconv.Itoa(n)
		s.resources = append(s.resources, client.Resource{ID: "uuid-" + id, SourceID: "source-" + id, Name: "name-" + id})
		names = append(names, "source-"+id)
	}
	s.resources[0].Name = "Ledger"
	answers := Answers{Integration: "ONLY", ResourceType: "type", Resources: names, Permissions: []string{"READ_ONLY", "read", "READ_ONLY"}, Duration: time.Hour, Justification: "x"}
	if _, err := flow.Request(t.Context(), answers, RequestOptions{NoWait: true}); err != nil {
		t.Fatal(err)
	}
	if sent := s.sent[0]; len(sent.Resources) != MaxResources || sent.Resources[0].Value != "uuid-0" || !slices.Equal(sent.PermissionIDs, []string{"READ_ONLY"}) {
		t.Errorf("sent %d resources, %v first, and permissions %v", len(sent.Resources), sent.Resources[0], sent.PermissionIDs)
	}

	s.resources = append(s.resources, client.Resource{ID: "one more", SourceID: "more"})
	answers.Resources = append(answers.Resources, "more")
	_, err := flow.Request(t.Context(), answers, RequestOptions{NoWait: true})
	if err == nil || !strings.Contains(err.Error(), "1001 resources are too many") {
		t.Errorf("1001 resources: %v", err)
	}
}

func TestCustomFieldsWithCommas(t *testing.T) {
	t.Parallel()
	s, flow := newCatalogServer(t)
	s.bundles = []client.Bundle{{ID: "b", Name: "Bundle"}}
	s.fields = []client.CustomField{{ID: "a", Label: "First"}, {ID: "b", Label: "Second"}, {ID: "a=b", Label: "Third"}}
	for _, c := range []struct {
		flags []string
		want  map[string]string
	}{
		{[]string{"a=1,b=2"}, map[string]string{"a": "1", "b": "2"}},
		{[]string{"First=1, second=2"}, map[string]string{"a": "1", "b": "2"}},
		{[]string{"a=1,2,c=3"}, map[string]string{"a": "1,2,c=3"}},
		{[]string{"a=b=3,a=1"}, map[string]string{"a=b": "3", "a": "1"}},
		{[]string{"a=1=2"}, map[string]string{"a": "1=2"}},
		{[]string{`"a=1,b=2"`}, map[string]string{"a": "1,b=2"}},
		{[]string{`"a=1,b=2",b=3`}, map[string]string{"a": "1,b=2", "b": "3"}},
		{[]string{"a=1", "b=2"}, map[string]string{"a": "1", "b": "2"}},
	} {
		var args []string
		for _, flag := range c.flags {
			args = append(args, "--custom-field", flag)
		}
		answers, err := parseFlags(args)
		if err != nil {
			t.Fatal(err)
		}
		answers.Bundle, answers.Duration, answers.Justification = "Bundle", time.Hour, "x"
		s.sent = nil
		outcome, err := flow.Request(t.Context(), answers, RequestOptions{NoWait: true})
		if err != nil || !equalMaps(s.sent[0].CustomFields, c.want) {
			t.Fatalf("%q: sent %v, %v, want %v", c.flags, s.sent, err, c.want)
		}
		replayed, err := parseFlags(outcome.Answers.Args())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := flow.Request(t.Context(), replayed, RequestOptions{NoWait: true}); err != nil || !equalMaps(s.sent[1].CustomFields, c.want) {
			t.Errorf("%q: the replay %q sends %v, %v", c.flags, outcome.Answers.Args(), s.sent[1].CustomFields, err)
		}
	}
}

func equalMaps(a, b map[string]string) bool {
	encodedA, _ := json.Marshal(a)
	encodedB, _ := json.Marshal(b)
	return string(encodedA) == string(encodedB)
}
