//go:build !windows

package wizard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
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

// grant asks for something and has it granted, unseen by the person.
func (s *service) grant(answers wizard.Answers) client.AccessSession {
	s.t.Helper()
	quiet := &wizard.Flow{Client: s.api, Streams: &render.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}}
	out, err := quiet.Request(s.t.Context(), answers, wizard.RequestOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	found, err := s.api.AccessSessions(s.t.Context(), client.SessionQuery{RequestIDs: []string{out.Requests[0].ID}})
	if err != nil || len(found) != 1 {
		s.t.Fatalf("granted are %+v, %v", found, err)
	}
	return found[0]
}

func clusterAnswers() wizard.Answers {
	return answersFor("staging-eks", "kubernetes-namespace", "view", "staging-eks/checkout")
}

// says makes the service answer with another command for every session.
func (s *service) says(command string) {
	s.changes = func(path string, body []byte) []byte {
		if !strings.HasSuffix(path, "/access-details") {
			return body
		}
		var d map[string]any
		if err := json.Unmarshal(body, &d); err != nil {
			return body
		}
		d["cli"] = command
		changed, _ := json.Marshal(d)
		return changed
	}
}

func (g *guided) use(question func(context.Context) (int, error)) *prompttest.Reply[int] {
	return prompttest.Ask(g.Terminal, func(ctx context.Context, _ prompt.Prompter) (int, error) { return question(ctx) })
}

func (g *guided) useAny() *prompttest.Reply[int] {
	return g.use(func(ctx context.Context) (int, error) { return g.flow.Use(ctx, wizard.AccessQuery{}) })
}

func TestNoAccessYet(t *testing.T) {
	g := newGuided(t, 80, atOnce)
	_, err := g.useAny().Wait()
	wants[*wizard.NoAccessError](t, err)
}

func TestOneAccessIsTakenWithoutAsking(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	session := g.service.grant(shopAnswers())
	r := g.useAny()
	g.Shows("✓ Select access sqlite/", "(the only one)", "? Select how to use access", "> Connect", "Instructions")
	g.Press(screen.Down, screen.Enter)
	if code := r.Answer(); code != 0 {
		t.Errorf("the code is %d", code)
	}
	g.Shows("Session: "+session.ID, "Password: ", "NOTICE This secret is shown only once", "close this terminal",
		"To get a new one: apono access reset-credentials "+session.ID+" --profile sandbox")
	if strings.Contains(g.Text(), "***") {
		t.Error("the secret is masked at the first view")
	}
}

func TestOneWayIsTakenWithoutAsking(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	session := g.service.grant(shopAnswers())
	session.ConnectionMethods = []string{client.MethodInstructions}
	r := g.use(func(ctx context.Context) (int, error) { return g.flow.UseAccess(ctx, &session) })
	r.Answer()
	g.Shows("✓ Select how to use access Instructions (the only one)", "Password: ")
}

func TestEscGoesBackToTheOtherAccesses(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	g.service.grant(shopAnswers())
	g.service.grant(clusterAnswers())
	r := g.useAny()
	g.Shows("? Select access", "> kubernetes/", "sqlite/")
	g.Press(screen.Enter)
	g.Shows("? Select how to use access", "> Open link", "Instructions")
	g.Press(screen.Esc)
	g.Shows("? Select access")
	g.Lacks("✓ Select access")
	g.Press("sqlite", screen.Enter)
	g.Shows("? Select how to use access", "> Connect")
	g.Press(screen.CtrlC)
	r.Fails(prompt.ErrCanceled)
}

func TestTheSecondViewIsMaskedUntilReset(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	session := g.service.grant(shopAnswers())
	if _, err := g.service.api.AccessDetails(t.Context(), session.ID); err != nil {
		t.Fatal(err)
	}
	r := g.useAny()
	g.Shows("? Select how to use access")
	g.Press("instr", screen.Enter)
	g.Shows("! The one-time credentials have been used, so they are masked", "? Reset the credentials?")
	g.Press(screen.Esc)
	g.Shows("? Select how to use access", "> Instructions")
	g.Lacks("shown before")
	g.Press(screen.Enter)
	g.Shows("? Reset the credentials?")
	g.Press("no", screen.Enter)
	r.Answer()
	g.Shows("✓ Reset the credentials? No", "Password: ***")
	if strings.Contains(g.Text(), "shown only once") {
		t.Errorf("a mask is called a secret:\n%s", g.Text())
	}

	r = g.useAny()
	g.Shows("? Select how to use access")
	g.Press("instr", screen.Enter)
	g.Shows("? Reset the credentials?")
	g.Press("\x1b[2J" + screen.Enter) // an unknown key changes nothing
	r.Answer()
	g.Shows("✓ Credentials for "+session.ID+" have been reset", "Password: ", "shown only once")
}

