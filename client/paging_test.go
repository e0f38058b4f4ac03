package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

// catalogue serves a list of bundles, b0 to b(n-1), the way one service does.
type catalogue struct {
	items int
	cap   int // most served at once; 0: as many as asked for
	// says returns total and has_more as they are written, "" for absent.
	says      func(skip, served, items int) (total, more string)
	noSkip    bool
	breakable int // the page from this item on is one item short; 0: none
	counter
}

func (c *catalogue) serve(w http.ResponseWriter, r *http.Request) {
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
	if skip > 0 && skip == c.breakable {
		end--
	}
	items := []string{}
	for i := skip; i < end; i++ {
		items = append(items, fmt.Sprintf(`{"id":"b%d","name":"B","labels":{}}`, i))
	}
	fields := []string{`"limit":` + strconv.Itoa(limit), `"offset":` + strconv.Itoa(skip)}
	total, more := c.says(skip, len(items), c.items)
	if total != "" {
		fields = append(fields, `"total":`+total)
	}
	if more != "" {
		fields = append(fields, `"has_more":`+more)
	}
	answer(w, http.StatusOK, fmt.Sprintf(`{"data":[%s],"pagination":{%s}}`, strings.Join(items, ","), strings.Join(fields, ",")))
}

func says(total, more string) func(int, int, int) (string, string) {
	return func(int, int, int) (string, string) { return total, more }
}

func truth(skip, served, items int) (string, string) {
	return strconv.Itoa(items), strconv.FormatBool(skip+served < items)
}

func onlyTotal(skip, served, items int) (string, string) {
	total, _ := truth(skip, served, items)
	return total, ""
}

func onlyMore(skip, served, items int) (string, string) {
	_, more := truth(skip, served, items)
	return "null", more
}

// reading is a list and what is read of it.
type reading struct {
	name  string
	list  *catalogue
	most  int // requests, at most
	items int // what comes back; 0: everything there is
}

func TestPagesAreFetchedWholeAndInOrder(t *testing.T) {
	for _, c := range []reading{
		{"empty, all said", &catalogue{items: 0, says: truth}, 1, 0},
		{"empty, nothing said", &catalogue{items: 0, says: says("", "")}, 1, 0},
		{"empty, more promised", &catalogue{items: 0, says: says("700", "true")}, 1, 0},
		{"exactly one page, all said", &catalogue{items: pageSize, says: truth}, 1, 0},
		{"exactly one page, nothing said", &catalogue{items: pageSize, says: says("", "")}, 2, 0},
		{"exactly two pages, nulls", &catalogue{items: 2 * pageSize, says: says("null", "null")}, 3, 0},
		{"several, all said", &catalogue{items: 1234, says: truth}, 13, 0},
		{"several, only total", &catalogue{items: 1234, says: onlyTotal}, 13, 0},
		{"several, only has_more", &catalogue{items: 1234, says: onlyMore}, 13, 0},
		{"several, nothing said", &catalogue{items: 1234, says: says("", "")}, 13, 0},
		{"total too small", &catalogue{items: 450, says: says("120", "")}, 5, 0},
		{"total zero", &catalogue{items: 450, says: says("0", "")}, 5, 0},
		{"total negative", &catalogue{items: 450, says: says("-1", "null")}, 5, 0},
		{"total too large", &catalogue{items: 450, says: says("700", "")}, 8, 0},
		{"total enormous", &catalogue{items: 450, says: says("999999", "")}, 24, 0},
		{"total beyond all reason", &catalogue{items: 450, says: says("2147483647", "null")}, 6, 0},
		{"has_more false against total", &catalogue{items: 450, says: says("450", "false")}, 5, 0},
		{"has_more true for ever", &catalogue{items: 450, says: says("", "true")}, 6, 0},
		{"has_more true for ever, with total", &catalogue{items: 450, says: says("450", "true")}, 6, 0},
		{"fewer served than asked for", &catalogue{items: 450, cap: 20, says: truth}, 23, 0},
		{"fewer served, only total", &catalogue{items: 450, cap: 20, says: onlyTotal}, 23, 0},
		{"fewer served, nothing said", &catalogue{items: 450, cap: 20, says: says("", "")}, 24, 0},
		{"a short page in the middle", &catalogue{items: 1234, breakable: 300, says: truth}, 25, 0},
		{"skip ignored, nothing said", &catalogue{items: 450, noSkip: true, says: says("", "")}, 2, pageSize},
		{"skip ignored, with total", &catalogue{items: 450, noSkip: true, says: onlyTotal}, 5, pageSize},
		{"skip ignored, more for ever", &catalogue{items: 450, noSkip: true, says: says("null", "true")}, 2, pageSize},
	} {
		t.Run(c.name, c.check)
	}
}

