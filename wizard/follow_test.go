//go:build !windows

package wizard_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/wizard"
	"apono/wizard/prompt"
)

// answersFor returns complete answers, so that no question is asked.
func answersFor(integration, resourceType, permission string, resources ...string) wizard.Answers {
	return wizard.Answers{Integration: integration, ResourceType: resourceType, Permissions: []string{permission}, Resources: resources, Duration: time.Hour, Justification: "OPS-1"}
}

// shopAnswers requests access that is granted without approval.
func shopAnswers() wizard.Answers {
	return answersFor("sqlite/shop", "sqlite-database", "READ_ONLY", "shop")
}

// approvalAnswers requests access that an approver must approve.
func approvalAnswers() wizard.Answers {
	return answersFor("mysql/billing-production", "mysql-database", "READ_ONLY", "billing-production/ledger")
}

// TestFollowPrintsStatusChangesWithoutTerminal checks that each status is printed once,
// on a line of its own. A poll may miss a status, so not every status must be printed.
func TestFollowPrintsStatusChangesWithoutTerminal(t *testing.T) {
	_, flow, stderr := newFlowWithoutTerminal(t, 200*time.Millisecond)
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{})
	if err != nil || len(out.Requests) != 1 || !out.Requests[0].IsActive() {
		t.Fatalf("got outcome %+v and error %v, want one active request", out, err)
	}
	var printed []string
	for _, found := range regexp.MustCompile(`(?m)^AR-00001 (.*)$`).FindAllStringSubmatch(stderr.String(), -1) {
		if !strings.HasPrefix(found[1], "is ") {
			printed = append(printed, found[1])
		}
	}
	order := []string{"Initializing", "Pending", "Granting", "Active"}
	last := -1
	for _, status := range printed {
		next := slices.Index(order, status)
		if next <= last {
			t.Errorf("got statuses %q: %s is unknown, repeated or too late:\n%s", printed, status, stderr)
		}
		last = next
	}
	if len(printed) < 1 || !strings.Contains(stderr.String(), "✓ AR-00001 is Active") {
		t.Errorf("got statuses %q, want several, and the end of it last", printed)
	}
	if strings.ContainsAny(stderr.String(), "\x1b\r") {
		t.Errorf("stderr contains control characters: %q", stderr)
	}
}

func TestFollowReportsStatusAndNextStep(t *testing.T) {
	const checkBack = "heck back with: apono requests wait AR-00001 --profile sandbox" // after "C" or "c"
	for name, c := range map[string]struct {
		answers wizard.Answers
		want    []string
		refused bool
	}{
		"active":   {shopAnswers(), []string{"✓ AR-00001 is Active until ", " left)"}, false},
		"approver": {approvalAnswers(), []string{"○ AR-00001 is Pending Approval by Dana Levi or Database owners", checkBack}, false},
		"mfa": {answersFor("acme.example", "gcp-project", "roles/viewer", "projects/acme-data-lake"),
			[]string{"! AR-00001 is Pending MFA: complete MFA", "https://portal.example/account/step-up?status=pending-mfa&request=AR-00001", checkBack}, false},
		"failed": {answersFor("legacy-crm", "azure-resource-group", "Reader", "crm-web"), []string{"✗ AR-00001 is Failed: The connector could not reach"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, flow, stderr := newFlowWithoutTerminal(t, fastClock)
			out, err := flow.Request(t.Context(), c.answers, wizard.RequestOptions{})
			for _, text := range c.want {
				if !strings.Contains(stderr.String(), text) {
					t.Errorf("stderr lacks %q:\n%s", text, stderr)
				}
			}
			if out == nil || len(out.Requests) != 1 {
				t.Fatalf("got outcome %+v, want one request", out)
			}
			if !c.refused {
				if err != nil {
					t.Errorf("got error %v", err)
				}
				return
			}
			if refused := errorAs[*wizard.RefusedError](t, err); len(refused.Requests) != 1 {
				t.Errorf("got refused requests %+v, want one", refused.Requests)
			}
		})
	}
}

