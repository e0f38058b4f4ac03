//go:build !windows

package wizard_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"apono/client"
	"apono/wizard"
	"apono/wizard/prompt/screen"
)

// integrationBranch is every question of a request for a bucket, where the
// account has questions of its own.
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

// bundleBranch is every question of a request for part of a bundle.
func bundleBranch() []question {
	return []question{
		{"Select request type", screen.Down + enter},
		{"Select bundle", "starter" + enter},
		{"Select what to request", screen.Down + enter},
		{"Select accesses", "curated" + screen.Left + enter},
		{"Enter Justification", "Numbers" + enter},
	}
}

func (g *guided) withFields() {
	g.T.Helper()
	if err := g.service.box.SetCustomFields(g.T.Context(), true); err != nil {
		g.T.Fatal(err)
	}
}

func TestTheIntegrationBranchToActive(t *testing.T) {
	for _, columns := range []int{40, 100} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			g := newGuided(t, columns, atOnce)
			g.withFields()
			r := g.request(wizard.Answers{})
			g.answers(integrationBranch()...)
			out := r.Answer()
			if want := integrationAnswers(); !reflect.DeepEqual(out.Answers, want) {
				t.Errorf("answered\n%+v, want\n%+v", out.Answers, want)
			}
			if len(out.Requests) != 1 || !out.Requests[0].IsActive() || !out.Guided {
				t.Errorf("got %+v", out)
			}
			sent := g.service.created()
			if len(sent) != 1 || len(sent[0].Resources) != 2 || *sent[0].DurationInSec != 2700 || *sent[0].Justification != "Look into OPS-1" ||
				!reflect.DeepEqual(sent[0].CustomFields, map[string]string{"ticket": "OPS-1", "environment": "prod"}) {
				t.Errorf("sent %+v", sent)
			}
			g.Shows("✓ Select request type Integration", "✓ Enter duration in hours 0.75", "NOTICE To make the same request again", "apono requests create", "Save it as an alias", out.Requests[0].ID+" is Active until")
			if columns == 100 {
				g.Shows("alias NAME='…'", "✓ Select S3 Bucket playground-env-terraform-02-state, playground-env-terraform-03-state", "✓ Select integration aws-account/Playground")
			}
		})
	}
}

func TestTheBundleBranchToActive(t *testing.T) {
	for name, c := range map[string]struct {
		part  []question
		units int
	}{
		"all of it":                  {[]question{{"Select what to request", enter}}, 0},
		"part of it":                 {[]question{{"Select what to request", screen.Down + enter}, {"Select accesses", screen.Left + " " + enter}}, 1},
		"all of it, after a look":    {[]question{{"Select what to request", screen.Down + enter}, {"Select accesses", enter}}, 0},
		"all of it, after a change":  {[]question{{"Select what to request", screen.Down + enter}, {"Select accesses", " " + screen.Right + enter}}, 0},
		"back from the look, and on": {[]question{{"Select what to request", screen.Down + enter}, {"Select accesses", screen.Esc}, {"Select what to request of it", screen.Up + enter}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuided(t, 100, atOnce)
			r := g.request(wizard.Answers{})
			g.answers(question{"Select request type", screen.Down + enter}, question{"Select bundle", "starter" + enter})
			g.answers(c.part...)
			g.answers(question{"Enter Justification", "Numbers" + enter})
			out := r.Answer()
			if out.Answers.Bundle != "Data analyst starter kit" || len(out.Answers.AccessUnits) != c.units || out.Answers.Integration != "" {
				t.Errorf("answered %+v", out.Answers)
			}
			sent := g.service.created()
			if len(sent) != 1 || len(sent[0].BundleIDs) != 1 || len(sent[0].AccessUnitIDs) != c.units || len(sent[0].IntegrationIDs) != 0 {
				t.Errorf("sent %+v", sent)
			}
			if len(out.Requests) == 0 || !out.Requests[0].IsActive() {
				t.Errorf("became %+v", out.Requests)
			}
		})
	}
}

func TestAnIntegrationThatAsksNothingButTheJustification(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	r := g.request(wizard.Answers{})
	g.answers(question{"Select request type", enter}, question{"Select integration", "analytics" + enter}, question{"Enter Justification", "Numbers" + enter})
	out := r.Answer()
	want := wizard.Answers{Integration: "postgresql/analytics-replica", ResourceType: "postgresql-replica-database", Resources: []string{"analytics"}, Permissions: []string{"READ_ONLY"}, Justification: "Numbers"}
	if !reflect.DeepEqual(out.Answers, want) {
		t.Errorf("answered %+v, want %+v", out.Answers, want)
	}
	g.Shows("✓ Select resource type Database (the only one)", "✓ Select Database analytics (the only one)", "✓ Select permissions READ_ONLY (the only one)")
}

