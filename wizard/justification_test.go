//go:build !windows

package wizard_test

import (
	"net/http"
	"strings"
	"testing"

	"apono/wizard"
	"apono/wizard/prompt/screen"
)

func (g *guidedTerminal) startShopRequest() func() *wizard.Outcome {
	r := g.startRequest(wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}})
	g.answerAll(question{"Select permissions", "read_w" + enter})
	g.Shows("? Enter Justification")
	return r.Answer
}

func TestAdviceOnAJustification(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.advises = true
	answer := g.startShopRequest()
	g.Press("orders", enter)
	g.Shows("! Approvers may want to know what the task is, why it needs this permission", "which ticket it is for", "? Enter Justification  orders")
	g.Press(": fix the totals, OPS-1", enter)
	answer()
	if sent := g.sandbox.submitted(); len(sent) != 1 || *sent[0].Justification != "orders: fix the totals, OPS-1" {
		t.Errorf("sent %+v, want the improved text", sent)
	}
	g.sandbox.wantCalls(t, "/justification-validation", 1)
}

// Advice blocks nothing: Enter sends the text as it is, and Esc goes back.
func TestAdviceCanBeIgnored(t *testing.T) {
	g := newGuidedTerminal(t, 40, fastClock)
	g.sandbox.advises = true
	answer := g.startShopRequest()
	g.Press("orders", enter)
	g.Shows("! Approvers")
	g.Press(screen.Esc)
	g.Shows("? Select permissions")
	g.Lacks("! Approvers")
	g.Press(enter)
	g.Shows("? Enter Justification")
	g.Press(enter)
	g.Shows("! Approvers")
	g.Press(enter)
	answer()
	if sent := g.sandbox.submitted(); len(sent) != 1 || *sent[0].Justification != "orders" {
		t.Errorf("sent %+v, want the text as it was", sent)
	}
}

// A check that fails, does not end, or is not wanted costs nothing.
func TestNoAdvice(t *testing.T) {
	for name, test := range map[string]struct {
		rewrite func(path string, body []byte) []byte
		respond func(*http.Request) (*http.Response, bool)
		checked int
	}{
		"not wanted": {checked: 0, rewrite: func(path string, body []byte) []byte {
			return []byte(strings.ReplaceAll(string(body), `"enable_ai_features":true`, `"enable_ai_features":false`))
		}},
		"fails":     {checked: 1, respond: answerTo("/justification-validation", http.StatusInternalServerError, `{}`)},
		"malformed": {checked: 1, respond: answerTo("/justification-validation", http.StatusOK, `{"describes_task":false}`)},
		"all right": {checked: 1, respond: answerTo("/justification-validation", http.StatusOK, `{"describes_task":true,"justifies_permission_level":true,"has_ticket_id_url":true}`)},
		"too slow": {checked: 1, respond: func(req *http.Request) (*http.Response, bool) {
			if !strings.HasSuffix(req.URL.Path, "/justification-validation") {
				return nil, false
			}
			<-req.Context().Done()
			return jsonResponse(req, http.StatusOK, `{}`), true
		}},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuidedTerminal(t, 100, fastClock)
			g.sandbox.advises, g.sandbox.rewrite, g.sandbox.override = true, test.rewrite, test.respond
			answer := g.startShopRequest()
			g.Press("orders", enter)
			answer()
			g.Lacks("Approvers may want")
			if n := g.sandbox.countCalls("/justification-validation"); n != test.checked {
				t.Errorf("checked %d times, want %d", n, test.checked)
			}
		})
	}
}

// answerTo answers calls to a path.
func answerTo(path string, status int, body string) func(*http.Request) (*http.Response, bool) {
	return func(req *http.Request) (*http.Response, bool) {
		if !strings.HasSuffix(req.URL.Path, path) {
			return nil, false
		}
		return jsonResponse(req, status, body), true
	}
}
