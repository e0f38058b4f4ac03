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
	"apono/wizard/kind"
)

// mustSearch searches for text among items of the kinds with the given slugs, or of all
// kinds if there are none.
func mustSearch(t *testing.T, s *recordingSandbox, text string, kinds ...string) []wizard.Hit {
	t.Helper()
	hits, err := wizard.Search(t.Context(), s.api, wizard.SearchQuery{Text: text, Kinds: kinds})
	if err != nil {
		t.Fatalf("%q: got error %v", text, err)
	}
	return hits
}

// hitNames returns the kind and name of each hit; never nil.
func hitNames(hits []wizard.Hit) []string {
	list := []string{}
	for _, h := range hits {
		list = append(list, h.Info.Slug+" "+h.Name)
	}
	return list
}

func TestSearchMatchesAllWordsInAnyOrder(t *testing.T) {
	t.Parallel()
	s := newRecordingSandbox(t, time.Second)
	lambda := mustSearch(t, s, "slack-notifier")[0]
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
		if got := hitNames(mustSearch(t, s, c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSearchOrderIsStable(t *testing.T) {
	t.Parallel()
	s := newRecordingSandbox(t, time.Second)
	first := mustSearch(t, s, "s")
	var got, want []string
	for _, d := range kind.Searchable() {
		want = append(want, d.Describe().Slug)
	}
	for _, h := range first {
		if !slices.Contains(got, h.Info.Slug) {
			got = append(got, h.Info.Slug)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got kinds in the order %q, want %q", got, want)
	}
	for range 3 {
		if again := mustSearch(t, s, "s"); !reflect.DeepEqual(again, first) {
			t.Fatal("the same search returned hits in a different order")
		}
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
		answers := parseArgs(t, h.Answers)
		answers.Permissions = []string{"READ_ONLY"}
		result, err := flow.DryRun(t.Context(), answers)
		if err != nil || len(result.Request.Resources) != 1 || result.Request.Resources[0].Value != h.ID {
			t.Errorf("%s: got dry run %+v and error %v, want the resource %s", h.Name, result, err, h.ID)
		}
	}
	bundle := mustSearch(t, s, "shop support")[0]
	result, err := flow.DryRun(t.Context(), parseArgs(t, bundle.Answers))
	if err != nil || !slices.Equal(result.Request.BundleIDs, []string{bundle.ID}) {
		t.Errorf("got dry run %+v and error %v, want the bundle %s", result, err, bundle.ID)
	}
	permission := mustSearch(t, s, "dynamodb:Scan")[0]
	answers := parseArgs(t, permission.Answers)
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
		{[]string{"resource"}, true, true, true, false, false},
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
	hits, err := wizard.Search(t.Context(), s.api, wizard.SearchQuery{Text: "orders"})
	partial := errorAs[*wizard.PartialError](t, err)
	if !slices.Equal(partial.Places, []string{"kubernetes/staging-eks"}) || errorAs[*client.Error](t, err).Status != http.StatusForbidden {
		t.Errorf("got error %v, want kubernetes/staging-eks skipped with status 403", err)
	}
	found := hitNames(hits)
	if slices.Contains(found, "resource orders") || !slices.Contains(found, "resource orders-webhook") {
		t.Errorf("got %q, want orders-webhook and not orders, which is in the skipped integration", found)
	}
}

func TestSearchErrors(t *testing.T) {
	t.Parallel()
	s := newRecordingSandbox(t, time.Second)
	_, err := wizard.Search(t.Context(), s.api, wizard.SearchQuery{Text: " * "})
	errorAs[*wizard.UsageError](t, err)
	if n := s.countCalls(""); n > 0 {
		t.Errorf("a search without words made %d calls, want none", n)
	}
	s.override = func(req *http.Request) (*http.Response, bool) {
		if !strings.HasSuffix(req.URL.Path, "/resource-types") {
			return nil, false
		}
		return jsonResponse(req, http.StatusUnauthorized, ``), true
	}
	hits, err := wizard.Search(t.Context(), s.api, wizard.SearchQuery{Text: "orders"})
	if e := errorAs[*client.Error](t, err); e.Status != http.StatusUnauthorized || hits != nil {
		t.Errorf("with an expired login got error %v and %d hits, want status 401 and nil", err, len(hits))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := wizard.Search(ctx, s.api, wizard.SearchQuery{Text: "orders"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled search returned error %v, want %v", err, context.Canceled)
	}
}
