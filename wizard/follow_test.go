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
	"apono/wizard/prompt/screen"
)

func answersFor(integration, resourceType, permission string, resources ...string) wizard.Answers {
	return wizard.Answers{Integration: integration, ResourceType: resourceType, Permissions: []string{permission}, Resources: resources, Duration: time.Hour, Justification: "OPS-1"}
}

func shopAnswers() wizard.Answers {
	return answersFor("sqlite/shop", "sqlite-database", "READ_ONLY", "shop")
}

func approvalAnswers() wizard.Answers {
	return answersFor("mysql/billing-production", "mysql-database", "READ_ONLY", "billing-production/ledger")
}

// standsStill is a clock on which a request never gets any further.
const standsStill = time.Nanosecond

func TestEachChangeIsOneLineWithoutATerminal(t *testing.T) {
	_, flow, told := piped(t, 200*time.Millisecond)
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{})
	if err != nil || len(out.Requests) != 1 || !out.Requests[0].IsActive() {
		t.Fatalf("got %+v and %v", out, err)
	}
	var words []string
	for _, found := range regexp.MustCompile(`(?m)^AR-00001 (.*)$`).FindAllStringSubmatch(told.String(), -1) {
		if !strings.HasPrefix(found[1], "is ") {
			words = append(words, found[1])
		}
	}
	order := []string{"Initializing", "Pending", "Granting", "Active"}
	at := -1
	for _, word := range words {
		next := slices.Index(order, word)
		if next <= at {
			t.Errorf("%s comes after %q, twice or too late:\n%s", word, words, told)
		}
		at = next
	}
	if len(words) < 2 || words[len(words)-1] != "Active" {
		t.Errorf("told %q, want several that end with Active", words)
	}
	if strings.ContainsAny(told.String(), "\x1b\r") {
		t.Errorf("there are control characters in what is piped: %q", told)
	}
}

func TestWhatIsTellsWhatHappensNext(t *testing.T) {
	for name, c := range map[string]struct {
		answers wizard.Answers
		says    []string
		refused bool
	}{
		"active":   {shopAnswers(), []string{"✓ AR-00001 is Active until ", "(in "}, false},
		"approver": {approvalAnswers(), []string{"! AR-00001 is Pending Approval by Dana Levi or Database owners", "heck back with: apono requests describe AR-00001 --profile sandbox"}, false},
		"mfa": {answersFor("acme.example", "gcp-project", "roles/viewer", "projects/acme-data-lake"),
			[]string{"! AR-00001 is Pending MFA: complete MFA", "https://portal.example/account/step-up?status=pending-mfa&request=AR-00001", "heck back with: apono requests describe AR-00001 --profile sandbox"}, false},
		"failed": {answersFor("legacy-crm", "azure-resource-group", "Reader", "crm-web"), []string{"✗ AR-00001 is Failed: The connector could not reach"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, flow, told := piped(t, atOnce)
			out, err := flow.Request(t.Context(), c.answers, wizard.RequestOptions{})
			for _, text := range c.says {
				if !strings.Contains(told.String(), text) {
					t.Errorf("it does not say %q:\n%s", text, told)
				}
			}
			if out == nil || len(out.Requests) != 1 {
				t.Fatalf("got %+v", out)
			}
			if !c.refused {
				if err != nil {
					t.Errorf("got the error %v", err)
				}
				return
			}
			if refused := wants[*wizard.RefusedError](t, err); len(refused.Requests) != 1 {
				t.Errorf("refused are %+v", refused.Requests)
			}
		})
	}
}

func TestARequestThatIsRejected(t *testing.T) {
	s, flow, told := piped(t, atOnce)
	out, err := flow.Request(t.Context(), approvalAnswers(), wizard.RequestOptions{NoWait: true})
	if err != nil {
		t.Fatal(err)
	}
	id := out.Requests[0].ID
	if err := s.box.Reject(t.Context(), id, "Not on a Friday"); err != nil {
		t.Fatal(err)
	}
	_, err = flow.Follow(t.Context(), []string{id}, wizard.RequestOptions{})
	wants[*wizard.RefusedError](t, err)
	if !strings.Contains(told.String(), "✗ AR-00001 is Rejected") || !strings.Contains(told.String(), "Not on a Friday") {
		t.Errorf("told:\n%s", told)
	}
}

