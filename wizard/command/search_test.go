package command

import (
	"encoding/json"
	"strings"
	"testing"

	"apono/wizard/command/explain"
)

func TestSearchPrintsATable(t *testing.T) {
	s := newAppHarness(t)
	table := s.mustRun("search", "slack", "notifier", "--profile", "sandbox")
	for _, cell := range []string{"KIND", "resource ", "aws-account/Playground", "aws-account-lambda-function", "slack-notifier", "arn:aws:lambda:eu-west-1:407812946013:function:slack-notifier"} {
		if !strings.Contains(table, cell) {
			t.Errorf("the table lacks %s:\n%s", cell, table)
		}
	}
	var rows []map[string]string
	if err := json.Unmarshal([]byte(s.mustRun("search", "slack-notifier", "-o", "json", "--profile", "sandbox")), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 || len(rows[0]) != 8 {
		t.Fatalf("the JSON is %v", rows)
	}
	for key, want := range map[string]string{
		"kind": "resource", "integration": "aws-account/Playground", "resource_type": "aws-account-lambda-function",
		"name": "slack-notifier", "source_id": "arn:aws:lambda:eu-west-1:407812946013:function:slack-notifier",
	} {
		if rows[0][key] != want {
			t.Errorf("%s is %q, want %q", key, rows[0][key], want)
		}
	}
	if rows[0]["id"] == "" || rows[0]["integration_id"] == "" || !strings.HasPrefix(rows[0]["request"], "apono requests create ") {
		t.Errorf("the JSON is %v", rows[0])
	}
}

func TestSearchPrintsCommands(t *testing.T) {
	s := newAppHarness(t)
	out := s.mustRun("search", "o'brien", "--requestable", "--profile", "sandbox")
	if strings.Count(out, "\n") != 1 || !strings.HasSuffix(out, ` --profile "sandbox"`+"\n") {
		t.Errorf("prints %q", out)
	}
	s.mustRun("profiles", "set", "sandbox")
	if out := s.mustRun("search", "checkout on call", "--requestable"); out != `apono requests create --bundle "Checkout on call"`+"\n" {
		t.Errorf("without a profile chosen by hand prints %q", out)
	}
	if n := strings.Count(s.mustRun("search", "playground", "--requestable", "--kind", "resource,permission"), "\n"); n == 0 {
		t.Error("resources have no commands")
	}
}

func TestSearchFindsNothing(t *testing.T) {
	s := newAppHarness(t)
	for _, flags := range []string{"", "--requestable"} {
		code, out, stderr := s.run(append([]string{"search", "no-such-thing", "--profile", "sandbox"}, strings.Fields(flags)...)...)
		if code != explain.ExitOK || out != "" || !strings.Contains(stderr, "No matches for") {
			t.Errorf("%q: %d, %q, %q", flags, code, out, stderr)
		}
	}
	if out := s.mustRun("search", "no-such-thing", "-o", "json", "--requestable", "--profile", "sandbox"); strings.TrimSpace(out) != "[]" {
		t.Errorf("the JSON is %q", out)
	}
	s.mustFail(explain.ExitUsage, []string{"words to search for"}, "search")
	s.mustFail(explain.ExitUsage, []string{"words to search for"}, "search", " ", "--profile", "sandbox")
	s.mustFail(explain.ExitUsage, []string{"integration, resource-type"}, "search", "x", "--kind", "thing")
}
