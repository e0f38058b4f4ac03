package sandbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/permission"
	"apono/client/sandbox/store"
)

// Credential is the ID and the password of a session of the embedded database.
type Credential struct{ SessionID, Password string }

// DatabaseAccess is the access that a credential gives.
type DatabaseAccess struct {
	Path       string    // the database file
	Permission string    // one of package permission
	Tables     []string  // the only tables that can be used; nil means all
	Expires    time.Time // when access ends
}

// Reason is why Login refuses a credential.
type Reason string

// The reasons of a NoAccessError.
const (
	ReasonWrong   Reason = "wrong"   // no such session, or a wrong password
	ReasonReset   Reason = "reset"   // the credentials were reset
	ReasonRevoked Reason = "revoked" // the request was revoked
	ReasonExpired Reason = "expired" // the request has expired
	ReasonOther   Reason = "other"   // the session is of another system
)

// NoAccessError means that Login refuses a credential.
type NoAccessError struct {
	SessionID string
	RequestID string // empty if the password is wrong
	Reason    Reason
}

// Error returns what happened and how to get access again.
func (e *NoAccessError) Error() string {
	switch e.Reason {
	case ReasonReset:
		return fmt.Sprintf("the credentials of %s were reset: connect again with the new ones", e.SessionID)
	case ReasonRevoked:
		return fmt.Sprintf("access was revoked (%s): request it again", e.RequestID)
	case ReasonExpired:
		return fmt.Sprintf("access has expired (%s): request it again", e.RequestID)
	case ReasonOther:
		return fmt.Sprintf("%s is not a session of the shop database", e.SessionID)
	}
	return fmt.Sprintf("%s is not an active session, or the password is wrong", e.SessionID)
}

// Login checks the password of a session and returns the access that it gives.
// It returns a *NoAccessError if access was revoked or has expired, or if the
// credentials were reset; callers can therefore use it before every statement.
func (s *Sandbox) Login(ctx context.Context, credential Credential) (*DatabaseAccess, error) {
	v, err := s.shopSession(ctx, credential.SessionID)
	if err != nil {
		return nil, fmt.Errorf("log in to the shop: %w", err)
	}
	if v == nil {
		return nil, &NoAccessError{SessionID: credential.SessionID, Reason: ReasonWrong}
	}
	if reason := v.refusal(credential.Password); reason != "" {
		refused := &NoAccessError{SessionID: v.ID, Reason: reason}
		if reason != ReasonWrong {
			refused.RequestID = v.request.ID()
		}
		return nil, refused
	}
	permission, tables := v.shopAccess()
	return &DatabaseAccess{Path: s.ShopPath(), Permission: permission, Tables: tables, Expires: v.request.Ends}, nil
}

// shopSession returns any user's session by its ID; nil if there is none.
func (s *Sandbox) shopSession(ctx context.Context, id string) (v *sessionView, err error) {
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(t *store.Tx) error {
		session, err := t.Session(id)
		if session == nil || err != nil {
			return err
		}
		view, ok, err := s.viewSession(t, session, s.now())
		if ok {
			v = view
		}
		return err
	})
	return v, err
}

// refusal returns why Login refuses password, or "" if it is accepted.
func (v *sessionView) refusal(password string) Reason {
	replaced := v.IsReplacedSecret(password)
	switch {
	case !replaced && !v.IsSecret(password):
		return ReasonWrong
	case v.integration.Type != catalog.ShopType:
		return ReasonOther
	case v.active() && replaced:
		return ReasonReset
	case v.active():
		return ""
	case v.request.status == client.StatusRevoked, v.request.status == client.StatusRevoking:
		return ReasonRevoked
	}
	return ReasonExpired
}

// shopAccess combines the session's units. A database connection has a single
// permission, so it is the weakest of them and never exceeds what was granted.
func (v *sessionView) shopAccess() (weakest string, tables []string) {
	var granted []string
	wholeDatabase := false
	for _, u := range v.units {
		granted = append(granted, u.Permission.ID)
		if u.Resource.ResourceType.ID == catalog.ShopDatabaseType {
			wholeDatabase = true
			continue
		}
		tables = appendNew(tables, strings.TrimPrefix(string(u.Resource.Path), "shop/"))
	}
	if wholeDatabase {
		tables = nil
	}
	return permission.Weakest(granted), tables
}
