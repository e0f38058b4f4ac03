//go:build !windows

package wizard_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apono/client"
	"apono/wizard"
	"apono/wizard/catalog"
	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// knowAll gives a flow a catalog that has everything the sandbox offers, as it was an
// age ago.
func knowAll(t *testing.T, s *recordingSandbox, flow *wizard.Flow, age time.Duration) {
	t.Helper()
	dir := t.TempDir()
	store := openCatalog(t, flow, dir)
	if err := catalog.FromClient(t.Context(), s.api, store).Fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := sqlite.OpenConn(filepath.Join(dir, "catalog.db"), sqlite.OpenReadWrite)
	if err == nil {
		defer conn.Close()
		err = sqlitex.Execute(conn, "UPDATE list SET fetched = fetched - ?", &sqlitex.ExecOptions{Args: []any{age.Milliseconds()}})
	}
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.calls = nil
	s.mu.Unlock()
}

// list answers a call with names in place of a list of the inventory.
func list(req *http.Request, item string, names ...string) *http.Response {
	items := []string{}
	for _, name := range names {
		items = append(items, fmt.Sprintf(item, name))
	}
	return jsonResponse(req, http.StatusOK, fmt.Sprintf(`{"data":[%s],"pagination":{"total":%d}}`, strings.Join(items, ","), len(items)))
}

// A known list is on the screen before the service has answered. What the service then
// says takes its place: the cursor stays on its option.
func TestKnownListIsShownAtOnceAndReplacedInPlace(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	knowAll(t, g.sandbox, g.flow, 3*24*time.Hour)
	bundles, err := g.sandbox.api.Bundles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	starter := bundles[slices.IndexFunc(bundles, func(b client.Bundle) bool { return b.Name == "Data analyst starter kit" })].ID
	answer := make(chan *http.Response)
	g.sandbox.override = func(req *http.Request) (*http.Response, bool) {
		switch {
		case strings.HasSuffix(req.URL.Path, "/bundles"):
			return <-answer, true
		case strings.HasSuffix(req.URL.Path, "/access-units"):
			return list(req, "%s"), true
		}
		return nil, false
	}
	r := g.startRequest(wizard.Answers{})
	g.answerAll(question{"Select request type", screen.Down + enter})
	g.Shows("? Select bundle", "› Checkout on call", "as of 3d ago")
	g.Press(screen.Down)
	g.Shows("› Data analyst starter kit")
	request, err := http.NewRequest(http.MethodGet, "http://localhost", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer <- jsonResponse(request, http.StatusOK, `{"data":[{"id":"1","name":"A new one"},{"id":"2","name":"Another"},{"id":"`+starter+`","name":"Data analyst starter kit"}],"pagination":{}}`)
	g.Shows("A new one", "Another", "› Data analyst starter kit")
	g.Lacks("Checkout on call", "as of 3d ago")
	g.Press(screen.CtrlC)
	_, _ = r.Wait()
}

// What the user picked from a list that was not up to date, and is gone, is asked for
// again. Nothing else is, and nothing is sent twice.
func TestWhatIsGoneIsAskedForAgain(t *testing.T) {
	for _, refusal := range []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusForbidden} {
		t.Run(fmt.Sprint(refusal), func(t *testing.T) {
			g := newGuidedTerminal(t, 100, fastClock)
			knowAll(t, g.sandbox, g.flow, time.Hour)
			hold := make(chan struct{})
			posts := 0
			g.sandbox.override = func(req *http.Request) (*http.Response, bool) {
				switch {
				case strings.HasSuffix(req.URL.Path, "/permissions"):
					<-hold // until the request is refused
					return list(req, `{"id":"%[1]s","name":"%[1]s"}`, "READ_ONLY", "ADMIN"), true
				case req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/access-requests"):
					if posts++; posts == 1 {
						close(hold)
						return jsonResponse(req, refusal, `{"message":"no such permission"}`), true
					}
				}
				return nil, false
			}
			r := g.startRequest(wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}, Duration: time.Hour, Justification: "OPS-1"})
			g.Shows("? Select permissions", "› READ_ONLY")
			g.Press(screen.Down, enter)
			g.Shows("No longer offered: READ_WRITE")
			g.Shows("? Select permissions", "› READ_ONLY")
			g.Press(enter)
			out := r.Answer()
			if !slices.Equal(out.Answers.Permissions, []string{"READ_ONLY"}) || len(out.IDs) != 1 || posts != 2 {
				t.Errorf("%+v after %d calls", out, posts)
			}
			g.Lacks("Select resource type", "Select integration")
		})
	}
}

// If what is missing is known before the request is sent, it is not sent.
func TestWhatIsKnownToBeGoneIsNotSent(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	knowAll(t, g.sandbox, g.flow, time.Hour)
	fetched := make(chan struct{})
	var once sync.Once
	g.sandbox.override = func(req *http.Request) (*http.Response, bool) {
		if strings.HasSuffix(req.URL.Path, "/resource-types") {
			once.Do(func() { close(fetched) })
			return list(req, `{"id":"%[1]s","name":"%[1]s"}`, "sqlite-table", "sqlite-view"), true
		}
		return nil, false
	}
	answers := wizard.Answers{Integration: "sqlite/shop", ResourceType: "sqlite-database", Resources: []string{"shop"}, Permissions: []string{"READ_ONLY"}}
	r := g.startRequestContext(t.Context(), answers, wizard.RequestOptions{Every: true})
	g.Shows("? Enter duration in hours")
	<-fetched
	g.Press("1" + enter)
	g.Shows("? Enter Justification")
	g.Press("OPS-1" + enter)
	g.Shows("No longer offered: Database", "? Select resource type")
	if n := len(g.sandbox.submitted()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	g.Press(screen.CtrlC)
	_, _ = r.Wait()
}

// Without a terminal, nothing old decides: names are looked up at the service.
func TestWithoutATerminalTheServiceIsAsked(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	knowAll(t, s, flow, time.Hour)
	if _, err := flow.Request(t.Context(), shopAnswers(), wizard.RequestOptions{NoWait: true}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/integrations", "/resource-types", "/permissions", "/resources"} {
		if s.countCalls(path) == 0 {
			t.Errorf("%s was not asked for", path)
		}
	}
}

// The search box finds what is typed, and goes on with the request for it.
func TestFindGoesOnWithTheRequest(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	knowAll(t, g.sandbox, g.flow, 0)
	g.flow.Sandbox = true
	r := prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (wizard.Answers, error) {
		answers, _, err := g.flow.Find(ctx, "")
		return answers, err
	})
	g.Shows("? Search everything")
	g.Press("slak-notifer")
	g.Shows("› slack-notifier", "Lambda Function · aws-account/Playground", "1 of 1 matches")
	g.Press(enter)
	answers := r.Answer()
	want := wizard.Answers{Integration: "aws-account/Playground", ResourceType: "aws-account-lambda-function", Resources: []string{"arn:aws:lambda:eu-west-1:407812946013:function:slack-notifier"}}
	if fmt.Sprint(answers) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", answers, want)
	}
	if calls := len(g.sandbox.calls); calls > 0 {
		t.Errorf("the service was asked %d times", calls)
	}
}
