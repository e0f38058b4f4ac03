//go:build !windows

package wizard_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/wizard"
	"apono/wizard/prompt/screen"
)

// integrationBranch returns every question of a request for buckets, in an account with
// custom fields. integrationAnswers returns the answers it gives.
func integrationBranch() []question {
	return []question{
		{"Select request type", enter},
		{"Select integration", "playgr" + enter},
		{"Select resource type", "s3" + enter},
		{"Select S3 Bucket", "terraform" + screen.Down + " " + screen.Down + " " + enter},
		{"Select permissions", "write" + enter},
		{"Enter duration in hours", "0.75" + enter},
		{"Enter Justification", "Look into OPS-1" + enter},
		{"Enter Jira ticket", "OPS-1" + enter},
		{"Select Environment", "prod" + enter},
	}
}

func integrationAnswers() wizard.Answers {
	return wizard.Answers{
		Integration: "aws-account/Playground", ResourceType: "aws-account-s3-bucket",
		Resources:   []string{"arn:aws:s3:::playground-env-terraform-02-state", "arn:aws:s3:::playground-env-terraform-03-state"},
		Permissions: []string{"READ_WRITE"}, Duration: 45 * time.Minute, Justification: "Look into OPS-1",
		CustomFields: []wizard.CustomField{{Key: "ticket", Value: "OPS-1"}, {Key: "environment", Value: "prod"}},
	}
}

// bundleBranch returns every question of a request for part of a bundle.
func bundleBranch() []question {
	return []question{
		{"Select request type", screen.Down + enter},
		{"Select bundle", "starter" + screen.Right + "curated" + screen.Tab + enter},
		{"Enter Justification", "Numbers" + enter},
	}
}

func TestRequestIntegrationUntilActive(t *testing.T) {
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			g := newGuidedTerminal(t, columns, fastClock)
			g.enableCustomFields()
			r := g.startRequest(wizard.Answers{})
			g.answerAll(integrationBranch()...)
			out := r.Answer()
			if want := integrationAnswers(); !reflect.DeepEqual(out.Answers, want) {
				t.Errorf("got answers\n%+v, want\n%+v", out.Answers, want)
			}
			if len(out.Requests) != 1 || !out.Requests[0].IsActive() || !out.Guided {
				t.Errorf("got outcome %+v, want one active request of a guided flow", out)
			}
			sent := g.sandbox.submitted()
			if len(sent) != 1 || len(sent[0].Resources) != 2 || *sent[0].DurationInSec != 2700 || *sent[0].Justification != "Look into OPS-1" ||
				!reflect.DeepEqual(sent[0].CustomFields, map[string]string{"ticket": "OPS-1", "environment": "prod"}) {
				t.Errorf("submitted %+v, want one request with all answers", sent)
			}
			g.Shows("✓ Select request type  Integration", "✓ Enter duration in hours  45m, ", "To make the same request again", "apono requests create", out.Requests[0].ID+" is Active until")
			if columns == 100 {
				g.Shows("alias NAME='…'", "✓ Select S3 Bucket  playground-env-terraform-02-state, playground-env-terraform-03-state", "✓ Select integration  aws-account/Playground")
			}
		})
	}
}

func TestRequestBundleUntilActive(t *testing.T) {
	for name, c := range map[string]struct {
		keys  string // pressed once the bundle is highlighted
		units int    // submitted access units; 0 requests the whole bundle
	}{
		"everything":                          {enter, 0},
		"a part of it":                        {screen.Right + " " + enter, 2},
		"everything, after a look inside":     {screen.Right + enter, 0},
		"a part, but then all of it":          {screen.Right + "  " + enter, 0},
		"a look inside, back, and everything": {screen.Right + " " + screen.Left + enter, 0},
		"a look inside, back, and look again": {screen.Right + screen.Left + screen.Right + screen.Up + " " + enter, 2},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuidedTerminal(t, 100, fastClock)
			r := g.startRequest(wizard.Answers{})
			g.answerAll(question{"Select request type", screen.Down + enter}, question{"Select bundle", "starter" + c.keys})
			g.answerAll(question{"Enter Justification", "Numbers" + enter})
			out := r.Answer()
			if out.Answers.Bundle != "Data analyst starter kit" || len(out.Answers.AccessUnits) != c.units || out.Answers.Integration != "" {
				t.Errorf("got answers %+v, want the bundle and %d access units", out.Answers, c.units)
			}
			sent := g.sandbox.submitted()
			if len(sent) != 1 || len(sent[0].BundleIDs) != 1 || len(sent[0].AccessUnitIDs) != c.units || len(sent[0].IntegrationIDs) != 0 {
				t.Errorf("submitted %+v, want one request for the bundle with %d access units", sent, c.units)
			}
			if len(out.Requests) == 0 || !out.Requests[0].IsActive() {
				t.Errorf("got requests %+v, want the first one active", out.Requests)
			}
		})
	}
}

