//go:build !windows

package wizard_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
	"apono/wizard/prompt"
	"apono/wizard/prompt/prompttest"
	"apono/wizard/prompt/screen"
)

// grantAccess submits a request, without showing it on the test's terminal, and returns
// the access that it grants.
func (s *recordingSandbox) grantAccess(answers wizard.Answers) client.AccessSession {
	s.t.Helper()
	quiet := &wizard.Flow{Client: s.api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
	out, err := quiet.Request(s.t.Context(), answers, wizard.RequestOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	sessions, err := s.api.AccessSessions(s.t.Context(), client.SessionQuery{RequestIDs: []string{out.Requests[0].ID}})
	if err != nil || len(sessions) != 1 {
		s.t.Fatalf("got sessions %+v and error %v, want one session", sessions, err)
	}
	return sessions[0]
}

func clusterAnswers() wizard.Answers {
	return answersFor("staging-eks", "kubernetes-namespace", "view", "staging-eks/checkout")
}

// startUse starts a method of the flow that uses an access, and returns its pending exit
// code.
func (g *guidedTerminal) startUse(use func(context.Context) (int, error)) *prompttest.Reply[int] {
	return prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (int, error) { return use(ctx) })
}

// startUseAny is startUse for Flow.Use with every access to choose from.
func (g *guidedTerminal) startUseAny() *prompttest.Reply[int] {
	return g.startUse(func(ctx context.Context) (int, error) { return g.flow.Use(ctx, wizard.AccessQuery{}) })
}

func TestUseWithoutAnyAccess(t *testing.T) {
	g := newGuidedTerminal(t, 80, fastClock)
	_, err := g.startUseAny().Wait()
	errorAs[*wizard.NoAccessError](t, err)
}

func TestSingleAccessIsSelectedWithoutAsking(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	session := g.sandbox.grantAccess(shopAnswers())
	r := g.startUseAny()
	g.Shows("✓ Select access  sqlite/", "(the only one)", "? Select how to use access", "› Connect", "Instructions")
	g.Press(screen.Down, screen.Enter)
	if code := r.Answer(); code != 0 {
		t.Errorf("got exit code %d, want 0", code)
	}
	g.Shows("Session: "+session.ID, "Password: ", "! This secret is shown only once. Copy it, then close this terminal",
		"For a new one: apono access reset-credentials "+session.ID+" --profile sandbox")
	if strings.Contains(g.Text(), "***") {
		t.Error("the secret is masked the first time it is shown")
	}
}

func TestSingleMethodIsSelectedWithoutAsking(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	session := g.sandbox.grantAccess(shopAnswers())
	session.ConnectionMethods = []string{client.MethodInstructions}
	r := g.startUse(func(ctx context.Context) (int, error) { return g.flow.UseAccess(ctx, &session) })
	r.Answer()
	g.Shows("✓ Select how to use access  Instructions (the only one)", "Password: ")
}

func TestEscGoesBackToAccessList(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	g.sandbox.grantAccess(shopAnswers())
	g.sandbox.grantAccess(clusterAnswers())
	r := g.startUseAny()
	g.Shows("? Select access", "› kubernetes/", "sqlite/")
	g.Press(screen.Enter)
	g.Shows("? Select how to use access", "› Open link", "Instructions")
	g.Press(screen.Esc)
	g.Shows("? Select access")
	g.Lacks("✓ Select access")
	g.Press("sqlite", screen.Enter)
	g.Shows("? Select how to use access", "› Connect")
	g.Press(screen.CtrlC)
	r.Fails(prompt.ErrCanceled)
}

// TestUsedCredentialsAreMaskedUntilReset uses up the one-time credentials, and then
// leaves the offer to reset them with Esc, declines it, and accepts it.
func TestUsedCredentialsAreMaskedUntilReset(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	session := g.sandbox.grantAccess(shopAnswers())
	if _, err := g.sandbox.api.AccessDetails(t.Context(), session.ID); err != nil {
		t.Fatal(err)
	}
	const used = "! The one-time credentials have been used, so they are masked"
	r := g.startUseAny()
	g.Shows("? Select how to use access")
	g.Press("instr", screen.Enter)
	g.Shows(used, "? Reset the credentials?")
	g.Press(screen.Esc)
	g.Shows("? Select how to use access", "› Instructions")
	g.Lacks(used)
	g.Press(screen.Enter)
	g.Shows("? Reset the credentials?")
	g.Press("no", screen.Enter)
	r.Answer()
	g.Shows("✓ Reset the credentials?  No", "Password: ***")
	if strings.Contains(g.Text(), "shown only once") {
		t.Errorf("the masked secret comes with the notice for a new secret:\n%s", g.Text())
	}

	r = g.startUseAny()
	g.Shows("? Select how to use access")
	g.Press("instr", screen.Enter)
	g.Shows("? Reset the credentials?")
	g.Press("\x1b[2J" + screen.Enter) // the unknown key sequence is ignored
	r.Answer()
	g.Shows("✓ Credentials for "+session.ID+" have been reset", "Password: ", "shown only once")
}

// TestDetailsNameClientThatUsedCredentials also checks that the client's name is printed
// without its control characters.
func TestDetailsNameClientThatUsedCredentials(t *testing.T) {
	s, flow, stderr := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(shopAnswers())
	other := "portal\x1b[31m"
	session.ConsumedBy = &other
	if _, err := flow.Details(t.Context(), &session); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"The one-time credentials have been used by another client (portal)",
		"Reset them with: apono access reset-credentials " + session.ID + " --profile sandbox",
	} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr)
		}
	}
}

