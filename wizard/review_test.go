//go:build !windows

package wizard_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// ordersAnswers are answers to a request whose approver must give a reason.
func ordersAnswers() wizard.Answers {
	return wizard.Answers{Integration: "mongodb-atlas/orders-cluster", ResourceType: "mongodb-atlas-database", Resources: []string{"orders-production"}, Permissions: []string{"read"}, Duration: 3600e9, Justification: "INC-204"}
}

// askReviews makes requests as the demo user, and from then on calls as the approver. It
// returns their IDs.
func (s *recordingSandbox) askReviews(all ...wizard.Answers) []string {
	s.t.Helper()
	var ids []string
	for _, answers := range all {
		flow := &wizard.Flow{Client: s.api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
		out, err := flow.Request(s.t.Context(), answers, wizard.RequestOptions{})
		if err != nil {
			s.t.Fatal(err)
		}
		ids = append(ids, out.Requests[0].ID)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reviews = true
	return ids
}

// newReview returns a flow of the approver without a terminal, and a request that waits.
func newReview(t *testing.T, answers wizard.Answers) (s *recordingSandbox, flow *wizard.Flow, stderr *bytes.Buffer, waiting []client.Request) {
	t.Helper()
	s, flow, stderr = newFlowWithoutTerminal(t, fastClock)
	return s, flow, stderr, s.read(s.askReviews(answers)...)
}

// wantLine fails the test unless a text was printed.
func wantLine(t *testing.T, stderr *bytes.Buffer, text string) {
	t.Helper()
	if !strings.Contains(stderr.String(), text) {
		t.Errorf("stderr lacks %q:\n%s", text, stderr)
	}
}

func TestDecideSendsTheReasonOnce(t *testing.T) {
	s, flow, stderr, waiting := newReview(t, ordersAnswers())
	done, err := flow.Decide(t.Context(), waiting, wizard.DecisionReject, "Use staging")
	if err != nil || len(done) != 1 {
		t.Fatalf("got %v and error %v", done, err)
	}
	wantLine(t, stderr, "✓ Rejected AR-00001. Robin Meyer has been notified")
	s.mu.Lock()
	sent := string(s.calls[len(s.calls)-1].body)
	s.mu.Unlock()
	if sent != `{"justification":"Use staging"}` || s.countCalls("/reject") != 1 {
		t.Errorf("sent %q, %d times", sent, s.countCalls("/reject"))
	}
}

// What somebody else decided after the request was read is said to be theirs.
func TestDecidedMeanwhile(t *testing.T) {
	for name, test := range map[string]struct {
		first func(*recordingSandbox) error
		want  wizard.Decision
		line  string
		ok    bool
	}{
		"otherwise": {func(s *recordingSandbox) error { return s.Reject(context.Background(), "AR-00001", "No") }, wizard.DecisionApprove, `✗ AR-00001 was rejected by Dana Levi`, false},
		"the same":  {func(s *recordingSandbox) error { return s.Approve(context.Background(), "AR-00001", "") }, wizard.DecisionApprove, `AR-00001 was approved by Dana Levi`, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, flow, stderr, waiting := newReview(t, approvalAnswers())
			if err := test.first(s); err != nil {
				t.Fatal(err)
			}
			done, err := flow.Decide(t.Context(), waiting, test.want, "")
			wantLine(t, stderr, test.line)
			if strings.Contains(stderr.String(), "✓ Approved") {
				t.Errorf("it claims the decision:\n%s", stderr)
			}
			if test.ok {
				if err != nil || len(done) != 1 {
					t.Errorf("got %v and error %v", done, err)
				}
				return
			}
			errorAs[*wizard.DecidedError](t, err)
		})
	}
}

func TestLostAnswerToApprove(t *testing.T) {
	s, flow, stderr, waiting := newReview(t, approvalAnswers())
	s.doNothing("/approve")
	_, err := flow.Decide(t.Context(), waiting, wizard.DecisionApprove, "")
	unclear := errorAs[*wizard.UnclearError](t, err)
	if unclear.Found != "AR-00001 is Pending Approval" || unclear.Check != "requests describe AR-00001" {
		t.Errorf("got %+v", unclear)
	}
	s.override = nil
	s.loseAnswers("/approve")
	if _, err := flow.Decide(t.Context(), waiting, wizard.DecisionApprove, ""); err != nil {
		t.Errorf("the request is approved, but: %v", err)
	}
	wantLine(t, stderr, "! The answer was lost, but AR-00001 was approved by Dana Levi")
	s.wantCalls(t, "/approve", 2)
}

// If all approvers must approve, the request still waits after an approval: what tells is
// whether it still waits for the user.
func TestLostAnswerIfOthersMustApprove(t *testing.T) {
	const pending = `{"id":"AR-00001","status":{"status":"Pending"},"challenge":{"logical_relation":"AllOf","approvers":[{"name":"Dana Levi","status":"Approved"},{"name":"Security","status":"Pending"}]}}`
	for tasks, made := range map[string]bool{`{"data":[]}`: true, `{"data":[` + pending + `]}`: false} {
		t.Run(tasks[:10], func(t *testing.T) {
			s, flow, _, waiting := newReview(t, approvalAnswers())
			s.answer(func(req *http.Request) (int, string) {
				switch {
				case req.Method == http.MethodPost:
					return 200, "<html>"
				case strings.HasSuffix(req.URL.Path, "/access-requests"):
					return 200, tasks
				}
				return 200, pending
			})
			_, err := flow.Decide(t.Context(), waiting, wizard.DecisionApprove, "")
			if made != (err == nil) {
				t.Errorf("got error %v", err)
			}
			s.wantCalls(t, "/approve", 1)
		})
	}
}

func TestDecideWhatOneMayNot(t *testing.T) {
	s, flow, _, waiting := newReview(t, approvalAnswers())
	s.mu.Lock()
	s.reviews = false
	s.mu.Unlock()
	_, err := flow.Decide(t.Context(), waiting, wizard.DecisionApprove, "")
	refused := errorAs[*wizard.NotApproverError](t, err)
	if refused.Approvers != "Dana Levi or Database owners" || !client.IsForbidden(refused.Err) {
		t.Errorf("got %+v", refused)
	}
}

func TestReasonForRequests(t *testing.T) {
	s, flow, _, waiting := newReview(t, ordersAnswers())
	_, err := flow.ReasonFor(t.Context(), waiting, "")
	if missing := errorAs[*wizard.MissingError](t, err); missing.Flags[0] != "--reason" {
		t.Errorf("got %+v", missing)
	}
	s.mu.Lock()
	s.rewrite = func(_ string, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(`"disable_approver_reason":false`), []byte(`"disable_approver_reason":true`))
	}
	s.mu.Unlock()
	if reason, err := flow.ReasonFor(t.Context(), waiting, "needed"); reason != "needed" || err != nil {
		t.Errorf("a reason that the request needs: %q, %v", reason, err)
	}
	no := false
	waiting[0].RequireApproverReason = &no
	_, err = flow.ReasonFor(t.Context(), waiting, "not taken")
	errorAs[*wizard.UsageError](t, err)
}

