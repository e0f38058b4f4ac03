package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// Error is what went wrong with the server, in words that can be shown: they
// name neither the server nor who logs in to it.
type Error struct {
	// Doing is what was tried, as words that follow «cannot».
	Doing string
	// Code is the server's SQLSTATE, empty where the server did not answer.
	Code    string
	Message string
	err     error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("PostgreSQL: cannot %s: %s", e.Doing, e.Message)
	if e.Code == "" {
		return text
	}
	return text + " (" + e.Code + ")"
}

// Unwrap gives the context's error, or the server's answer to a statement.
// Errors of connecting are not there: they name the server and the login.
func (e *Error) Unwrap() error { return e.err }

const (
	codeNoDatabase       = "3D000"
	codeNotGranted       = "01007"
	codeClassLogin       = "28"
	messageNoAnswer      = "it does not answer in time"
	messageUnreachable   = "it cannot be reached"
	messageLoginRefused  = "it refuses the admin's login"
	messageNoSuchCatalog = "there is no such database"
)

// connectFailed describes why there is no connection.
func connectFailed(ctx context.Context, err error) error {
	failure := &Error{Doing: "connect to the server", Message: messageUnreachable}
	var answer *pgconn.PgError
	switch {
	case errors.As(err, &answer) && answer.Code == codeNoDatabase:
		failure.Code, failure.Message = answer.Code, messageNoSuchCatalog
	case errors.As(err, &answer) && len(answer.Code) > 2 && answer.Code[:2] == codeClassLogin:
		failure.Code, failure.Message = answer.Code, messageLoginRefused
	case errors.As(err, &answer):
		failure.Code, failure.Message = answer.Code, "it refuses the connection"
	case ctx.Err() != nil:
		return ended(ctx, failure.Doing)
	}
	return failure
}

// failed describes why a statement failed.
func failed(ctx context.Context, doing string, err error) error {
	var answer *pgconn.PgError
	switch {
	case ctx.Err() != nil:
		return ended(ctx, doing)
	case errors.As(err, &answer):
		return &Error{Doing: doing, Code: answer.Code, Message: answer.Message, err: answer}
	default:
		return &Error{Doing: doing, Message: "the connection broke"}
	}
}

// ended describes an operation whose time was up, or that nobody wants any more.
func ended(ctx context.Context, doing string) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, context.DeadlineExceeded) {
		return &Error{Doing: doing, Message: messageNoAnswer, err: cause}
	}
	return &Error{Doing: doing, Message: cause.Error(), err: cause}
}