func TestNoWaitLeavesTheRequest(t *testing.T) {
	s, flow, told := piped(t, standsStill)
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true})
	if err != nil || len(out.Requests) != 1 || out.Requests[0].Status.Status != client.StatusInitializing {
		t.Errorf("got %+v and %v", out, err)
	}
	if n := s.asked("/access-requests/AR-00001"); n != 1 {
		t.Errorf("it looked %d times", n)
	}
	if !strings.Contains(told.String(), "heck back with: apono requests describe AR-00001 --profile sandbox") {
		t.Errorf("told:\n%s", told)
	}
}

func TestARequestThatIsNotDecidedInTime(t *testing.T) {
	_, flow, _ := piped(t, standsStill)
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{Timeout: time.Millisecond})
	timeout := wants[*wizard.TimeoutError](t, err)
	if !slices.Equal(timeout.IDs, []string{"AR-00001"}) || out == nil {
		t.Errorf("got %+v and %v", out, err)
	}
}

func TestCtrlCWhileFollowingLeavesTheRequestAlone(t *testing.T) {
	g := newGuided(t, 100, standsStill)
	ctx, cancel := context.WithCancel(t.Context())
	r := g.requestWithin(ctx, shopAnswers(), wizard.RequestOptions{})
	g.Shows("AR-00001 Initializing")
	cancel()
	out, err := r.Wait()
	stopped := wants[*wizard.StoppedError](t, err)
	if !slices.Equal(stopped.IDs, []string{"AR-00001"}) || !errors.Is(err, prompt.ErrCanceled) {
		t.Errorf("got %v", err)
	}
	if out == nil || len(out.Requests) != 1 {
		t.Errorf("got %+v", out)
	}
	if found, err := g.service.api.Request(t.Context(), "AR-00001"); err != nil || found.HasEnded() {
		t.Errorf("the request is %+v, %v", found, err)
	}
}

func TestASubmissionThatBecomesTwoRequests(t *testing.T) {
	_, flow, told := piped(t, atOnce)
	out, err := flow.Request(t.Context(), answersFor("orders-cluster", "Database", "read", "orders-cluster/orders-staging", "orders-cluster/orders-production"), wizard.RequestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, r := range out.Requests {
		words = append(words, r.ID+" "+string(r.Status.Status))
	}
	slices.Sort(words)
	if want := []string{"AR-00001 Active", "AR-00002 Pending"}; !reflect.DeepEqual(words, want) {
		if other := []string{"AR-00001 Pending", "AR-00002 Active"}; !reflect.DeepEqual(words, other) {
			t.Errorf("became %q", words)
		}
	}
	for _, text := range []string{"was split into 2", "is Active", "is Pending Approval"} {
		if !strings.Contains(told.String(), text) {
			t.Errorf("it does not say %q:\n%s", text, told)
		}
	}
}

func TestARequestThatIsTooNewToBeKnown(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
	unknown := true
	s.stands = func(req *http.Request) (*http.Response, bool) {
		if !strings.HasSuffix(req.URL.Path, "/access-requests/AR-00001") || !unknown {
			return nil, false
		}
		unknown = false
		return answer(req, http.StatusNotFound, `{"message":"There is no request AR-00001"}`), true
	}
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{})
	if err != nil || len(out.Requests) != 1 || !out.Requests[0].IsActive() || unknown {
		t.Errorf("got %+v and %v", out, err)
	}
}

