package store

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"time"

	"zombiezen.com/go/sqlite"
)

// Session is one stored access session: the units of a request that it opens,
// and the state of its secret.
type Session struct {
	ID          string   `json:"-"`
	Request     int64    `json:"-"` // the request's number
	Integration string   `json:"integration"`
	Units       []string `json:"units"` // unit IDs
	// Unseen is the secret until it is shown for the first time, and empty from
	// then on, when only its hash is stored. Only the user can read the file, and
	// SQLite overwrites deleted content.
	Unseen string `json:"unseen,omitempty"`
	Hash   string `json:"hash,omitempty"` // of the secret; empty if there is none
	// Replaced is the hash of the secret before the last reset. Login uses it to
	// report that the credentials were reset.
	Replaced string `json:"replaced,omitempty"`
	// Ready is when reset credentials become available; zero if none were reset.
	Ready      time.Time `json:"ready,omitzero"`
	ConsumedBy string    `json:"consumed_by,omitempty"`
	Rotated    bool      `json:"rotated,omitempty"`
	// Role is the session's role on the real PostgreSQL server; empty elsewhere.
	Role   string `json:"role,omitempty"`
	Closed bool   `json:"closed,omitempty"`
}

// NewSecret gives s a new, unseen secret. The previous one no longer works.
func (s *Session) NewSecret() {
	s.Replaced = s.Hash
	s.Unseen = rand.Text()
	s.Hash = hash(s.Unseen)
}

// IsSecret reports whether secret is the session's current secret.
func (s *Session) IsSecret(secret string) bool { return equalsHash(s.Hash, secret) }

// IsReplacedSecret reports whether secret was valid until the last reset.
func (s *Session) IsReplacedSecret(secret string) bool { return equalsHash(s.Replaced, secret) }

// hash returns the hash under which a secret is stored. Secrets are long and
// random, so a slow password hash is not needed.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func equalsHash(stored, secret string) bool {
	return stored != "" && subtle.ConstantTimeCompare([]byte(stored), []byte(hash(secret))) == 1
}

// NewSessionID returns an unused session ID, such as sqlite-shop-db-1a2b3c.
func (t *Tx) NewSessionID(prefix string) (string, error) {
	for {
		var random [3]byte
		rand.Read(random[:]) // never returns an error
		id := prefix + "-" + hex.EncodeToString(random[:])
		if taken, err := t.Session(id); err != nil || taken == nil {
			return id, err
		}
	}
}

// SaveSession stores a new or changed session.
func (t *Tx) SaveSession(s *Session) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return t.exec("INSERT INTO sessions (id, request, record) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record", s.ID, s.Request, string(text))
}

// Session returns the session with this ID, or nil if there is none.
func (t *Tx) Session(id string) (*Session, error) {
	found, err := t.sessions("WHERE id = ?", id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// Sessions returns all sessions, those of the newest request first.
func (t *Tx) Sessions() ([]*Session, error) { return t.sessions("") }

// SessionsOf returns the sessions of the request with this number.
func (t *Tx) SessionsOf(request int64) ([]*Session, error) {
	return t.sessions("WHERE request = ?", request)
}

func (t *Tx) sessions(condition string, args ...any) ([]*Session, error) {
	var found []*Session
	err := t.each("SELECT id, request, record FROM sessions "+condition+" ORDER BY request DESC, id", func(row *sqlite.Stmt) error {
		s, err := decode[Session](row.ColumnText(2))
		if err != nil {
			return err
		}
		s.ID, s.Request = row.ColumnText(0), row.ColumnInt64(1)
		found = append(found, s)
		return nil
	}, args...)
	return found, err
}
