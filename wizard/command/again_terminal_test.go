//go:build !windows

package command_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"apono/client"
	"apono/wizard/prompt/screen"
)

// requests returns the requests that the program lists, newest first.
func (d *cliHarness) requests() []client.Request {
	d.t.Helper()
	out, _ := d.mustExit(0, nil, "requests", "list", "--all", "-o", "json")
	var list []client.Request
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		d.t.Fatal(err)
	}
	return list
}

// order requests access to the shop's orders.
func (d *cliHarness) order() {
	d.t.Helper()
	d.mustExit(0, nil, "requests", "create", "-i", "sqlite/shop", "-t", "sqlite-table", "-r", "shop/orders", "-p", "READ_ONLY", "-d", "9m", "-j", "OPS-1")
}

// The first question offers what there is to offer, and Enter repeats a request once.
func TestRequestAgainInTheGuidedFlow(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			d := newSandboxHarness(t)
			s, p := d.runOnScreen(columns)
			s.Shows("? What do you want to do?", "Search everything")
			s.Lacks("Request again", "Extend")
			s.Press(screen.Esc)
			wantExit(t, s, p, 130)

			d.order()
			s, p = d.runOnScreen(columns)
			s.Shows("Request again", "Extend")
			s.Press("again", screen.Enter)
			s.Shows("? Select request to repeat", "› orders READ_ONLY")
			s.Press(screen.Esc)
			s.Shows("? What do you want to do?")
			s.Lacks("Select request to repeat")
			s.Press("again", screen.Enter)
			s.Shows("? Select request to repeat")
			s.Press(screen.Enter)
			s.Shows("✓ Sent AR-00002", "AR-00002 is Active", "? Select how to use access")
			s.Press(screen.CtrlC)
			p.Code()
			made := d.requests()
			if len(made) != 2 || *made[0].Justification != "OPS-1" || *made[0].DurationInSec != 540 {
				t.Errorf("requests: %+v", made)
			}
		})
	}
}

// The right arrow and Alt-E open the wizard with everything filled in.
func TestRequestAgainWithChanges(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"right": screen.Right, "Alt-E": "\x1be"} {
		t.Run(name, func(t *testing.T) {
			d := newSandboxHarness(t)
			d.mustExit(0, nil, "requests", "create", "-i", "aws-account/Playground", "-t", "aws-account-s3-bucket", "-r", "playground-scratch", "-p", "READ_ONLY", "-d", "45m", "-j", "Look into OPS-1")
			s, p := d.runOnScreen(100, "requests", "again", "--no-wait")
			s.Shows("? Select request to repeat", "→ change it first")
			s.Press(key)
			s.Shows("? Select request type")
			s.Press(screen.Esc)
			s.Shows("? Select request to repeat")
			s.Press(key)
			for _, q := range [][2]string{
				{"Select request type", ""}, {"Who is the access for?", ""}, {"Select integration", ""}, {"Select resource type", ""}, {"Select S3 Bucket", ""},
				{"Select permissions", ""}, {"Enter duration in hours", "\x15" + "30m"}, {"Enter Justification", ""},
			} {
				s.Shows("? " + q[0])
				s.Press(q[1] + screen.Enter)
				s.Lacks("? " + q[0])
			}
			wantExit(t, s, p, 0)
			made := d.requests()
			if len(made) != 2 || *made[0].Justification != "Look into OPS-1" || *made[0].DurationInSec != 1800 || strings.Join(made[0].DistinctResourceNames, " ") != "playground-scratch" {
				t.Errorf("requests: %+v", made)
			}
		})
	}
}

// A part of a bundle is the same part again.
func TestRequestAgainPartOfABundle(t *testing.T) {
	d := newSandboxHarness(t)
	out, _ := d.mustExit(0, nil, "inventory", "access-units", "-b", "Shop support", "--jq", ".[0].id")
	d.mustExit(0, nil, "requests", "create", "-b", "Shop support", "--access-units", strings.TrimSpace(out), "-j", "Look into OPS-1", "-d", "1h")
	s, p := d.runOnScreen(100, "requests", "again", "AR-00001", "--edit", "--no-wait")
	for _, q := range []string{"Select request type", "Who is the access for?", "Select bundle", "Select bundle  Shop support", "Enter duration in hours", "Enter Justification"} {
		s.Shows("? " + q)
		s.Press(screen.Enter)
	}
	wantExit(t, s, p, 0)
	if made := d.requests(); len(made) != 2 || len(made[0].DistinctResourceNames) != 1 {
		t.Errorf("requests: %+v", made)
	}
	d.mustExit(0, []string{"--access-units"}, "requests", "describe", "AR-00002")
}

// Extending asks first, and says what it does.
func TestExtendInTheGuidedFlow(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			d := newSandboxHarness(t)
			d.order()
			s, p := d.runOnScreen(columns)
			s.Shows("Extend")
			s.Press("extend", screen.Enter)
			s.Shows("✓ Select access to extend", "adds 9m, until", "extensions", "? Extend AR-00001?")
			s.Press("no", screen.Enter) // goes back
			s.Shows("? What do you want to do?")
			s.Press("extend", screen.Enter)
			s.Shows("? Extend AR-00001?")
			s.Press(screen.Enter)
			s.Shows("✓ Extended AR-00001 by 9m, until", "· 2")
			wantExit(t, s, p, 0)
		})
	}
}

func TestExtendIsCanceled(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"Esc": screen.Esc, "Ctrl-C": screen.CtrlC} {
		t.Run(name, func(t *testing.T) {
			d := newSandboxHarness(t)
			d.order()
			s, p := d.runOnScreen(100, "requests", "extend", "AR-00001")
			s.Shows("? Extend AR-00001?")
			s.Press(key)
			wantExit(t, s, p, 130)
			if made := d.requests(); made[0].ExtensionCount.Value != 0 {
				t.Errorf("extended: %+v", made[0])
			}
		})
	}
}

// A template takes the place of the questions that it answers.
func TestTemplateStartsARequest(t *testing.T) {
	d := newSandboxHarness(t)
	s, p := d.runOnScreen(100, "requests", "create", "--no-wait")
	s.Shows("? Select request type", "Template")
	s.Press("template", screen.Enter)
	s.Shows("? Select template", "Look into an order", "sqlite/shop · 3 resources · READ_ONLY")
	s.Press(screen.Esc)
	s.Shows("? Select request type")
	s.Press("bundle", screen.Enter)
	s.Shows("? Who is the access for?")
	s.Press(screen.Esc)
	s.Shows("? Select request type")
	s.Press("template", screen.Enter)
	s.Shows("? Select template")
	s.Press(screen.Enter)
	s.Shows("? Enter Justification")
	s.Press("Look into OPS-1", screen.Enter)
	wantExit(t, s, p, 0)
	made := d.requests()
	if len(made) != 1 || strings.Join(made[0].DistinctResourceNames, " ") != "orders items payments" {
		t.Errorf("requests: %+v", made)
	}
}
