package sandbox

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/connect"
	"apono/client/sandbox/store"
)

// The statuses of a session and of its credentials.
const (
	sessionConnected     = "CONNECTED"
	sessionDisconnected  = "DISCONNECTED"
	credentialsUsed      = "USED"
	credentialsResetting = "RESETTING"
)

// sessionView is a stored session at one point in time, with what it refers to.
type sessionView struct {
	*store.Session
	request     *requestView
	integration *catalog.Integration
	units       []catalog.Unit
}

func (v *sessionView) active() bool { return v.request.status == client.StatusActive && !v.Closed }

// credentials returns nil if the session needs no secret.
func (v *sessionView) credentials(now time.Time) *client.Credentials {
	if v.integration.Connector.NoCredentials {
		return nil
	}
	status := credentialsUsed
	switch {
	case now.Before(v.Ready):
		status = credentialsResetting
	case v.Unseen != "":
		status = client.CredentialsNew
	}
	return &client.Credentials{ID: "cred-" + v.ID, Status: status, CanReset: true}
}

// viewSession joins a stored session with its request. ok is false if the
// catalog no longer contains what it opens.
func (s *Sandbox) viewSession(t *store.Tx, session *store.Session, now time.Time) (v *sessionView, ok bool, err error) {
	r, err := t.Request(session.Request)
	if err != nil || r == nil {
		return nil, false, err
	}
	request, err := s.viewRequest(t, r, now)
	if err != nil {
		return nil, false, err
	}
	in, ok := s.catalog().Integration(session.Integration)
	units := s.catalog().Units(session.Units)
	return &sessionView{Session: session, request: request, integration: in, units: units}, ok && len(units) > 0, nil
}

// describe returns how to open v with secret.
func (s *Sandbox) describe(v *sessionView, secret string) connect.Details {
	access := make([]string, 0, len(v.units))
	for _, u := range v.units {
		access = append(access, u.Permission.Name+" on "+string(u.Resource.Path))
	}
	user, _ := granteeByID(v.request.GranteeID())
	session := connect.Session{
		ID:          v.ID,
		Secret:      secret,
		Ends:        v.request.Ends,
		Access:      strings.Join(access, ", "),
		Resource:    v.units[0].Resource.Name,
		Integration: v.integration.Integration,
		Email:       user.SourceID,
		Program:     s.program,
		ShopPath:    s.ShopPath(),
		ShopFlags:   s.shopFlags(),
		Role:        v.Role,
	}
	session.Database, session.Schema = v.units[0].Resource.ServerLocation()
	if s.postgres != nil {
		session.Host, session.Port, _ = net.SplitHostPort(s.postgres.addr)
	}
	return v.integration.Connector.Describe(session)
}

// apiSession returns v as the API represents it.
func (s *Sandbox) apiSession(v *sessionView, now time.Time) client.AccessSession {
	details := s.describe(v, connect.Mask)
	hasLink := details.Link != nil
	in := v.integration
	session := client.AccessSession{
		ID:                   v.ID,
		Name:                 in.Name,
		Type:                 client.SessionType{ID: "session-" + in.Type, Name: string(in.TypeDisplayName), Icons: in.Icons},
		Integration:          in.Integration,
		Credentials:          v.credentials(now),
		ConnectionMethods:    in.Connector.Methods,
		Status:               sessionDisconnected,
		HasLinkAccessDetails: client.LenientOf(&hasLink),
		HasLaunchers:         client.LenientOf(len(details.Launchers) > 0),
		Launchers:            []client.LauncherSummary{},
		ConsumedBy:           optional(v.ConsumedBy),
		CredentialsRotated:   client.LenientOf(v.Rotated),
		CustomAccessDetails:  client.LenientOf(optional(details.Message)),
	}
	if v.active() {
		session.Status = sessionConnected
	}
	for _, l := range details.Launchers {
		session.Launchers = append(session.Launchers, client.LauncherSummary{ID: l.ID, DisplayName: l.DisplayName, LauncherType: l.LauncherType})
	}
	return session
}

// loadSession advances requests and returns one session of user, active or ended.
func (s *Sandbox) loadSession(ctx context.Context, user User, id string) (v *sessionView, now time.Time, err error) {
	if err := s.advance(ctx); err != nil {
		return nil, time.Time{}, err
	}
	now = s.now()
	err = s.store.Read(ctx, func(t *store.Tx) error {
		v, err = s.findSession(t, user, id, now)
		return err
	})
	return v, now, err
}

