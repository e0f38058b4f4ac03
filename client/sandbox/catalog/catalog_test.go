package catalog

import (
	"strings"
	"testing"
	"unicode"

	"apono/client"
)

func newTestCatalog() *Catalog {
	return New(client.User{Name: "Dana Levi", Email: "dana.levi@acme.example"}, true)
}

func TestCatalogIsConsistent(t *testing.T) {
	c := newTestCatalog()
	seen := map[string]string{}
	unique := func(id, what string) {
		if other, ok := seen[id]; ok || id == "" {
			t.Errorf("%s and %s have the ID %q", what, other, id)
		}
		seen[id] = what
	}
	for _, in := range c.Integrations {
		unique(in.ID, in.Title())
		for _, resourceType := range in.Types {
			unique(resourceType.ID, resourceType.Name)
			sources := map[string]bool{}
			for _, r := range resourceType.Resources {
				unique(r.ID, string(r.Path))
				if sources[r.SourceID] || r.Flow == nil || r.Name == "" {
					t.Errorf("%s: source ID %s, flow %v, name %q", r.Path, r.SourceID, r.Flow, r.Name)
				}
				sources[r.SourceID] = true
				if strings.ContainsFunc(string(r.Path)+r.SourceID, unicode.IsControl) {
					t.Errorf("%q has a control character", r.Path)
				}
			}
		}
	}
	want := map[string]int{"Checkout on call": 12, "Data analyst starter kit": 3, "Shop support": 2, "Read the analytics replica": 1, "Month-end closing (billing)": 4}
	for _, b := range c.Bundles {
		unique(b.ID, b.Name)
		if len(b.Units) != want[b.Name] {
			t.Errorf("the bundle %q has %d units, want %d", b.Name, len(b.Units), want[b.Name])
		}
	}
}

func TestUnitIDsCanBeParsed(t *testing.T) {
	c := newTestCatalog()
	for _, b := range c.Bundles {
		for _, u := range b.Units {
			if got, ok := c.Unit(u.ID()); !ok || got != u {
				t.Errorf("the unit %s is %+v, want %+v", u.ID(), got, u)
			}
		}
	}
	for _, id := range []string{"", "~", "nope~READ_ONLY", c.Bundles[0].Units[0].Resource.ID + "~nope"} {
		if u, ok := c.Unit(id); ok {
			t.Errorf("there is a unit %q: %+v", id, u)
		}
	}
}

func TestServerResourceIDsContainTheirLocation(t *testing.T) {
	c := newTestCatalog()
	for _, location := range [][2]string{{"app", ""}, {"app", "sales"}, {"odd \"name\"/x", "größe"}} {
		r, ok := c.Resource(c.ServerResource(location[0], location[1]).ID)
		if !ok {
			t.Fatalf("no resource for %q", location)
		}
		if database, schema := r.ServerLocation(); [2]string{database, schema} != location {
			t.Errorf("location %q %q, want %q", database, schema, location)
		}
	}
	for _, id := range []string{"pg.", "pg.!", "pg.YXBw", c.Integrations[0].ID} {
		if _, ok := c.Resource(id); ok {
			t.Errorf("there is a resource %q", id)
		}
	}
	without := New(client.User{}, false)
	if _, ok := without.Resource(c.ServerResource("app", "").ID); ok {
		t.Error("a catalog without the server has a resource of the server")
	}
}

func TestUnknownFlowNeedsApproval(t *testing.T) {
	if f := newTestCatalog().Flow("removed"); !f.NeedsApproval() {
		t.Errorf("the flow is %+v", f)
	}
}

func TestMatches(t *testing.T) {
	for search, want := range map[string]bool{"": true, "two WORDS": true, "words two": true, "three": false, "two three": false} {
		if got := Matches(search, "Two", "words"); got != want {
			t.Errorf("%q: %v", search, got)
		}
	}
}
