package sandbox

import (
	"net/http"
	"slices"
	"testing"

	"apono/client"
	"apono/client/sandbox/permission"
)

// granteeNamed returns the ID of a grantee.
func (sb *sandboxFixture) granteeNamed(name string) string {
	sb.t.Helper()
	for _, g := range must(sb.api.Grantees(sb.t.Context()))(sb.t) {
		if g.DisplayName == name {
			return g.ID
		}
	}
	sb.t.Fatalf("no grantee %s", name)
	return ""
}

func TestGrantees(t *testing.T) {
	sb := newSandboxFixture(t)
	var names []string
	for _, g := range must(sb.api.Grantees(t.Context()))(t) {
		names = append(names, g.DisplayName)
	}
	if want := []string{"Robin Meyer", "Dana Levi", "Sam Ortiz", "ci-deploy", "Checkout team"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	for query, want := range map[string]int{"grantee_type=group": 1, "search=ci": 1, "search=dana+levi": 1, "grantee_type=User": 3, "search=nobody": 0} {
		if got := *sb.list("inventory/grantees?" + query).Pagination.Total; got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

// A machine may have less than a person, and lists say so.
func TestInventoryOfAGrantee(t *testing.T) {
	sb := newSandboxFixture(t)
	machine := sb.api.For(sb.granteeNamed("ci-deploy"))
	integrations := must(machine.Integrations(t.Context()))(t)
	if len(integrations) != 1 || integrations[0].Title() != "aws-account/Playground" {
		t.Errorf("got integrations %v, want only that of AWS", integrations)
	}
	own, team := must(sb.api.Bundles(t.Context()))(t), must(sb.api.For(sb.granteeNamed("Checkout team")).Bundles(t.Context()))(t)
	if bundles := must(machine.Bundles(t.Context()))(t); len(bundles) >= len(own) || len(team) != len(own) {
		t.Errorf("got %d bundles for a machine and %d for a team, want fewer than %d and as many", len(bundles), len(team), len(own))
	}
	n := sb.shopRequest(permission.ReadOnly)
	n.GranteeID = text(machine.Grantee())
	_, err := sb.api.CreateRequest(t.Context(), n)
	wantError(t, err, http.StatusUnprocessableEntity, "ci-deploy cannot have access to sqlite/shop")
}

// Access for somebody else is theirs: the requester sees and may revoke the request, and has
// no session.
func TestRequestForSomebodyElse(t *testing.T) {
	sb := newSandboxFixture(t)
	dana := newClient(t, sb.transport(approver()))
	n := sb.shopRequest(permission.ReadOnly)
	n.GranteeID = text(ApproverUser)
	id := sb.create(n)[0]
	sb.clock.advance(grantDelay)
	r := must(sb.api.Request(t.Context(), id))(t)
	if g, ok := r.ForOther(); !r.IsActive() || !ok || g.DisplayName != "Dana Levi" || r.Requestor.Value.ID != DemoUser {
		t.Errorf("got %+v, want an active request for Dana Levi", r)
	}
	count := func(api *client.Client, scope string) int {
		return len(must(api.Requests(t.Context(), client.RequestQuery{Scope: scope}))(t))
	}
	got := []int{count(sb.api, client.ScopeMyRequests), count(sb.api, client.ScopeMyDelegatedRequests), count(dana, client.ScopeMyRequests), count(dana, client.ScopeMyDelegatedRequests)}
	if want := []int{0, 1, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v requests in the scopes, want %v", got, want)
	}
	own, theirs := must(sb.api.AccessSessions(t.Context(), client.SessionQuery{}))(t), must(dana.AccessSessions(t.Context(), client.SessionQuery{}))(t)
	if len(own) != 0 || len(theirs) != 1 {
		t.Fatalf("got %d sessions of the requester and %d of the grantee, want 0 and 1", len(own), len(theirs))
	}
	_, err := sb.api.AccessDetails(t.Context(), theirs[0].ID)
	wantError(t, err, http.StatusNotFound, theirs[0].ID)
	must(dana.AccessDetails(t.Context(), theirs[0].ID))(t)
	if err := sb.api.Revoke(t.Context(), id); err != nil {
		t.Error(err)
	}
}

func TestNobodyApprovesTheirOwnAccess(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("mysql/billing-production", "mysql-database", permission.ReadOnly, "billing")
	n.GranteeID = text(ApproverUser)
	id := sb.create(n)[0]
	sb.clock.advance(grantDelay)
	if status, body := sb.send(approver(), http.MethodPost, "access-requests/"+id+"/approve", `{"justification":"for me"}`); status != http.StatusForbidden {
		t.Errorf("got %d %s, want 403", status, body)
	}
}
