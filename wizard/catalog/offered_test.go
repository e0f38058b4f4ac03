package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/wizard/kind"
)

// offeredIn returns the values offered for a word among resources with the given source
// IDs.
func offeredIn(t *testing.T, word string, sources ...string) []string {
	t.Helper()
	store, k := newStore(t, t.TempDir()), kind.Resources()
	in := kind.Scope{Integration: client.Integration{ID: "i"}, ResourceType: client.ResourceType{ID: "t"}}
	var items [][]string
	for i, source := range sources {
		items = append(items, k.Pack(client.Resource{ID: fmt.Sprintf("r%d", i), Name: source, SourceID: source}))
	}
	if err := store.put(t.Context(), keyOf(k, "", in), pack(t, k.Scanned, items), time.Now()); err != nil {
		t.Fatal(err)
	}
	choices, err := NewSource(t.Context(), nil, store, "").Offered(t.Context(), k, in, word)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, c := range choices {
		values = append(values, c.Value)
	}
	return values
}

func TestOfferedStartsWithTheWordOrContainsIt(t *testing.T) {
	t.Parallel()
	sources := []string{"arn:orders", "new\nline", "ARN:Other", "plain-arn", "same", "same"}
	for word, want := range map[string][]string{
		"arn:":  {"arn:orders", "ARN:Other"},
		"plain": {"plain-arn"},
		"ain-a": {"plain-arn"},
		"same":  {"r4", "r5"}, // two resources have the source ID
		"none":  nil,
	} {
		if got := offeredIn(t, word, sources...); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

// If not all values are offered, those that are have no more in common than all, so that
// a shell does not complete more than is certain.
func TestSomeOffersHaveInCommonWhatAllHave(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]string{"the last": "arn:x", "in the middle": ""} {
		var sources []string
		for i := range 2*partSize + 5 {
			sources = append(sources, fmt.Sprintf("arn:aws:s3:::bucket-%06d", i))
		}
		if last == "" {
			sources[partSize+7] = "arn:y"
		} else {
			sources = append(sources, last)
		}
		got := offeredIn(t, "arn", sources...)
		common := got[0]
		for _, value := range got {
			for !strings.HasPrefix(value, common) {
				common = common[:len(common)-1]
			}
		}
		if len(got) > maxOffered+4 || common != "arn:" {
			t.Errorf("%s: %d values with %q in common", name, len(got), common)
		}
	}
}
