package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// Error is the failure of an operation on the server. It is safe to show: it names
// neither the server nor the admin.
type Error struct {
	// Op is the operation, worded to follow "cannot".
	Op string
	// Code is the server's SQLSTATE; empty if the server did not respond.
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

// Unwrap returns the error of the context, or the server's error for a statement.
// It is nil for a failed connection, whose error names the server and the admin.
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
	var pgErr *pgconn.PgError
	switch {
	case errors.As(err, &pgErr) && pgErr.Code == codeInvalidCatalog:
		failure.Code, failure.Message = pgErr.Code, messageNoDatabase
	case errors.As(err, &pgErr) && len(pgErr.Code) > 2 && pgErr.Code[:2] == codeClassAuthorization:
		failure.Code, failure.Message = pgErr.Code, messageLoginRefused
	case errors.As(err, &pgErr):
		failure.Code, failure.Message = pgErr.Code, "the server rejected the connection"
	case ctx.Err() != nil:
		return contextError(ctx, failure.Op)
	}
	return failure
}

// statementError returns the error for a statement that failed with err.
func statementError(ctx context.Context, op string, err error) error {
	var pgErr *pgconn.PgError
	switch {
	case ctx.Err() != nil:
		return contextError(ctx, op)
	case errors.As(err, &pgErr):
		return &Error{Op: op, Code: pgErr.Code, Message: pgErr.Message, err: pgErr}
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
