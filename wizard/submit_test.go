//go:build !windows

package wizard_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/wizard"
	"apono/wizard/prompt/screen"
)

// TestRequestIsSubmittedOnce replaces the response to a submitted request. The request may
// have been created, so submitting it again could create a second one.
func TestRequestIsSubmittedOnce(t *testing.T) {
	for name, response := range map[string]struct {
		status int
		body   string
	}{
		"500":       {500, `{"message":"oops"}`},
		"503":       {503, ``},
		"truncated": {200, `{"request_ids":["AR-`},
		"HTML":      {200, `<html>Log in</html>`},
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, _ := newFlowWithoutTerminal(t, fastClock)
			s.override = func(req *http.Request) (*http.Response, bool) {
				if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/access-requests") {
					return jsonResponse(req, response.status, response.body), true
				}
				return nil, false
			}
			out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{})
			errorAs[*wizard.SubmitError](t, err)
			if out != nil {
				t.Errorf("got outcome %+v, want nil", out)
			}
			if n := len(s.submitted()); n != 1 {
				t.Errorf("submitted the request %d times, want once", n)
			}
		})
	}
}

// TestRejectedRequestIsExplained gives justification and duration, so that there is no dry
// run before the service rejects the request, but one after that.
func TestRejectedRequestIsExplained(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	if err := s.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	answers := approvalAnswers()
	answers.Duration = 5 * time.Hour
	_, err := flow.Request(t.Context(), answers, wizard.RequestOptions{})
	if missing, want := errorAs[*wizard.MissingError](t, err), []string{"--custom-field ticket=…"}; !slices.Equal(missing.Flags, want) {
		t.Errorf("got missing flags %q, want %q", missing.Flags, want)
	}
	answers.CustomFields = []wizard.CustomField{{Key: "Jira ticket", Value: "OPS-1"}}
	_, err = flow.Request(t.Context(), answers, wizard.RequestOptions{})
	if usage := errorAs[*wizard.UsageError](t, err); usage.Message != "--duration 5h is too long" || !strings.Contains(usage.Hint, "4h") {
		t.Errorf("got %+v, want --duration 5h too long, with a hint that contains 4h", usage)
	}
	answers.Duration = 4 * time.Hour
	if _, err := flow.Request(t.Context(), answers, wizard.RequestOptions{}); err != nil {
		t.Errorf("got error %v for the longest duration allowed", err)
	}
	if sent := s.submitted(); len(sent) != 3 || sent[2].CustomFields["ticket"] != "OPS-1" {
		t.Errorf("submitted %+v, want three requests, the last with ticket OPS-1", sent)
	}
}

func TestMissingErrorNamesAllFlags(t *testing.T) {
	bucket := answersFor("aws-account/Playground", "S3 Bucket", "READ_ONLY", "arn:aws:s3:::playground-scratch")
	bucket.Duration, bucket.Justification = 0, ""
	for name, c := range map[string]struct {
		given wizard.Answers
		want  []string
	}{
		"nothing given":    {wizard.Answers{}, []string{"--integration", "--resource-type", "--resources", "--permissions"}},
		"only integration": {wizard.Answers{Integration: "sqlite/shop"}, []string{"--resource-type", "--resources", "--permissions"}},
		"only what":        {bucket, []string{"--duration", "--justification", "--custom-field ticket=…"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, _ := newFlowWithoutTerminal(t, fastClock)
			if err := s.SetCustomFields(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			_, err := flow.Request(t.Context(), c.given, wizard.RequestOptions{})
			if missing := errorAs[*wizard.MissingError](t, err); !slices.Equal(missing.Flags, c.want) {
				t.Errorf("got missing flags %q, want %q", missing.Flags, c.want)
			}
			if sent := s.submitted(); len(sent) > 0 {
				t.Errorf("submitted %+v, want nothing", sent)
			}
		})
	}
}

// TestFailedDryRunDoesNotBlockRequest makes the dry run fail. The user is then asked for a
// justification, in case it is required, and the service decides.
func TestFailedDryRunDoesNotBlockRequest(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.override = func(req *http.Request) (*http.Response, bool) {
		if strings.HasSuffix(req.URL.Path, "/dry-run") {
			return jsonResponse(req, http.StatusBadRequest, `{"message":"not today"}`), true
		}
		return nil, false
	}
	given := shopAnswers()
	given.Duration, given.Justification = 0, ""
	r := g.startRequest(given)
	g.Shows("? Enter Justification")
	g.Press(screen.Enter)
	g.Shows("an answer is required")
	g.Press("OPS-1", screen.Enter)
	if out := r.Answer(); len(out.Requests) != 1 || !out.Requests[0].IsActive() {
		t.Errorf("got requests %+v, want one that is active", out.Requests)
	}
}