// startReview starts a guided review.
func (g *guidedTerminal) startReview() *prompttest.Reply[struct{}] {
	return prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (struct{}, error) {
		return struct{}{}, g.flow.Review(ctx)
	})
}

func TestGuidedReview(t *testing.T) {
	for _, columns := range []int{40, 100} {
		t.Run("", func(t *testing.T) {
			g := newGuidedTerminal(t, columns, fastClock)
			g.sandbox.askReviews(approvalAnswers(), ordersAnswers())
			reply := g.startReview()
			g.Shows("? Select request", "› AR-00001", "  AR-00002")
			g.Press(screen.Down, enter)
			g.Shows("! AR-00002 waits for your review", "Requester ", "Robin Meyer", "orders-production", "INC-204", "AR-00002", "› Skip")
			g.Press(screen.Esc)
			g.Shows("? Select request", "› AR-00001")
			g.Lacks("Robin Meyer,", "INC-204")
			g.Press(screen.Down, enter)
			g.Shows("› Skip")
			g.Press("rej", enter)
			g.Shows("? Enter reason")
			g.Press(enter)
			g.Shows("✗ an answer is required")
			g.Press(screen.Esc)
			g.Shows("› Reject")
			g.Press(enter)
			g.Shows("? Enter reason")
			g.Press(strings.Repeat("x", client.MaxReasonLength-10), enter)
			g.Shows("✓ Rejected AR-00002", "AR-00001", "› Skip")
			g.Press("app", enter)
			g.Shows("? Enter reason", "optional")
			g.Press(enter)
			reply.Answer()
			g.Shows("✓ Rejected AR-00002", "✓ Approved AR-00001")
		})
	}
}

