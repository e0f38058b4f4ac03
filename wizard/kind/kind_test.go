package kind_test

import (
	"iter"
	"slices"
	"testing"

	"apono/client"
	"apono/client/sandbox"
	"apono/render"
	"apono/wizard/kind"
)

func sandboxClient(t *testing.T) *client.Client {
	t.Helper()
	service, err := sandbox.Open(t.Context(), sandbox.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: service.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// Everything the sandbox offers is found again by the value that is printed for
// it, and by its ID.
func TestEveryItemIsFoundByItsFlagValue(t *testing.T) {
	t.Parallel()
	api := sandboxClient(t)
	seen := map[string]int{}
	var walk func(slug string, in kind.Scope)
	walk = func(slug string, in kind.Scope) {
		for _, d := range kind.Below(slug) {
			all, err := kind.FromService(api)(t.Context(), d, in)
			if err != nil {
				t.Fatal(err)
			}
			var items []kind.Item
			var pointers []*kind.Item
			for texts := range all {
				items = append(items, d.Packed(in, texts))
			}
			for i := range items {
				pointers = append(pointers, &items[i])
			}
			d.NameItems(pointers, all)
			if len(items) > 0 {
				findAgain(t, all, d, in, items[0])
				findAgain(t, all, d, in, items[len(items)-1])
			}
			for _, item := range items {
				seen[item.Info.Slug]++
				walk(item.Info.Slug, item.Scope)
			}
		}
	}
	walk("", kind.Scope{})
	for _, d := range kind.All() {
		if seen[d.Describe().Slug] == 0 {
			t.Errorf("the sandbox offers no %s", d.Describe().Name)
		}
	}
}

func findAgain(t *testing.T, all iter.Seq[[]string], d kind.Descriptor, in kind.Scope, item kind.Item) {
	t.Helper()
	for _, name := range []string{item.FlagValue, item.ID} {
		if found, err := d.FindIn(in, all, name); err != nil || found.ID != item.ID {
			t.Errorf("%s %q finds %q, %v; want %q", item.Info.Name, name, found.ID, err, item.ID)
		}
	}
	if choices := d.Offered(in, all); !slices.ContainsFunc(choices, func(c kind.Choice) bool { return c.Value == item.FlagValue }) {
		t.Errorf("completion does not offer %q", item.FlagValue)
	}
}

func TestListOfNamesTheParentsOrLeadsToThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		slug  string
		names map[string]string
		want  render.Arguments
	}{
		{"integration", nil, `inventory integrations`},
		{"resource", nil, `inventory integrations`},
		{"resource", map[string]string{"integration": "sqlite/shop"}, `inventory resource-types -i "sqlite/shop"`},
		{"permission", map[string]string{"integration": "a b", "resource-type": "c"}, `inventory permissions -i "a b" -t "c"`},
		{"access-unit", map[string]string{"bundle": "On call"}, `inventory access-units -b "On call"`},
		{"no such kind", nil, ""},
	} {
		if got := kind.ListOf(c.slug, c.names); got != c.want {
			t.Errorf("%s with %v: got %q, want %q", c.slug, c.names, got, c.want)
		}
	}
}

func TestLocateFollowsTheParents(t *testing.T) {
	t.Parallel()
	api := sandboxClient(t)
	parents := kind.Resources().Parents
	in, err := kind.Locate(t.Context(), kind.FromService(api), parents, map[string]string{"integration": "sqlite/shop", "resource-type": "sqlite-table"})
	if err != nil || in.Integration.Title() != "sqlite/shop" || in.ResourceType.ID != "sqlite-table" {
		t.Errorf("got %+v, %v", in, err)
	}
	if _, err := kind.Locate(t.Context(), kind.FromService(api), parents, map[string]string{"integration": "sqlite/shop", "resource-type": "nonsense"}); err == nil {
		t.Error("a resource type that does not exist has a scope")
	}
}