func TestFollowRejectedRequest(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	out, err := flow.Request(t.Context(), approvalAnswers(), wizard.RequestOptions{NoWait: true})
	if err != nil {
		t.Fatal(err)
	}
	id := out.Requests[0].ID
	if err := s.Reject(t.Context(), id, "Not on a Friday"); err != nil {
		t.Fatal(err)
	}
	_, err = flow.Follow(t.Context(), []string{id}, wizard.RequestOptions{})
	errorAs[*wizard.RefusedError](t, err)
	for _, want := range []string{"✗ AR-00001 is Rejected", "Not on a Friday"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr)
		}
	}
}

func TestNoWaitPollsOnce(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, stoppedClock)
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true})
	if err != nil || len(out.Requests) != 1 || out.Requests[0].Status.Status != client.StatusInitializing {
		t.Errorf("got outcome %+v and error %v, want one request that is initializing", out, err)
	}
	s.wantCalls(t, "/access-requests/AR-00001", 1)
	if want := "heck back with: apono requests describe AR-00001 --profile sandbox"; !strings.Contains(stderr.String(), want) {
		t.Errorf("stderr lacks %q:\n%s", want, stderr)
	}
}

func TestFollowTimeout(t *testing.T) {
	_, flow, _ := newFlowWithoutTerminal(t, stoppedClock)
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{Timeout: time.Millisecond})
	timeout := errorAs[*wizard.TimeoutError](t, err)
	if !slices.Equal(timeout.IDs, []string{"AR-00001"}) || out == nil {
		t.Errorf("got outcome %+v and error %v, want an outcome and a timeout of AR-00001", out, err)
	}
}

func TestCtrlCWhileFollowingKeepsRequest(t *testing.T) {
	g := newGuidedTerminal(t, 100, stoppedClock)
	ctx, cancel := context.WithCancel(t.Context())
	r := g.startRequestContext(ctx, shopAnswers(), wizard.RequestOptions{})
	g.Shows("AR-00001 Initializing")
	cancel()
	out, err := r.Wait()
	stopped := errorAs[*wizard.StoppedError](t, err)
	if !slices.Equal(stopped.IDs, []string{"AR-00001"}) || !errors.Is(err, prompt.ErrCanceled) {
		t.Errorf("got error %v, want a cancellation that names AR-00001", err)
	}
	if out == nil || len(out.Requests) != 1 {
		t.Errorf("got outcome %+v, want one request", out)
	}
	if found, err := g.sandbox.api.Request(t.Context(), "AR-00001"); err != nil || found.HasEnded() {
		t.Errorf("got request %+v and error %v, want it open", found, err)
	}
}

// TestFollowSplitRequest requests two databases, one of which needs approval. The service
// makes a request for each, in either order.
func TestFollowSplitRequest(t *testing.T) {
	_, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	out, err := flow.Request(t.Context(), answersFor("orders-cluster", "Database", "read", "orders-cluster/orders-staging", "orders-cluster/orders-production"), wizard.RequestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range out.Requests {
		got = append(got, r.ID+" "+string(r.Status.Status))
	}
	slices.Sort(got)
	want, alternative := []string{"AR-00001 Active", "AR-00002 Pending"}, []string{"AR-00001 Pending", "AR-00002 Active"}
	if !reflect.DeepEqual(got, want) && !reflect.DeepEqual(got, alternative) {
		t.Errorf("got requests %q, want %q or %q", got, want, alternative)
	}
	for _, text := range []string{"was split into 2", "is Active", "is Pending Approval"} {
		if !strings.Contains(stderr.String(), text) {
			t.Errorf("stderr lacks %q:\n%s", text, stderr)
		}
	}
}

// TestFollowToleratesNotFoundForNewRequest makes the first poll fail. The service is
// eventually consistent, so a new request may be missing from reads at first.
func TestFollowToleratesNotFoundForNewRequest(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	missing := true
	s.override = func(req *http.Request) (*http.Response, bool) {
		if !strings.HasSuffix(req.URL.Path, "/access-requests/AR-00001") || !missing {
			return nil, false
		}
		missing = false
		return jsonResponse(req, http.StatusNotFound, `{"message":"There is no request AR-00001"}`), true
	}
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{})
	if err != nil || len(out.Requests) != 1 || !out.Requests[0].IsActive() {
		t.Errorf("got outcome %+v and error %v, want one active request", out, err)
	}
	if missing {
		t.Error("the request was not polled")
	}
}
