//go:build !windows

package wizard_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"apono/wizard"
	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// TestMenuDoesNotWaitForPrefetch delays every response until the first question is on the
// screen. Meanwhile the lists for the next questions must have been requested.
func TestMenuDoesNotWaitForPrefetch(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	release := make(chan struct{})
	requested := make(chan string, 16)
	g.sandbox.override = func(req *http.Request) (*http.Response, bool) {
		requested <- req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]
		<-release
		return nil, false
	}
	r := prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (wizard.MenuChoice, error) { return g.flow.Menu(ctx, true) })
	g.Shows("? What do you want to do?", "› Request new access")
	want := map[string]bool{"session": true, "integrations": true, "bundles": true, "access-requests": true, "access-request-templates": true}
	for range len(want) {
		if path := <-requested; !want[path] {
			t.Errorf("requested %s, or requested it twice, want one each of session, integrations, bundles and what waits for review", path)
		} else {
			delete(want, path)
		}
	}
	close(release)
	g.Press(screen.Enter)
	if choice := r.Answer(); choice != wizard.MenuRequest {
		t.Errorf("got choice %v, want %v", choice, wizard.MenuRequest)
	}
}

// TestNextChoicesArePrefetched checks that the resource types of an integration are
// fetched while the cursor is on it, before the user chooses it.
func TestNextChoicesArePrefetched(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	fetched := make(chan struct{}, 16)
	g.sandbox.override = func(req *http.Request) (*http.Response, bool) {
		if strings.HasSuffix(req.URL.Path, "/resource-types") {
			fetched <- struct{}{}
		}
		return nil, false
	}
	r := g.startRequest(wizard.Answers{})
	g.answerAll(question{"Select request type", enter})
	g.Shows("? Select integration")
	<-fetched // nothing has been chosen yet
	g.Press(screen.CtrlC)
	if _, err := r.Wait(); !errors.Is(err, prompt.ErrCanceled) {
		t.Errorf("after Ctrl-C got error %v, want %v", err, prompt.ErrCanceled)
	}
}