func TestSingleChoicesAreSelectedWithoutAsking(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	r := g.startRequest(wizard.Answers{})
	g.answerAll(question{"Select request type", enter}, question{"Select integration", "analytics" + enter}, question{"Enter Justification", "Numbers" + enter})
	out := r.Answer()
	want := wizard.Answers{Integration: "postgresql/analytics-replica", ResourceType: "postgresql-replica-database", Resources: []string{"analytics"}, Permissions: []string{"READ_ONLY"}, Justification: "Numbers"}
	if !reflect.DeepEqual(out.Answers, want) {
		t.Errorf("got answers %+v, want %+v", out.Answers, want)
	}
	g.Shows("✓ Select resource type  Database (the only one)", "✓ Select Database  analytics (the only one)", "✓ Select permissions  READ_ONLY (the only one)")
}

func TestInvalidDurationIsAskedAgain(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	given := integrationAnswers()
	given.Duration, given.Justification, given.CustomFields = 0, "", nil
	r := g.startRequest(given)
	g.Shows("? Enter duration in hours", "0.75, 45m, until 18:00 · at most 8h")
	for _, invalid := range []struct{ typed, message string }{
		{"9", "9h is too long: at most 8h"}, {"0", "must be greater than zero"}, {"-1", "must be greater than zero"}, {"abc", "use hours"}, {"1,5", "needs a decimal point: 1.5"}, {"", "use hours"},
	} {
		g.Press("\x15", invalid.typed, enter)
		g.Shows("✗ ", invalid.message, strings.TrimSpace("Enter duration in hours  "+invalid.typed))
	}
	g.Press("\x15", "7.5", enter)
	g.Shows("? Enter Justification")
	g.Press("   ", enter)
	g.Shows("✗ an answer is required")
	g.Press("OPS-1", enter)
	if out := r.Answer(); out.Answers.Duration != 7*time.Hour+30*time.Minute || out.Answers.Justification != "OPS-1" {
		t.Errorf("got answers %+v, want 7h30m and OPS-1", out.Answers)
	}
}

func TestRequestSeveralPermissions(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	r := g.startRequest(wizard.Answers{Integration: "Playground", ResourceType: "DynamoDB Table", Resources: []string{"carts"}, Duration: time.Hour, Justification: "OPS-1"})
	g.answerAll(question{"Select permissions", "get" + screen.Tab + "\x15" + "scan" + screen.Tab + enter})
	out := r.Answer()
	if want := []string{"dynamodb:GetItem", "dynamodb:Scan"}; !slices.Equal(out.Answers.Permissions, want) {
		t.Errorf("got permissions %q, want %q", out.Answers.Permissions, want)
	}
	if sent := g.sandbox.submitted(); len(sent) != 1 || len(sent[0].PermissionIDs) != 2 {
		t.Errorf("submitted %+v, want one request with two permissions", sent)
	}
}

// TestReplaySubmitsEqualRequest turns the answers of a guided request into flags, and
// submits these without a terminal.
func TestReplaySubmitsEqualRequest(t *testing.T) {
	for name, branch := range map[string][]question{"integration": integrationBranch(), "part of a bundle": bundleBranch()} {
		t.Run(name, func(t *testing.T) {
			g := newGuidedTerminal(t, 120, fastClock)
			if name == "integration" {
				g.enableCustomFields()
			}
			r := g.startRequest(wizard.Answers{})
			g.answerAll(branch...)
			first := r.Answer()

			g.flow.Prompter = nil
			out := g.startRequest(parseArgs(t, first.Answers)).Answer()
			if out.Guided || len(out.Requests) != len(first.Requests) {
				t.Errorf("the replay: got outcome %+v, want %d requests and no questions", out, len(first.Requests))
			}
			if sent := g.sandbox.submitted(); len(sent) != 2 || !reflect.DeepEqual(sent[0], sent[1]) {
				t.Errorf("submitted\n%+v, want two equal requests", sent)
			}
			if !reflect.DeepEqual(out.Answers, first.Answers) {
				t.Errorf("got answers\n%+v, want\n%+v", out.Answers, first.Answers)
			}
		})
	}
}

func TestGivenAnswersAreNotAsked(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	r := g.startRequest(wizard.Answers{Integration: "sqlite/shop", Permissions: nil, ResourceType: "sqlite-database"})
	g.answerAll(question{"Select permissions", enter}, question{"Enter Justification", enter})
	out := r.Answer()
	g.Lacks("Select integration", "Select request type", "Select resource type")
	g.Shows("✓ Select Database  shop (the only one)", "✓ Select permissions  READ_ONLY")
	if len(out.Requests) != 1 || out.Requests[0].Status.Status != client.StatusActive {
		t.Errorf("got requests %+v, want one that is active", out.Requests)
	}
}

func TestOptionEveryAsksOptionalQuestions(t *testing.T) {
	g := newGuidedTerminal(t, 100, fastClock)
	r := g.startRequestContext(t.Context(), wizard.Answers{Bundle: "Shop support"}, wizard.RequestOptions{Every: true})
	g.answerAll(
		question{"Select bundle  Shop support", enter},
		question{"Enter duration in hours", "2" + enter},
		question{"Enter Justification", enter})
	if out := r.Answer(); out.Answers.Duration != 2*time.Hour || out.Answers.Justification != "" {
		t.Errorf("got answers %+v, want 2h and no justification", out.Answers)
	}
}