func (c reading) check(t *testing.T) {
	bundles, err := newService(t, c.list.serve).client.Bundles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if bundles == nil {
		t.Error("nil in place of an empty list")
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
		t.Errorf("%d requests side by side", c.list.most)
	}
}

func TestPagesThatAreNotAList(t *testing.T) {
	for _, c := range []struct{ name, body string }{
		{"null data", `{"data":null,"pagination":null}`},
		{"no pagination", `{"data":[]}`},
		{"empty object", `{}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newService(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, c.body) })
			bundles, err := s.client.Bundles(t.Context())
			if err != nil || bundles == nil || len(bundles) != 0 {
				t.Errorf("%v, %v", bundles, err)
			}
		})
	}
}

// The rest of a long list is fetched side by side, and never with more than
// eight requests under way: the server holds each until eight are there.
func TestPagesAreFetchedSideBySide(t *testing.T) {
	list := &catalogue{items: 1 + 2*maxConcurrent*pageSize, says: truth}
	gate := make(chan struct{})
	waiting := &counter{}
	s := newService(t, func(w http.ResponseWriter, r *http.Request) {
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
		t.Errorf("%d requests side by side, want %d", waiting.most, maxConcurrent)
	}
}

// All calls of a client share the same eight places: when nothing moves any
// more, eight are with the service and the others wait.
func TestCallsShareTheirPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 10 * maxConcurrent
		var seen counter
		gate := make(chan struct{})
		cl, err := New(Config{BaseURL: DefaultAPIURL, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			defer seen.leave()
			seen.enter()
			<-gate
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(aSession))}, nil
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
			t.Errorf("%d requests at once, want %d", seen.count(), maxConcurrent)
		}
		close(gate)
		for range calls {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if seen.count() != calls || seen.most > maxConcurrent {
			t.Errorf("%d requests, %d at once", seen.count(), seen.most)
		}
	})
}

func TestAFailedPageFailsTheList(t *testing.T) {
	list := &catalogue{items: 900, says: truth}
	s := newService(t, func(w http.ResponseWriter, r *http.Request) {
		if number(r, "skip") == 300 {
			answer(w, http.StatusForbidden, `{"message":"no"}`)
			return
		}
		list.serve(w, r)
	})
	bundles, err := s.client.Bundles(t.Context())
	if err == nil || bundles != nil {
		t.Errorf("%d items, %v", len(bundles), err)
	}
}

func TestSourceIDsAreSplitOverSeveralURLs(t *testing.T) {
	for _, c := range []struct {
		name string
		ids  []string
		urls int
	}{
		{"none", nil, 1},
		{"one", []string{"arn:aws:s3:::bucket"}, 1},
		{"many short ones", manyIDs(2000, "%d"), 4},
		{"many that grow when escaped", manyIDs(300, "arn:aws:s3:::bücket/%d"), 3},
		{"one that is too long by itself", []string{"a", strings.Repeat("x", 2*maxListBytes), "b"}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen counter
			s := newService(t, func(w http.ResponseWriter, r *http.Request) {
				seen.enter()
				defer seen.leave()
				if len(r.URL.RawQuery) > maxListBytes+200 && len(r.URL.Query()["source-id"]) > 1 {
					t.Errorf("a query of %d bytes", len(r.URL.RawQuery))
				}
				resources := []Resource{}
				for _, id := range r.URL.Query()["source-id"] {
					resources = append(resources, Resource{ID: id, SourceID: id})
				}
				body, err := json.Marshal(Page[Resource]{Data: resources})
				if err != nil {
					t.Error(err)
				}
				answer(w, http.StatusOK, string(body))
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
