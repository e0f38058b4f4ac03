package command

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"apono/client/sandbox"
	"apono/render"
	"apono/wizard"
	"apono/wizard/kind"
	"apono/wizard/prompt"
)

// explainEnd words what a person or the system did.
func explainEnd(err error) (problem, bool) {
	var stopped *wizard.StoppedError
	var lost *wizard.SubmitError
	var lostSight *wizard.FollowError
	switch {
	case errors.As(err, &stopped):
		return problem{exitCancelled, "Stopped following; the request itself goes on", describeEach(stopped.IDs)}, true
	case errors.As(err, &lostSight):
		p := explain(lostSight.Err)
		p.message = "The request was made, and cannot be followed: " + p.message
		p.hints = append(describeEach(lostSight.IDs), p.hints...)
		return p, true
	case errors.As(err, &lost) && errors.Is(err, prompt.ErrCanceled):
		return problem{exitCancelled, "Cancelled while the request was being sent, so it may have been made or not", []hint{{"Look before you repeat it", "requests list"}}}, true
	case errors.As(err, &lost):
		return problem{exitFailed, "The answer to the request was lost, so it may have been made or not", []hint{{"Look before you repeat it", "requests list"}, {say: sentence(reason(lost.Err))}}}, true
	case errors.Is(err, prompt.ErrCanceled), errors.Is(err, prompt.ErrBack), errors.Is(err, context.Canceled):
		return problem{exitCancelled, "Cancelled", nil}, true
	}
	return problem{}, false
}

// explainUsage words what cannot be meant.
func explainUsage(err error) (problem, bool) {
	var usage *wizard.UsageError
	var missing *wizard.MissingError
	var match *kind.MatchError
	switch {
	case errors.As(err, &usage):
		return problem{exitUsage, sentence(usage.Message), hints(usage.Hint, usage.Run)}, true
	case errors.As(err, &missing):
		return problem{exitUsage, "Nobody can be asked here, and these are missing: " + strings.Join(missing.Flags, ", "), hints(missing.Hint, missing.Run)}, true
	case errors.As(err, &match):
		return problem{exitUsage, sentence(match.Error()), matchHints(match)}, true
	}
	return problem{}, false
}

// hints are words, and a command that shows more; either may be empty.
func hints(words, run string) []hint {
	list := said(words)
	if run != "" {
		list = append(list, hint{"Try", run})
	}
	return list
}

func matchHints(e *kind.MatchError) []hint {
	var list []hint
	switch {
	case e.Ambiguous:
		list = said("Use an ID instead: " + strings.Join(e.Candidates, ", "))
	case len(e.Candidates) > 0:
		list = said("The nearest: " + strings.Join(e.Candidates, ", "))
	}
	if e.List != "" {
		list = append(list, hint{"List them with", e.List})
	}
	return list
}

// explainRequest words how requests ended. Each has been reported on by then.
func explainRequest(err error) (problem, bool) {
	var refused *wizard.RefusedError
	var timeout *wizard.TimeoutError
	var revoke *wizard.RevokeError
	var empty *wizard.EmptyError
	switch {
	case errors.As(err, &refused):
		return problem{code: exitRefused}, true
	case errors.As(err, &revoke):
		return explainRevoke(revoke), true
	case errors.As(err, &timeout):
		return explainTimeout(timeout), true
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
	var refusal *sandbox.Error
	var noAccess *sandbox.NoAccessError
	switch {
	case errors.As(err, &refusal):
		return problem{refusalCode(refusal), sentence(refusal.Message), nil}, true
	case errors.As(err, &noAccess):
		return problem{exitFailed, sentence(noAccess.Error()), nil}, true
	case errors.As(err, &none):
		return problem{exitFailed, sentence(none.Error()), []hint{{"Ask for access with", "requests create"}}}, true
	case errors.As(err, &missing):
		return problem{exitNotFound, missing.Error(), missingHints(missing)}, true
	case errors.As(err, &noShell):
		return problem{exitNotFound, sentence(noShell.Error()), []hint{{say: "Install Git for Windows, which brings one, or run it yourself:"}, {say: noShell.Command}}}, true
	case errors.As(err, &masked):
		return problem{exitFailed, sentence(masked.Error()), []hint{{"Make new ones with", "access reset-credentials " + masked.Session}}}, true
	case errors.As(err, &method):
		return problem{exitUsage, sentence(method.Error()), []hint{{"Choose one of them with -o, or read how", "access use " + method.Session.ID + " -o instructions"}}}, true
	}
	return problem{}, false
}

func explainTimeout(e *wizard.TimeoutError) problem {
	after := render.Duration(e.After)
	switch e.Awaited {
	case wizard.AwaitedReset:
		return problem{exitTimeout, "The credentials are not new after " + after + "; the reset itself goes on", []hint{{"Look at them with", "access list"}}}
	case wizard.AwaitedRevoke:
		return problem{exitTimeout, "Not gone after " + after + "; the revocation itself goes on", describeEach(e.IDs)}
	}
	return problem{exitTimeout, "Not decided after " + after + "; the request itself goes on", describeEach(e.IDs)}
}

// explainRevoke names every request that could not be revoked, with its reason.
func explainRevoke(e *wizard.RevokeError) problem {
	p := explain(e.Errs[0])
	p.message = "Not revoked: " + strings.Join(e.IDs, ", ")
	p.hints = nil
	for i, id := range e.IDs {
		p.hints = append(p.hints, hint{say: id + ": " + explain(e.Errs[i]).message})
	}
	return p
}

func describeEach(ids []string) []hint {
	var list []hint
	for _, id := range ids {
		list = append(list, hint{"Come back with", "requests describe " + id})
	}
	return list
}

// refusalCode tells an ID that the sandbox does not know from what it does not
// allow.
func refusalCode(e *sandbox.Error) int {
	if e.Status == http.StatusNotFound {
		return exitUsage
	}
	return exitFailed
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

func missingHints(e *wizard.MissingProgramError) []hint {
	what, known := installs[e.Program]
	if !known {
		what = e.Program
	}
	return []hint{
		{say: "Install " + what + ", and make sure that it is found (PATH)"},
		{"Without it, read how (or print the command with -o cli)", "access use " + e.Session + " -o instructions"},
		{"The credentials count as shown now; for new ones", "access reset-credentials " + e.Session},
	}
}