func (s *Sandbox) findSession(t *store.Tx, user User, id string, now time.Time) (*sessionView, error) {
	session, err := t.Session(id)
	if err != nil {
		return nil, err
	}
	if session == nil {
		return nil, notFound("access session", id)
	}
	v, ok, err := s.viewSession(t, session, now)
	if err != nil {
		return nil, err
	}
	if !ok || v.request.GranteeID() != user.ID || v.request.status == client.StatusGranting {
		return nil, notFound("access session", id)
	}
	return v, nil
}

// sessionEnded returns the error for a session whose access has ended.
func sessionEnded(v *sessionView) error {
	return errorf(http.StatusNotFound, "The access session %q has ended: its request %s is %s", v.ID, v.request.ID(), v.request.status)
}

func (s *Sandbox) getAccessSession(ctx context.Context, c *call) (any, error) {
	v, now, err := s.loadSession(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.apiSession(v, now), nil
}

// userSessions returns the sessions of a call's user that pass its filters.
func (s *Sandbox) userSessions(ctx context.Context, c *call) ([]client.AccessSession, error) {
	includeEnded, err := c.boolean("include_disconnected")
	if err != nil {
		return nil, err
	}
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	found := []client.AccessSession{}
	err = s.store.Read(ctx, func(t *store.Tx) error {
		all, err := t.Sessions()
		if err != nil {
			return err
		}
		now := s.now()
		for _, stored := range all {
			v, ok, err := s.viewSession(t, stored, now)
			if err != nil {
				return err
			}
			if !ok || v.request.GranteeID() != c.user.ID || v.request.status == client.StatusGranting || !(v.active() || includeEnded) {
				continue
			}
			if session := s.apiSession(v, now); passesFilters(c, v, session) {
				found = append(found, session)
			}
		}
		return nil
	})
	return found, err
}

// passesFilters reports whether a session passes every filter of a call.
func passesFilters(c *call, v *sessionView, session client.AccessSession) bool {
	credentials := ""
	if session.Credentials != nil {
		credentials = session.Credentials.ID
	}
	for name, value := range map[string]string{
		"integration_id":    session.Integration.ID,
		"integration_types": session.Integration.Type,
		"session_types":     session.Type.ID,
		"status":            session.Status,
		"credentials_id":    credentials,
		"bundle_id":         v.request.Bundle,
		"request_id":        v.request.ID(),
	} {
		wanted := c.list(name)
		if len(wanted) > 0 && !slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, value) }) {
			return false
		}
	}
	return catalog.Matches(c.param("search"), session.ID, session.Name, session.Integration.Title(), session.Type.Name)
}

func (s *Sandbox) listSessions(ctx context.Context, c *call) (any, error) {
	found, err := s.userSessions(ctx, c)
	if err != nil {
		return nil, err
	}
	return page(c, found, pageSize)
}

// sessionGroup is the sessions of one integration (schema
// AccessSessionsGroupClientModel).
type sessionGroup struct {
	Integration         client.Integration     `json:"integration"`
	Total               int                    `json:"total"`
	Sessions            []client.AccessSession `json:"sessions"`
	CustomAccessDetails *string                `json:"custom_access_details"`
}

func (s *Sandbox) listSessionGroups(ctx context.Context, c *call) (any, error) {
	size, err := c.integer("sessions-page-size", 10)
	if err != nil {
		return nil, err
	}
	found, err := s.userSessions(ctx, c)
	if err != nil {
		return nil, err
	}
	groups := []sessionGroup{}
	for _, session := range found {
		i := slices.IndexFunc(groups, func(g sessionGroup) bool { return g.Integration.ID == session.Integration.ID })
		if i < 0 {
			i = len(groups)
			groups = append(groups, sessionGroup{Integration: session.Integration, Sessions: []client.AccessSession{}, CustomAccessDetails: session.CustomAccessDetails.Value})
		}
		groups[i].Total++
		if len(groups[i].Sessions) < size {
			groups[i].Sessions = append(groups[i].Sessions, session)
		}
	}
	return page(c, groups, pageSize)
}

// syncSessions brings sessions up to date, as every other call does.
func (s *Sandbox) syncSessions(ctx context.Context, _ *call) (any, error) {
	return messageResponse{"The sessions are up to date"}, s.advance(ctx)
}

func (s *Sandbox) getRequestTemplate(ctx context.Context, c *call) (any, error) {
	v, _, err := s.loadSession(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return selectionOf(v.units), nil
}