// TestARequestIsSentOnce loses or spoils the answer to the request itself.
func TestARequestIsSentOnce(t *testing.T) {
	for name, stand := range map[string]func(*http.Request) (*http.Response, bool){
		"500":       func(req *http.Request) (*http.Response, bool) { return answer(req, 500, `{"message":"oops"}`), true },
		"503":       func(req *http.Request) (*http.Response, bool) { return answer(req, 503, ``), true },
		"cut short": func(req *http.Request) (*http.Response, bool) { return answer(req, 200, `{"request_ids":["AR-`), true },
		"HTML":      func(req *http.Request) (*http.Response, bool) { return answer(req, 200, `<html>Log in</html>`), true },
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, _ := piped(t, atOnce)
			s.stands = func(req *http.Request) (*http.Response, bool) {
				if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/access-requests") {
					return stand(req)
				}
				return nil, false
			}
			out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{})
			wants[*wizard.SubmitError](t, err)
			if out != nil {
				t.Errorf("became %+v", out)
			}
			if n := len(s.created()); n != 1 {
				t.Errorf("it was sent %d times", n)
			}
		})
	}
}

// TestWhatTheServiceRefusesIsExplained gives justification and duration, so
// that no dry run comes before the request itself.
func TestWhatTheServiceRefusesIsExplained(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
	if err := s.box.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	long := approvalAnswers()
	long.Duration = 5 * time.Hour
	_, err := flow.Request(t.Context(), long, wizard.RequestOptions{})
	if missing := wants[*wizard.MissingError](t, err); !slices.Equal(missing.Flags, []string{"--custom-field ticket=…"}) {
		t.Errorf("missing are %q", missing.Flags)
	}
	long.CustomFields = []wizard.CustomField{{Key: "Jira ticket", Value: "OPS-1"}}
	_, err = flow.Request(t.Context(), long, wizard.RequestOptions{})
	if usage := wants[*wizard.UsageError](t, err); usage.Message != "--duration 5h is too long" || !strings.Contains(usage.Hint, "4h") {
		t.Errorf("got %+v", usage)
	}
	long.Duration = 4 * time.Hour
	if _, err := flow.Request(t.Context(), long, wizard.RequestOptions{}); err != nil {
		t.Errorf("got %v", err)
	}
	if sent := s.created(); len(sent) != 3 || sent[2].CustomFields["ticket"] != "OPS-1" {
		t.Errorf("sent %+v", sent)
	}
}

func TestAllThatIsMissingIsNamedAtOnce(t *testing.T) {
	bucket := answersFor("aws-account/Playground", "S3 Bucket", "READ_ONLY", "arn:aws:s3:::playground-scratch")
	bucket.Duration, bucket.Justification = 0, ""
	for name, c := range map[string]struct {
		given wizard.Answers
		want  []string
	}{
		"nothing given":      {wizard.Answers{}, []string{"--integration", "--resource-type", "--resources", "--permissions"}},
		"an integration":     {wizard.Answers{Integration: "sqlite/shop"}, []string{"--resource-type", "--resources", "--permissions"}},
		"all but the reason": {bucket, []string{"--duration", "--justification", "--custom-field ticket=…"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, _ := piped(t, atOnce)
			if err := s.box.SetCustomFields(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			_, err := flow.Request(t.Context(), c.given, wizard.RequestOptions{})
			if missing := wants[*wizard.MissingError](t, err); !slices.Equal(missing.Flags, c.want) {
				t.Errorf("missing are %q, want %q", missing.Flags, c.want)
			}
			if len(s.created()) > 0 {
				t.Error("a request was sent")
			}
		})
	}
}

// TestADryRunThatFailsStopsNobody spoils the dry run: the person is asked for a
// justification, to be on the safe side, and the service has the last word.
func TestADryRunThatFailsStopsNobody(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	g.service.stands = func(req *http.Request) (*http.Response, bool) {
		if strings.HasSuffix(req.URL.Path, "/dry-run") {
			return answer(req, http.StatusBadRequest, `{"message":"not today"}`), true
		}
		return nil, false
	}
	given := shopAnswers()
	given.Duration, given.Justification = 0, ""
	r := g.request(given)
	g.Shows("? Enter Justification")
	g.Press(screen.Enter)
	g.Shows("an answer is required")
	g.Press("OPS-1", screen.Enter)
	if out := r.Answer(); len(out.Requests) != 1 || !out.Requests[0].IsActive() {
		t.Errorf("became %+v", out.Requests)
	}
}
