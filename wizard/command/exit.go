package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"apono/client"
	"apono/render"
	"apono/wizard"
)

// The exit codes, as documented in `apono help exit-codes`.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitRefused   = 3
	exitLogin     = 4
	exitTimeout   = 5
	exitNotFound  = 127 // a session's program is not installed, as shells say it
	exitCancelled = 130
)

// loginNeeded is a command that needs a login where there is none.
type loginNeeded struct{}

func (*loginNeeded) Error() string { return "you are not logged in" }

// exitStatus is a program that was run for the person and ended by itself: its
// exit code becomes ours, and nothing is said.
type exitStatus struct{ code int }

func (e *exitStatus) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// problem is an error as a person is told of it.
type problem struct {
	code    int
	message string
	hints   []string
}

// exit tells the person what went wrong and returns the exit code. It is the
// only place where an error becomes a message.
func (a *App) exit(cmd *cobra.Command, err error) int {
	if err == nil {
		return exitDone
	}
	var status *exitStatus
	if errors.As(err, &status) {
		return status.code
	}
	p := explain(err)
	if p.message != "" {
		colors := a.Streams.PaletteErr()
		a.Streams.Printf("%s %s\n", colors.Bad("✗"), p.message)
		for _, hint := range p.hints {
			a.Streams.Printf("  %s\n", hint)
		}
	}
	return p.code
}

// explain words an error.
func explain(err error) problem {
	for _, try := range []func(error) (problem, bool){explainEnd, explainUsage, explainRequest, explainAccess, explainService} {
		if p, ok := try(err); ok {
			return p
		}
	}
	return problem{code: exitFailed, message: sentence(err.Error())}
}

// explainEnd words what a person or the system did.
func explainEnd(err error) (problem, bool) {
	var stopped *wizard.StoppedError
	var lost *wizard.SubmitError
	var login *loginNeeded
	switch {
	case errors.As(err, &stopped):
		return problem{exitCancelled, "Stopped following; the request itself goes on", describeEach(stopped.IDs)}, true
	case errors.As(err, &lost):
		return problem{exitFailed, "The answer to the request was lost, so it may have been made or not", []string{"Look before you repeat it: apono requests list", reason(lost.Err)}}, true
	case errors.Is(err, wizard.ErrCancelled), errors.Is(err, wizard.ErrBack), errors.Is(err, context.Canceled):
		return problem{exitCancelled, "Cancelled", nil}, true
	case errors.As(err, &login):
		return problem{exitLogin, "You are not logged in", []string{"Log in with: apono login", "Or try it without an account: apono --profile sandbox"}}, true
	}
	return problem{}, false
}

// explainUsage words what cannot be meant.
func explainUsage(err error) (problem, bool) {
	var usage *wizard.UsageError
	var missing *wizard.MissingError
	var match *wizard.MatchError
	switch {
	case errors.As(err, &usage):
		return problem{exitUsage, sentence(usage.Message), notEmpty(usage.Hint)}, true
	case errors.As(err, &missing):
		return problem{exitUsage, "Nobody can be asked here, and these are missing: " + strings.Join(missing.Flags, ", "), notEmpty(missing.Hint)}, true
	case errors.As(err, &match):
		return problem{exitUsage, sentence(match.Error()), matchHints(match)}, true
	}
	return problem{}, false
}

func matchHints(e *wizard.MatchError) []string {
	var hints []string
	switch {
	case e.Ambiguous:
		hints = append(hints, "Use an ID instead: "+strings.Join(e.Candidates, ", "))
	case len(e.Candidates) > 0:
		hints = append(hints, "The nearest: "+strings.Join(e.Candidates, ", "))
	}
	if e.List != "" {
		hints = append(hints, "List them with: "+e.List)
	}
	return hints
}

// explainRequest words how requests ended. Each has been reported on by then.
func explainRequest(err error) (problem, bool) {
	var refused *wizard.RefusedError
	var timeout *wizard.TimeoutError
	var empty *wizard.EmptyError
	switch {
	case errors.As(err, &refused):
		return problem{code: exitRefused}, true
	case errors.As(err, &timeout):
		return problem{exitTimeout, fmt.Sprintf("Not decided after %s; the request itself goes on", render.Duration(timeout.After)), describeEach(timeout.IDs)}, true
	case errors.As(err, &empty):
		return problem{exitFailed, empty.Message, nil}, true
	}
	return problem{}, false
}

// explainAccess words why an access cannot be used as it was asked for.
func explainAccess(err error) (problem, bool) {
	var none *wizard.NoAccessError
	var missing *wizard.MissingProgramError
	var noShell *wizard.NoShellError
	var masked *wizard.MaskedError
	var method *wizard.WrongMethodError
	switch {
	case errors.As(err, &none):
		return problem{exitFailed, sentence(none.Error()), []string{"Ask for access with: apono requests create"}}, true
	case errors.As(err, &missing):
		return problem{exitNotFound, missing.Error(), missingHints(missing)}, true
	case errors.As(err, &noShell):
		return problem{exitNotFound, sentence(noShell.Error()), []string{"Install Git for Windows, which brings one, or run it yourself:", noShell.Command}}, true
	case errors.As(err, &masked):
		return problem{exitFailed, sentence(masked.Error()), []string{"Make new ones with: apono access reset-credentials " + masked.Session}}, true
	case errors.As(err, &method):
		return problem{exitUsage, sentence(method.Error()), []string{"Choose one with -o, or print them: apono access use " + method.Session.ID + " -o instructions"}}, true
	}
	return problem{}, false
}

