package client

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"
)

// requestServer serves a list of requests in the order of its times of
// creation, and counts calls.
type requestServer struct {
	created []time.Time
	noTotal bool // pages have no total and no has_more
	counter
}

// id returns the ID of the nth request of the list.
func (s *requestServer) id(n int) string { return fmt.Sprintf("AR-%05d", n) }

func (s *requestServer) serve(w http.ResponseWriter, r *http.Request) {
	s.enter()
	defer s.leave()
	skip, limit := number(r, "skip"), number(r, "limit")
	total := len(s.created)
	p := Page[Request]{Data: []Request{}, Pagination: Pagination{Limit: limit, Offset: skip}}
	if !s.noTotal {
		p.Pagination.Total = &total
	}
	for n := skip; n < min(skip+limit, total); n++ {
		p.Data = append(p.Data, Request{ID: s.id(n), Status: RequestStatus{Status: StatusActive}, CreationTime: At(s.created[n])})
	}
	body, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	respond(w, http.StatusOK, string(body))
}

// hourly returns n times, each an hour before the one before it.
func hourly(newest time.Time, n int) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		times[i] = newest.Add(-time.Duration(i) * time.Hour)
	}
	return times
}

func reversed(times []time.Time) []time.Time {
	times = slices.Clone(times)
	slices.Reverse(times)
	return times
}

func shuffled(times []time.Time) []time.Time {
	times = slices.Clone(times)
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(times), func(i, j int) { times[i], times[j] = times[j], times[i] })
	return times
}

func TestRequestsSince(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	sorted := hourly(now, 1234)
	// Only the third page shows that the list is out of order.
	lateDisorder := slices.Concat(sorted[:250], reversed(sorted[250:]))
	sameTime := slices.Repeat([]time.Time{now}, 500)
	for _, c := range []struct {
		name    string
		created []time.Time
		noTotal bool
		since   time.Duration // before now
		calls   int
		want    int
	}{
		{"sorted, within the first page", sorted, false, 7 * time.Hour, 1, 8},
		{"sorted, no total, within the first page", sorted, true, 7 * time.Hour, 1, 8},
		{"sorted, the first page exactly", sorted, false, 99 * time.Hour, 2, 100},
		{"sorted, several pages", sorted, false, 250 * time.Hour, 3, 251},
		{"sorted, no total, several pages", sorted, true, 250 * time.Hour, 3, 251},
		{"sorted, everything is new enough", sorted, false, 2000 * time.Hour, 13, 1234},
		{"sorted, no total, everything is new enough", sorted, true, 2000 * time.Hour, 13, 1234},
		{"nothing is new enough", sorted, false, -time.Hour, 1, 0},
		{"oldest first", reversed(sorted), false, 7 * time.Hour, 13, 8},
		{"oldest first, no total", reversed(sorted), true, 7 * time.Hour, 13, 8},
		{"shuffled", shuffled(sorted), false, 7 * time.Hour, 13, 8},
		{"shuffled, no total", shuffled(sorted), true, 7 * time.Hour, 13, 8},
		{"out of order on a later page", lateDisorder, false, 1000 * time.Hour, 13, 1001},
		{"out of order on a later page, no total", lateDisorder, true, 1000 * time.Hour, 13, 1001},
		{"out of order between pages", slices.Concat(sorted[100:200], sorted[:100], sorted[200:]), false, 250 * time.Hour, 13, 251},
		{"all at the same time", sameTime, false, time.Hour, 6, 500},
		{"one page", sorted[:50], true, 7 * time.Hour, 1, 8},
		{"empty", nil, false, time.Hour, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := &requestServer{created: c.created, noTotal: c.noTotal}
			since := now.Add(-c.since)
			found, err := newTestServer(t, server.serve).client.Requests(t.Context(), RequestQuery{Since: since})
			if err != nil || found == nil {
				t.Fatalf("%v, %v", found, err)
			}
			var want, got []string
			for n, at := range c.created {
				if !at.Before(since) {
					want = append(want, server.id(n))
				}
			}
			for _, r := range found {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, want) || len(got) != c.want {
				t.Errorf("%d requests, want %d", len(got), len(want))
			}
			if server.count() != c.calls {
				t.Errorf("%d calls, want %d", server.count(), c.calls)
			}
		})
	}
}

// A request without a time of creation does not end the list early.
func TestRequestsSinceWithoutCreationTime(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	created := slices.Concat(hourly(now, pageSize-1), []time.Time{time.Unix(0, 0)}, hourly(now, 50))
	server := &requestServer{created: created}
	found, err := newTestServer(t, server.serve).client.Requests(t.Context(), RequestQuery{Since: now.Add(-1000 * time.Hour)})
	if err != nil || len(found) != len(created)-1 || server.count() != 2 {
		t.Errorf("%d requests after %d calls, %v", len(found), server.count(), err)
	}
}

// Since is applied by the client; everything else by the service.
func TestRequestsSinceSendsScopeAndStatuses(t *testing.T) {
	cl, seen := recordingClient(t, "")
	_, err := cl.Requests(t.Context(), RequestQuery{Statuses: []Status{StatusActive, StatusGranted}, Since: time.Now()})
	if got := seen.query.Encode(); err != nil || got != "limit=100&scope=MyRequests&statuses=Active&statuses=Granted" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestRequestsSinceFailsWithItsPage(t *testing.T) {
	now := time.Now()
	server := &requestServer{created: hourly(now, 500)}
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		if number(r, "skip") == 100 {
			respond(w, http.StatusForbidden, "")
			return
		}
		server.serve(w, r)
	})
	if found, err := s.client.Requests(t.Context(), RequestQuery{Since: now.Add(-300 * time.Hour)}); !IsForbidden(err) || found != nil {
		t.Errorf("%d requests, %v", len(found), err)
	}
}

func TestHasRequests(t *testing.T) {
	for _, n := range []int{0, 1, 500} {
		server := &requestServer{created: hourly(time.Now(), n)}
		some, err := newTestServer(t, server.serve).client.HasRequests(t.Context(), RequestQuery{})
		if err != nil || some != (n > 0) || server.count() != 1 {
			t.Errorf("%d requests: %v after %d calls, %v", n, some, server.count(), err)
		}
	}
}
