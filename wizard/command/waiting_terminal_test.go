//go:build !windows

package command_test

import (
	"fmt"
	"strings"
	"testing"

	"apono/wizard/prompt/screen"
)

// billing are the flags of a request that waits for approvers.
func billing(more ...string) []string {
	return append([]string{"requests", "create", "-i", "billing-production", "-t", "Database", "-r", "billing-production/ledger", "-p", "READ_ONLY", "-d", "1h"}, more...)
}

// The guided flow watches a request that waits for people. A grant rings and leads into use.
func TestGuidedFlowWatchesApproval(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			d := newSandboxHarness(t)
			s, p := d.runOnScreen(columns, billing()...)
			s.Shows("? Enter Justification")
			s.Press("Look into OPS-1", screen.Enter)
			s.Shows("AR-00001 is Pending Approval for", "○ Dana Levi        no answer yet", "○ Database owners", "one of them must approve", "q leaves")
			s.Press(screen.Enter, "x") // neither does anything
			d.mustExit(0, nil, "sandbox", "approve", "AR-00001")
			s.Shows("AR-00001 is Active until", "Select how to use access")
			if written := s.Written(); !strings.Contains(written, "\a") || !strings.Contains(written, "\x1b]9;apono: AR-00001 was approved by Dana Levi") {
				t.Errorf("it does not ring: %q", written)
			}
			s.Press(screen.CtrlC) // the access can be used later
			wantExit(t, s, p, 0)
		})
	}
}

func TestLeavingTheGuidedFlow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key, shows string
		code       int
	}{
		"q":      {"q", "apono requests wait AR-00001", 0},
		"Esc":    {screen.Esc, "apono requests wait AR-00001", 0},
		"Ctrl-C": {screen.CtrlC, "Go on waiting with: apono requests wait AR-00001", 130},
	} {
		t.Run(name, func(t *testing.T) {
			d := newSandboxHarness(t)
			s, p := d.runOnScreen(100, billing()...)
			s.Shows("? Enter Justification")
			s.Press("Look into OPS-1", screen.Enter)
			s.Shows("q leaves")
			s.Press(c.key)
			s.Shows("○ AR-00001 is Pending Approval by Dana Levi or Database owners", c.shows)
			s.Lacks("no answer yet")
			wantExit(t, s, p, c.code)
		})
	}
}

// Without redrawn lines, the user is asked whether to keep watching.
func TestKeepWatchingWithPlainLines(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{"leave": "2", "watch": "1"} {
		t.Run(name, func(t *testing.T) {
			d := newSandboxHarness(t)
			d.env = append(d.env, "APONO_ACCESSIBLE=1")
			s, p := d.runOnScreen(100, billing()...)
			s.Shows("Enter Justification")
			s.Press("Look into OPS-1\r")
			s.Shows("Keep watching? (2 options)")
			s.Press(answer + "\r")
			if name == "leave" {
				s.Shows("apono requests wait AR-00001")
				wantExit(t, s, p, 0)
				return
			}
			s.Shows("Chosen: Keep watching")
			d.mustExit(0, nil, "sandbox", "reject", "AR-00001", "--reason", "no")
			s.Shows("AR-00001 was rejected by Dana Levi", "✗ AR-00001 is Rejected")
			wantExit(t, s, p, 3)
		})
	}
}

func TestWaitOnScreen(t *testing.T) {
	d := newSandboxHarness(t)
	d.mustExit(0, nil, "config", "set", "notifications.desktop", "false")
	d.mustExit(0, nil, billing("-j", "OPS-1")...)
	s, p := d.runOnScreen(100, "requests", "wait", "AR-00001")
	s.Shows("AR-00001 is Pending Approval for", "no answer yet")
	s.Press("?")
	s.Shows("Ctrl-C  cancels")
	s.Press("q")
	s.Shows("apono requests wait AR-00001")
	wantExit(t, s, p, 130)

	s, p = d.runOnScreen(100, "requests", "wait", "AR-00001")
	s.Shows("no answer yet")
	d.mustExit(0, nil, "sandbox", "approve", "AR-00001")
	s.Shows("✓ AR-00001 is Active until", "Use it: apono access use AR-00001")
	wantExit(t, s, p, 0)
	if strings.Contains(s.Written(), "\a") || strings.Contains(s.Written(), "\x1b]9") {
		t.Errorf("it rings: %q", s.Written())
	}
}

// The front page is what the last command stored; status --watch is the same, redrawn.
func TestFrontPageAndStatus(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			d := newSandboxHarness(t)
			s, p := d.runOnScreen(columns)
			s.Shows("? What do you want to do?")
			if text := s.Text(); !strings.HasPrefix(text, "? What") {
				t.Errorf("a page without anything on it: %s", text)
			}
			s.Press(screen.CtrlC)
			wantExit(t, s, p, 130)

			d.mustExit(0, nil, billing("-j", "OPS-1")...)
			d.mustExit(0, nil, "requests", "create", "-i", "sqlite/shop", "-t", "sqlite-table", "-r", "shop/orders", "-p", "READ_ONLY", "-j", "OPS-1", "-d", "9m")
			s, p = d.runOnScreen(columns)
			s.Shows("! sqlite/shop", "m left", "○ AR-00001", "? What do you want to do?")
			d.mustExit(0, nil, "sandbox", "reject", "AR-00001")
			s.Press(screen.Esc)
			wantExit(t, s, p, 130)

			s, p = d.runOnScreen(columns, "status", "--watch")
			s.Shows("Active", "! sqlite/shop", "q ends")
			s.Press("q")
			wantExit(t, s, p, 0)
			s.Shows("! sqlite/shop")
			s.Lacks("q ends", "AR-00001")

			s, p = d.runOnScreen(columns, "status", "--watch")
			s.Shows("q ends")
			d.mustExit(0, nil, "requests", "revoke", "AR-00002", "--wait")
			s.Shows("Nothing is active and nothing")
			s.Press(screen.CtrlC)
			wantExit(t, s, p, 130)
			s.Lacks("Canceled")
		})
	}
}

// A request is not sent before the user knows that they have not set up MFA.
func TestMissingMFAIsSaid(t *testing.T) {
	d := newSandboxHarness(t)
	d.mustExit(0, nil, "sandbox", "mfa", "off")
	s, p := d.runOnScreen(100, billing("-j", "OPS-1", "--no-wait")...)
	s.Shows("! You have not set up MFA", "apono sandbox mfa on", "✓ Sent AR-00001")
	wantExit(t, s, p, 0)
	d.mustExit(0, nil, "sandbox", "mfa", "on")
	s, p = d.runOnScreen(100, billing("-j", "OPS-1", "--no-wait")...)
	s.Shows("✓ Sent AR-00002")
	s.Lacks("MFA")
	wantExit(t, s, p, 0)
}
