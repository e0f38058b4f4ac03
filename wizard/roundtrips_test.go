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

// depth is a transport that measures how many round trips waited for one
// another: each call is one deeper than the deepest that was over when it
// began. To see which calls a flow would make side by side, it answers only
// once as many calls are under way as want says for that depth.
type depth struct {
	next http.RoundTripper
	want map[int]int // how many calls each depth has

	mu      sync.Mutex
	changed *sync.Cond
	begun   map[int][]string
	over    int // the deepest call that is over
}

func newDepth(next http.RoundTripper, want map[int]int) *depth {
	d := &depth{next: next, want: want, begun: map[int][]string{}}
	d.changed = sync.NewCond(&d.mu)
	return d
}

// RoundTrip implements http.RoundTripper.
func (d *depth) RoundTrip(req *http.Request) (*http.Response, error) {
	d.mu.Lock()
	mine := d.over + 1
	d.begun[mine] = append(d.begun[mine], req.Method+" "+req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:])
	d.changed.Broadcast()
	stop := time.AfterFunc(10*time.Second, func() { // a flow that does not ask side by side fails, rather than hangs
		d.mu.Lock()
		defer d.mu.Unlock()
		d.want[mine] = 0
		d.changed.Broadcast()
	})
	for len(d.begun[mine]) < d.want[mine] {
		d.changed.Wait()
	}
	d.mu.Unlock()
	stop.Stop()
	answer, err := d.next.RoundTrip(req)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = max(d.over, mine)
	d.changed.Broadcast()
	return answer, err
}

// TestAReplayedRequestTakesFourRoundTrips holds that look-ups go side by side
// and that nothing else is asked: no dry run, no session.
func TestAReplayedRequestTakesFourRoundTrips(t *testing.T) {
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
			box, err := sandbox.Open(t.Context(), sandbox.Options{Dir: t.TempDir(), Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = box.Close() })
			want := map[int]int{}
			for i, calls := range c.want {
				want[i+1] = len(calls)
			}
			d := newDepth(box.Transport(), want)
			api, err := client.New(client.Config{BaseURL: "http://localhost", Transport: d})
			if err != nil {
				t.Fatal(err)
			}
			flow := &Flow{Client: api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
			if _, err := flow.Request(t.Context(), c.answers, RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			if len(d.begun) > len(c.want) {
				t.Errorf("%d round trips after one another, want %d: %v", len(d.begun), len(c.want), d.begun)
			}
			for i, calls := range c.want {
				got := slices.Sorted(slices.Values(d.begun[i+1]))
				if !slices.Equal(got, calls) {
					t.Errorf("round trip %d is %q, want %q", i+1, got, calls)
				}
			}
		})
	}
}
