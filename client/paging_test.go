package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

// bundleServer serves a list of bundles, b0 to b(n-1).
type bundleServer struct {
	items int
	cap   int // largest page, 0 for no limit
	// pagination returns the JSON of total and has_more, "" to leave them out.
	pagination func(skip, served, items int) (total, more string)
	noSkip     bool
	shortPage  int // the page that starts at this item has one item less, 0 for none
	counter
}

func (c *bundleServer) serve(w http.ResponseWriter, r *http.Request) {
	c.enter()
	defer c.leave()
	skip, limit := number(r, "skip"), number(r, "limit")
	if c.noSkip {
		skip = 0
	}
	if c.cap > 0 {
		limit = min(limit, c.cap)
	}
	end := min(skip+limit, c.items)
	if skip > 0 && skip == c.shortPage {
		end--
	}
	items := []string{}
	for i := skip; i < end; i++ {
		items = append(items, fmt.Sprintf(`{"id":"b%d","name":"B","labels":{}}`, i))
	}
	fields := []string{`"limit":` + strconv.Itoa(limit), `"offset":` + strconv.Itoa(skip)}
	total, more := c.pagination(skip, len(items), c.items)
	if total != "" {
		fields = append(fields, `"total":`+total)
	}
	if more != "" {
		fields = append(fields, `"has_more":`+more)
	}
	respond(w, http.StatusOK, fmt.Sprintf(`{"data":[%s],"pagination":{%s}}`, strings.Join(items, ","), strings.Join(fields, ",")))
}

func fixed(total, more string) func(int, int, int) (string, string) {
	return func(int, int, int) (string, string) { return total, more }
}

func accurate(skip, served, items int) (string, string) {
	return strconv.Itoa(items), strconv.FormatBool(skip+served < items)
}

func onlyTotal(skip, served, items int) (string, string) {
	total, _ := accurate(skip, served, items)
	return total, ""
}

func onlyMore(skip, served, items int) (string, string) {
	_, more := accurate(skip, served, items)
	return "null", more
}

// pagingTest is a list and the expected result of fetching it.
type pagingTest struct {
	name  string
	list  *bundleServer
	most  int // number of requests, at most
	items int // number of items fetched, 0 for all of the list
}

func TestListsAreFetchedCompletelyAndInOrder(t *testing.T) {
	for _, c := range []pagingTest{
		{"empty, all fields", &bundleServer{items: 0, pagination: accurate}, 1, 0},
		{"empty, no fields", &bundleServer{items: 0, pagination: fixed("", "")}, 1, 0},
		{"exactly one page, all fields", &bundleServer{items: pageSize, pagination: accurate}, 1, 0},
		{"exactly one page, no fields", &bundleServer{items: pageSize, pagination: fixed("", "")}, 2, 0},
		{"exactly two pages, nulls", &bundleServer{items: 2 * pageSize, pagination: fixed("null", "null")}, 3, 0},
		{"several, all fields", &bundleServer{items: 1234, pagination: accurate}, 13, 0},
		{"several, only total", &bundleServer{items: 1234, pagination: onlyTotal}, 13, 0},
		{"several, only has_more", &bundleServer{items: 1234, pagination: onlyMore}, 13, 0},
		{"several, no fields", &bundleServer{items: 1234, pagination: fixed("", "")}, 13, 0},
		{"total too small", &bundleServer{items: 450, pagination: fixed("120", "")}, 5, 0},
		{"total zero", &bundleServer{items: 450, pagination: fixed("0", "")}, 5, 0},
		{"total negative", &bundleServer{items: 450, pagination: fixed("-1", "null")}, 5, 0},
		{"total too large", &bundleServer{items: 450, pagination: fixed("700", "")}, 8, 0},
		{"total enormous", &bundleServer{items: 450, pagination: fixed("999999", "")}, 24, 0},
		{"total absurd", &bundleServer{items: 450, pagination: fixed("2147483647", "null")}, 6, 0},
		{"has_more false against total", &bundleServer{items: 450, pagination: fixed("450", "false")}, 5, 0},
		{"has_more true forever", &bundleServer{items: 450, pagination: fixed("", "true")}, 6, 0},
		{"has_more true forever, with total", &bundleServer{items: 450, pagination: fixed("450", "true")}, 6, 0},
		{"smaller pages, all fields", &bundleServer{items: 450, cap: 20, pagination: accurate}, 23, 0},
		{"smaller pages, only total", &bundleServer{items: 450, cap: 20, pagination: onlyTotal}, 23, 0},
		{"smaller pages, no fields", &bundleServer{items: 450, cap: 20, pagination: fixed("", "")}, 24, 0},
		{"a short page in the middle", &bundleServer{items: 1234, shortPage: 300, pagination: accurate}, 25, 0},
		{"skip ignored, no fields", &bundleServer{items: 450, noSkip: true, pagination: fixed("", "")}, 2, pageSize},
	} {
		t.Run(c.name, c.check)
	}
}

// A list that the service cuts is an error, so that it does not look whole.
func TestCutListsFail(t *testing.T) {
	for name, list := range map[string]*bundleServer{
		"empty, more announced":      {items: 0, pagination: fixed("700", "true")},
		"ends early":                 {items: 100, pagination: fixed("5000", "true")},
		"skip ignored, with total":   {items: 450, noSkip: true, pagination: onlyTotal},
		"skip ignored, more forever": {items: 450, noSkip: true, pagination: fixed("null", "true")},
	} {
		t.Run(name, func(t *testing.T) {
			bundles, err := newTestServer(t, list.serve).client.Bundles(t.Context())
			var failed *Error
			if !errors.As(err, &failed) || !failed.Malformed || bundles != nil {
				t.Errorf("%d bundles, %v", len(bundles), err)
			}
		})
	}
}

