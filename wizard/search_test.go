//go:build !windows

package wizard_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"apono/client"
	"apono/wizard"
	"apono/wizard/catalog"
	"apono/wizard/kind"
)

// searchFrom are the two ways to search: the store with the whole catalog, and the
// service.
var searchFrom = map[string]func(*testing.T, *recordingSandbox) *catalog.Source{
	"service": func(t *testing.T, s *recordingSandbox) *catalog.Source {
		return catalog.FromClient(t.Context(), s.api, nil)
	},
	"store": func(t *testing.T, s *recordingSandbox) *catalog.Source {
		store := catalog.Open(t.TempDir())
		t.Cleanup(func() { _ = store.Close() })
		source := catalog.FromClient(t.Context(), s.api, store)
		if err := source.Fill(t.Context()); err != nil {
			t.Fatal(err)
		}
		return source
	},
}

// searchIn searches for text among items of the kinds with the given slugs, or of all
// kinds if there are none.
func searchIn(t *testing.T, source *catalog.Source, text string, kinds ...string) []catalog.Hit {
	t.Helper()
	found, err := source.Search(t.Context(), catalog.Query{Text: text, Kinds: kinds, Whole: true}, func(catalog.Found) {})
	if err == nil {
		err = source.Name(t.Context(), found.Hits)
	}
	if err != nil {
		t.Fatalf("%q: got error %v", text, err)
	}
	if found.Total != len(found.Hits) {
		t.Errorf("%q: %d of %d hits", text, len(found.Hits), found.Total)
	}
	return found.Hits
}

// mustSearch is searchIn with the service.
func mustSearch(t *testing.T, s *recordingSandbox, text string, kinds ...string) []catalog.Hit {
	t.Helper()
	return searchIn(t, searchFrom["service"](t, s), text, kinds...)
}

// hitNames returns the kind and name of each hit; never nil.
func hitNames(hits []catalog.Hit) []string {
	list := []string{}
	for _, h := range hits {
		list = append(list, h.Info.Slug+" "+h.Name)
	}
	return list
}

func TestSearchMatchesAllWordsInAnyOrder(t *testing.T) {
	t.Parallel()
	for name, from := range searchFrom {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newRecordingSandbox(t, time.Second)
			testSearchMatches(t, from(t, s))
		})
	}
}