func TestADurationThatIsRefusedIsAskedAgain(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	given := integrationAnswers()
	given.Duration, given.Justification, given.CustomFields = 0, "", nil
	r := g.request(given)
	g.Shows("? Enter duration in hours (at most 8, such as 0.75 or 45m)")
	for _, bad := range []struct{ typed, says string }{
		{"9", "at most 8 hours"}, {"0", "must be greater than zero"}, {"-1", "must be greater than zero"}, {"abc", "use hours"}, {"1,5", "use a decimal point: 1.5"}, {"", "use hours"},
	} {
		g.Press("\x15", bad.typed, enter)
		g.Shows("✗ ", bad.says, strings.TrimSpace("or 45m) "+bad.typed))
	}
	g.Press("\x15", "7.5", enter)
	g.Shows("? Enter Justification")
	g.Press("   ", enter)
	g.Shows("✗ an answer is required")
	g.Press("OPS-1", enter)
	if out := r.Answer(); out.Answers.Duration != 7*time.Hour+30*time.Minute || out.Answers.Justification != "OPS-1" {
		t.Errorf("answered %+v", out.Answers)
	}
}

func TestSeveralPermissionsAtOnce(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	r := g.request(wizard.Answers{Integration: "Playground", ResourceType: "DynamoDB Table", Resources: []string{"carts"}, Duration: time.Hour, Justification: "OPS-1"})
	g.answers(question{"Select permissions", "get" + " " + "\x15" + "scan" + " " + enter})
	out := r.Answer()
	if want := []string{"dynamodb:GetItem", "dynamodb:Scan"}; !slices.Equal(out.Answers.Permissions, want) {
		t.Errorf("answered %q, want %q", out.Answers.Permissions, want)
	}
	if sent := g.service.created(); len(sent) != 1 || len(sent[0].PermissionIDs) != 2 {
		t.Errorf("sent %+v", sent)
	}
}

// TestTheReplayLineMakesAnEqualRequest gives the answers of a guided request
// back as flags, where nobody can be asked.
func TestTheReplayLineMakesAnEqualRequest(t *testing.T) {
	for name, branch := range map[string][]question{"integration": integrationBranch(), "part of a bundle": bundleBranch()} {
		t.Run(name, func(t *testing.T) {
			g := newGuided(t, 120, atOnce)
			if name == "integration" {
				g.withFields()
			}
			r := g.request(wizard.Answers{})
			g.answers(branch...)
			first := r.Answer()

			var again wizard.Answers
			flags := pflag.NewFlagSet("create", pflag.ContinueOnError)
			again.Flags(flags)
			if err := flags.Parse(first.Answers.Args()); err != nil {
				t.Fatal(err)
			}
			g.flow.Prompter = nil
			out := g.request(again).Answer()
			if out.Guided || len(out.Requests) != len(first.Requests) {
				t.Errorf("the second time: %+v", out)
			}
			if sent := g.service.created(); len(sent) != 2 || !reflect.DeepEqual(sent[0], sent[1]) {
				t.Errorf("sent\n%+v, want two that are equal", sent)
			}
			if !reflect.DeepEqual(out.Answers, first.Answers) {
				t.Errorf("answered\n%+v, want\n%+v", out.Answers, first.Answers)
			}
		})
	}
}

func TestFlagsAreNotAskedAgain(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	r := g.request(wizard.Answers{Integration: "sqlite/shop", Permissions: nil, ResourceType: "sqlite-database"})
	g.answers(question{"Select permissions", enter}, question{"Enter Justification (optional)", enter})
	out := r.Answer()
	g.Lacks("Select integration", "Select request type", "Select resource type")
	g.Shows("✓ Select Database shop (the only one)", "✓ Select permissions READ_ONLY")
	if len(out.Requests) != 1 || out.Requests[0].Status.Status != client.StatusActive {
		t.Errorf("became %+v", out.Requests)
	}
}

func TestInteractiveAsksOptionalAnswersToo(t *testing.T) {
	g := newGuided(t, 100, atOnce)
	r := g.requestWithin(t.Context(), wizard.Answers{Bundle: "Shop support"}, wizard.RequestOptions{Every: true})
	g.answers(
		question{"Select what to request", enter},
		question{"Enter duration in hours", "2" + enter},
		question{"Enter Justification (optional)", enter})
	if out := r.Answer(); out.Answers.Duration != 2*time.Hour || out.Answers.Justification != "" {
		t.Errorf("answered %+v", out.Answers)
	}
}
