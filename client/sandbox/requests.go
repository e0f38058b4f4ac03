package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"apono/client"
	"apono/client/sandbox/store"
)

// defaultSummarySize is how many units the summary of a request contains by
// default.
const defaultSummarySize = 5

// canSee reports whether user may read r: it is their own, or they can approve it.
func (s *Sandbox) canSee(user User, r *store.Request) bool {
	return r.User == user.ID || r.GranteeID() == user.ID || s.canApprove(user, r)
}

// loadRequest advances requests and returns the one with this ID, if user may see
// it.
func (s *Sandbox) loadRequest(ctx context.Context, user User, id string) (v *requestView, err error) {
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(t *store.Tx) error {
		v, err = s.findRequest(t, user, id, s.now())
		return err
	})
	return v, err
}

// updateRequest is like loadRequest, but also calls change and stores the changed
// request, all in one transaction.
func (s *Sandbox) updateRequest(ctx context.Context, user User, id string, change func(*requestView, time.Time) error) (v *requestView, err error) {
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		now := s.now()
		if v, err = s.findRequest(t, user, id, now); err != nil {
			return err
		}
		if err := change(v, now); err != nil {
			return err
		}
		if err := t.SaveRequest(v.Request); err != nil {
			return err
		}
		v, err = s.viewRequest(t, v.Request, now)
		return err
	})
	return v, err
}

func (s *Sandbox) findRequest(t *store.Tx, user User, id string, now time.Time) (*requestView, error) {
	number, ok := store.RequestNumber(id)
	if !ok {
		return nil, notFound("request", id)
	}
	r, err := t.Request(number)
	if err != nil {
		return nil, err
	}
	if r == nil || !s.canSee(user, r) {
		return nil, notFound("request", id)
	}
	return s.viewRequest(t, r, now)
}

func (s *Sandbox) getRequest(ctx context.Context, c *call) (any, error) {
	summarySize, err := c.integer("access_units_summary_limit", defaultSummarySize)
	if err != nil {
		return nil, err
	}
	v, err := s.loadRequest(ctx, c.user, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.apiRequest(v, s.now(), summarySize), nil
}

func (s *Sandbox) listRequests(ctx context.Context, c *call) (any, error) {
	matches, err := s.requestFilter(c)
	if err != nil {
		return nil, err
	}
	summarySize, err := c.integer("access_units_summary_limit", defaultSummarySize)
	if err != nil {
		return nil, err
	}
	if err := s.advance(ctx); err != nil {
		return nil, err
	}
	found := []client.Request{}
	err = s.store.Read(ctx, func(t *store.Tx) error {
		all, err := t.Requests()
		if err != nil {
			return err
		}
		now := s.now()
		for _, r := range all {
			v, err := s.viewRequest(t, r, now)
			if err != nil {
				return err
			}
			if matches(v) {
				found = append(found, s.apiRequest(v, now, summarySize))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return page(c, found, pageSize)
}

// requestFilter returns the filter that a list's query parameters describe.
func (s *Sandbox) requestFilter(c *call) (func(*requestView) bool, error) {
	inScope, err := s.scopeFilter(c.user, c.param("scope"))
	if err != nil {
		return nil, err
	}
	favorites, err := c.boolean("favorite_only")
	if err != nil {
		return nil, err
	}
	if _, err := c.boolean("include_autogrant"); err != nil { // the sandbox has no automatic grants
		return nil, err
	}
	ids, statuses := c.list("request_ids"), c.list("statuses")
	requestors, grantees := c.list("requestor_ids"), c.list("grantee_ids")
	pass := func(list []string, value string) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(l string) bool { return strings.EqualFold(l, value) })
	}
	return func(v *requestView) bool {
		return inScope(v) && (!favorites || v.Favorite) &&
			pass(ids, v.ID()) && pass(statuses, string(v.status)) && pass(requestors, v.User) && pass(grantees, v.GranteeID())
	}, nil
}

// requestScope is one scope of a list of requests (schema
// AccessRequestsScopeModel).
type requestScope struct {
	name     string
	contains func(*requestView) bool
}

// requestScopes returns the scopes of a user's lists; the first is the default.
func (s *Sandbox) requestScopes(user User) []requestScope {
	return []requestScope{
		{client.ScopeMyRequests, func(v *requestView) bool { return v.GranteeID() == user.ID }},
		{client.ScopeMyTasks, func(v *requestView) bool {
			return s.canApprove(user, v.Request) && v.User != user.ID && v.GranteeID() != user.ID && v.status == client.StatusPending
		}},
		{client.ScopeMyHistoricTasks, func(v *requestView) bool { return v.Decision != nil && v.Decision.By == user.ID }},
		{client.ScopeMyDelegatedRequests, func(v *requestView) bool { return v.User == user.ID && v.GranteeID() != user.ID }},
	}
}

func (s *Sandbox) scopeFilter(user User, name string) (func(*requestView) bool, error) {
	var names []string
	for _, scope := range s.requestScopes(user) {
		if name == scope.name || name == "" {
			return scope.contains, nil
		}
		names = append(names, scope.name)
	}
	return nil, errorf(http.StatusBadRequest, "scope must be one of %s, not %q", strings.Join(names, ", "), name)
}

func (s *Sandbox) requestUnits(ctx context.Context, c *call) (any, error) {
	ids := c.list("request_id")
	if len(ids) == 0 {
		return nil, errorf(http.StatusBadRequest, "The query parameter request_id is missing")
	}
	units := []client.RequestUnits{}
	for _, id := range ids {
		v, err := s.loadRequest(ctx, c.user, id)
		if err != nil {
			return nil, err
		}
		units = append(units, client.RequestUnits{ID: v.ID(), AccessUnits: v.apiUnits(v.units)})
	}
	return units, nil
}