func testSearchMatches(t *testing.T, source *catalog.Source) {
	lambda := searchIn(t, source, "slack-notifier")[0]
	for _, c := range []struct {
		text string
		want []string
	}{
		{"slack-notifier", []string{"resource slack-notifier"}},
		{"SLACK notifier", []string{"resource slack-notifier"}},
		{"notifier slack", []string{"resource slack-notifier"}},
		{"playground notifier", []string{"resource slack-notifier"}}, // a word from its integration's name
		{"lambda notifier", []string{"resource slack-notifier"}},     // a word from its type's name
		{lambda.ID, []string{"resource slack-notifier"}},
		{"arn:aws:lambda:eu-west-1:407812946013:function:slack-notifier", []string{"resource slack-notifier"}},
		{"Größe", []string{"resource /prod/app/größe"}},
		{"価格", []string{"resource /prod/app/価格表"}},
		{"two words", []string{"resource /prod/app/two words"}},
		{"checkout call", []string{"bundle Checkout on call"}},
		{"legacy-crm", []string{"integration legacy-crm"}}, // not everything in it
		{"redshift", []string{"resource-type Redshift Cluster"}},
		{"dynamodb:Scan", []string{"permission Scan"}},
		{"slack-notifier carts", []string{}},
		{"no-such-name", []string{}},
	} {
		if got := hitNames(searchIn(t, source, c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

// What is found and in which order is the same, whoever is asked.
func TestStoreAndServiceFindTheSame(t *testing.T) {
	t.Parallel()
	s := newRecordingSandbox(t, time.Second)
	store, service := searchFrom["store"](t, s), searchFrom["service"](t, s)
	for _, text := range []string{"s", "a", "prod", "/prod/app", "playground", "playground logs", "READ", "call", "größe", "arn:aws:s3"} {
		got, want := searchIn(t, store, text), searchIn(t, service, text)
		if len(got) != len(want) {
			t.Fatalf("%q: the store finds %d\n%q\nthe service %d\n%q", text, len(got), hitNames(got), len(want), hitNames(want))
		}
		for i := range got {
			if g, w := wizard.AnswersFor(got[i].Item), wizard.AnswersFor(want[i].Item); got[i].ID != want[i].ID || !reflect.DeepEqual(g, w) {
				t.Errorf("%q: hit %d of the store is %s\n%+v\nthat of the service %s\n%+v", text, i, got[i].Name, g, want[i].Name, w)
				break
			}
		}
	}
}

// Words that nothing has may be misspelt or abbreviated, and are never if something has
// them.
func TestSearchForgivesMistakes(t *testing.T) {
	t.Parallel()
	s := newRecordingSandbox(t, time.Second)
	source := searchFrom["store"](t, s)
	for text, want := range map[string]string{
		"slack-notifer": "resource slack-notifier", "slakc-notifier": "resource slack-notifier", "slackk-notifier": "resource slack-notifier",
		"lambda slak-notifier": "resource slack-notifier", "slcknotfr": "resource slack-notifier", "chckout call": "bundle Checkout on call",
	} {
		if got := hitNames(searchIn(t, source, text)); !slices.Contains(got, want) {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

// A word with a mistake in the name is better than one whose letters are anywhere.
func TestMisspeltWordsComeBeforeScatteredOnes(t *testing.T) {
	t.Parallel()
	source := searchFrom["store"](t, newRecordingSandbox(t, time.Second))
	for text, want := range map[string]string{"prod ordesr": "orders-production", "playground slakc-notifier": "slack-notifier"} {
		if got := searchIn(t, source, text); len(got) == 0 || got[0].Name != want {
			t.Errorf("%q: %q, want %s first", text, hitNames(got), want)
		}
	}
}

// What was requested and is gone is not found any more.
func TestSearchForgetsWhatIsGone(t *testing.T) {
	t.Parallel()
	source := searchFrom["store"](t, newRecordingSandbox(t, time.Second))
	hit := searchIn(t, source, "slack-notifier")[0]
	source.Store().AddRequested(t.Context(), catalog.Pack(kind.Resources(), hit.Scope, client.Resource{ID: "gone", Name: "slack-notifier-old", SourceID: "gone"}))
	if got := hitNames(searchIn(t, source, "slack-notifier-old")); len(got) > 0 {
		t.Errorf("found %q", got)
	}
	if lately := source.Lately(t.Context()); len(lately.Hits) > 0 {
		t.Errorf("lately %q", hitNames(lately.Hits))
	}
}

func TestSearchOrder(t *testing.T) {
	t.Parallel()
	s := newRecordingSandbox(t, time.Second)
	source := searchFrom["store"](t, s)
	got := hitNames(searchIn(t, source, "orders"))
	if len(got) < 3 || got[0] != "resource orders" {
		t.Errorf("the best hit is not the one with that name: %q", got)
	}
	first := searchIn(t, source, "s")
	for range 3 {
		if again := searchIn(t, source, "s"); !reflect.DeepEqual(again, first) {
			t.Fatal("the same search returned hits in a different order")
		}
	}
	// What was requested before comes first among equal matches.
	last := searchIn(t, source, "prod", "resource")
	before := last[len(last)-1]
	source.Store().AddRequested(t.Context(), catalog.Pack(kind.Resources(), before.Scope, client.Resource{ID: before.ID, Name: before.Name, SourceID: before.SourceID, Path: client.Text(before.Name)}))
	again := searchIn(t, source, "prod", "resource")
	if len(again) != len(last) {
		t.Errorf("%d hits, then %d", len(last), len(again))
	}
	at := slices.IndexFunc(again, func(h catalog.Hit) bool { return h.ID == before.ID })
	if !again[at].Recent || at == len(again)-1 {
		t.Errorf("what was requested before is hit %d of %d, recent %t", at, len(again), again[at].Recent)
	}
}

// TestSearchHitsCanBeRequested turns the answers of each hit into flags and back, and
// checks with a dry run that they request exactly that item.
func TestSearchHitsCanBeRequested(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, time.Second)
	hits := mustSearch(t, s, "/prod/app", "resource")
	if len(hits) < 10 {
		t.Fatalf("got %d hits with unusual names, want at least 10", len(hits))
	}
	for _, h := range hits {
		answers := parseArgs(t, wizard.AnswersFor(h.Item))
		answers.Permissions = []string{"READ_ONLY"}
		result, err := flow.DryRun(t.Context(), answers)
		if err != nil || len(result.Request.Resources) != 1 || result.Request.Resources[0].Value != h.ID {
			t.Errorf("%s: got dry run %+v and error %v, want the resource %s", h.Name, result, err, h.ID)
		}
	}
	bundle := mustSearch(t, s, "shop support")[0]
	result, err := flow.DryRun(t.Context(), parseArgs(t, wizard.AnswersFor(bundle.Item)))
	if err != nil || !slices.Equal(result.Request.BundleIDs, []string{bundle.ID}) {
		t.Errorf("got dry run %+v and error %v, want the bundle %s", result, err, bundle.ID)
	}
	permission := mustSearch(t, s, "dynamodb:Scan")[0]
	answers := parseArgs(t, wizard.AnswersFor(permission.Item))
	answers.Resources = []string{"carts"}
	result, err = flow.DryRun(t.Context(), answers)
	if err != nil || !slices.Equal(result.Request.PermissionIDs, []string{permission.ID}) {
		t.Errorf("got dry run %+v and error %v, want the permission %s", result, err, permission.ID)
	}
}

// parseArgs turns answers into flags and parses these.
func parseArgs(t *testing.T, a wizard.Answers) wizard.Answers {
	t.Helper()
	var parsed wizard.Answers
	flags := pflag.NewFlagSet("create", pflag.ContinueOnError)
	parsed.Flags(flags)
	if err := flags.Parse(a.Args()); err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestSearchFetchesOnlyNeededLists(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kinds                                                []string
		integrations, types, resources, permissions, bundles bool
	}{
		{[]string{"bundle"}, false, false, false, false, true},
		{[]string{"integration"}, true, false, false, false, false},
		{[]string{"resource-type"}, true, true, false, false, false},
		{[]string{"resource"}, true, false, true, false, false}, // their names
		{[]string{"permission"}, true, true, false, true, false},
		{nil, true, true, true, true, true},
	} {
		s := newRecordingSandbox(t, time.Second)
		for _, h := range mustSearch(t, s, "a", c.kinds...) {
			if len(c.kinds) > 0 && !slices.Contains(c.kinds, h.Info.Slug) {
				t.Errorf("kinds %q: got a hit of kind %s", c.kinds, h.Info.Slug)
			}
		}
		for list, want := range map[string]bool{
			"/integrations": c.integrations, "/resource-types": c.types, "/resources": c.resources, "/permissions": c.permissions, "/bundles": c.bundles,
		} {
			if got := s.countCalls(list) > 0; got != want {
				t.Errorf("kinds %q: fetched %s: %t, want %t", c.kinds, list, got, want)
			}
		}
	}
}

func TestSearchSkipsUnreadableIntegrations(t *testing.T) {
	t.Parallel()
	s := newRecordingSandbox(t, time.Second)
	unreadable := mustSearch(t, s, "staging-eks", "integration")[0]
	s.override = func(req *http.Request) (*http.Response, bool) {
		if req.URL.Query().Get("integration-id") != unreadable.ID {
			return nil, false
		}
		return jsonResponse(req, http.StatusForbidden, `{"message":"not for you"}`), true
	}
	found, err := searchFrom["service"](t, s).Search(t.Context(), catalog.Query{Text: "s", Whole: true}, func(catalog.Found) {})
	partial := errorAs[*catalog.PartialError](t, err)
	if !slices.Equal(partial.Places, []string{"kubernetes/staging-eks"}) || errorAs[*client.Error](t, err).Status != http.StatusForbidden {
		t.Errorf("got error %v, want kubernetes/staging-eks skipped with status 403", err)
	}
	names := hitNames(found.Hits)
	if !slices.Contains(names, "resource slack-notifier") || !slices.Contains(names, "integration staging-eks") {
		t.Errorf("got %q, want what is in the other integrations", names)
	}
	store := catalog.Open(t.TempDir())
	t.Cleanup(func() { _ = store.Close() })
	source := catalog.FromClient(t.Context(), s.api, store)
	if err := source.Fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err = source.Search(t.Context(), catalog.Query{Text: "orders"}, func(catalog.Found) {})
	if partial := errorAs[*catalog.PartialError](t, err); !slices.Equal(partial.Places, []string{"kubernetes/staging-eks"}) {
		t.Errorf("the store skipped %q", partial.Places)
	}
	// What the store lacks, the service is asked for.
	if names := hitNames(found.Hits); !slices.Contains(names, "resource orders") || !slices.Contains(names, "resource orders-webhook") {
		t.Errorf("found %q", names)
	}
}

func TestSearchErrors(t *testing.T) {
	t.Parallel()
	s := newRecordingSandbox(t, time.Second)
	none := func(catalog.Found) {}
	if found, err := searchFrom["service"](t, s).Search(t.Context(), catalog.Query{Text: " * "}, none); err != nil || len(found.Hits) > 0 || s.countCalls("") > 0 {
		t.Errorf("a search without words found %d, made %d calls, and returned %v", len(found.Hits), s.countCalls(""), err)
	}
	s.override = func(req *http.Request) (*http.Response, bool) {
		if !strings.HasSuffix(req.URL.Path, "/resource-types") {
			return nil, false
		}
		return jsonResponse(req, http.StatusUnauthorized, ``), true
	}
	found, err := searchFrom["service"](t, s).Search(t.Context(), catalog.Query{Text: "orders"}, none)
	if e := errorAs[*client.Error](t, err); e.Status != http.StatusUnauthorized || len(found.Hits) > 0 {
		t.Errorf("with an expired login got error %v and %d hits, want status 401 and none", err, len(found.Hits))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := searchFrom["service"](t, s).Search(ctx, catalog.Query{Text: "orders"}, none); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled search returned error %v, want %v", err, context.Canceled)
	}
}