func TestCredentialsThatSomebodyElseHasSeen(t *testing.T) {
	s, flow, told := piped(t, atOnce)
	session := s.grant(shopAnswers())
	other := "portal\x1b[31m"
	session.ConsumedBy = &other
	if _, err := flow.Details(t.Context(), &session); err != nil {
		t.Fatal(err)
	}
	if want := "The one-time credentials have been used by another client (portal)"; !strings.Contains(told.String(), want) {
		t.Errorf("it does not say %q:\n%s", want, told)
	}
	if !strings.Contains(told.String(), "Reset them with: apono access reset-credentials "+session.ID+" --profile sandbox") {
		t.Errorf("it does not say how to make new ones:\n%s", told)
	}
}

func TestResetWaitsUntilTheCredentialsAreNew(t *testing.T) {
	s, flow, _ := piped(t, 200*time.Millisecond)
	session := s.grant(shopAnswers())
	first, err := flow.Details(t.Context(), &session)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := flow.ResetCredentials(t.Context(), session.ID, prompttest.Timeout)
	if err != nil || !fresh.Credentials.AreNew() {
		t.Fatalf("got %+v and %v", fresh, err)
	}
	second, err := flow.Details(t.Context(), fresh)
	if err != nil || strings.Contains(*second.CLI, "***") || *second.CLI == *first.CLI {
		t.Errorf("after the reset the command is %v, before it was %v; %v", second, first, err)
	}
}

func TestAResetThatTakesTooLong(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
	session := s.grant(shopAnswers())
	s.changes = func(path string, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(`"status":"NEW"`), []byte(`"status":"RESETTING"`))
	}
	_, err := flow.ResetCredentials(t.Context(), session.ID, 10*time.Millisecond)
	if timeout := wants[*wizard.TimeoutError](t, err); !slices.Equal(timeout.IDs, []string{session.ID}) {
		t.Errorf("got %v", timeout)
	}
}

func TestALinkIsOpenedWhereThePersonAgrees(t *testing.T) {
	for name, c := range map[string]struct {
		key  string
		want bool
	}{"yes": {screen.Enter, true}, "no": {"n" + screen.Enter, false}, "esc": {screen.Esc, false}} {
		t.Run(name, func(t *testing.T) {
			g := newGuided(t, 100, atOnce)
			g.service.grant(clusterAnswers())
			var opened []string
			g.flow.OpenURL = func(_ context.Context, url string) error { opened = append(opened, url); return nil }
			r := g.useAny()
			g.Shows("? Select how to use access", "> Open link")
			g.Press(screen.Enter)
			g.Shows("https://headlamp.acme.example/c/staging-eks?user=apono-", "? Open it in the browser?")
			g.Press(c.key)
			r.Answer()
			if got := len(opened) == 1 && strings.HasPrefix(opened[0], "https://headlamp."); got != c.want {
				t.Errorf("opened are %q", opened)
			}
		})
	}
}

func TestAnAccessHasAWayOrSaysWhichItHas(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
	session := s.grant(clusterAnswers())
	_, err := flow.Connect(t.Context(), &session)
	if wrong := wants[*wizard.WrongMethodError](t, err); wrong.Method != client.MethodCLI || !strings.Contains(wrong.Error(), "link, instructions") {
		t.Errorf("got %v", wrong)
	}
	_, err = flow.Launch(t.Context(), &session, "dbeaver")
	wants[*wizard.UsageError](t, err)
}

func TestTheExitCodeOfTheSessionsCommand(t *testing.T) {
	for command, want := range map[string]int{
		"true": 0, "exit 7": 7, "sh -c 'exit 9'": 9, "(exit 3); exit 4": 4,
		"kill -TERM $$": 128 + 15, "sh -c 'kill -KILL $$'": 128 + 9,
		"kill -INT $$; exit 5": 5, // Ctrl-C is for the program, not for the shell around it
	} {
		t.Run(command, func(t *testing.T) {
			g := newGuided(t, 100, atOnce)
			session := g.service.grant(shopAnswers())
			g.service.says(command)
			r := g.use(func(ctx context.Context) (int, error) { return g.flow.Connect(ctx, &session) })
			if got := r.Answer(); got != want {
				t.Errorf("%s ends with %d, want %d", command, got, want)
			}
			g.Shows("NOTICE Trouble connecting? apono access reset-credentials " + session.ID + " --profile sandbox")
		})
	}
}