func TestResetCredentialsWaitsForNewOnes(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, 200*time.Millisecond)
	session := s.grantAccess(shopAnswers())
	before, err := flow.Details(t.Context(), &session)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := flow.ResetCredentials(t.Context(), &session, prompttest.Timeout)
	if err != nil || !fresh.Credentials.AreNew() {
		t.Fatalf("got %+v and error %v, want new credentials", fresh, err)
	}
	after, err := flow.Details(t.Context(), fresh)
	if err != nil || strings.Contains(*after.CLI, "***") || *after.CLI == *before.CLI {
		t.Errorf("after the reset got command %v and error %v, want a command with a password other than in %v", after, err, before)
	}
}

func TestResetCredentialsTimeout(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(shopAnswers())
	s.rewrite = func(path string, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(`"status":"NEW"`), []byte(`"status":"RESETTING"`))
	}
	_, err := flow.ResetCredentials(t.Context(), &session, 10*time.Millisecond)
	if timeout := errorAs[*wizard.TimeoutError](t, err); !slices.Equal(timeout.IDs, []string{session.ID}) {
		t.Errorf("got IDs %q, want %q", timeout.IDs, session.ID)
	}
}

func TestOpenLinkAsksBeforeOpening(t *testing.T) {
	for name, c := range map[string]struct {
		key   string
		opens int
	}{"yes": {screen.Enter, 1}, "no": {"n" + screen.Enter, 0}, "esc": {screen.Esc, 0}} {
		t.Run(name, func(t *testing.T) {
			g := newGuidedTerminal(t, 100, fastClock)
			g.sandbox.grantAccess(clusterAnswers())
			var opened []string
			g.flow.OpenURL = func(_ context.Context, url string) error { opened = append(opened, url); return nil }
			r := g.startUseAny()
			g.Shows("? Select how to use access", "› Open link")
			g.Press(screen.Enter)
			g.Shows("https://headlamp.acme.example/c/staging-eks?user=apono-", "? Open it in the browser?")
			g.Press(c.key)
			r.Answer()
			if len(opened) != c.opens {
				t.Fatalf("opened %q, want %d URLs", opened, c.opens)
			}
			for _, url := range opened {
				if !strings.HasPrefix(url, "https://headlamp.") {
					t.Errorf("opened %q, want the printed link", url)
				}
			}
		})
	}
}

func TestUnavailableMethod(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(clusterAnswers())
	_, err := flow.Connect(t.Context(), &session)
	if wrong := errorAs[*wizard.WrongMethodError](t, err); wrong.Method != client.MethodCLI || !strings.Contains(wrong.Error(), "link, instructions") {
		t.Errorf("got method %q and error %q, want %q and an error that lists the other methods", wrong.Method, wrong, client.MethodCLI)
	}
	_, err = flow.Launch(t.Context(), &session, "dbeaver")
	errorAs[*wizard.UsageError](t, err)
}

func TestFindAccess(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	first, second := s.grantAccess(shopAnswers()), s.grantAccess(clusterAnswers())
	for _, c := range []struct{ name, want string }{{first.ID, first.ID}, {"AR-00001", first.ID}, {second.Name, second.ID}} {
		if found, err := flow.FindAccess(t.Context(), c.name); err != nil || found.ID != c.want {
			t.Errorf("%q: got %+v and error %v, want %s", c.name, found, err, c.want)
		}
	}
	for _, name := range []string{"AR-00099", first.ID[:len(first.ID)-1], ""} {
		_, err := flow.FindAccess(t.Context(), name)
		var mismatch *kind.MatchError
		if !errors.As(err, &mismatch) {
			t.Errorf("%q: got error %v, want a %T", name, err, mismatch)
		}
	}
	third := s.grantAccess(shopAnswers())
	_, err := flow.FindAccess(t.Context(), third.Name)
	if mismatch := errorAs[*kind.MatchError](t, err); !mismatch.Ambiguous || !slices.Contains(mismatch.Candidates, first.ID) || !slices.Contains(mismatch.Candidates, third.ID) {
		t.Errorf("%q: got %+v, want it ambiguous between %s and %s", third.Name, mismatch, first.ID, third.ID)
	}
}

func TestAccessesQuery(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	first, second := s.grantAccess(shopAnswers()), s.grantAccess(clusterAnswers())
	for name, c := range map[string]struct {
		query wizard.AccessQuery
		want  []string
	}{
		"integration": {wizard.AccessQuery{Integration: "sqlite/shop"}, []string{first.ID}},
		"request":     {wizard.AccessQuery{RequestIDs: []string{"AR-00002"}}, []string{second.ID}},
		"no match":    {wizard.AccessQuery{Integration: "legacy-crm"}, nil},
	} {
		found, err := flow.Accesses(t.Context(), c.query)
		var got []string
		for _, a := range found {
			got = append(got, a.ID)
		}
		if err != nil || !slices.Equal(got, c.want) || found == nil {
			t.Errorf("%s: got %q (nil: %t) and error %v, want %q", name, got, found == nil, err, c.want)
		}
	}
	_, err := flow.Accesses(t.Context(), wizard.AccessQuery{Integration: "shopp"})
	errorAs[*kind.MatchError](t, err)
}