// installs says what brings the programs that sessions' commands start.
var installs = map[string]string{
	"psql":          "the PostgreSQL client (postgresql-client; on macOS: brew install libpq)",
	"mysql":         "the MySQL client (default-mysql-client; on macOS: brew install mysql-client)",
	"mongosh":       "the MongoDB shell (mongodb-mongosh)",
	"redis-cli":     "the Redis tools (redis-tools; on macOS: brew install redis)",
	"sqlcmd":        "the SQL Server tools (mssql-tools; on macOS: brew install sqlcmd)",
	"kubectl":       "kubectl, from the Kubernetes project",
	"aws":           "the AWS command line",
	"gcloud":        "the Google Cloud command line",
	"az":            "the Azure command line",
	"ssh":           "OpenSSH (openssh-client)",
	"cqlsh":         "the Cassandra shell (cqlsh)",
	"sqlplus":       "Oracle's SQL*Plus (Instant Client)",
	"snowsql":       "the Snowflake command line (snowsql)",
	"clickhouse":    "the ClickHouse client",
	"databricks":    "the Databricks command line",
	"tsh":           "the Teleport client (tsh)",
	"mysqlsh":       "the MySQL shell (mysql-shell)",
	"rabbitmqadmin": "the RabbitMQ management tool",
}

func missingHints(e *wizard.MissingProgramError) []string {
	what, known := installs[e.Program]
	if !known {
		what = e.Program
	}
	return []string{
		"Install " + what + ", and make sure that it is found (PATH)",
		"Without it: apono access use " + e.Session + " -o instructions (or -o cli)",
		"The credentials count as shown now; for new ones: apono access reset-credentials " + e.Session,
	}
}

func describeEach(ids []string) []string {
	var hints []string
	for _, id := range ids {
		hints = append(hints, "Come back with: apono requests describe "+id)
	}
	return hints
}

const verboseHint = "--verbose shows the exchange"

// explainService words what the service answered, or that it did not.
func explainService(err error) (problem, bool) {
	var e *client.Error
	if !errors.As(err, &e) {
		return problem{}, false
	}
	said := e.Message
	p := problem{code: exitFailed}
	switch {
	case e.Status == 0:
		p.message = fmt.Sprintf("No answer from %s: %s", e.Host, reason(e.Err))
		p.hints = []string{"Check the network and try again; " + verboseHint}
	case e.Malformed:
		p.message = fmt.Sprintf("%s answered with something that is not the API's JSON (%d)", e.Host, e.Status)
		p.hints = []string{"A proxy or a login page may stand in between; " + verboseHint}
	case e.Status == http.StatusUnauthorized:
		p.code, p.message = exitLogin, "The service does not accept this login (401)"
		p.hints = []string{"Log in again with: apono login"}
	case e.Status == http.StatusForbidden:
		p.message = "You may not do this (403)"
		p.hints = append(notEmpty(said), "Ask your admin for it")
	case e.Status == http.StatusNotFound:
		p.message = either(said, "The service does not know this (404)")
	case e.Status == http.StatusTooManyRequests:
		p.message = "The service asks for a pause (429)"
		p.hints = append(notEmpty(said), "Try again "+after(e))
	case e.Status >= 500:
		p.message = fmt.Sprintf("The service has a problem (%d)", e.Status)
		p.hints = append(notEmpty(said), "Try again in a while; "+verboseHint)
	default:
		p.message = either(said, fmt.Sprintf("The service refused this (%d)", e.Status))
		p.hints = []string{verboseHint}
	}
	if e.RequestID != "" && e.Status >= 400 {
		p.hints = append(p.hints, "For the service's support: request "+e.RequestID)
	}
	return p, true
}

func after(e *client.Error) string {
	if e.RetryAfter > 0 {
		return "after " + render.Duration(e.RetryAfter)
	}
	return "in a minute"
}

// reason says in a few words why a network call got no answer.
func reason(err error) string {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return "the connection ended"
	case errors.As(err, &dns):
		return "there is no host " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return "it takes too long"
	}
	var e *client.Error
	if errors.As(err, &e) && e.Err != nil && e.Err != err {
		return reason(e.Err)
	}
	return innermost(err).Error()
}

func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

func either(said, otherwise string) string {
	if said != "" {
		return sentence(said)
	}
	return otherwise
}

func notEmpty(hint string) []string {
	if hint == "" {
		return nil
	}
	return []string{hint}
}

// sentence starts a message with a capital, unless it starts with a flag or a
// quoted word.
func sentence(text string) string {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
