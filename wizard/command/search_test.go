package command

import (
	"encoding/json"
	"strings"
	"testing"

	"apono/wizard/command/explain"
)

func TestSearchPrintsWhatItFinds(t *testing.T) {
	s := newSeat(t)
	table := s.works("search", "slack", "notifier", "--profile", "sandbox")
	for _, cell := range []string{"KIND", "resource ", "aws-account/Playground", "aws-account-lambda-function", "slack-notifier", "arn:aws:lambda:eu-west-1:407812946013:function:slack-notifier"} {
		if !strings.Contains(table, cell) {
			t.Errorf("the table has no %s:\n%s", cell, table)
		}
	}
	var rows []map[string]string
	if err := json.Unmarshal([]byte(s.works("search", "slack-notifier", "-o", "json", "--profile", "sandbox")), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 || len(rows[0]) != 8 {
		t.Fatalf("as JSON it is %v", rows)
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
		t.Errorf("as JSON it is %v", rows[0])
	}
}

func TestSearchPrintsRequests(t *testing.T) {
	s := newSeat(t)
	out := s.works("search", "o'brien", "--requestable", "--profile", "sandbox")
	if strings.Count(out, "\n") != 1 || !strings.HasSuffix(out, ` --profile "sandbox"`+"\n") {
		t.Errorf("it prints %q", out)
	}
	s.works("profiles", "set", "sandbox")
	if out := s.works("search", "checkout on call", "--requestable"); out != `apono requests create --bundle "Checkout on call"`+"\n" {
		t.Errorf("without a profile chosen by hand it prints %q", out)
	}
	if n := strings.Count(s.works("search", "playground", "--requestable", "--kind", "resource,permission"), "\n"); n == 0 {
		t.Error("resources have no requests")
	}
}

func TestSearchFindsNothing(t *testing.T) {
	s := newSeat(t)
	for _, flags := range []string{"", "--requestable"} {
		code, out, said := s.types(append([]string{"search", "nothing-is-called-so", "--profile", "sandbox"}, strings.Fields(flags)...)...)
		if code != explain.ExitOK || out != "" || !strings.Contains(said, "Nothing") {
			t.Errorf("%q: %d, %q, %q", flags, code, out, said)
		}
	}
	if out := s.works("search", "nothing-is-called-so", "-o", "json", "--requestable", "--profile", "sandbox"); strings.TrimSpace(out) != "[]" {
		t.Errorf("as JSON it is %q", out)
	}
	s.fails(explain.ExitUsage, []string{"a word to search for"}, "search")
	s.fails(explain.ExitUsage, []string{"no word"}, "search", " ", "--profile", "sandbox")
	s.fails(explain.ExitUsage, []string{"integration, resource-type"}, "search", "x", "--kind", "thing")
}
