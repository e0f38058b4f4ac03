//go:build !windows

package wizard_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client/sandbox"
	"apono/wizard"
	"apono/wizard/catalog"
	"apono/wizard/prompt/screen"
)

func shopFor(grantee string) wizard.Answers {
	return wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}, Permissions: []string{"READ_ONLY"}, Duration: time.Hour, Justification: "OPS-1", Grantee: grantee}
}

func TestRequestForSomebodyElseGuided(t *testing.T) {
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			g := newGuidedTerminal(t, columns, fastClock)
			g.sandbox.others = true
			r := g.startRequest(wizard.Answers{})
			g.answerAll(question{"Select request type", enter})
			g.Shows("? Who is the access for?", "› Yourself", "Checkout team", "ci-deploy", "Dana Levi")
			g.answerAll(question{"Who is the access for?", "dana" + enter}, question{"Select integration", "shop" + enter}, question{"Select resource type", enter}, question{"Select permissions", enter}, question{"Enter Justification", enter})
			out := r.Answer()
			g.Shows("✓ Who is the access for?  Dana Levi", "--grantee", "Grantee", "Dana Levi can use it now")
			if sent := g.sandbox.submitted(); len(sent) != 1 || sent[0].GranteeID == nil || *sent[0].GranteeID != sandbox.ApproverUser {
				t.Errorf("sent %+v, want one request for Dana Levi", sent)
			}
			if out.GoesOn || out.Answers.Grantee != "dana.levi@acme.example" {
				t.Errorf("got %+v, want answers for Dana Levi, and no use of the access", out)
			}
		})
	}
}

// Lists are those of the grantee, and Esc leads back to the question.
func TestGranteeDecidesWhatIsOffered(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.others = true
	g.flow.Catalog = catalog.Open(t.TempDir())
	t.Cleanup(func() { _ = g.flow.Catalog.Close() })
	r := g.startRequest(wizard.Answers{})
	g.answerAll(question{"Select request type", enter}, question{"Who is the access for?", "ci-dep" + enter})
	g.Shows("✓ Select integration  aws-account/Playground (the only one)", "? Select resource type")
	g.Press(screen.Esc)
	g.Shows("? Who is the access for?", "› ci-deploy")
	g.Press(screen.Home, enter)
	g.Shows("✓ Who is the access for?  Yourself", "? Select integration", "sqlite/shop")
	g.Press(screen.CtrlC)
	if _, err := r.Wait(); err == nil {
		t.Error("Ctrl-C is not an error")
	}
}

// Without anybody else, or without an answer, nothing is asked.
func TestNobodyElse(t *testing.T) {
	for name, override := range map[string]func(*http.Request) (*http.Response, bool){
		"only the user": nil,
		"an error": func(req *http.Request) (*http.Response, bool) {
			if strings.HasSuffix(req.URL.Path, "/grantees") {
				return jsonResponse(req, http.StatusForbidden, `{"message":"no"}`), true
			}
			return nil, false
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuidedTerminal(t, 100, fastClock)
			g.sandbox.others, g.sandbox.override = override != nil, override
			r := g.startRequest(wizard.Answers{})
			g.answerAll(question{"Select request type", enter})
			g.Shows("? Select integration")
			g.Lacks("Who is the access for?")
			g.Press(screen.CtrlC)
			if _, err := r.Wait(); err == nil {
				t.Error("Ctrl-C is not an error")
			}
		})
	}
}

func TestGranteeFlag(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	s.others = true
	for name, want := range map[string]string{
		"Dana Levi": "dana.levi@acme.example", "dana.levi@acme.example": "dana.levi@acme.example", sandbox.ApproverUser: "dana.levi@acme.example", "checkout team": "checkout-team",
		"Robin Meyer": "", sandbox.DemoUser: "", "": "",
	} {
		out, err := flow.Request(t.Context(), shopFor(name), wizard.RequestOptions{})
		if err != nil || out.Answers.Grantee != want {
			t.Errorf("%q: got %+v and error %v, want the grantee %q", name, out, err, want)
			continue
		}
		if sent := s.submitted(); (sent[len(sent)-1].GranteeID != nil) != (want != "") {
			t.Errorf("%q: sent %+v", name, sent[len(sent)-1])
		}
		if _, other := out.Requests[0].ForOther(); other != (want != "") {
			t.Errorf("%q: the request is for another: %v", name, other)
		}
	}
	if _, err := flow.Request(t.Context(), shopFor("dana levy"), wizard.RequestOptions{}); err == nil || !strings.Contains(err.Error(), `no grantee matches "dana levy"`) {
		t.Errorf("got error %v for an unknown grantee", err)
	}
	if _, err := flow.DryRun(t.Context(), shopFor("ci-deploy")); err == nil {
		t.Error("a machine can have the shop")
	}
}

// The answer to a request for somebody else is found among those.
func TestLostAnswerToARequestForSomebodyElse(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	s.others = true
	flow.Catalog = catalog.Open(t.TempDir())
	t.Cleanup(func() { _ = flow.Catalog.Close() })
	if _, err := flow.Request(t.Context(), shopFor(""), wizard.RequestOptions{}); err != nil {
		t.Fatal(err)
	}
	s.override = func(req *http.Request) (*http.Response, bool) {
		if req.Method != http.MethodPost || !strings.HasSuffix(req.URL.Path, "/access-requests") {
			return nil, false
		}
		if _, err := s.Transport().RoundTrip(req); err != nil {
			t.Error(err)
		}
		return jsonResponse(req, http.StatusBadGateway, `{}`), true
	}
	out, err := flow.Request(t.Context(), shopFor("Dana Levi"), wizard.RequestOptions{})
	if err != nil || !slices.Equal(out.IDs, []string{"AR-00002"}) || !strings.Contains(stderr.String(), "The answer was lost, but") {
		t.Errorf("got %+v and error %v\n%s", out, err, stderr)
	}
}