func (c pagingTest) check(t *testing.T) {
	bundles, err := newTestServer(t, c.list.serve).client.Bundles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if bundles == nil {
		t.Error("nil instead of an empty list")
	}
	want := c.list.items
	if c.items > 0 {
		want = c.items
	}
	if len(bundles) != want {
		t.Fatalf("%d items, want %d", len(bundles), want)
	}
	for i, b := range bundles {
		if b.ID != fmt.Sprintf("b%d", i) {
			t.Fatalf("item %d is %s", i, b.ID)
		}
	}
	if n := c.list.count(); n > c.most {
		t.Errorf("%d requests, want at most %d", n, c.most)
	}
	if c.list.most > maxConcurrent {
		t.Errorf("%d concurrent requests", c.list.most)
	}
}

func TestPagesWithoutData(t *testing.T) {
	for _, c := range []struct{ name, body string }{
		{"no pagination", `{"data":[]}`},
		{"null pagination", `{"data":[],"pagination":null}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) { respond(w, http.StatusOK, c.body) })
			bundles, err := s.client.Bundles(t.Context())
			if err != nil || bundles == nil || len(bundles) != 0 {
				t.Errorf("%v, %v", bundles, err)
			}
		})
	}
}

// The rest of a long list is fetched with exactly eight concurrent requests: the
// server delays each until there are eight.
func TestPagesAreFetchedConcurrently(t *testing.T) {
	list := &bundleServer{items: 1 + 2*maxConcurrent*pageSize, pagination: accurate}
	gate := make(chan struct{})
	waiting := &counter{}
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		if number(r, "skip") > 0 {
			defer waiting.leave()
			if waiting.enter() == maxConcurrent {
				close(gate)
			}
			<-gate
		}
		list.serve(w, r)
	})
	bundles, err := s.client.Bundles(t.Context())
	if err != nil || len(bundles) != list.items {
		t.Fatalf("%d items, %v", len(bundles), err)
	}
	if waiting.most != maxConcurrent {
		t.Errorf("%d concurrent requests, want %d", waiting.most, maxConcurrent)
	}
}

// All calls of a client share eight slots: once every goroutine is blocked,
// eight calls are at the service and the others wait.
func TestCallsShareSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 10 * maxConcurrent
		var seen counter
		gate := make(chan struct{})
		cl, err := New(Config{BaseURL: "https://api.apono.io", Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			defer seen.leave()
			seen.enter()
			<-gate
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(sessionJSON))}, nil
		})})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, calls)
		for range calls {
			go func() {
				_, err := cl.UserSession(t.Context())
				done <- err
			}()
		}
		synctest.Wait()
		if seen.count() != maxConcurrent {
			t.Errorf("%d concurrent requests, want %d", seen.count(), maxConcurrent)
		}
		close(gate)
		for range calls {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if seen.count() != calls || seen.most > maxConcurrent {
			t.Errorf("%d requests, %d concurrent", seen.count(), seen.most)
		}
	})
}

func TestFailedPageFailsTheList(t *testing.T) {
	list := &bundleServer{items: 900, pagination: accurate}
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		if number(r, "skip") == 300 {
			respond(w, http.StatusForbidden, `{"message":"no"}`)
			return
		}
		list.serve(w, r)
	})
	bundles, err := s.client.Bundles(t.Context())
	if err == nil || bundles != nil {
		t.Errorf("%d items, %v", len(bundles), err)
	}
}

func TestSourceIDsAreSplitAcrossURLs(t *testing.T) {
	for _, c := range []struct {
		name string
		ids  []string
		urls int
	}{
		{"none", nil, 1},
		{"one", []string{"arn:aws:s3:::bucket"}, 1},
		{"many short ones", manyIDs(2000, "%d"), 4},
		{"many that need escaping", manyIDs(300, "arn:aws:s3:::bücket/%d"), 3},
		{"one that is too long", []string{"a", strings.Repeat("x", 2*maxListBytes), "b"}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen counter
			s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
				seen.enter()
				defer seen.leave()
				if len(r.URL.RawQuery) > maxListBytes+200 && len(r.URL.Query()["source-id"]) > 1 {
					t.Errorf("query of %d bytes", len(r.URL.RawQuery))
				}
				resources := []Resource{}
				for _, id := range r.URL.Query()["source-id"] {
					resources = append(resources, Resource{ID: id, SourceID: id})
				}
				body, err := json.Marshal(Page[Resource]{Data: resources})
				if err != nil {
					t.Error(err)
				}
				respond(w, http.StatusOK, string(body))
			})
			found, err := s.client.Resources(t.Context(), ResourceQuery{IntegrationID: "i", ResourceTypeID: "t", SourceIDs: c.ids})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range found {
				got = append(got, r.SourceID)
			}
			if !slices.Equal(got, c.ids) {
				t.Errorf("%d resources, want %d in the same order", len(got), len(c.ids))
			}
			if seen.count() < c.urls || seen.count() > c.urls+2 {
				t.Errorf("%d requests, want about %d", seen.count(), c.urls)
			}
		})
	}
}

func manyIDs(n int, format string) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf(format, i)
	}
	return ids
}
