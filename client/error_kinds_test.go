package client

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestErrorKinds(t *testing.T) {
	kinds := []struct {
		name string
		of   func(*Error) bool
	}{
		{"unanswered", (*Error).Unanswered}, {"unauthorized", (*Error).Unauthorized}, {"forbidden", (*Error).Forbidden},
		{"not found", (*Error).NotFound}, {"invalid", (*Error).Invalid}, {"rate limited", (*Error).RateLimited},
		{"server fault", (*Error).ServerFault}, {"temporary", (*Error).Temporary}, {"may have succeeded", (*Error).MayHaveSucceeded},
	}
	for _, c := range []struct {
		err  Error
		want string
	}{
		{Error{}, "unanswered, temporary, may have succeeded"},
		{Error{Status: 302, Err: &RedirectError{}}, ""},
		{Error{Err: &ProxyVariableError{}}, "unanswered, may have succeeded"},
		{Error{Err: &ProxyRefusedError{Status: 403}}, "unanswered"},
		{Error{Err: &ProxyRefusedError{Status: 502}}, "unanswered, temporary"},
		{Error{Status: 200, Malformed: true}, "temporary, may have succeeded"},
		{Error{Status: 201, Malformed: true}, "may have succeeded"},
		{Error{Status: 307}, ""},
		{Error{Status: 400}, "invalid"},
		{Error{Status: 401}, "unauthorized"},
		{Error{Status: 403}, "forbidden"},
		{Error{Status: 404}, "not found"},
		{Error{Status: 404, Malformed: true}, "not found"},
		{Error{Status: 409}, "invalid"},
		{Error{Status: 410}, ""},
		{Error{Status: 422}, "invalid"},
		{Error{Status: 429}, "rate limited, temporary"},
		{Error{Status: 500}, "server fault, temporary, may have succeeded"},
		{Error{Status: 501}, "server fault, may have succeeded"},
		{Error{Status: 502, Malformed: true}, "server fault, temporary, may have succeeded"},
	} {
		var is []string
		for _, kind := range kinds {
			if kind.of(&c.err) {
				is = append(is, kind.name)
			}
		}
		if got := strings.Join(is, ", "); got != c.want {
			t.Errorf("%d, malformed %v, %v: %s, want %s", c.err.Status, c.err.Malformed, c.err.Err, got, c.want)
		}
	}
}

func TestErrorKindsOfWrappedErrors(t *testing.T) {
	wrapped := func(status int) error { return fmt.Errorf("list: %w", &Error{Status: status}) }
	for _, c := range []struct {
		name string
		is   func(error) bool
		yes  int
	}{
		{"IsUnauthorized", IsUnauthorized, 401}, {"IsForbidden", IsForbidden, 403}, {"IsNotFound", IsNotFound, 404},
		{"IsInvalid", IsInvalid, 422}, {"IsTemporary", IsTemporary, 503}, {"MayHaveSucceeded", MayHaveSucceeded, 500},
	} {
		if !c.is(wrapped(c.yes)) || c.is(wrapped(418)) || c.is(errors.New("other")) || c.is(nil) {
			t.Error(c.name)
		}
	}
}
