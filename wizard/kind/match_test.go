package kind

import (
	"errors"
	"slices"
	"testing"

	"apono/client"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	items := []client.Integration{
		{ID: "1", Type: "aws-account", Name: "Playground"},
		{ID: "2", Type: "gcp", Name: "Playground"},
		{ID: "3", Type: "sqlite", Name: "shop"},
		{ID: "shop", Type: "mysql", Name: "billing"}, // an ID that is another's name
		{ID: "5", Type: "sqlite", Name: "sqlite/shop"},
	}
	for _, c := range []struct {
		name       string
		want       string // its ID; empty for an error
		ambiguous  bool
		candidates []string
	}{
		{name: "3", want: "3"},
		{name: "aws-account/Playground", want: "1"},
		{name: "billing", want: "shop"},
		{name: "shop", want: "shop"}, // the ID wins
		{name: "Playground", ambiguous: true, candidates: []string{"1", "2"}},
		{name: "sqlite/shop", want: "3"}, // type and name are stronger than a name
		{name: "playground", ambiguous: true, candidates: []string{"1", "2"}},
		{name: "SQLite/Shop", want: "3"},
		{name: " billing ", want: "shop"},
		{name: "aws-account/Playgroun", candidates: []string{"aws-account/Playground"}},
		{name: "bil", candidates: []string{"mysql/billing"}},
		{name: "zzzzzzzzzz"},
	} {
		found, err := Integrations().Match(c.name, Scope{}, items)
		var miss *MatchError
		switch {
		case c.want != "":
			if err != nil || found.ID != c.want {
				t.Errorf("%q finds %q and %v, want %q", c.name, found.ID, err, c.want)
			}
		case !errors.As(err, &miss):
			t.Errorf("%q: got %q and %v", c.name, found.ID, err)
		case miss.Ambiguous != c.ambiguous || !slices.Equal(miss.Candidates, c.candidates):
			t.Errorf("%q: ambiguous %v, candidates %q; want %v, %q", c.name, miss.Ambiguous, miss.Candidates, c.ambiguous, c.candidates)
		case miss.Value != c.name || miss.List == "":
			t.Errorf("%q: the error lacks the name or how to list them: %+v", c.name, miss)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"READ_ONLY", "READ_WRITE", "ADMIN", "VIEW", "EDIT", "価格表", "READ_LOGS", "READ_ALL", "READ_SOME", "READ_MORE"}
	for typed, want := range map[string][]string{
		"READ_ONYL": {"READ_ONLY"}, "admin": {"ADMIN"}, "EDITT": {"EDIT"}, "価格": {"価格表"}, "": nil, "nothing like it": nil,
		"read_": {"READ_ONLY", "READ_WRITE", "READ_LOGS", "READ_ALL", "READ_SOME"}, // no more than five
	} {
		got := Nearest(typed, names)
		if len(got) > 5 || !slices.Equal(got[:min(len(got), len(want))], want) || (len(want) == 0 && len(got) > 0) {
			t.Errorf("%q: got %q, want them to start with %q", typed, got, want)
		}
	}
}

func TestTheNameThatGoesAfterAFlag(t *testing.T) {
	t.Parallel()
	items := []client.Resource{
		{ID: "r1", SourceID: "arn:1"}, {ID: "r2", SourceID: "arn:same"}, {ID: "r3", SourceID: "arn:same"}, {ID: "r4", SourceID: "arn:\x1b[2J"}, {ID: "r5"},
	}
	name := Resources().FlagValues(items)
	for i, want := range []string{"arn:1", "r2", "r3", "r4", "r5"} {
		if got := name(items[i]); got != want {
			t.Errorf("resource %d is called %q, want %q", i+1, got, want)
		}
	}
}