func TestTheSessionsCommandHasTheTerminal(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	session := g.service.grant(shopAnswers())
	handed := make(chan string, 2)
	g.flow.HandOver = func() func() {
		handed <- "over"
		return func() { handed <- "back" }
	}
	g.service.says(`test -t 0 && test -t 1 && test -t 2 && printf 'name? ' && read -r name && echo "hello $name"`)
	r := g.use(func(ctx context.Context) (int, error) { return g.flow.Connect(ctx, &session) })
	g.Shows("name?")
	g.Press("Robin\n")
	g.Shows("hello Robin")
	if code := r.Answer(); code != 0 {
		t.Errorf("the code is %d", code)
	}
	if over, back := <-handed, <-handed; over != "over" || back != "back" {
		t.Errorf("the terminal went %s, %s", over, back)
	}
}

// TestTheCommandStandsInNoArguments looks at the shell's own arguments and at
// what the program inherits.
func TestTheCommandStandsInNoArguments(t *testing.T) {
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("there is no /proc here to see a process's arguments in")
	}
	g := newGuided(t, 100, atOnce)
	session := g.service.grant(shopAnswers())
	g.service.says(`SECRET='hunter2' sh -c 'tr "\0" " " </proc/$PPID/cmdline | grep -c hunter2; env | grep -c APONO_SESSION; env | grep -c hunter2; true'`)
	r := g.use(func(ctx context.Context) (int, error) { return g.flow.Connect(ctx, &session) })
	r.Answer()
	g.Wait("the counts 0, 0, 1", func(text string) bool { return strings.HasSuffix(text, "\n0\n0\n1") })
}

func TestWhatKeepsACommandFromRunning(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
	session := s.grant(shopAnswers())
	s.says("PGPASSWORD=hunter2 no-such-program-here --host=db")
	_, err := flow.Connect(t.Context(), &session)
	if missing := wants[*wizard.MissingProgramError](t, err); missing.Program != "no-such-program-here" || missing.Session != session.ID {
		t.Errorf("got %+v", missing)
	}
	s.changes = nil
	session = s.grant(shopAnswers())
	if _, err := flow.Details(t.Context(), &session); err != nil {
		t.Fatal(err)
	}
	_, err = flow.Connect(t.Context(), &session)
	wants[*wizard.MaskedError](t, err)
}

func TestFindingAnAccessByName(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
	first, second := s.grant(shopAnswers()), s.grant(clusterAnswers())
	for _, name := range []string{first.ID, "AR-00001"} {
		if found, err := flow.FindAccess(t.Context(), name); err != nil || found.ID != first.ID {
			t.Errorf("%s finds %+v and %v, want %s", name, found, err, first.ID)
		}
	}
	if found, err := flow.FindAccess(t.Context(), second.Name); err != nil || found.ID != second.ID {
		t.Errorf("%s finds %+v and %v, want %s", second.Name, found, err, second.ID)
	}
	for _, name := range []string{"AR-00099", first.ID[:len(first.ID)-1], ""} {
		_, err := flow.FindAccess(t.Context(), name)
		var miss *kind.MatchError
		if !errors.As(err, &miss) {
			t.Errorf("%q: got %v", name, err)
		}
	}
	third := s.grant(shopAnswers())
	_, err := flow.FindAccess(t.Context(), third.Name)
	if miss := wants[*kind.MatchError](t, err); !miss.Ambiguous || !slices.Contains(miss.Candidates, first.ID) || !slices.Contains(miss.Candidates, third.ID) {
		t.Errorf("got %+v", miss)
	}
}

func TestOnlyTheAccessesThatAreMeant(t *testing.T) {
	s, flow, _ := piped(t, atOnce)
	first, second := s.grant(shopAnswers()), s.grant(clusterAnswers())
	for name, c := range map[string]struct {
		query wizard.AccessQuery
		want  []string
	}{
		"integration": {wizard.AccessQuery{Integration: "sqlite/shop"}, []string{first.ID}},
		"request":     {wizard.AccessQuery{RequestIDs: []string{"AR-00002"}}, []string{second.ID}},
		"neither":     {wizard.AccessQuery{Integration: "legacy-crm"}, nil},
	} {
		found, err := flow.Accesses(t.Context(), c.query)
		var got []string
		for _, a := range found {
			got = append(got, a.ID)
		}
		if err != nil || !slices.Equal(got, c.want) || found == nil {
			t.Errorf("%s: got %q and %v, want %q", name, got, err, c.want)
		}
	}
	_, err := flow.Accesses(t.Context(), wizard.AccessQuery{Integration: "shopp"})
	wants[*kind.MatchError](t, err)
}
