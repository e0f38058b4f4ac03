package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"apono/client"
)

// The states of a session and of its credentials.
const (
	sessionConnected     = "CONNECTED"
	sessionDisconnected  = "DISCONNECTED"
	credentialsUsed      = "USED"
	credentialsResetting = "RESETTING"
)

// mask stands where a secret stood once it has been seen.
const mask = "********"

// credentialsStatus is the state of a's secret now.
func (a *access) credentialsStatus(now time.Time) string {
	switch {
	case now.Before(a.Ready):
		return credentialsResetting
	case a.Unseen != "":
		return client.CredentialsNew
	}
	return credentialsUsed
}

// opened is a session with everything that its JSON is made of.
type opened struct {
	*access
	view  *view
	in    *integration
	units []unit
}

func (o *opened) active() bool { return o.view.status == client.StatusActive && !o.Closed }

// open joins a stored session with its request. ok is false where the
// catalogue no longer knows what it opens.
func (s *Sandbox) open(t *tx, a *access, now time.Time) (o *opened, ok bool, err error) {
	r, err := t.request(a.Request)
	if err != nil || r == nil {
		return nil, false, err
	}
	v, err := s.view(t, r, now)
	if err != nil {
		return nil, false, err
	}
	in, ok := s.catalogue().integration(a.Integration)
	units := s.catalogue().units(a.Units)
	return &opened{access: a, view: v, in: in, units: units}, ok && len(units) > 0, nil
}

// wireSession turns a session into what is sent.
func (s *Sandbox) wireSession(o *opened, now time.Time) client.AccessSession {
	wired := client.AccessSession{
		ID:                 o.ID,
		Name:               o.in.Name,
		Type:               client.SessionType{ID: "session-" + o.in.Type, Name: o.in.TypeDisplayName, Icons: o.in.Icons},
		Integration:        o.in.Integration,
		Credentials:        o.credentials(now),
		ConnectionMethods:  o.in.connect.methods,
		Status:             sessionDisconnected,
		HasMoreAccessUnits: false,
		Launchers:          []client.LauncherSummary{},
		CredentialsRotated: o.Rotated,
	}
	if o.active() {
		wired.Status = sessionConnected
	}
	if o.ConsumedBy != "" {
		wired.ConsumedBy = &o.ConsumedBy
	}
	way := s.way(o, mask)
	link := way.link != nil
	wired.HasLinkAccessDetails = &link
	if way.message != "" {
		wired.CustomAccessDetails = &way.message
	}
	for _, l := range way.launchers {
		wired.HasLaunchers = true
		wired.Launchers = append(wired.Launchers, client.LauncherSummary{ID: l.ID, DisplayName: l.DisplayName, LauncherType: l.LauncherType})
	}
	return wired
}

// credentials is nil where a session needs no secret of its own.
func (o *opened) credentials(now time.Time) *client.Credentials {
	if o.in.connect.secretless {
		return nil
	}
	return &client.Credentials{ID: "cred-" + o.ID, Status: o.credentialsStatus(now), CanReset: true}
}

// session returns one session of user's, whether it still opens anything or not.
func (s *Sandbox) session(ctx context.Context, user User, id string) (*opened, time.Time, error) {
	if err := s.settle(ctx); err != nil {
		return nil, time.Time{}, err
	}
	now := s.now()
	var o *opened
	err := s.store.read(ctx, func(t *tx) (err error) {
		o, err = s.findSession(t, user, id, now)
		return err
	})
	return o, now, err
}

func (s *Sandbox) findSession(t *tx, user User, id string, now time.Time) (*opened, error) {
	a, err := t.session(id)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, notFound("access session", id)
	}
	o, ok, err := s.open(t, a, now)
	if err != nil {
		return nil, err
	}
	if !ok || o.view.User != user.ID || o.view.status == client.StatusGranting {
		return nil, notFound("access session", id)
	}
	return o, nil
}

