package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"apono/client"
)

// call is one request to the API by a known user.
type call struct {
	*http.Request
	user User
}

// action answers a call: with a value that is sent as JSON, or an error. A nil
// value is an answer without a body.
type action func(ctx context.Context, c *call) (any, error)

// Refusal is an error that the caller is told about: what the API answers, and
// what Approve, Reject and PassMFA return for a request that is not there
// (404) or is not waiting for them (409).
type Refusal struct {
	Status  int    // HTTP's
	Message string // for people
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

func refuse(status int, format string, args ...any) error {
	return &Refusal{Status: status, Message: fmt.Sprintf(format, args...)}
}

func notFound(what, id string) error {
	return refuse(http.StatusNotFound, "There is no %s %q", what, id)
}

type userKey struct{}

// serve makes an http.Handler of an action.
func serve(status int, act action) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := r.Context().Value(userKey{}).(User)
		answer, err := act(r.Context(), &call{Request: r, user: user})
		if err != nil {
			writeError(w, err)
			return
		}
		writeJSON(w, status, answer)
	})
}

func writeJSON(w http.ResponseWriter, status int, answer any) {
	if answer == nil {
		w.WriteHeader(status)
		return
	}
	body, err := json.Marshal(answer)
	if err != nil {
		writeError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever asked has gone; nobody is left to tell
}

func writeError(w http.ResponseWriter, err error) {
	said := &Refusal{Status: http.StatusInternalServerError, Message: "The sandbox failed: " + err.Error()}
	errors.As(err, &said)
	writeJSON(w, said.Status, message{said.Message})
}

// message is the answer that only says something (schema MessageResponse).
type message struct {
	Message string `json:"message"`
}

// maxRequestBody bounds what is read of one body.
const maxRequestBody = 4 << 20

// decode reads the call's JSON body into value.
func (c *call) decode(value any) error {
	body, err := io.ReadAll(http.MaxBytesReader(nil, c.Body, maxRequestBody))
	if err != nil {
		return refuse(http.StatusBadRequest, "The body could not be read: %v", err)
	}
	if err := json.Unmarshal(body, value); err != nil {
		return refuse(http.StatusBadRequest, "The body is not the JSON that was expected: %v", err)
	}
	return nil
}

// list returns every value of a repeated query parameter. Empty ones do not count.
func (c *call) list(name string) []string {
	return slices.DeleteFunc(slices.Clone(c.URL.Query()[name]), func(v string) bool { return v == "" })
}

func (c *call) param(name string) string { return c.URL.Query().Get(name) }

// flag reads a boolean query parameter; absent means false.
func (c *call) flag(name string) (bool, error) {
	text := c.param(name)
	if text == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, refuse(http.StatusBadRequest, "%s must be true or false, not %q", name, text)
	}
	return on, nil
}

// number reads a query parameter that is a whole number from 0 on.
func (c *call) number(name string, absent int) (int, error) {
	text := c.param(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, refuse(http.StatusBadRequest, "%s must be a whole number from 0 on, not %q", name, text)
	}
	return n, nil
}

const (
	pageSize         = 100  // the default, and the most for all but resources
	resourcePageSize = 1000 // the most resources in one page
)

// page cuts the part of items that the call asks for.
func page[T any](c *call, items []T, most int) (*client.Page[T], error) {
	limit, err := c.number("limit", pageSize)
	if err != nil {
		return nil, err
	}
	skip, err := c.number("skip", 0)
	if err != nil {
		return nil, err
	}
	if limit == 0 {
		limit = pageSize
	}
	limit = min(limit, most)
	total := len(items)
	from := min(skip, total)
	to := min(from+limit, total)
	more := to < total
	p := &client.Page[T]{Data: items[from:to], Pagination: client.Pagination{Limit: limit, Offset: skip, Total: &total, HasMore: &more}}
	if p.Data == nil {
		p.Data = []T{}
	}
	return p, nil
}

// recovered answers 500 where next panics, so that a mistake in the sandbox
// never ends the program that it is embedded in.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				writeError(w, fmt.Errorf("panic at %s %s: %v", r.Method, r.URL.Path, p))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// as lets next answer in the name of user.
func as(user User, next http.Handler, w http.ResponseWriter, r *http.Request) {
	next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, user)))
}

// bearer is the token of a request; empty when there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
