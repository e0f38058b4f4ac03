//go:build !windows

package wizard_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/wizard"
)

var creationTime = regexp.MustCompile(`"creation_time":[0-9.]+`)

// swallowRequests answers new requests with a web page, without creating any. Earlier
// ones seem to have been created at the same moment.
func (s *recordingSandbox) swallowRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent time.Time
	s.override = func(req *http.Request) (*http.Response, bool) {
		if req.Method != http.MethodPost || !strings.HasSuffix(req.URL.Path, "/access-requests") {
			return nil, false
		}
		sent = time.Now()
		return jsonResponse(req, 200, "<html>Sign in to the hotel's network</html>"), true
	}
	s.rewrite = func(path string, body []byte) []byte {
		if !strings.HasSuffix(path, "/access-requests") {
			return body
		}
		return creationTime.ReplaceAll(body, fmt.Appendf(nil, `"creation_time":%d.%06d`, sent.Unix(), sent.Nanosecond()/1000))
	}
}

// loseRequestAnswer loses the answer to a request that is created.
func (s *recordingSandbox) loseRequestAnswer() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rewrite = func(path string, body []byte) []byte {
		if strings.HasSuffix(path, "/access-requests") && strings.Contains(string(body), "request_ids") {
			return []byte("{}")
		}
		return body
	}
}

// unitsOfBundle returns the IDs of the access units of a bundle.
func (s *recordingSandbox) unitsOfBundle(name string) []string {
	s.t.Helper()
	bundles, err := s.api.Bundles(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	at := slices.IndexFunc(bundles, func(b client.Bundle) bool { return b.Name == name })
	units, err := s.api.BundleUnits(s.t.Context(), bundles[at].ID)
	if err != nil {
		s.t.Fatal(err)
	}
	var ids []string
	for _, u := range units {
		ids = append(ids, u.ID)
	}
	return ids
}

// bundleAnswers requests units of a bundle; all of them if there are none.
func bundleAnswers(bundle string, units ...string) wizard.Answers {
	return wizard.Answers{Bundle: bundle, AccessUnits: units, Duration: time.Hour, Justification: "OPS-1"}
}

const starterKit = "Data analyst starter kit"

// An earlier request is never taken for one whose answer was lost, not even if it was made
// at the same moment and for the same reason. Only one that is the same in everything is
// said to be likely, unless this machine knows that it is earlier.
func TestEarlierRequestIsNotTheLostOne(t *testing.T) {
	t.Parallel()
	other := func(change func(*wizard.Answers)) func(*recordingSandbox) wizard.Answers {
		return func(*recordingSandbox) wizard.Answers {
			answers := shopAnswers()
			change(&answers)
			return answers
		}
	}
	starter := func(*recordingSandbox) wizard.Answers { return bundleAnswers(starterKit) }
	part := func(s *recordingSandbox) wizard.Answers {
		return bundleAnswers(starterKit, s.unitsOfBundle(starterKit)[0])
	}
	orders := func(databases ...string) func(*recordingSandbox) wizard.Answers {
		return func(*recordingSandbox) wizard.Answers {
			return answersFor("orders-cluster", "Database", "read", databases...)
		}
	}
	same := other(func(*wizard.Answers) {})
	for name, c := range map[string]struct {
		earlier, lost func(*recordingSandbox) wizard.Answers
		cache         bool
		likely        []string
	}{
		"the same":               {earlier: same, lost: same, likely: []string{"AR-00001"}},
		"the same, in the cache": {earlier: same, lost: same, cache: true},
		"another permission":     {earlier: same, lost: other(func(a *wizard.Answers) { a.Permissions = []string{"READ_WRITE"} })},
		"more resources":         {earlier: orders("orders-cluster/orders-staging"), lost: orders("orders-cluster/orders-staging", "orders-cluster/orders-production"), likely: []string{"AR-00001"}},
		"another resource": {earlier: same, lost: other(func(a *wizard.Answers) {
			a.ResourceType, a.Resources = "sqlite-table", []string{"shop.orders"}
		})},
		"another duration":      {earlier: same, lost: other(func(a *wizard.Answers) { a.Duration = 2 * time.Hour })},
		"another justification": {earlier: same, lost: other(func(a *wizard.Answers) { a.Justification = "OPS-2" })},
		"a bundle":              {earlier: same, lost: starter},
		"not a bundle":          {earlier: starter, lost: same},
		"part of the bundle":    {earlier: starter, lost: part},
		"all of the bundle":     {earlier: part, lost: starter, likely: []string{"AR-00001"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
			if c.cache {
				openCatalog(t, flow, t.TempDir())
			}
			if _, err := flow.Request(t.Context(), c.earlier(s), wizard.RequestOptions{NoWait: true}); err != nil {
				t.Fatal(err)
			}
			answers := c.lost(s)
			s.swallowRequests()
			stderr.Reset()
			_, err := flow.Request(t.Context(), answers, wizard.RequestOptions{})
			if lost := errorAs[*wizard.SubmitError](t, err); !slices.Equal(lost.Likely, c.likely) {
				t.Errorf("likely are %q, want %q", lost.Likely, c.likely)
			}
			if strings.Contains(stderr.String(), "AR-00001") {
				t.Errorf("it prints\n%s", stderr)
			}
		})
	}
}

// Whatever was asked for is found, if it was created.
func TestLostRequestIsFound(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string]func(*recordingSandbox) wizard.Answers{
		"split": func(*recordingSandbox) wizard.Answers {
			return answersFor("orders-cluster", "Database", "read", "orders-cluster/orders-staging", "orders-cluster/orders-production")
		},
		"a bundle": func(*recordingSandbox) wizard.Answers { return bundleAnswers(starterKit) },
		"part of a bundle": func(s *recordingSandbox) wizard.Answers {
			return bundleAnswers(starterKit, s.unitsOfBundle(starterKit)[0])
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
			openCatalog(t, flow, t.TempDir())
			if _, err := flow.Request(t.Context(), answers(s), wizard.RequestOptions{NoWait: true}); err != nil { // the same, earlier
				t.Fatal(err)
			}
			s.loseRequestAnswer()
			out, err := flow.Request(t.Context(), answers(s), wizard.RequestOptions{NoWait: true})
			if err != nil || len(out.IDs) == 0 || slices.Contains(out.IDs, "AR-00001") {
				t.Fatalf("got %+v and error %v; it prints\n%s", out, err, stderr)
			}
		})
	}
}
