//go:build !windows

package wizard_test

import (
	"reflect"
	"strings"
	"testing"

	"apono/wizard"
	"apono/wizard/prompt"
	"apono/wizard/prompt/screen"
)

// TestEscGoesBackAndKeepsAnswers goes back from every question to the first one, and
// forward again by pressing only Enter.
func TestEscGoesBackAndKeepsAnswers(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.enableCustomFields()
	r := g.startRequest(wizard.Answers{})
	branch := integrationBranch()
	for i, q := range branch {
		g.Shows("? " + q.title)
		for back := i - 1; back >= 0; back-- {
			g.Press(screen.Esc)
			g.Shows("? " + branch[back].title)
			g.Lacks("? "+branch[back+1].title, "✓ "+branch[back].title)
		}
		for again := range i {
			g.answerAll(question{branch[again].title, enter})
		}
		g.answerAll(q)
	}
	if out := r.Answer(); !reflect.DeepEqual(out.Answers, integrationAnswers()) {
		t.Errorf("got answers\n%+v, want\n%+v", out.Answers, integrationAnswers())
	}
	if n := len(g.sandbox.submitted()); n != 1 {
		t.Errorf("submitted %d requests, want 1", n)
	}
	g.sandbox.wantCalls(t, "/inventory/integrations", 1)
}

func TestEscAtFirstQuestionReturnsErrBack(t *testing.T) {
	g := newGuidedTerminal(t, 80, fastClock)
	r := g.startRequest(wizard.Answers{})
	g.Shows("? Select request type")
	g.Press(screen.Esc)
	r.Fails(prompt.ErrBack)
	g.Is("")
}

// TestEscAndThenOtherBranch answers questions about an integration, and goes back to request
// a bundle. The request must contain only the bundle.
func TestEscAndThenOtherBranch(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	r := g.startRequest(wizard.Answers{})
	g.answerAll(question{"Select request type", enter}, question{"Select integration", "playgr" + enter}, question{"Select resource type", "lambda" + enter})
	g.Shows("? Select Lambda Function")
	g.Press(screen.Esc)
	g.Shows("? Select resource type", "› Lambda Function")
	g.Press(screen.Esc)
	g.answerAll(question{"Select integration", "\x15analytics" + enter})
	g.Shows("? Enter Justification", "✓ Select integration  postgresql/analytics-replica", "(the only one)")
	g.Press(screen.Esc)
	g.Shows("? Select integration", "› postgresql/analytics-replica")
	g.Lacks("(the only one)")
	g.Press(screen.Esc, screen.Down)
	g.answerAll(question{"Select request type", enter}, question{"Select bundle", "shop" + enter}, question{"Enter Justification", enter})
	out := r.Answer()
	if want := (wizard.Answers{Bundle: "Shop support"}); !reflect.DeepEqual(out.Answers, want) {
		t.Errorf("got answers %+v, want %+v", out.Answers, want)
	}
	if sent := g.sandbox.submitted()[0]; len(sent.IntegrationIDs)+len(sent.ResourceTypeIDs)+len(sent.Resources)+len(sent.PermissionIDs) > 0 {
		t.Errorf("submitted %+v, want only the bundle", sent)
	}
}

// TestDurationIsDroppedWhenNoLongerRequired answers the duration for one integration, and
// then goes back to choose one for which the duration is not asked.
func TestDurationIsDroppedWhenNoLongerRequired(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	r := g.startRequest(wizard.Answers{})
	g.answerAll(question{"Select request type", enter}, question{"Select integration", "staging-eks" + enter}, question{"Select Namespace", " " + enter})
	g.answerAll(question{"Select permissions", enter}, question{"Enter duration in hours", "8" + enter})
	g.Shows("? Enter Justification")
	for _, title := range []string{"Enter duration in hours", "Select permissions", "Select Namespace", "Select integration"} {
		g.Press(screen.Esc)
		g.Shows("? " + title)
	}
	g.answerAll(question{"Select integration", "analytics" + enter}, question{"Enter Justification", "Numbers" + enter})
	if out := r.Answer(); out.Answers.Duration != 0 || g.sandbox.submitted()[0].DurationInSec != nil {
		t.Errorf("got answers %+v, want no duration, and none submitted", out.Answers)
	}
}

// TestCtrlCAtAnyQuestionSubmitsNothing also checks that only answered questions remain on
// the screen.
func TestCtrlCAtAnyQuestionSubmitsNothing(t *testing.T) {
	t.Parallel()
	for name, branch := range map[string][]question{"integration": integrationBranch(), "bundle": bundleBranch()} {
		for i, q := range branch {
			t.Run(name+"/"+q.title, func(t *testing.T) {
				g := newGuidedTerminal(t, 100, fastClock)
				if name == "integration" {
					g.enableCustomFields()
				}
				r := g.startRequest(wizard.Answers{})
				g.answerAll(branch[:i]...)
				g.Shows("? " + q.title)
				g.Press(screen.CtrlC)
				r.Fails(prompt.ErrCanceled)
				g.Lacks("? " + q.title)
				if sent := g.sandbox.submitted(); len(sent) > 0 {
					t.Errorf("submitted %+v, want nothing", sent)
				}
				for n, line := range strings.Split(strings.TrimSpace(g.Text()), "\n") {
					if line != "" && !strings.HasPrefix(line, "✓ ") {
						t.Errorf("line %d is still on the screen: %q", n+1, line)
					}
				}
			})
		}
	}
}

// TestEmptyChoiceGoesBack chooses an integration without resource types, and a resource
// type without resources.
func TestEmptyChoiceGoesBack(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	r := g.startRequest(wizard.Answers{})
	g.answerAll(question{"Select request type", enter})
	g.Shows("? Select integration")
	g.Press("archive", enter)
	g.Shows("! github/acme-archive has no resource types that you can request: choose", "  another integration", "? Select integration", "› github/acme-archive")
	g.answerAll(question{"Select integration", "playgr" + enter})
	g.Shows("? Select resource type")
	g.Press("redshift", enter)
	g.Shows("! aws-account/Playground has no resources of type Redshift Cluster: choose", "? Select resource type", "› Redshift Cluster")
	g.Press(screen.Esc)
	g.Shows("? Select integration", "› aws-account/Playground")
	g.Press(screen.CtrlC)
	r.Fails(prompt.ErrCanceled)
}
