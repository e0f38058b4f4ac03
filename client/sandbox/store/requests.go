package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
)

// Request is one stored request: what was requested, and what has happened to
// it. Its status is not stored, because it follows from these facts and the
// clock.
type Request struct {
	Number        int64             `json:"-"`
	User          string            `json:"user"`              // the requester's user ID
	Grantee       string            `json:"grantee,omitempty"` // whom the access is for; empty for User
	Created       time.Time         `json:"created"`
	Flow          string            `json:"flow"`  // the access flow's ID
	Units         []string          `json:"units"` // unit IDs
	Bundle        string            `json:"bundle,omitempty"`
	Justification *string           `json:"justification,omitempty"`
	Duration      time.Duration     `json:"duration"`
	CustomFields  map[string]string `json:"custom_fields,omitempty"`
	Favorite      bool              `json:"favorite,omitempty"`
	Extensions    int32             `json:"extensions,omitempty"`
	MFAPassed     time.Time         `json:"mfa_passed,omitzero"`
	Decision      *Decision         `json:"decision,omitempty"`
	Granted       time.Time         `json:"granted,omitzero"`
	Ends          time.Time         `json:"ends,omitzero"`
	Failed        time.Time         `json:"failed,omitzero"`
	Failure       string            `json:"failure,omitempty"`
	Revoked       time.Time         `json:"revoked,omitzero"` // when revocation was requested
	// Claimed is when a process began to grant or revoke access on the real
	// server; zero if no process is doing so.
	Claimed time.Time `json:"claimed,omitzero"`
	// Closed reports that nothing is left to grant or to revoke.
	Closed bool `json:"closed,omitempty"`
}

// GranteeID returns the ID of whom the access is for.
func (r *Request) GranteeID() string { return cmp.Or(r.Grantee, r.User) }

// Decision is an approver's decision.
type Decision struct {
	By       string    `json:"by"` // user ID
	Approved bool      `json:"approved"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason,omitempty"`
}

// IsUndecided reports whether r can still be approved, rejected or released by
// MFA.
func (r *Request) IsUndecided() bool {
	return r.Failed.IsZero() && r.Decision == nil && r.Revoked.IsZero() && r.Granted.IsZero() && !r.Closed
}

// Fail closes r without access.
func (r *Request) Fail(at time.Time, reason string) {
	r.Failed, r.Failure, r.Closed, r.Claimed = at, reason, true, time.Time{}
}

const requestPrefix = "AR-"

// ID returns the request's ID, such as AR-00012.
func (r *Request) ID() string { return fmt.Sprintf("%s%05d", requestPrefix, r.Number) }

// RequestNumber parses a request ID; ok is false if it is malformed.
func RequestNumber(id string) (number int64, ok bool) {
	if len(id) < len(requestPrefix) || !strings.EqualFold(id[:len(requestPrefix)], requestPrefix) {
		return 0, false
	}
	number, err := strconv.ParseInt(id[len(requestPrefix):], 10, 64)
	return number, err == nil && number > 0
}

// InsertRequest stores a new request and sets its Number.
func (t *Tx) InsertRequest(r *Request) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := t.exec("INSERT INTO requests (open, record) VALUES (?, ?)", !r.Closed, string(text)); err != nil {
		return err
	}
	r.Number = t.conn.LastInsertRowID()
	return nil
}

// SaveRequest stores a changed request.
func (t *Tx) SaveRequest(r *Request) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.exec("UPDATE requests SET open = ?, record = ? WHERE number = ?", !r.Closed, string(text), r.Number)
}

// Request returns the request with this number, or nil if there is none.
func (t *Tx) Request(number int64) (*Request, error) {
	found, err := t.requests("WHERE number = ?", number)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// Requests returns all requests, newest first.
func (t *Tx) Requests() ([]*Request, error) { return t.requests("") }

// OpenRequests returns the requests that are not closed, newest first.
func (t *Tx) OpenRequests() ([]*Request, error) { return t.requests("WHERE open") }

func (t *Tx) requests(condition string, args ...any) ([]*Request, error) {
	var found []*Request
	err := t.each("SELECT number, record FROM requests "+condition+" ORDER BY number DESC", func(row *sqlite.Stmt) error {
		r, err := decode[Request](row.ColumnText(1))
		if err != nil {
			return err
		}
		r.Number = row.ColumnInt64(0)
		found = append(found, r)
		return nil
	}, args...)
	return found, err
}
