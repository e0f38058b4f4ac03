package wizard

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox"
	"apono/render"
)

// depthTransport is an http.RoundTripper that counts sequential round trips. The depth of
// a call is one more than that of the deepest call that had ended when it started, so
// parallel calls have the same depth. To give a flow the time to start all calls that it
// makes in parallel, it holds calls of a depth back until there are as many as want says.
type depthTransport struct {
	next http.RoundTripper
	want map[int]int // number of calls by depth

	mu      sync.Mutex
	changed *sync.Cond
	started map[int][]string // calls by depth
	ended   int              // the depth of the deepest call that has ended
}

func newDepthTransport(next http.RoundTripper, want map[int]int) *depthTransport {
	d := &depthTransport{next: next, want: want, started: map[int][]string{}}
	d.changed = sync.NewCond(&d.mu)
	return d
}

// RoundTrip implements http.RoundTripper.
func (d *depthTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	d.mu.Lock()
	depth := d.ended + 1
	d.started[depth] = append(d.started[depth], req.Method+" "+req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:])
	d.changed.Broadcast()
	stop := time.AfterFunc(10*time.Second, func() { // a flow that does not make calls in parallel fails, rather than hangs
		d.mu.Lock()
		defer d.mu.Unlock()
		d.want[depth] = 0
		d.changed.Broadcast()
	})
	for len(d.started[depth]) < d.want[depth] {
		d.changed.Wait()
	}
	d.mu.Unlock()
	stop.Stop()
	resp, err := d.next.RoundTrip(req)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = max(d.ended, depth)
	d.changed.Broadcast()
	return resp, err
}

// TestRequestRoundTrips checks that a request with all answers given looks names up in
// parallel, and that it makes no other calls, such as a dry run or for the session.
func TestRequestRoundTrips(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answers Answers
		want    [][]string
	}{
		{
			"integration",
			Answers{Integration: "aws-account/Playground", ResourceType: "aws-account-s3-bucket", Resources: []string{"arn:aws:s3:::playground-scratch", "arn:aws:s3:::acme-cdn-logs-eu-west-1"}, Permissions: []string{"READ_ONLY"}, Duration: time.Hour, Justification: "OPS-1"},
			[][]string{{"GET integrations"}, {"GET permissions", "GET resource-types", "GET resources"}, {"POST access-requests"}, {"GET AR-00001"}},
		},
		{
			"bundle",
			Answers{Bundle: "Data analyst starter kit", Duration: time.Hour, Justification: "OPS-1"},
			[][]string{{"GET bundles"}, {"POST access-requests"}, {"GET AR-00001"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			now := time.Now()
			opened, err := sandbox.Open(t.Context(), sandbox.Options{Dir: t.TempDir(), Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = opened.Close() })
			want := map[int]int{}
			for i, calls := range c.want {
				want[i+1] = len(calls)
			}
			d := newDepthTransport(opened.Transport(), want)
			api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: d})
			if err != nil {
				t.Fatal(err)
			}
			flow := &Flow{Client: api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
			if _, err := flow.Request(t.Context(), c.answers, RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			if len(d.started) > len(c.want) {
				t.Errorf("got %d sequential round trips, want %d: %v", len(d.started), len(c.want), d.started)
			}
			for i, calls := range c.want {
				got := slices.Sorted(slices.Values(d.started[i+1]))
				if !slices.Equal(got, calls) {
					t.Errorf("round trip %d: got calls %q, want %q", i+1, got, calls)
				}
			}
		})
	}
}
