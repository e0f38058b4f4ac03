//go:build !windows

package wizard_test

import (
	"context"
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

func search(t *testing.T, s *service, text string, kinds ...string) []wizard.Hit {
	t.Helper()
	hits, err := wizard.Search(t.Context(), s.api, wizard.SearchQuery{Text: text, Kinds: kinds})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return hits
}

func names(hits []wizard.Hit) []string {
	list := []string{}
	for _, h := range hits {
		list = append(list, h.Info.Slug+" "+h.Name)
	}
	return list
}

func TestSearchFindsAllWordsInAnyOrder(t *testing.T) {
	t.Parallel()
	s := newService(t, time.Second)
	lambda := search(t, s, "slack-notifier")[0]
	for _, c := range []struct {
		text string
		want []string
	}{
		{"slack-notifier", []string{"resource slack-notifier"}},
		{"SLACK notifier", []string{"resource slack-notifier"}},
		{"notifier slack", []string{"resource slack-notifier"}},
		{"playground notifier", []string{"resource slack-notifier"}}, // where it is
		{"lambda notifier", []string{"resource slack-notifier"}},     // what it is
		{lambda.ID, []string{"resource slack-notifier"}},
		{"arn:aws:lambda:eu-west-1:407812946013:function:slack-notifier", []string{"resource slack-notifier"}},
		{"Größe", []string{"resource /prod/app/größe"}},
		{"価格", []string{"resource /prod/app/価格表"}},
		{"two words", []string{"resource /prod/app/two words"}},
		{"checkout call", []string{"bundle Checkout on call"}},
		{"legacy-crm", []string{"integration legacy-crm"}}, // not what is in it
		{"redshift", []string{"resource-type Redshift Cluster"}},
		{"dynamodb:Scan", []string{"permission Scan"}},
		{"slack-notifier carts", []string{}},
		{"nothing-is-called-so", []string{}},
	} {
		if got := names(search(t, s, c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%q finds %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSearchListsInOneOrder(t *testing.T) {
	t.Parallel()
	s := newService(t, time.Second)
	first := search(t, s, "s")
	var kinds, all []string
	for _, d := range kind.Searchable() {
		all = append(all, d.Describe().Slug)
	}
	for _, h := range first {
		if !slices.Contains(kinds, h.Info.Slug) {
			kinds = append(kinds, h.Info.Slug)
		}
	}
	if !slices.Equal(kinds, all) {
		t.Errorf("the kinds come as %q", kinds)
	}
	for range 3 {
		if again := search(t, s, "s"); !reflect.DeepEqual(again, first) {
			t.Fatal("the same search lists in another order")
		}
	}
}

// What a hit begins can be asked for, and asks for just that.
func TestSearchLeadsToARequest(t *testing.T) {
	s, flow, _ := piped(t, time.Second)
	hits := search(t, s, "/prod/app", "resource")
	if len(hits) < 10 {
		t.Fatalf("there are only %d odd names to try", len(hits))
	}
	for _, h := range hits {
		read := readBack(t, h.Answers)
		read.Permissions = []string{"READ_ONLY"}
		tried, err := flow.DryRun(t.Context(), read)
		if err != nil || len(tried.Request.Resources) != 1 || tried.Request.Resources[0].Value != h.ID {
			t.Errorf("%s leads to %+v (%v)", h.Name, tried, err)
		}
	}
	bundle := search(t, s, "shop support")[0]
	tried, err := flow.DryRun(t.Context(), readBack(t, bundle.Answers))
	if err != nil || !slices.Equal(tried.Request.BundleIDs, []string{bundle.ID}) {
		t.Errorf("the bundle leads to %+v (%v)", tried, err)
	}
	permission := search(t, s, "dynamodb:Scan")[0]
	read := readBack(t, permission.Answers)
	read.Resources = []string{"carts"}
	tried, err = flow.DryRun(t.Context(), read)
	if err != nil || !slices.Equal(tried.Request.PermissionIDs, []string{permission.ID}) {
		t.Errorf("the permission leads to %+v (%v)", tried, err)
	}
}

// readBack reads answers from their flags.
func readBack(t *testing.T, a wizard.Answers) wizard.Answers {
	t.Helper()
	var read wizard.Answers
	flags := pflag.NewFlagSet("create", pflag.ContinueOnError)
	read.Flags(flags)
	if err := flags.Parse(a.Args()); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestSearchLooksOnlyWhereItHasTo(t *testing.T) {
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
		s := newService(t, time.Second)
		for _, h := range search(t, s, "a", c.kinds...) {
			if len(c.kinds) > 0 && !slices.Contains(c.kinds, h.Info.Slug) {
				t.Errorf("%q finds a %s", c.kinds, h.Info.Slug)
			}
		}
		for list, want := range map[string]bool{
			"/integrations": c.integrations, "/resource-types": c.types, "/resources": c.resources, "/permissions": c.permissions, "/bundles": c.bundles,
		} {
			if asked := s.asked(list) > 0; asked != want {
				t.Errorf("%q: %s looked up: %t", c.kinds, list, asked)
			}
		}
	}
}

func TestSearchGoesOnPastWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := newService(t, time.Second)
	closed := search(t, s, "staging-eks", "integration")[0]
	s.stands = func(req *http.Request) (*http.Response, bool) {
		if req.URL.Query().Get("integration-id") != closed.ID {
			return nil, false
		}
		return answer(req, http.StatusForbidden, `{"message":"not for you"}`), true
	}
	hits, err := wizard.Search(t.Context(), s.api, wizard.SearchQuery{Text: "orders"})
	partial := wants[*wizard.PartialError](t, err)
	if !slices.Equal(partial.Places, []string{"kubernetes/staging-eks"}) || wants[*client.Error](t, err).Status != http.StatusForbidden {
		t.Errorf("it says %v", err)
	}
	found := names(hits)
	if slices.Contains(found, "resource orders") || !slices.Contains(found, "resource orders-webhook") {
		t.Errorf("it finds %q", found)
	}
}

func TestSearchEndsWhereNothingCanBeFound(t *testing.T) {
	t.Parallel()
	s := newService(t, time.Second)
	if _, err := wizard.Search(t.Context(), s.api, wizard.SearchQuery{Text: " * "}); err == nil {
		t.Error("a search for nothing finds something")
	} else {
		wants[*wizard.UsageError](t, err)
	}
	if s.asked("") > 0 {
		t.Error("a search for nothing asks the service")
	}
	s.stands = func(req *http.Request) (*http.Response, bool) {
		if !strings.HasSuffix(req.URL.Path, "/resource-types") {
			return nil, false
		}
		return answer(req, http.StatusUnauthorized, ``), true
	}
	hits, err := wizard.Search(t.Context(), s.api, wizard.SearchQuery{Text: "orders"})
	if e := wants[*client.Error](t, err); e.Status != http.StatusUnauthorized || hits != nil {
		t.Errorf("a login that died gives %v and %d hits", err, len(hits))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := wizard.Search(ctx, s.api, wizard.SearchQuery{Text: "orders"}); err == nil {
		t.Error("a cancelled search ends well")
	}
}
