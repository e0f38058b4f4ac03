package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// Error is an error of an operation on the server. It is safe to show: it names
// neither the server nor the admin.
type Error struct {
	// Op is the operation, worded to follow "cannot".
	Op string
	// Code is the server's SQLSTATE; empty if the server did not answer.
	Code    string
	Message string
	err     error
}

// Error returns the operation, the message and the code.
func (e *Error) Error() string {
	text := fmt.Sprintf("PostgreSQL: cannot %s: %s", e.Op, e.Message)
	if e.Code == "" {
		return text
	}
	return text + " (" + e.Code + ")"
}

// Unwrap returns the context's error or the server's answer to a statement. Errors
// of connecting are not wrapped, because they name the server and the admin.
func (e *Error) Unwrap() error { return e.err }

const (
	codeInvalidCatalog      = "3D000"
	codePrivilegeNotGranted = "01007"
	codeClassAuthorization  = "28"
	messageTimeout          = "timed out"
	messageUnreachable      = "the server is unreachable"
	messageLoginRefused     = "the server rejected the admin's login"
	messageNoDatabase       = "the database does not exist"
)

// connectError returns the error for a connection that failed with err.
func connectError(ctx context.Context, err error) error {
	failure := &Error{Op: "connect to the server", Message: messageUnreachable}
	var answer *pgconn.PgError
	switch {
	case errors.As(err, &answer) && answer.Code == codeInvalidCatalog:
		failure.Code, failure.Message = answer.Code, messageNoDatabase
	case errors.As(err, &answer) && len(answer.Code) > 2 && answer.Code[:2] == codeClassAuthorization:
		failure.Code, failure.Message = answer.Code, messageLoginRefused
	case errors.As(err, &answer):
		failure.Code, failure.Message = answer.Code, "the server rejected the connection"
	case ctx.Err() != nil:
		return contextError(ctx, failure.Op)
	}
	return failure
}

// statementError returns the error for a statement that failed with err.
func statementError(ctx context.Context, op string, err error) error {
	var answer *pgconn.PgError
	switch {
	case ctx.Err() != nil:
		return contextError(ctx, op)
	case errors.As(err, &answer):
		return &Error{Op: op, Code: answer.Code, Message: answer.Message, err: answer}
	default:
		return &Error{Op: op, Message: "the connection was lost"}
	}
}

// contextError returns the error for an operation whose context is done.
func contextError(ctx context.Context, op string) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, context.DeadlineExceeded) {
		return &Error{Op: op, Message: messageTimeout, err: cause}
	}
	return &Error{Op: op, Message: cause.Error(), err: cause}
}
