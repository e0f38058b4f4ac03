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

// TestEscGoesBackOneQuestionWithAnswersKept goes back from every question and,
// with Enter alone, forward again.
func TestEscGoesBackOneQuestionWithAnswersKept(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	g.withFields()
	r := g.request(wizard.Answers{})
	branch := integrationBranch()
	for i, q := range branch {
		g.Shows("? " + q.title)
		for back := i - 1; back >= 0; back-- {
			g.Press(screen.Esc)
			g.Shows("? " + branch[back].title)
			g.Lacks("? "+branch[back+1].title, "✓ "+branch[back].title)
		}
		for again := range i {
			g.answers(question{branch[again].title, enter})
		}
		g.answers(q)
	}
	if out := r.Answer(); !reflect.DeepEqual(out.Answers, integrationAnswers()) {
		t.Errorf("answered\n%+v, want\n%+v", out.Answers, integrationAnswers())
	}
	if n := len(g.service.created()); n != 1 {
		t.Errorf("%d requests were sent", n)
	}
	if n := g.service.asked("/inventory/integrations"); n != 1 {
		t.Errorf("integrations were looked up %d times", n)
	}
}

func TestEscAtTheFirstQuestion(t *testing.T) {
	g := newGuided(t, 80, atOnce)
	r := g.request(wizard.Answers{})
	g.Shows("? Select request type")
	g.Press(screen.Esc)
	r.Fails(prompt.ErrBack)
	g.Is("")
}

func TestBackAndAnotherWay(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	r := g.request(wizard.Answers{})
	g.answers(question{"Select request type", enter}, question{"Select integration", "playgr" + enter}, question{"Select resource type", "lambda" + enter})
	g.Shows("? Select Lambda Function")
	g.Press(screen.Esc)
	g.Shows("? Select resource type", "> Lambda Function")
	g.Press(screen.Esc)
	g.answers(question{"Select integration", "\x15analytics" + enter})
	g.Shows("? Enter Justification", "✓ Select integration postgresql/analytics-replica", "(the only one)")
	g.Press(screen.Esc)
	g.Shows("? Select integration", "> postgresql/analytics-replica")
	g.Lacks("(the only one)")
	g.Press(screen.Esc, screen.Down)
	g.answers(question{"Select request type", enter}, question{"Select bundle", "shop" + enter}, question{"Select what to request", enter},
		question{"Enter Justification (optional)", enter})
	out := r.Answer()
	if want := (wizard.Answers{Bundle: "Shop support"}); !reflect.DeepEqual(out.Answers, want) {
		t.Errorf("answered %+v, want %+v", out.Answers, want)
	}
	if sent := g.service.created()[0]; len(sent.IntegrationIDs)+len(sent.ResourceTypeIDs)+len(sent.Resources)+len(sent.PermissionIDs) > 0 {
		t.Errorf("sent %+v", sent)
	}
}

// TestADurationThatIsNotAskedForAnyMoreIsForgotten asks for something long, and
// then for something else that says itself how long it lasts.
func TestADurationThatIsNotAskedForAnyMoreIsForgotten(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	r := g.request(wizard.Answers{})
	g.answers(question{"Select request type", enter}, question{"Select integration", "staging-eks" + enter}, question{"Select Namespace", " " + enter})
	g.answers(question{"Select permissions", enter}, question{"Enter duration in hours", "8" + enter})
	g.Shows("? Enter Justification")
	for _, title := range []string{"Enter duration in hours", "Select permissions", "Select Namespace", "Select integration"} {
		g.Press(screen.Esc)
		g.Shows("? " + title)
	}
	g.answers(question{"Select integration", "analytics" + enter}, question{"Enter Justification", "Numbers" + enter})
	if out := r.Answer(); out.Answers.Duration != 0 || g.service.created()[0].DurationInSec != nil {
		t.Errorf("the duration is kept: %+v", out.Answers)
	}
}

func TestCtrlCAtEveryQuestionSendsNothing(t *testing.T) {
	t.Parallel()
	for name, branch := range map[string][]question{"integration": integrationBranch(), "bundle": bundleBranch()} {
		for i, q := range branch {
			t.Run(name+"/"+q.title, func(t *testing.T) {
				g := newGuided(t, 100, atOnce)
				if name == "integration" {
					g.withFields()
				}
				r := g.request(wizard.Answers{})
				g.answers(branch[:i]...)
				g.Shows("? " + q.title)
				g.Press(screen.CtrlC)
				r.Fails(prompt.ErrCanceled)
				g.Lacks("? " + q.title)
				if sent := g.service.created(); len(sent) > 0 {
					t.Errorf("sent %+v", sent)
				}
				for n, line := range strings.Split(strings.TrimSpace(g.Text()), "\n") {
					if line != "" && !strings.HasPrefix(line, "✓ ") {
						t.Errorf("line %d is left on the screen: %q", n+1, line)
					}
				}
			})
		}
	}
}

func TestWhatHasNothingToOfferSaysSoAndGoesBack(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	r := g.request(wizard.Answers{})
	g.answers(question{"Select request type", enter})
	g.Shows("? Select integration")
	g.Press("archive", enter)
	g.Shows("! github/acme-archive has no resource types that you can request: choose another integration", "? Select integration", "> github/acme-archive")
	g.answers(question{"Select integration", "playgr" + enter})
	g.Shows("? Select resource type")
	g.Press("redshift", enter)
	g.Shows("! aws-account/Playground has no resources of type Redshift Cluster: choose another", "? Select resource type", "> Redshift Cluster")
	g.Press(screen.Esc)
	g.Shows("? Select integration", "> aws-account/Playground")
	g.Press(screen.CtrlC)
	r.Fails(prompt.ErrCanceled)
}
