//go:build !windows

package wizard_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"apono/client"
	"apono/wizard"
	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
)

// grantShop makes a request that is granted, and returns it.
func grantShop(t *testing.T, flow *wizard.Flow) client.Request {
	t.Helper()
	out, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{})
	if err != nil || len(out.Requests) != 1 {
		t.Fatalf("got %+v and error %v, want a request", out, err)
	}
	return out.Requests[0]
}

// A repeated request whose answer was lost is found. It is sent once.
func TestLostAnswerToAgain(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	past := grantShop(t, flow)
	s.loseAnswers("/request-again")
	out, err := flow.Again(t.Context(), &past, wizard.Answers{}, wizard.RequestOptions{})
	if err != nil || len(out.IDs) != 1 || out.IDs[0] == past.ID {
		t.Fatalf("got %+v and error %v, want the new request", out, err)
	}
	if !strings.Contains(stderr.String(), "! The answer was lost, but the service has the request") {
		t.Errorf("stderr:\n%s", stderr)
	}
	s.wantCalls(t, "/request-again", 1)
}

// A repeated request that the service may have made is not sent again, and the past one is
// not taken for it.
func TestUnansweredAgain(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	past := grantShop(t, flow)
	s.doNothing("/request-again")
	_, err := flow.Again(t.Context(), &past, wizard.Answers{}, wizard.RequestOptions{})
	if lost := errorAs[*wizard.SubmitError](t, err); len(lost.Likely) != 0 {
		t.Errorf("it may be %q, want none", lost.Likely)
	}
	s.wantCalls(t, "/request-again", 1)
}

// What the dry run refuses is not sent; a dry run that fails blocks nothing.
func TestDryRunOfAgain(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	past := grantShop(t, flow)
	s.answer(func(req *http.Request) (int, string) {
		if strings.HasSuffix(req.URL.Path, "/dry-run") {
			return 200, `{"status":"Failure","errors":[{"code":"FIELD_MISSING","field":"justification"},{"code":"NOT_FOUND","field":"access_units","message":"it is gone"}]}`
		}
		return 0, ""
	})
	_, err := flow.Again(t.Context(), &past, wizard.Answers{}, wizard.RequestOptions{})
	if refused := errorAs[*wizard.AgainError](t, err); len(refused.Reasons) != 1 || refused.Reasons[0] != "it is gone" {
		t.Errorf("reasons: %q", refused.Reasons)
	}
	s.wantCalls(t, "/request-again", 0)
	s.answer(func(req *http.Request) (int, string) {
		if strings.HasSuffix(req.URL.Path, "/dry-run") {
			return 422, `{"message":"no"}`
		}
		return 0, ""
	})
	if _, err := flow.Again(t.Context(), &past, wizard.Answers{}, wizard.RequestOptions{}); err != nil {
		t.Error(err)
	}
}

// A past request without a justification needs one: the service requires it.
func TestAgainNeedsAJustification(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	past := grantShop(t, flow)
	past.Justification = nil
	_, err := flow.Again(t.Context(), &past, wizard.Answers{}, wizard.RequestOptions{})
	if missing := errorAs[*wizard.MissingError](t, err); strings.Join(missing.Flags, " ") != "--justification" {
		t.Errorf("missing: %q", missing.Flags)
	}
	s.wantCalls(t, "/request-again", 0)
}

// An extension whose answer was lost is found. It is sent once.
func TestLostAnswerToExtend(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	past := grantShop(t, flow)
	s.loseAnswers("/extend")
	extended, err := flow.Extend(t.Context(), []client.Request{past}, true)
	if err != nil || len(extended) != 1 || extended[0].ExtensionCount.Value != 1 {
		t.Fatalf("got %+v and error %v, want one extension", extended, err)
	}
	if !strings.Contains(stderr.String(), "! The answer was lost, but AR-00001 was extended") || !strings.Contains(stderr.String(), "2 extensions left") {
		t.Errorf("stderr:\n%s", stderr)
	}
	s.wantCalls(t, "/extend", 1)
}

// If the access ends when it did before, it is not clear whether the extension is still to
// come, and it is not sent again.
func TestUnansweredExtend(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	past := grantShop(t, flow)
	s.doNothing("/extend")
	_, err := flow.Extend(t.Context(), []client.Request{past}, true)
	if unclear := errorAs[*wizard.UnclearError](t, err); !strings.Contains(unclear.Found, "It still ends at") {
		t.Errorf("found: %q", unclear.Found)
	}
	s.wantCalls(t, "/extend", 1)
}

// Nothing is extended if it was canceled before, or without a confirmation.
func TestExtendIsConfirmed(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	past := grantShop(t, flow)
	_, err := flow.Extend(t.Context(), []client.Request{past}, false)
	if missing := errorAs[*wizard.MissingError](t, err); strings.Join(missing.Flags, " ") != "--yes" {
		t.Errorf("missing: %q", missing.Flags)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := flow.Extend(canceled, []client.Request{past}, true); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
	s.wantCalls(t, "/extend", 0)
}

// What the first question offers late is appended: nothing that the user reads moves.
func TestMenuAppendsWhatArrivesLate(t *testing.T) {
	g := newGuidedTerminal(t, 80, fastClock)
	grantShop(t, g.flow)
	release := make(chan struct{})
	g.sandbox.answer(func(req *http.Request) (int, string) {
		if req.Method == http.MethodGet && strings.HasSuffix(req.URL.Path, "/access-requests") {
			<-release
		}
		return 0, ""
	})
	reply := prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (wizard.MenuChoice, error) { return g.flow.Menu(ctx, true) })
	g.Shows("Request new access", "Search everything")
	g.Lacks("Request again")
	g.Press("\x1b[B\x1b[B") // to the last
	g.Shows("› Search everything")
	close(release)
	g.Shows("  Connect to a resource\n› Search everything\n  Request again\n  Extend")
	g.Press("\x1b[B" + enter)
	if choice := reply.Answer(); choice != wizard.MenuAgain {
		t.Errorf("chose %d", choice)
	}
}

// Past requests are listed once: favorites first, then by how often and how recently.
func TestHistoryOrder(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	ask := func(resource string) string {
		a := shopAnswers()
		a.ResourceType, a.Resources = "sqlite-table", []string{resource}
		out, err := g.flow.Request(t.Context(), a, wizard.RequestOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return out.IDs[0]
	}
	favorite := ask("shop.items")
	ask("shop.orders")
	ask("shop.orders")
	ask("shop.payments")
	if _, err := g.sandbox.api.SetFavorite(t.Context(), favorite, true); err != nil {
		t.Fatal(err)
	}
	reply := prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (*wizard.Outcome, error) {
		return g.flow.AskAgain(ctx, nil, wizard.Answers{}, wizard.RequestOptions{})
	})
	g.Shows("? Select request to repeat", "2 times", "favorite")
	text := g.Text()
	at := func(name string) int { return strings.LastIndex(text, name+" READ_ONLY") }
	if at("items") > at("orders") || at("orders") > at("payments") || strings.Count(text[strings.LastIndex(text, "? Select request"):], "orders READ_ONLY") != 1 {
		t.Errorf("the order is wrong:\n%s", text)
	}
	g.Press("\x1b")
	reply.Fails(prompt.ErrBack)
	g.sandbox.wantCalls(t, "/request-again", 0)
}
