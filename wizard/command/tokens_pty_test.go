//go:build unix

package command_test

import (
	"strings"
	"testing"

	"apono/wizard/prompt/screen"
)

// A created token logs in, and a deleted one no longer does, whether the sandbox is served
// or embedded.
func TestPersonalTokensLogIn(t *testing.T) {
	d := newCLIHarness(t)
	server := d.serve()
	url := "http://" + server.address
	embedded, _ := d.mustExit(0, nil, "tokens", "create", "embedded", "--profile", "sandbox")
	login := func(want int, profile, secret string) {
		t.Helper()
		d.mustExit(want, nil, "login", "--profile", profile, "--personal-token", strings.TrimSpace(secret), "--api-url", url, "--app-url", url, "--insecure-storage")
	}
	login(0, "first", embedded)
	served, _ := d.mustExit(0, nil, "tokens", "create", "served", "--profile", "first", "--expires", "1h")
	login(0, "second", served)
	d.mustExit(0, []string{"Deleted the personal token embedded"}, "tokens", "delete", "embedded", "-y", "--profile", "second")
	login(4, "third", embedded)
	d.mustExit(4, nil, "requests", "list", "--profile", "first")
	d.mustExit(0, []string{"Deleted the personal token served"}, "tokens", "delete", "served", "-y", "--profile", "sandbox")
	login(4, "third", served)
}

func TestDeletingATokenIsConfirmed(t *testing.T) {
	d := newSandboxHarness(t)
	d.mustExit(0, nil, "tokens", "create", "ci")
	for _, keys := range []string{screen.Esc, screen.CtrlC, screen.Enter, "n" + screen.Enter} {
		s, p := d.runOnScreen(40, "tokens", "delete", "ci")
		s.Shows("? Delete the personal token ci?")
		s.Press(keys)
		s.Shows("Canceled")
		wantExit(t, s, p, 130)
	}
	s, p := d.runOnScreen(100, "tokens", "delete", "ci")
	s.Shows("? Delete the personal token ci?")
	s.Press("y", screen.Enter)
	s.Shows("✓ Deleted the personal token ci")
	wantExit(t, s, p, 0)
	d.mustExit(0, []string{"No personal tokens yet"}, "tokens", "list")
}

// A request for somebody else ends when it is granted: it is not this person's access.
func TestGuidedRequestForSomebodyElse(t *testing.T) {
	d := newSandboxHarness(t)
	s, p := d.runOnScreen(100)
	for _, q := range [][2]string{
		{"What do you want to do?", screen.Enter}, {"Select request type", screen.Enter}, {"Who is the access for?", "levi" + screen.Enter},
		{"Select integration", "shop" + screen.Enter}, {"Select resource type", screen.Enter}, {"Select permissions", screen.Enter},
		{"Enter Justification", "Look into OPS-1" + screen.Enter},
	} {
		s.Shows("? " + q[0])
		s.Press(q[1])
		s.Lacks("? " + q[0])
	}
	s.Shows("--grantee \"dana.levi@acme.example\"", "Dana Levi can use it now")
	wantExit(t, s, p, 0)
}

// The end is shown while a duration is typed, and a number of many hours is confirmed.
func TestDurationIsEchoed(t *testing.T) {
	d := newSandboxHarness(t)
	d.env = append(d.env, "TZ=UTC")
	s, p := d.runOnScreen(100, "requests", "create", "-i", "Playground", "-t", "SSM Parameter", "-p", "READ_ONLY", "--no-wait")
	s.Shows("? Select SSM Parameter")
	s.Press(" ", screen.Enter)
	s.Shows("? Enter duration in hours", "until 18:00")
	s.Press("1h 30")
	s.Shows("1h 30m, until ")
	s.Press("\x15", "until 2020-01-01 9:00", screen.Enter)
	s.Shows("✗ 2020-01-01 09:00 is in the past")
	s.Press("\x15", "90 min", screen.Enter)
	s.Shows("✓ Enter duration in hours  1h 30m, until ")
	s.Shows("? Enter Justification")
	s.Press(screen.CtrlC)
	wantExit(t, s, p, 130)
}
