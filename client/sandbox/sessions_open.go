package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

// openSessions makes the sessions of a request that is being granted: one for
// each integration, and on the real server one for each unit, because a role
// there has one set of rights. Sessions that are already there are returned.
func (s *Sandbox) openSessions(t *tx, r *record) ([]*access, error) {
	sessions, err := t.sessionsOf(r.Number)
	if err != nil || len(sessions) > 0 {
		return sessions, err
	}
	for _, units := range s.sessionUnits(r) {
		in := units[0].resource.kind.integration
		a := &access{Request: r.Number, Integration: in.ID}
		if a.ID, err = newSessionID(t, in.slug()); err != nil {
			return nil, err
		}
		for _, u := range units {
			a.Units = append(a.Units, u.id())
		}
		if in.external {
			a.Role = "apono_" + strings.ReplaceAll(a.ID, "-", "_")
		}
		a.newSecret()
		if err := t.saveSession(a); err != nil {
			return nil, err
		}
		sessions = append(sessions, a)
	}
	return sessions, nil
}

// sessionUnits groups a request's units by the session that will open them.
func (s *Sandbox) sessionUnits(r *record) [][]unit {
	var groups [][]unit
	at := map[string]int{}
	for _, u := range s.catalogue().units(r.Units) {
		in := u.resource.kind.integration
		key := in.ID
		if in.external {
			key = u.id()
		}
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], u)
	}
	return groups
}

// closeSessions makes the sessions of a request open nothing more.
func (s *Sandbox) closeSessions(t *tx, r *record) ([]*access, error) {
	sessions, err := t.sessionsOf(r.Number)
	if err != nil {
		return nil, err
	}
	for _, a := range sessions {
		a.Unseen, a.Closed = "", true
		if err := t.saveSession(a); err != nil {
			return nil, err
		}
	}
	return sessions, nil
}

// newSessionID returns an ID that is not taken, such as sqlite-shop-db-1a2b3c.
func newSessionID(t *tx, slug string) (string, error) {
	for {
		var random [3]byte
		rand.Read(random[:]) // never fails: see its documentation
		id := slug + "-" + hex.EncodeToString(random[:])
		if taken, err := t.session(id); err != nil || taken == nil {
			return id, err
		}
	}
}

// newSecret gives a a secret of its own, unseen. The one before opens nothing
// any more.
func (a *access) newSecret() {
	a.Replaced = a.Hash
	a.Unseen = rand.Text()
	a.Hash = hash(a.Unseen)
}

// hash is what is kept of a secret. Secrets are random and long, so a plain
// hash is as good as a slow one.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func sameHash(stored, secret string) bool {
	return stored != "" && subtle.ConstantTimeCompare([]byte(stored), []byte(hash(secret))) == 1
}
