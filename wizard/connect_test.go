//go:build !windows

package wizard_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"apono/wizard"
)

// setSessionCommand makes the service return command as the command of every session.
func (s *recordingSandbox) setSessionCommand(command string) {
	s.rewrite = func(path string, body []byte) []byte {
		if !strings.HasSuffix(path, "/access-details") {
			return body
		}
		var details map[string]any
		if err := json.Unmarshal(body, &details); err != nil {
			return body
		}
		details["cli"] = command
		edited, _ := json.Marshal(details)
		return edited
	}
}

func TestConnectReturnsExitCode(t *testing.T) {
	for command, want := range map[string]int{
		"true": 0, "exit 7": 7, "sh -c 'exit 9'": 9, "(exit 3); exit 4": 4,
		"kill -TERM $$": 128 + 15, "sh -c 'kill -KILL $$'": 128 + 9,
		"kill -INT $$; exit 5": 5, // Ctrl-C is meant for the program, not for the shell around it
	} {
		t.Run(command, func(t *testing.T) {
			g := newGuidedTerminal(t, 100, fastClock)
			session := g.sandbox.grantAccess(shopAnswers())
			g.sandbox.setSessionCommand(command)
			r := g.startUse(func(ctx context.Context) (int, error) { return g.flow.Connect(ctx, &session) })
			if got := r.Answer(); got != want {
				t.Errorf("%q: got exit code %d, want %d", command, got, want)
			}
			const advice = "If it could not connect, reset the credentials:"
			if want > 0 && want < 128 {
				g.Shows(advice, "apono access reset-credentials "+session.ID+" --profile sandbox")
			} else {
				g.Lacks(advice)
			}
		})
	}
}

// TestConnectHandsOverTerminal checks that the session's command has the terminal as
// stdin, stdout and stderr, and that HandOver is called before and after it.
func TestConnectHandsOverTerminal(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	session := g.sandbox.grantAccess(shopAnswers())
	events := make(chan string, 2)
	g.flow.HandOver = func() func() {
		events <- "handed over"
		return func() { events <- "handed back" }
	}
	g.sandbox.setSessionCommand(`test -t 0 && test -t 1 && test -t 2 && printf 'name? ' && read -r name && echo "hello $name"`)
	r := g.startUse(func(ctx context.Context) (int, error) { return g.flow.Connect(ctx, &session) })
	g.Shows("name?")
	g.Press("Robin\n")
	g.Shows("hello Robin")
	if code := r.Answer(); code != 0 {
		t.Errorf("got exit code %d, want 0", code)
	}
	if first, second := <-events, <-events; first != "handed over" || second != "handed back" {
		t.Errorf("the terminal was %s and then %s", first, second)
	}
}

// TestConnectKeepsCommandOutOfArguments looks for a secret in the arguments of the shell,
// which other users of the machine can read, and in the environment that the program
// inherits. The third count proves that the program gets its own variable.
func TestConnectKeepsCommandOutOfArguments(t *testing.T) {
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("without /proc a process cannot read another's arguments")
	}
	g := newGuidedTerminal(t, 100, fastClock)
	session := g.sandbox.grantAccess(shopAnswers())
	g.sandbox.setSessionCommand(`SECRET='hunter2' sh -c 'tr "\0" " " </proc/$PPID/cmdline | grep -c hunter2; env | grep -c APONO_SESSION; env | grep -c hunter2; true'`)
	r := g.startUse(func(ctx context.Context) (int, error) { return g.flow.Connect(ctx, &session) })
	r.Answer()
	g.Wait("the counts 0, 0, 1", func(text string) bool { return strings.HasSuffix("\n"+text, "\n0\n0\n1") })
}

func TestConnectErrors(t *testing.T) {
	s, flow, _ := newFlowWithoutTerminal(t, fastClock)
	session := s.grantAccess(shopAnswers())
	s.setSessionCommand("PGPASSWORD=hunter2 no-such-program-here --host=db")
	_, err := flow.Connect(t.Context(), &session)
	if missing := errorAs[*wizard.MissingProgramError](t, err); missing.Program != "no-such-program-here" || missing.Session != session.ID {
		t.Errorf("got %+v, want program no-such-program-here and session %s", missing, session.ID)
	}
	s.rewrite = nil
	session = s.grantAccess(shopAnswers())
	if _, err := flow.Details(t.Context(), &session); err != nil {
		t.Fatal(err)
	}
	_, err = flow.Connect(t.Context(), &session)
	errorAs[*wizard.MaskedError](t, err)
}
