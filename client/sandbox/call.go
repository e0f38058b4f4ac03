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

	"apono/client"
)

// call is one API request by an authenticated user.
type call struct {
	*http.Request
	user User
}

// endpoint handles a call. It returns the response body, to be sent as JSON, or
// an error. A nil body sends none.
type endpoint func(ctx context.Context, c *call) (any, error)

// Error is an error that the API reports to the caller. Approve, Reject and
// PassMFA return it for a request that does not exist (404) or is in the wrong
// state (409).
type Error struct {
	Status  int    // the HTTP status code
	Message string // for the user
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

func errorf(status int, format string, args ...any) error {
	return &Error{Status: status, Message: fmt.Sprintf(format, args...)}
}

func notFound(what, id string) error {
	return errorf(http.StatusNotFound, "There is no %s %q", what, id)
}

// serveEndpoint returns a handler that calls e and sends its result.
func serveEndpoint(status int, e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := r.Context().Value(userKey{}).(User)
		body, err := e(r.Context(), &call{Request: r, user: user})
		if err != nil {
			writeError(w, err)
			return
		}
		writeJSON(w, status, body)
	})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	text, err := json.Marshal(body)
	if err != nil {
		writeError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if _, ok := body.(rpcResponse); !ok { // JSON-RPC requires null
		text = omitNulls(text)
	}
	_, _ = w.Write(text) // fails only if the client is gone
}

func writeError(w http.ResponseWriter, err error) {
	reported := &Error{Status: http.StatusInternalServerError, Message: "Internal error in the sandbox: " + err.Error()}
	errors.As(err, &reported)
	writeJSON(w, reported.Status, messageResponse{reported.Message})
}

// messageResponse is a response with only a message (schema MessageResponse).
type messageResponse struct {
	Message string `json:"message"`
}

// maxBodyBytes limits the size of a request body.
const maxBodyBytes = 4 << 20

// decode reads the call's JSON body into value.
func (c *call) decode(value any) error {
	body, err := io.ReadAll(http.MaxBytesReader(nil, c.Body, maxBodyBytes))
	if err != nil {
		return errorf(http.StatusBadRequest, "Cannot read the request body: %v", err)
	}
	if err := json.Unmarshal(body, value); err != nil {
		return invalidBody(err)
	}
	return nil
}

func invalidBody(err error) error {
	return errorf(http.StatusBadRequest, "The request body is not valid: %v", err)
}

// list returns the nonempty values of a repeated query parameter.
func (c *call) list(name string) []string {
	return slices.DeleteFunc(slices.Clone(c.URL.Query()[name]), func(v string) bool { return v == "" })
}

func (c *call) param(name string) string { return c.URL.Query().Get(name) }

// boolean parses a query parameter; if absent, it is false.
func (c *call) boolean(name string) (bool, error) {
	text := c.param(name)
	if text == "" {
		return false, nil
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		return false, errorf(http.StatusBadRequest, "%s must be true or false, not %q", name, text)
	}
	return value, nil
}

// integer parses a query parameter that must not be negative.
func (c *call) integer(name string, absent int) (int, error) {
	text := c.param(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, errorf(http.StatusBadRequest, "%s must be an integer of at least 0, not %q", name, text)
	}
	return n, nil
}

const (
	pageSize         = 100  // the default, and the limit except for resources
	resourcePageSize = 1000 // the limit for resources
)

// page returns the part of items that a call requests, at most limit of them.
func page[T any](c *call, items []T, limit int) (*client.Page[T], error) {
	size, err := c.integer("limit", pageSize)
	if err != nil {
		return nil, err
	}
	skip, err := c.integer("skip", 0)
	if err != nil {
		return nil, err
	}
	if size == 0 {
		size = pageSize
	}
	size = min(size, limit)
	total := len(items)
	from := min(skip, total)
	to := min(from+size, total)
	more := to < total
	p := &client.Page[T]{Data: items[from:to], Pagination: client.Pagination{Limit: size, Offset: skip, Total: &total, HasMore: &more}}
	if p.Data == nil {
		p.Data = []T{}
	}
	return p, nil
}
