package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
)

const requestPrefix = "AR-"

// id is the friendly ID of a request, such as AR-00012.
func (r *record) id() string { return fmt.Sprintf("%s%05d", requestPrefix, r.Number) }

// requestNumber reads a friendly ID; ok is false when it is none.
func requestNumber(id string) (number int64, ok bool) {
	if len(id) < len(requestPrefix) || !strings.EqualFold(id[:len(requestPrefix)], requestPrefix) {
		return 0, false
	}
	number, err := strconv.ParseInt(id[len(requestPrefix):], 10, 64)
	return number, err == nil && number > 0
}

// insertRequest stores a new request and gives it its number.
func (t *tx) insertRequest(r *record) error {
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

func (t *tx) saveRequest(r *record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.exec("UPDATE requests SET open = ?, record = ? WHERE number = ?", !r.Closed, string(text), r.Number)
}

// request returns nil, nil when there is none of this number.
func (t *tx) request(number int64) (*record, error) {
	found, err := t.requests("WHERE number = ?", number)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// requests returns those that the condition holds for, newest first.
func (t *tx) requests(condition string, args ...any) ([]*record, error) {
	var found []*record
	err := t.each("SELECT number, record FROM requests "+condition+" ORDER BY number DESC", func(row *sqlite.Stmt) error {
		r, err := decode[record](row.ColumnText(1))
		if err != nil {
			return err
		}
		r.Number = row.ColumnInt64(0)
		found = append(found, r)
		return nil
	}, args...)
	return found, err
}

// access is one access session as it is stored: which units of which request
// it opens, and the state of its secret.
type access struct {
	ID          string   `json:"-"`
	Request     int64    `json:"-"`
	Integration string   `json:"integration"`
	Units       []string `json:"units"`
	// Unseen is the secret until it is seen, because it has to be shown once
	// and nobody else knows it. Afterwards, and in every other column, there is
	// only its hash. The file is readable by this user alone, and SQLite
	// overwrites what is deleted.
	Unseen string `json:"unseen,omitempty"`
	Hash   string `json:"hash,omitempty"` // empty: nothing opens this session
	// Replaced is the hash of the secret before the last reset, so that whoever
	// still uses it can be told why it stopped working.
	Replaced string `json:"replaced,omitempty"`
	// Ready is when reset credentials are new; zero where none were reset.
	Ready      time.Time `json:"ready,omitzero"`
	ConsumedBy string    `json:"consumed_by,omitempty"`
	Rotated    bool      `json:"rotated,omitempty"`
	// Role is the session's role on the real PostgreSQL server; empty elsewhere.
	Role   string `json:"role,omitempty"`
	Closed bool   `json:"closed,omitempty"`
}

func (t *tx) saveSession(a *access) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return t.exec("INSERT INTO sessions (id, request, record) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record", a.ID, a.Request, string(text))
}

// session returns nil, nil when there is none with this ID.
func (t *tx) session(id string) (*access, error) {
	found, err := t.sessions("WHERE id = ?", id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func (t *tx) sessionsOf(number int64) ([]*access, error) {
	return t.sessions("WHERE request = ?", number)
}

// sessions returns those that the condition holds for, newest request first.
func (t *tx) sessions(condition string, args ...any) ([]*access, error) {
	var found []*access
	err := t.each("SELECT id, request, record FROM sessions "+condition+" ORDER BY request DESC, id", func(row *sqlite.Stmt) error {
		a, err := decode[access](row.ColumnText(2))
		if err != nil {
			return err
		}
		a.ID, a.Request = row.ColumnText(0), row.ColumnInt64(1)
		found = append(found, a)
		return nil
	}, args...)
	return found, err
}