func (s *Sandbox) getAccessSession(ctx context.Context, c *call) (any, error) {
	o, now, err := s.session(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.wireSession(o, now), nil
}

// mySessions returns the sessions of a call's user that its filters let through.
func (s *Sandbox) mySessions(ctx context.Context, c *call) ([]client.AccessSession, error) {
	ended, err := c.flag("include_disconnected")
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	found := []client.AccessSession{}
	err = s.store.read(ctx, func(t *tx) error {
		all, err := t.sessions("")
		if err != nil {
			return err
		}
		now := s.now()
		for _, a := range all {
			o, ok, err := s.open(t, a, now)
			if err != nil {
				return err
			}
			if !ok || o.view.User != c.user.ID || o.view.status == client.StatusGranting || !(o.active() || ended) {
				continue
			}
			if w := s.wireSession(o, now); sessionPasses(c, o, w) {
				found = append(found, w)
			}
		}
		return nil
	})
	return found, err
}

// sessionPasses says whether every filter of a call lets a session through.
func sessionPasses(c *call, o *opened, w client.AccessSession) bool {
	credentials := ""
	if w.Credentials != nil {
		credentials = w.Credentials.ID
	}
	for name, value := range map[string]string{
		"integration_id":    w.Integration.ID,
		"integration_types": w.Integration.Type,
		"session_types":     w.Type.ID,
		"status":            w.Status,
		"credentials_id":    credentials,
		"bundle_id":         o.view.Bundle,
		"request_id":        o.view.id(),
	} {
		wanted := c.list(name)
		if len(wanted) > 0 && !slices.ContainsFunc(wanted, func(v string) bool { return strings.EqualFold(v, value) }) {
			return false
		}
	}
	return matches(c.param("search"), w.ID, w.Name, w.Integration.Title(), w.Type.Name)
}

func (s *Sandbox) listSessions(ctx context.Context, c *call) (any, error) {
	found, err := s.mySessions(ctx, c)
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
	size, err := c.number("sessions-page-size", 10)
	if err != nil {
		return nil, err
	}
	found, err := s.mySessions(ctx, c)
	if err != nil {
		return nil, err
	}
	groups := []sessionGroup{}
	for _, w := range found {
		i := slices.IndexFunc(groups, func(g sessionGroup) bool { return g.Integration.ID == w.Integration.ID })
		if i < 0 {
			i = len(groups)
			groups = append(groups, sessionGroup{Integration: w.Integration, Sessions: []client.AccessSession{}, CustomAccessDetails: w.CustomAccessDetails})
		}
		groups[i].Total++
		if len(groups[i].Sessions) < size {
			groups[i].Sessions = append(groups[i].Sessions, w)
		}
	}
	return page(c, groups, pageSize)
}

// syncSessions brings sessions up to date, as every other call does anyway.
func (s *Sandbox) syncSessions(ctx context.Context, _ *call) (any, error) {
	return message{"The sessions are up to date"}, s.settle(ctx)
}

// template is what a session was asked for with (schema
// AccessSessionRequestTemplateClientModel).
type template struct {
	Integrations  []client.Integration  `json:"integrations"`
	ResourceTypes []client.ResourceType `json:"resource_types"`
	Resources     []client.Resource     `json:"resources"`
	Permissions   []client.Permission   `json:"permissions"`
}

func (s *Sandbox) requestTemplate(ctx context.Context, c *call) (any, error) {
	o, _, err := s.session(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	var answer template
	for _, u := range o.units {
		answer.Integrations = addNew(answer.Integrations, u.resource.Integration)
		answer.ResourceTypes = addNew(answer.ResourceTypes, u.resource.kind.ResourceType)
		answer.Resources = addNew(answer.Resources, u.resource.Resource)
		answer.Permissions = addNew(answer.Permissions, u.permission)
	}
	return answer, nil
}

func addNew[T comparable](list []T, item T) []T {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// errEnded is what a session that opens nothing any more answers with.
func errEnded(o *opened) error {
	return refuse(http.StatusNotFound, "The access session %q has ended: its request %s is %s", o.ID, o.view.id(), o.view.status)
}
