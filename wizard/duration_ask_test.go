//go:build !windows

package wizard_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/spf13/pflag"

	"apono/wizard"
	"apono/wizard/prompt"
	"apono/wizard/prompt/screen"
)

func TestManyHoursAreConfirmed(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	var answers wizard.Answers
	flags := pflag.NewFlagSet("create", pflag.ContinueOnError)
	answers.Flags(flags)
	if err := flags.Parse([]string{"-i", "sqlite/shop", "-t", "sqlite-database", "-r", "shop", "-p", "READ_ONLY", "-d", "90", "-j", "x"}); err != nil {
		t.Fatal(err)
	}
	r := g.startRequest(answers)
	g.Shows("? --duration means hours: 90h, until ", "Is that right?")
	g.Press("n", enter)
	if _, err := r.Wait(); !errors.Is(err, prompt.ErrCanceled) {
		t.Errorf("got error %v", err)
	}
	if sent := g.sandbox.submitted(); len(sent) != 0 {
		t.Errorf("sent %+v", sent)
	}
}

// A number of many hours in the prompt is confirmed too; no, and Esc, lead back to it.
func TestTypedManyHoursAreConfirmed(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.override = answerTo("/dry-run", http.StatusOK, `{"status":"Failure","errors":[{"code":"INVALID_DURATION","field":"duration_in_sec","message":"x","details":{"max_duration":720000}}]}`)
	answers := shopFor("")
	answers.Duration = 0
	r := g.startRequest(answers)
	for _, no := range []string{"n" + enter, enter, screen.Esc} {
		g.Shows("? Enter duration in hours")
		g.Press("\x1590")
		g.Shows("90h, until ")
		g.Press(enter)
		g.Shows("? 90 means hours: 90h, until ", "Is that right?")
		g.Press(no)
		g.Shows("? Enter duration in hours  90")
		g.Lacks("Is that right?")
	}
	g.Press(enter)
	g.Shows("Is that right?")
	g.Press(screen.CtrlC)
	if _, err := r.Wait(); !errors.Is(err, prompt.ErrCanceled) {
		t.Errorf("got error %v, want %v", err, prompt.ErrCanceled)
	}
	if sent := g.sandbox.submitted(); len(sent) != 0 {
		t.Errorf("sent %+v", sent)
	}
}
