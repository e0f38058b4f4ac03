package explain

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"apono/client/sandbox"
	"apono/render"
	"apono/wizard"
	"apono/wizard/handover"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// explainEnd explains requests that the program lost or stopped following, and
// cancellations.
func explainEnd(err error) (Problem, bool) {
	var stopped *wizard.StoppedError
	var left *wizard.LeftError
	var lost *wizard.SubmitError
	var unclear *wizard.UnclearError
	var lostSight *wizard.FollowError
	switch {
	case errors.As(err, &left):
		return Problem{Exit: ExitCanceled}, true
	case errors.As(err, &stopped):
		return Problem{Exit: ExitCanceled, Message: "Stopped following; the " + process(stopped.Awaited) + " is still in progress", Hints: checkEach(stopped.Awaited, stopped.IDs)}, true
	case errors.As(err, &lostSight):
		return explainLostSight(lostSight), true
	case errors.As(err, &lost):
		return explainLost(lost), true
	case errors.As(err, &unclear):
		return explainUnclear(unclear), true
	case errors.Is(err, prompt.ErrCanceled), errors.Is(err, prompt.ErrBack), errors.Is(err, context.Canceled):
		return Problem{Exit: ExitCanceled, Message: "Canceled"}, true
	}
	return Problem{}, false
}

// process names what was waited for.
func process(awaited wizard.Awaited) string {
	switch awaited {
	case wizard.AwaitedRevoke:
		return "revocation"
	case wizard.AwaitedReset:
		return "reset"
	}
	return "request"
}

// checkEach returns how to check on what was waited for.
func checkEach(awaited wizard.Awaited, ids []string) []Hint {
	if awaited == wizard.AwaitedReset {
		return []Hint{{"Check with", render.QuoteArguments("access", "list", "-o", "json")}}
	}
	if awaited == wizard.AwaitedPeople {
		return []Hint{{"Go on waiting with", render.QuoteArguments(append([]string{"requests", "wait"}, ids...)...)}}
	}
	var list []Hint
	for _, id := range ids {
		list = append(list, Hint{"Check on it with", render.QuoteArguments("requests", "describe", id)})
	}
	return list
}

// isRequest reports whether what was waited for is a request, rather than a change of one
// that was accepted.
func isRequest(awaited wizard.Awaited) bool { return awaited == "" || awaited == wizard.AwaitedPeople }

// explainLostSight explains what the service has accepted and cannot be followed.
func explainLostSight(e *wizard.FollowError) Problem {
	p := explain(e.Err)
	done := "sent"
	if !isRequest(e.Awaited) {
		done = "accepted"
	}
	p.Message = "The " + process(e.Awaited) + " was " + done + " but cannot be followed: " + p.Message
	p.Hints = append(checkEach(e.Awaited, e.IDs), p.Hints...)
	return p
}

// explainLost explains a request without an answer.
func explainLost(e *wizard.SubmitError) Problem {
	checks := []Hint{{"Check before you try again", "requests list"}}
	for _, id := range e.Likely {
		checks = append(checks, Hint{"It may be this one", render.QuoteArguments("requests", "describe", id)})
	}
	if errors.Is(e, prompt.ErrCanceled) {
		return Problem{Exit: ExitCanceled, Message: "Canceled while sending the request, which may or may not have been created", Hints: checks}
	}
	return Problem{
		Exit: ExitFailed, Message: "No answer to the request, which may or may not have been created",
		Hints: append(checks, Hint{Text: lostReason(e.Err)}),
	}
}

// explainUnclear says what is known after an answer was lost.
func explainUnclear(e *wizard.UnclearError) Problem {
	p := Problem{Exit: ExitFailed, Message: Sentence(e.Error())}
	if errors.Is(e.Err, context.Canceled) {
		p.Exit = ExitCanceled
	}
	p.Hints = append(text(Sentence(lostReason(e.Err))), text(e.Found)...)
	if e.Check != "" {
		p.Hints = append(p.Hints, Hint{"Check with", e.Check})
	}
	return p
}

// lostReason returns what happened to an answer that was lost.
func lostReason(err error) string {
	if message := explain(err).Message; message != "" {
		return message
	}
	return reason(err)
}

// explainUsage explains errors in the command line.
func explainUsage(err error) (Problem, bool) {
	var usage *wizard.UsageError
	var missing *wizard.MissingError
	var match *kind.MatchError
	switch {
	case errors.As(err, &usage):
		return Problem{Exit: ExitUsage, Message: Sentence(usage.Message), Hints: hints(usage.Hint, usage.Run)}, true
	case errors.As(err, &missing):
		return Problem{Exit: ExitUsage, Message: missingFlags(missing), Hints: hints(missing.Hint, missing.Run)}, true
	case errors.As(err, &match):
		return Problem{Exit: ExitUsage, Message: Sentence(match.Error()), Hints: matchHints(match)}, true
	}
	return Problem{}, false
}

func missingFlags(e *wizard.MissingError) string {
	message := "Missing required flags: " + strings.Join(e.Flags, ", ")
	if e.NoTerminal {
		message += " (not a terminal, so nothing can be asked)"
	}
	return message
}

// hints returns hints with a text and with a command that shows more. Either may
// be empty.
func hints(words string, run render.Arguments) []Hint {
	list := text(words)
	if run != "" {
		list = append(list, Hint{"Try", run})
	}
	return list
}

