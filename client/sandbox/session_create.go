package sandbox

import (
	"strings"

	"apono/client/sandbox/catalog"
	"apono/client/sandbox/store"
)

// createSessions creates the sessions of a request that is being granted: one
// for each integration and, on the real server, one for each unit, because a
// role there has one set of permissions. It returns the existing sessions if
// there are any.
func (s *Sandbox) createSessions(t *store.Tx, r *store.Request) ([]*store.Session, error) {
	sessions, err := t.SessionsOf(r.Number)
	if err != nil || len(sessions) > 0 {
		return sessions, err
	}
	for _, units := range s.unitsBySession(r) {
		in := units[0].Integration()
		session := &store.Session{Request: r.Number, Integration: in.ID}
		if session.ID, err = t.NewSessionID(in.SessionIDPrefix()); err != nil {
			return nil, err
		}
		for _, u := range units {
			session.Units = append(session.Units, u.ID())
		}
		if in.External() {
			session.Role = "apono_" + strings.ReplaceAll(session.ID, "-", "_")
		}
		session.NewSecret()
		if err := t.SaveSession(session); err != nil {
			return nil, err
		}
		sessions = append(sessions, session)
	}
	return sessions, nil
}

// unitsBySession groups a request's units by the session that will open them.
func (s *Sandbox) unitsBySession(r *store.Request) [][]catalog.Unit {
	return groupUnits(s.catalog().Units(r.Units), func(u catalog.Unit) string {
		if u.Integration().External() {
			return u.ID()
		}
		return u.Integration().ID
	})
}

// groupUnits groups units that have the same key, in the order of first use.
func groupUnits(units []catalog.Unit, key func(catalog.Unit) string) [][]catalog.Unit {
	var groups [][]catalog.Unit
	index := map[string]int{}
	for _, u := range units {
		k := key(u)
		i, ok := index[k]
		if !ok {
			i = len(groups)
			index[k], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], u)
	}
	return groups
}

// closeSessions closes the sessions of a request, so that their secrets no longer
// work, and returns them.
func closeSessions(t *store.Tx, r *store.Request) ([]*store.Session, error) {
	sessions, err := t.SessionsOf(r.Number)
	if err != nil {
		return nil, err
	}
	for _, session := range sessions {
		session.Unseen, session.Closed = "", true
		if err := t.SaveSession(session); err != nil {
			return nil, err
		}
	}
	return sessions, nil
}
