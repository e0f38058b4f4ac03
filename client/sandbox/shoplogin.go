package sandbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"apono/client"
)

// Credential is what a session of the embedded database is opened with.
type Credential struct{ SessionID, Password string }

// DatabaseAccess is what a credential opens.
type DatabaseAccess struct {
	Path       string    // the database file
	Permission string    // ReadOnly, ReadWrite or Admin
	Tables     []string  // the only tables that may be used; nil means all
	Expires    time.Time // when access ends
}

// Reason is why a credential opens nothing.
type Reason string

// The reasons of a NoAccessError.
const (
	ReasonWrong   Reason = "wrong"   // no such session, or not its password
	ReasonReset   Reason = "reset"   // the password was replaced by a reset
	ReasonRevoked Reason = "revoked" // the request was revoked
	ReasonExpired Reason = "expired" // the request's time is up
	ReasonOther   Reason = "other"   // a session of another system
)

// NoAccessError is the error of Login, apart from trouble with the file itself.
type NoAccessError struct {
	SessionID string
	RequestID string // empty where the password proves no right to know it
	Reason    Reason
}

// Error says what happened and how to have access again.
func (e *NoAccessError) Error() string {
	switch e.Reason {
	case ReasonReset:
		return fmt.Sprintf("the credentials of %s were reset: connect again with the new ones", e.SessionID)
	case ReasonRevoked:
		return fmt.Sprintf("the access was revoked (%s): request it again", e.RequestID)
	case ReasonExpired:
		return fmt.Sprintf("the access has expired (%s): request it again", e.RequestID)
	case ReasonOther:
		return fmt.Sprintf("%s is not a session of the shop database", e.SessionID)
	}
	return fmt.Sprintf("%s is not an open session, or this is not its password", e.SessionID)
}

// Login checks a session's password and says what it opens. It fails with a
// *NoAccessError once the access was revoked, has expired or its credentials
// were reset, so it can be asked again before every statement.
func (s *Sandbox) Login(ctx context.Context, credential Credential) (*DatabaseAccess, error) {
	if err := s.settle(ctx); err != nil {
		return nil, fmt.Errorf("log in to the shop: %w", err)
	}
	var o *opened
	var known bool
	err := s.store.read(ctx, func(t *tx) error {
		a, err := t.session(credential.SessionID)
		if a == nil || err != nil {
			return err
		}
		o, known, err = s.open(t, a, s.now())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("log in to the shop: %w", err)
	}
	if !known {
		return nil, &NoAccessError{SessionID: credential.SessionID, Reason: ReasonWrong}
	}
	if reason := o.refuses(credential.Password); reason != "" {
		refused := &NoAccessError{SessionID: o.ID, Reason: reason}
		if reason != ReasonWrong {
			refused.RequestID = o.view.id()
		}
		return nil, refused
	}
	permission, tables := o.shopRights()
	return &DatabaseAccess{Path: s.ShopPath(), Permission: permission, Tables: tables, Expires: o.view.Ends}, nil
}

// refuses says why password opens nothing; empty when it does.
func (o *opened) refuses(password string) Reason {
	isOld := sameHash(o.Replaced, password)
	switch {
	case !isOld && !sameHash(o.Hash, password):
		return ReasonWrong
	case o.in.Type != shopType:
		return ReasonOther
	case o.active() && isOld:
		return ReasonReset
	case o.active():
		return ""
	case o.view.status == client.StatusRevoked, o.view.status == client.StatusRevoking:
		return ReasonRevoked
	}
	return ReasonExpired
}

// shopRights is what the session's units add up to. A prompt has one set of
// rights: where units differ it is the weakest, so that it never has more than
// was granted.
func (o *opened) shopRights() (permission string, tables []string) {
	strength := map[string]int{ReadOnly: 0, ReadWrite: 1, Admin: 2}
	permission, all := Admin, false
	for _, u := range o.units {
		if strength[u.permission.ID] < strength[permission] {
			permission = u.permission.ID
		}
		if u.resource.kind.ID == shopDatabaseType {
			all = true
			continue
		}
		tables = addNew(tables, strings.TrimPrefix(u.resource.Path, "shop/"))
	}
	if all {
		return permission, nil
	}
	return permission, tables
}
