//go:build !windows

package command_test

import (
	"fmt"
	"strings"
	"testing"

	"apono/wizard/prompt/screen"
)

// Two people with two profiles: one requests in a terminal, the other reviews.
func TestReviewBySomebodyElse(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			d := newCLIHarness(t)
			for range 2 {
				d.mustExit(0, []string{"Pending Approval"}, "requests", "create", "--profile", "sandbox", "-i", "billing-production", "-t", "Database", "-r", "ledger", "-p", "READ_ONLY", "-d", "1h", "-j", "OPS-1")
			}
			s, p := d.runOnScreen(columns, "--profile", "sandbox-approver")
			s.Shows("› Request new access", "  Review requests (2)")
			s.Press("review", screen.Enter)
			s.Shows("? Select request", "AR-00001", "AR-00002")
			s.Press(screen.Esc)
			s.Shows("? What do you want to do?", "Review requests (2)")
			s.Press("review", screen.Enter)
			s.Shows("? Select request")
			s.Press(screen.Enter)
			s.Shows("! AR-00001 waits for your review", "Robin Meyer", "OPS-1", "› Skip")
			s.Press("approve", screen.Enter)
			s.Shows("? Enter reason")
			s.Press("fine", screen.Enter)
			s.Shows("✓ Approved AR-00001. Robin Meyer", "› Skip") // the other one is the only one
			s.Press(screen.Esc)
			wantExit(t, s, p, 0)
			s.Shows("✓ Approved AR-00001")
			d.mustExit(0, nil, "requests", "describe", "AR-00001", "--profile", "sandbox")

			s, p = d.runOnScreen(columns, "review", "AR-00002", "--profile", "sandbox-approver")
			s.Shows("› Skip")
			s.Press(screen.CtrlC)
			wantExit(t, s, p, 130)
			s, p = d.runOnScreen(columns, "review", "AR-00002", "--profile", "sandbox")
			s.Shows("AR-00002 does not wait for your", "It waits for Dana Levi")
			wantExit(t, s, p, 1)
			s, p = d.runOnScreen(columns, "review", "AR-00001", "--profile", "sandbox-approver")
			s.Shows("AR-00001 was approved by Dana Levi")
			wantExit(t, s, p, 0)
		})
	}
}

// In a terminal, a required reason that was not given is asked for, and Esc sends nothing.
func TestApproveAsksForTheReason(t *testing.T) {
	d := newCLIHarness(t)
	d.mustExit(0, nil, "requests", "create", "--profile", "sandbox", "-i", "orders-cluster", "-t", "Database", "-r", "orders-production", "-p", "read", "-d", "1h", "-j", "OPS-1")
	s, p := d.runOnScreen(100, "requests", "reject", "AR-00001", "--profile", "sandbox-approver")
	s.Shows("? Enter reason", "for AR-00001")
	s.Press(screen.Esc)
	wantExit(t, s, p, 130)
	s, p = d.runOnScreen(100, "requests", "reject", "AR-00001", "--profile", "sandbox-approver")
	s.Shows("? Enter reason")
	s.Press("Use staging", screen.Enter)
	s.Shows("✓ Rejected AR-00001. Robin Meyer has been notified")
	wantExit(t, s, p, 0)
	if out, _ := d.mustExit(0, nil, "requests", "describe", "AR-00001", "--profile", "sandbox"); !strings.Contains(out, "Rejected by Dana Levi: Use staging") {
		t.Errorf("got\n%s", out)
	}
}
