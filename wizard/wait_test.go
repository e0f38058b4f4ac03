//go:build !windows

package wizard_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"apono/client"
	"apono/wizard"
)

// TestWaitSurvivesFailures waits for an approver while answers fail, as on the network of a
// hotel after a laptop has slept.
func TestWaitSurvivesFailures(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	out, err := flow.Request(t.Context(), approvalAnswers(), wizard.RequestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var polls atomic.Int32
	s.mu.Lock()
	s.override = func(req *http.Request) (*http.Response, bool) {
		if !strings.HasSuffix(req.URL.Path, "/access-requests/AR-00001") {
			return nil, false
		}
		switch polls.Add(1) {
		case 1:
			return jsonResponse(req, http.StatusServiceUnavailable, `{"message":"down"}`), true
		case 2:
			return jsonResponse(req, http.StatusOK, "<html>Sign in</html>"), true
		case 3:
			if err := s.Approve(context.Background(), "AR-00001", ""); err != nil {
				t.Error(err)
			}
		}
		return nil, false
	}
	s.mu.Unlock()
	var rung []string
	flow.Ring = func(text string) { rung = append(rung, text) }
	found, err := flow.Wait(t.Context(), out.Requests, wizard.WaitOptions{Goal: wizard.GoalActive})
	if err != nil || len(found) != 1 || !found[0].IsActive() {
		t.Fatalf("got requests %+v and error %v, want one that is active", found, err)
	}
	if !slices.Contains(rung, "AR-00001 was approved by Dana Levi, AR-00001 is Active") {
		t.Errorf("rang for %q", rung)
	}
	for _, want := range []string{"AR-00001 was approved by Dana Levi", "✓ AR-00001 is Active until"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr)
		}
	}
}

// TestWaitIsCanceled ends a wait without a limit.
func TestWaitIsCanceled(t *testing.T) {
	_, flow, _ := newFlowWithoutTerminal(t, fastClock)
	out, err := flow.Request(t.Context(), approvalAnswers(), wizard.RequestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = flow.Wait(ctx, out.Requests, wizard.WaitOptions{Goal: wizard.GoalDecided})
	if stopped := errorAs[*wizard.StoppedError](t, err); stopped.Awaited != wizard.AwaitedPeople {
		t.Errorf("it waited for %q", stopped.Awaited)
	}
}

// TestPageListsWhatWaits requests access that an approver must approve.
func TestPageListsWhatWaits(t *testing.T) {
	_, flow, _ := newFlowWithoutTerminal(t, fastClock)
	if _, err := flow.Request(t.Context(), approvalAnswers(), wizard.RequestOptions{}); err != nil {
		t.Fatal(err)
	}
	page, err := flow.Page(t.Context())
	if err != nil || len(page.Waiting) != 1 || len(page.Active) != 0 || page.IsEmpty() {
		t.Fatalf("got page %+v and error %v, want one request that waits", page, err)
	}
	if r := page.Waiting[0]; r.ID != "AR-00001" || !r.Status.Status.Is(client.StatusPending) {
		t.Errorf("got request %+v", r)
	}
}