// Skipping and Esc send nothing, and leave nothing behind.
func TestReviewWithoutADecision(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.askReviews(approvalAnswers())
	reply := g.startReview()
	g.Shows("(the only one)", "› Skip")
	g.Press(enter)
	reply.Answer()
	g.Lacks("› Skip")
	for key, want := range map[string]error{screen.Esc: prompt.ErrBack, screen.CtrlC: prompt.ErrCanceled} {
		reply = g.startReview()
		g.Shows("› Skip")
		g.Press(key)
		reply.Fails(want)
		g.Lacks("› Skip")
	}
	if n := g.sandbox.countCalls("/approve") + g.sandbox.countCalls("/reject"); n != 0 {
		t.Errorf("sent %d decisions", n)
	}
}

// A decision that somebody else made while the user was reading is news, not a failure.
func TestReviewDecidedMeanwhile(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.askReviews(approvalAnswers())
	reply := g.startReview()
	g.Shows("› Skip")
	if err := g.sandbox.Reject(t.Context(), "AR-00001", "Not today"); err != nil {
		t.Fatal(err)
	}
	g.Press("app", enter)
	g.Shows("? Enter reason")
	g.Press(enter)
	reply.Answer()
	g.Shows("✗ AR-00001 was rejected by Dana Levi", `"Not today"`)
	g.Lacks("Approved AR-00001")
}

func TestNothingToReview(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.startReview().Answer()
	g.Shows("No requests wait for your review")
}

// An account that takes no reasons is not asked for one.
func TestReviewWithoutReasons(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.askReviews(approvalAnswers())
	g.sandbox.mu.Lock()
	g.sandbox.rewrite = func(_ string, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(`"disable_approver_reason":false`), []byte(`"disable_approver_reason":true`))
	}
	g.sandbox.mu.Unlock()
	reply := g.startReview()
	g.Shows("› Skip")
	g.Lacks("a reason is optional")
	g.Press("app", enter)
	reply.Answer()
	g.Shows("✓ Approved AR-00001")
	g.Lacks("Enter reason")
}

// The number of reviews appears below what the user reads, and moves nothing.
func TestMenuOffersReviewsWhenKnown(t *testing.T) {
	g := newGuidedTerminal(t, 40, fastClock)
	g.sandbox.askReviews(approvalAnswers(), ordersAnswers())
	known := make(chan struct{})
	g.sandbox.mu.Lock()
	g.sandbox.override = func(req *http.Request) (*http.Response, bool) {
		if strings.HasSuffix(req.URL.Path, "/access-requests") {
			select {
			case <-known:
			case <-req.Context().Done():
			}
		}
		return nil, false
	}
	g.sandbox.mu.Unlock()
	reply := prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (wizard.MenuChoice, error) {
		return g.flow.Menu(ctx, true)
	})
	g.Shows("› Request new access", "Search everything")
	g.Press(screen.Down)
	g.Shows("› Connect to a resource")
	g.Lacks("Review requests")
	close(known)
	g.Shows("› Connect to a resource", "  Search everything\n  Review requests (2)")
	g.Press(screen.Down, screen.Down, enter)
	if choice := reply.Answer(); choice != wizard.MenuReview {
		t.Errorf("chose %d", choice)
	}
}

// Without reviews, or if the service does not say, the menu stays as it is.
func TestMenuWithoutReviews(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.answer(func(req *http.Request) (int, string) {
		if strings.HasSuffix(req.URL.Path, "/access-requests") {
			return 403, `{"message":"no"}`
		}
		return 0, ""
	})
	reply := prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (wizard.MenuChoice, error) {
		return g.flow.Menu(ctx, true)
	})
	g.Shows("› Request new access", "Search everything")
	g.Press(screen.Up, enter)
	if choice := reply.Answer(); choice != wizard.MenuSearch {
		t.Errorf("chose %d", choice)
	}
}

// A canceled decision says that nothing was sent.
func TestDecideAfterCancel(t *testing.T) {
	s, flow, _, waiting := newReview(t, approvalAnswers())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := flow.Decide(ctx, waiting, wizard.DecisionApprove, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
	s.wantCalls(t, "/approve", 0)
}
