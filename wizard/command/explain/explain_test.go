package explain

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"apono/auth"
	"apono/client"
	"apono/client/sandbox"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

func TestError(t *testing.T) {
	t.Parallel()
	lost := &client.Error{Host: "api", Err: syscall.ECONNREFUSED}
	for name, c := range map[string]struct {
		err  error
		exit int
		word string
		says string // in the message and the hints, as a user without a profile sees them
	}{
		"other":             {errors.New("disk full"), ExitFailed, "failed", "Disk full"},
		"another program":   {&StatusError{7}, 7, "", ""},
		"stopped":           {&wizard.StoppedError{IDs: []string{"AR-1"}}, ExitCanceled, "cancelled", "still in progress; Check on it with: apono requests describe AR-1"},
		"lost sight":        {&wizard.FollowError{IDs: []string{"AR-1"}, Err: lost}, ExitFailed, "failed", "The request was sent but cannot be followed: No answer from api: connection refused; Check on it"},
		"lost":              {&wizard.SubmitError{Err: lost}, ExitFailed, "failed", "may or may not have been created; Check before you try again: apono requests list; No answer from api: connection refused"},
		"lost, likely":      {&wizard.SubmitError{Err: lost, Likely: []string{"AR-1"}}, ExitFailed, "failed", "Check before you try again: apono requests list; It may be this one: apono requests describe AR-1; No answer"},
		"lost by Ctrl-C":    {&wizard.SubmitError{Err: prompt.ErrCanceled}, ExitCanceled, "cancelled", "Canceled while sending"},
		"Ctrl-C":            {prompt.ErrCanceled, ExitCanceled, "cancelled", "Canceled"},
		"Esc":               {prompt.ErrBack, ExitCanceled, "cancelled", "Canceled"},
		"a signal":          {fmt.Errorf("read: %w", context.Canceled), ExitCanceled, "cancelled", "Canceled"},
		"usage":             {&wizard.UsageError{Message: "no", Hint: "yes", Run: "access list"}, ExitUsage, "usage", "No; yes; Try: apono access list"},
		"missing":           {&wizard.MissingError{Flags: []string{"--a", "--b"}}, ExitUsage, "usage", "Missing required flags: --a, --b"},
		"missing, asked":    {&wizard.MissingError{Flags: []string{"--a"}, NoTerminal: true}, ExitUsage, "usage", "--a (not a terminal, so nothing can be asked)"},
		"ambiguous":         {&kind.MatchError{Kind: "bundle", Value: "x", Candidates: []string{"1", "2"}, Ambiguous: true, List: "inventory bundles"}, ExitUsage, "usage", "Use an ID instead: 1, 2; List them with: apono inventory bundles"},
		"unknown name":      {&kind.MatchError{Kind: "bundle", Value: "x", Candidates: []string{"xx"}}, ExitUsage, "usage", "Did you mean: xx"},
		"unsent":            {&wizard.UnsentError{Err: &client.Error{Status: 401}}, ExitLogin, "login_needed", "Log in again with: apono login"},
		"refused":           {&wizard.RefusedError{}, ExitRefused, "refused", ""},
		"timeout":           {&wizard.TimeoutError{IDs: []string{"AR-1"}, After: time.Minute}, ExitTimeout, "timeout", "No result after 1m"},
		"revoke timeout":    {&wizard.TimeoutError{After: time.Minute, Awaited: wizard.AwaitedRevoke}, ExitTimeout, "timeout", "Not revoked after 1m"},
		"reset timeout":     {&wizard.TimeoutError{After: time.Minute, Awaited: wizard.AwaitedReset}, ExitTimeout, "timeout", "reset is still in progress; Check with: apono access list"},
		"revoke":            {&wizard.RevokeError{IDs: []string{"AR-1", "AR-2"}, Errs: []error{&client.Error{Status: 403}, errors.New("no")}}, ExitFailed, "failed", "Not revoked: AR-1, AR-2; AR-1: You do not have permission to do this (403); AR-2: No"},
		"revoke, one":       {&wizard.RevokeError{IDs: []string{"AR-1"}, Errs: []error{&wizard.EndedError{ID: "AR-1", Title: "Revoked"}}}, ExitFailed, "failed", "Not revoked: AR-1 is Revoked: there is nothing to revoke"},
		"revoke, unclear":   {&wizard.RevokeError{IDs: []string{"AR-1"}, Errs: []error{&wizard.UnclearError{What: "AR-1 is revoked", Err: lost}}}, ExitFailed, "failed", "It is not clear whether AR-1 is revoked; No answer from api: connection refused"},
		"revoke, each":      {&wizard.RevokeError{IDs: []string{"AR-1", "AR-2"}, Errs: []error{&wizard.UnclearError{What: "AR-1 is revoked", Check: "requests describe AR-1", Err: lost}, &client.Error{Status: 403}}}, ExitFailed, "failed", "Not revoked: AR-2; Not known whether revoked: AR-1; It is not clear whether AR-1 is revoked: No answer from api: connection refused; Check with: apono requests describe AR-1; AR-2: You do not have permission to do this (403)"},
		"revoke, accepted":  {&wizard.RevokeError{IDs: []string{"AR-1"}, Errs: []error{&wizard.FollowError{IDs: []string{"AR-1"}, Awaited: wizard.AwaitedRevoke, Err: lost}}}, ExitFailed, "failed", "The revocation was accepted but cannot be followed: No answer from api: connection refused; Check on it with: apono requests describe AR-1"},
		"revoke, late":      {&wizard.RevokeError{IDs: []string{"AR-1"}, Errs: []error{&wizard.TimeoutError{IDs: []string{"AR-1"}, After: time.Minute, Awaited: wizard.AwaitedRevoke, Err: lost}}}, ExitTimeout, "timeout", "The revocation was accepted, but its outcome is not known after 1m: No answer from api"},
		"revoke, stopped":   {&wizard.RevokeError{IDs: []string{"AR-1"}, Errs: []error{&wizard.StoppedError{IDs: []string{"AR-1"}, Awaited: wizard.AwaitedRevoke}}}, ExitCanceled, "cancelled", "Stopped following; the revocation is still in progress; Check on it with"},
		"reset, stopped":    {&wizard.StoppedError{IDs: []string{"s"}, Awaited: wizard.AwaitedReset}, ExitCanceled, "cancelled", "the reset is still in progress; Check with: apono access list -o json"},
		"unclear by Ctrl-C": {&wizard.UnclearError{What: "AR-1 is revoked", Err: context.Canceled}, ExitCanceled, "cancelled", "It is not clear whether AR-1 is revoked; Canceled"},
		"empty":             {&wizard.EmptyError{Message: "Nothing here"}, ExitFailed, "failed", "Nothing here"},
		"no access":         {&wizard.NoAccessError{}, ExitFailed, "failed", "Request access with: apono requests create"},
		"no program":        {&wizard.MissingProgramError{Program: "psql", Session: "s"}, ExitNotFound, "program_missing", "postgresql-client"},
		"masked":            {&wizard.MaskedError{Session: "s"}, ExitFailed, "failed", "Reset them with: apono access reset-credentials s"},
		"sandbox: unknown":  {&sandbox.Error{Status: 404, Message: "no such request"}, ExitUsage, "usage", "No such request"},
		"sandbox: refused":  {&sandbox.Error{Status: 409, Message: "not pending"}, ExitFailed, "failed", "Not pending"},
		"not logged in":     {&auth.LoginError{Kind: auth.NotLoggedIn}, ExitLogin, "login_needed", "apono --profile sandbox"},
		"unknown profile":   {&auth.UnknownProfileError{Name: "x", Known: []string{"work"}}, ExitUsage, "usage", "Your profiles: work, sandbox, sandbox-approver; To add it, run: apono login --profile x"},
		"unknown setting":   {&auth.SettingError{Key: "x", Known: []string{"y"}}, ExitUsage, "usage", "y"},
		"no host":           {&client.Error{Host: "api", Err: &net.DNSError{Name: "api"}}, ExitFailed, "failed", "host api not found"},
		"slow":              {&client.Error{Host: "api", Err: os.ErrDeadlineExceeded}, ExitFailed, "failed", "timed out"},
		"closed":            {&client.Error{Host: "api"}, ExitFailed, "failed", "connection closed"},
		"not JSON":          {&client.Error{Host: "api", Status: 200, Malformed: true}, ExitFailed, "failed", "Not the API's answer from api (200): it is a web page"},
		"403":               {&client.Error{Status: 403, Message: "no"}, ExitFailed, "failed", "no; Ask your admin"},
		"404":               {&client.Error{Status: 404}, ExitFailed, "failed", "Not found (404)"},
		"429":               {&client.Error{Status: 429, RetryAfter: 30 * time.Second}, ExitFailed, "failed", "Rate limited (429); Try again after 30s"},
		"500":               {&client.Error{Status: 500, RequestID: "r-1"}, ExitFailed, "failed", "The service failed (500); Try again later, or use --verbose for details; Request ID for support: r-1"},
		"another status":    {&client.Error{Status: 422, Message: "too long"}, ExitFailed, "failed", "Too long; Use --verbose for details"},
		"a damaged setting": {&auth.ConfigError{}, ExitFailed, "failed", ""},
	} {
		p := Error(c.err)
		says := p.Message
		for _, h := range p.Hints {
			says += "; " + h.Text
			if line := h.CommandLine(""); line != "" {
				says += ": " + string(line)
			}
		}
		if p.Exit != c.exit || p.Word() != c.word || !strings.Contains(says, c.says) {
			t.Errorf("%s: exit code %d (%s), %q; want %d (%s), %q", name, p.Exit, p.Word(), says, c.exit, c.word, c.says)
		}
	}
}

