package sqlshell

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"apono/client/sandbox/shop"
)

// accessEndedError is an error of CheckAccess, which ends the shell.
type accessEndedError struct{ err error }

func (e *accessEndedError) Error() string { return e.err.Error() }

func (e *accessEndedError) Unwrap() error { return e.err }

func (r *runner) checkAccess(ctx context.Context) error {
	if r.shell.CheckAccess == nil {
		return nil
	}
	if err := r.shell.CheckAccess(ctx); err != nil {
		return &accessEndedError{err: err}
	}
	return nil
}

// reportError prints an error and returns the exit code for it. If line is not
// 0, it is the line of the script where the error happened.
func (r *runner) reportError(ctx context.Context, err error, line int) int {
	if ctx.Err() != nil {
		r.notice("Interrupted")
		return exitInterrupted
	}
	prefix := "Error: "
	var ended *accessEndedError
	switch {
	case errors.As(err, &ended):
		prefix = ""
	case r.showLines && line > 0:
		prefix = fmt.Sprintf("Error on line %d: ", line)
	}
	r.notice(prefix + escapeUnsafe(err.Error()))
	r.suggestRequest(err)
	return exitError
}

// errorLine returns the line of the script where a statement failed. If the
// error has no position, that is the line where the statement begins.
func errorLine(s statement, err error) int {
	var failed *shop.StatementError
	if !errors.As(err, &failed) || failed.Offset < 0 || failed.Offset > len(s.text) {
		return s.line
	}
	return s.line + strings.Count(s.text[:failed.Offset], "\n")
}

// suggestRequest prints how to request what a statement was refused.
func (r *runner) suggestRequest(err error) {
	var refused *shop.RefusedError
	if !errors.As(err, &refused) || refused.Required == "" {
		return
	}
	r.notice("  To request more access: " + r.requestCommand(refused.Required, refused.Tables))
}

func (r *runner) requestCommand(permission string, tables []string) string {
	if r.shell.RequestCommand == nil {
		return "apono requests create --permissions " + permission
	}
	return escapeUnsafe(r.shell.RequestCommand(permission, tables))
}
