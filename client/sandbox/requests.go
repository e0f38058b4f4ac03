package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"apono/client"
)

// summarySize is how many units a request names where the call does not say.
const summarySize = 5

// canSee says whether user may look at r: their own, and what they approve.
func (s *Sandbox) canSee(user User, r *record) bool {
	return r.User == user.ID || s.approves(user, r)
}

func (s *Sandbox) approves(user User, r *record) bool {
	return user.ID == ApproverUser && s.flowOf(r).waits()
}

// load brings requests up to the clock and returns the one with this ID, if
// user may see it. change, which may be nil, runs in the same transaction and
// what it does to the record is stored.
func (s *Sandbox) load(ctx context.Context, user User, id string, change func(*view, time.Time) error) (*view, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	transaction := s.store.read
	if change != nil {
		transaction = s.store.write
	}
	var v *view
	err := transaction(ctx, func(t *tx) error {
		number, ok := requestNumber(id)
		if !ok {
			return notFound("request", id)
		}
		r, err := t.request(number)
		if err != nil {
			return err
		}
		if r == nil || !s.canSee(user, r) {
			return notFound("request", id)
		}
		now := s.now()
		if v, err = s.view(t, r, now); err != nil || change == nil {
			return err
		}
		if err := change(v, now); err != nil {
			return err
		}
		if err := t.saveRequest(r); err != nil {
			return err
		}
		v, err = s.view(t, r, now)
		return err
	})
	return v, err
}

// visible returns a stored request that user may see.
func (s *Sandbox) visible(ctx context.Context, user User, id string) (*record, error) {
	v, err := s.load(ctx, user, id, nil)
	if err != nil {
		return nil, err
	}
	return v.record, nil
}

func (s *Sandbox) getRequest(ctx context.Context, c *call) (any, error) {
	summary, err := c.number("access_units_summary_limit", summarySize)
	if err != nil {
		return nil, err
	}
	v, err := s.load(ctx, c.user, c.PathValue("id"), nil)
	if err != nil {
		return nil, err
	}
	return s.wireRequest(v, s.now(), summary), nil
}

func (s *Sandbox) listRequests(ctx context.Context, c *call) (any, error) {
	wanted, err := s.requestFilter(c)
	if err != nil {
		return nil, err
	}
	summary, err := c.number("access_units_summary_limit", summarySize)
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	found := []client.Request{}
	err = s.store.read(ctx, func(t *tx) error {
		all, err := t.requests("")
		if err != nil {
			return err
		}
		now := s.now()
		for _, r := range all {
			v, err := s.view(t, r, now)
			if err != nil {
				return err
			}
			if wanted(v) {
				found = append(found, s.wireRequest(v, now, summary))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return page(c, found, pageSize)
}

// The other scopes of a list of requests (schema AccessRequestsScopeModel).
const (
	scopeMyHistoricTasks     = "MyHistoricTasks"
	scopeMyDelegatedRequests = "MyDelegatedRequests"
)

// requestFilter reads which requests a call lists.
func (s *Sandbox) requestFilter(c *call) (func(*view) bool, error) {
	inScope, err := s.scopeFilter(c.user, c.param("scope"))
	if err != nil {
		return nil, err
	}
	favorites, err := c.flag("favorite_only")
	if err != nil {
		return nil, err
	}
	if _, err := c.flag("include_autogrant"); err != nil { // nothing here is granted unasked
		return nil, err
	}
	ids, statuses := c.list("request_ids"), c.list("statuses")
	requestors, grantees := c.list("requestor_ids"), c.list("grantee_ids")
	pass := func(list []string, value string) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(l string) bool { return strings.EqualFold(l, value) })
	}
	return func(v *view) bool {
		return inScope(v) && (!favorites || v.Favorite) &&
			pass(ids, v.id()) && pass(statuses, string(v.status)) && pass(requestors, v.User) && pass(grantees, v.User)
	}, nil
}

func (s *Sandbox) scopeFilter(user User, scope string) (func(*view) bool, error) {
	switch scope {
	case "", client.ScopeMyRequests:
		return func(v *view) bool { return v.User == user.ID }, nil
	case client.ScopeMyTasks:
		return func(v *view) bool {
			return s.approves(user, v.record) && v.User != user.ID && v.status == client.StatusPending
		}, nil
	case scopeMyHistoricTasks:
		return func(v *view) bool { return v.Decision != nil && v.Decision.By == user.ID }, nil
	case scopeMyDelegatedRequests:
		return func(*view) bool { return false }, nil
	}
	return nil, refuse(http.StatusBadRequest, "scope must be MyRequests, MyTasks, MyHistoricTasks or MyDelegatedRequests, not %q", scope)
}

func (s *Sandbox) requestUnits(ctx context.Context, c *call) (any, error) {
	ids := c.list("request_id")
	if len(ids) == 0 {
		return nil, refuse(http.StatusBadRequest, "request_id is missing")
	}
	units := []client.RequestUnits{}
	for _, id := range ids {
		v, err := s.load(ctx, c.user, id, nil)
		if err != nil {
			return nil, err
		}
		units = append(units, client.RequestUnits{ID: v.id(), AccessUnits: v.wireUnits(v.units)})
	}
	return units, nil
}