// What the service sends stays one word of a suggested command.
func TestHintsQuoteWhatTheServiceSends(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the expected lines are quoted for POSIX shells")
	}
	const id = "x; touch pwned"
	lost := &client.Error{Status: 200, Malformed: true}
	for _, err := range []error{
		&wizard.StoppedError{IDs: []string{id}},
		&wizard.FollowError{IDs: []string{id}, Err: lost},
		&wizard.TimeoutError{IDs: []string{id}},
		&wizard.TimeoutError{IDs: []string{id}, Awaited: wizard.AwaitedRevoke},
		&wizard.SecretLostError{Session: id, Err: lost},
		&wizard.NotShownError{Session: id, Err: lost},
		&wizard.MaskedError{Session: id},
		&wizard.MissingProgramError{Program: "psql", Session: id},
		&wizard.WrongMethodError{Session: &client.AccessSession{ID: id}, Method: "cli"},
		&auth.UnknownProfileError{Name: id},
	} {
		quoted := false
		for _, h := range Error(err).Hints {
			line := string(h.CommandLine(""))
			quoted = quoted || strings.Contains(line, `"x; touch pwned"`)
			if strings.Contains(strings.ReplaceAll(line, `"x; touch pwned"`, ""), "pwned") {
				t.Errorf("%T: %s", err, line)
			}
		}
		if !quoted {
			t.Errorf("%T: no command names %q: %+v", err, id, Error(err).Hints)
		}
	}
}

func TestErrorKeepsStatusAndRequestID(t *testing.T) {
	t.Parallel()
	p := Error(&wizard.UnsentError{Err: &client.Error{Status: 500, RequestID: "r-1"}})
	if p.Status != 500 || p.RequestID != "r-1" {
		t.Errorf("status %d, request ID %q", p.Status, p.RequestID)
	}
}

func TestCommandLineNamesTheProfile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		command render.Arguments
		profile string
		want    render.Command
	}{
		{"requests list", "", "apono requests list"},
		{"requests list", "work", "apono requests list --profile work"},
		{"login --profile x", "work", "apono login --profile x"},
		{"", "work", ""},
	} {
		if got := (Hint{"Try", c.command}).CommandLine(c.profile); got != c.want {
			t.Errorf("%q with profile %q is %q, want %q", c.command, c.profile, got, c.want)
		}
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"no answer": "No answer", "": "", "--days is": "--days is", `"x" is`: `"x" is`, "apono has": "apono has", "jq: x": "jq: x", "a, b": "A, b", "sqlite/shop is": "sqlite/shop is",
	} {
		if got := Sentence(message); got != want {
			t.Errorf("%q becomes %q, want %q", message, got, want)
		}
	}
}