func matchHints(e *kind.MatchError) []Hint {
	var list []Hint
	switch {
	case e.Ambiguous:
		list = text("Use an ID instead: " + strings.Join(e.Candidates, ", "))
	case len(e.Candidates) > 0:
		list = text("Did you mean: " + strings.Join(e.Candidates, ", "))
	}
	if e.List != "" {
		list = append(list, Hint{"List them with", e.List})
	}
	return list
}

// explainRequest explains how requests ended. The status of each has been
// printed before.
func explainRequest(err error) (Problem, bool) {
	var refused *wizard.RefusedError
	var timeout *wizard.TimeoutError
	var empty *wizard.EmptyError
	switch {
	case errors.As(err, &refused):
		return explainRefused(err), true
	case errors.As(err, &timeout):
		return explainTimeout(timeout), true
	case errors.As(err, &empty):
		return Problem{Exit: ExitFailed, Message: empty.Message}, true
	}
	return Problem{}, false
}

// explainAccess explains why an access cannot be used in the way that was asked
// for.
func explainAccess(err error) (Problem, bool) {
	var none *wizard.NoAccessError
	var missing *wizard.MissingProgramError
	var noShell *handover.NoShellError
	var masked *wizard.MaskedError
	var secretLost *wizard.SecretLostError
	var notShown *wizard.NotShownError
	var method *wizard.WrongMethodError
	var refusal *sandbox.Error
	var noAccess *sandbox.NoAccessError
	switch {
	case errors.As(err, &refusal):
		return Problem{Exit: refusalCode(refusal), Message: Sentence(refusal.Message)}, true
	case errors.As(err, &noAccess):
		return Problem{Exit: ExitFailed, Message: Sentence(noAccess.Error())}, true
	case errors.As(err, &none):
		return Problem{Exit: ExitFailed, Message: Sentence(none.Error()), Hints: []Hint{{"Request access with", "requests create"}}}, true
	case errors.As(err, &missing):
		return Problem{Exit: ExitNotFound, Message: missing.Error(), Hints: missingHints(missing)}, true
	case errors.As(err, &noShell):
		return Problem{Exit: ExitNotFound, Message: Sentence(noShell.Error()), Hints: []Hint{{Text: "Install Git for Windows, which includes one, or run this command yourself:"}, {Text: noShell.Command}}}, true
	case errors.As(err, &secretLost):
		return Problem{Exit: ExitFailed, Message: Sentence(secretLost.Error()), Hints: []Hint{{Text: lostReason(secretLost.Err)}, {"For a new one", resetCommand(secretLost.Session)}}}, true
	case errors.As(err, &notShown):
		return Problem{Exit: ExitFailed, Message: Sentence(notShown.Error()), Hints: []Hint{{Text: lostReason(notShown.Err)}, {"Try again with", render.QuoteArguments("access", "use", notShown.Session)}}}, true
	case errors.As(err, &masked):
		return Problem{Exit: ExitFailed, Message: Sentence(masked.Error()), Hints: []Hint{{"Reset them with", resetCommand(masked.Session)}}}, true
	case errors.As(err, &method):
		return Problem{Exit: ExitUsage, Message: Sentence(method.Error()), Hints: []Hint{{"Choose one of these with -o, or print the instructions", instructionsCommand(method.Session.ID)}}}, true
	}
	return Problem{}, false
}

func resetCommand(session string) render.Arguments {
	return render.QuoteArguments("access", "reset-credentials", session)
}

func instructionsCommand(session string) render.Arguments {
	return render.QuoteArguments("access", "use", session, "-o", "instructions")
}

// explainRefused explains that requests were refused, and what happened to others that were
// followed with them.
func explainRefused(err error) Problem {
	var timeout *wizard.TimeoutError
	if !errors.As(err, &timeout) {
		return Problem{Exit: ExitRefused}
	}
	p := explainTimeout(timeout)
	p.Exit = ExitRefused
	return p
}

func explainTimeout(e *wizard.TimeoutError) Problem {
	after := render.Duration(e.After)
	p := Problem{Exit: ExitTimeout, Hints: checkEach(e.Awaited, e.IDs)}
	switch e.Awaited {
	case wizard.AwaitedReset:
		p.Message = "The credentials have not been reset after " + after + "; the reset is still in progress"
	case wizard.AwaitedRevoke:
		p.Message = "Not revoked after " + after + "; the revocation is still in progress"
	default:
		p.Message = "No result after " + after + "; the request is still in progress"
	}
	if e.Err == nil {
		return p
	}
	p.Message = "The outcome is not known after " + after + ": " + lostReason(e.Err)
	if !isRequest(e.Awaited) {
		p.Message = "The " + process(e.Awaited) + " was accepted, but its outcome is not known after " + after + ": " + lostReason(e.Err)
	}
	return p
}

// about returns a message that names an ID once.
func about(id, message string) string {
	if strings.Contains(message, id) {
		return message
	}
	return id + ": " + message
}

// refusalCode tells an ID that the sandbox does not know from an action that it
// does not allow.
func refusalCode(e *sandbox.Error) int {
	if e.Status == http.StatusNotFound {
		return ExitUsage
	}
	return ExitFailed
}

// packages names what to install for each program that a session's command
// starts.
var packages = map[string]string{
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

func missingHints(e *wizard.MissingProgramError) []Hint {
	name, known := packages[e.Program]
	if !known {
		name = e.Program
	}
	return []Hint{
		{Text: "Install " + name + " and make sure it is in your PATH"},
		{"Or print the instructions (-o cli prints the command)", instructionsCommand(e.Session)},
		{"The one-time credentials have been used; reset them with", resetCommand(e.Session)},
	}
}
