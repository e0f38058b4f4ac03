package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"apono/client"
	"apono/client/sandbox/permission"
)

// requestIDs lists requests as user and returns their IDs.
func (sb *sandboxFixture) requestIDs(user User, query string) []string {
	sb.t.Helper()
	status, body := sb.send(user, http.MethodGet, "access-requests?"+query, "")
	if status != http.StatusOK {
		sb.t.Fatalf("%s: %d %s", query, status, body)
	}
	var found []string
	for _, part := range strings.Split(body, `{"id":"AR-`)[1:] {
		found = append(found, "AR-"+part[:5])
	}
	return found
}

func TestRequestLists(t *testing.T) {
	sb := newSandboxFixture(t)
	shop, _ := sb.createActive(sb.shopRequest(permission.ReadOnly))
	billing := sb.newRequest("mysql/billing-production", "mysql-database", permission.ReadOnly, "billing")
	pending, approved, rejected := sb.create(billing)[0], sb.create(billing)[0], sb.create(billing)[0]
	sb.clock.advance(grantDelay)
	if err := sb.Approve(t.Context(), approved, ""); err != nil {
		t.Fatal(err)
	}
	if err := sb.Reject(t.Context(), rejected, ""); err != nil {
		t.Fatal(err)
	}
	sb.clock.advance(grantDelay)
	sb.post(demoUser(), "access-requests/"+shop+"/favorite", `{"favorite":true}`)
	for _, c := range []struct {
		user  User
		query string
		want  []string
	}{
		{demoUser(), "scope=MyRequests", []string{rejected, approved, pending, shop}},
		{demoUser(), "scope=MyRequests&statuses=Active&statuses=rejected", []string{rejected, approved, shop}},
		{demoUser(), "scope=MyRequests&request_ids=" + shop + "&request_ids=" + pending, []string{pending, shop}},
		{demoUser(), "scope=MyRequests&favorite_only=true", []string{shop}},
		{demoUser(), "scope=MyRequests&requestor_ids=" + ApproverUser, nil},
		{demoUser(), "scope=MyRequests&limit=2&skip=1", []string{approved, pending}},
		{demoUser(), "scope=MyTasks", nil},
		{demoUser(), "scope=MyDelegatedRequests", nil},
		{approver(), "scope=MyRequests", nil},
		{approver(), "scope=MyTasks", []string{pending}},
		{approver(), "scope=MyHistoricTasks", []string{rejected, approved}},
	} {
		if got := sb.requestIDs(c.user, c.query); !slices.Equal(got, c.want) {
			t.Errorf("%s lists %v for %s, want %v", c.user.Name, got, c.query, c.want)
		}
	}
	sb.contract = nil
	if status, _ := sb.send(demoUser(), http.MethodGet, "access-requests?scope=Everything", ""); status != http.StatusBadRequest {
		t.Errorf("an unknown scope: %d", status)
	}
}

func TestApprovalOverTheAPI(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("mongodb-atlas/orders-cluster", "mongodb-atlas-database", "read", "orders-production")
	mine := sb.create(n)[0]
	sb.clock.advance(grantDelay)
	decide := func(user User, id, verb, body string) (int, string) {
		return sb.send(user, http.MethodPost, "access-requests/"+id+"/"+verb, body)
	}
	for _, c := range []struct {
		what   string
		user   User
		body   string
		status int
	}{
		{"by the requester", demoUser(), `{"justification":"me"}`, http.StatusForbidden},
		{"without the required reason", approver(), `{}`, http.StatusUnprocessableEntity},
		{"with a reason that is too long", approver(), `{"justification":"` + strings.Repeat("é", 125) + `"}`, http.StatusUnprocessableEntity},
		{"with the longest reason", approver(), `{"justification":"` + strings.Repeat("é", 124) + `"}`, http.StatusOK},
		{"again", approver(), `{"justification":"again"}`, http.StatusConflict},
	} {
		if status, body := decide(c.user, mine, "approve", c.body); status != c.status {
			t.Errorf("%s: %d %s, want %d", c.what, status, body, c.status)
		}
	}
	sb.wantStatus(mine, client.StatusGranting)
	if r := sb.get(mine); r.RequireApproverReason == nil || !*r.RequireApproverReason {
		t.Error("the request does not report that approvers must give a reason")
	}
}

func TestUsersSeeOnlyTheirOwn(t *testing.T) {
	sb := newSandboxFixture(t)
	id, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	for _, path := range []string{"access-requests/" + id, "access-requests/access_units?request_id=" + id, "access-sessions/" + session.ID,
		"access-sessions/" + session.ID + "/access-details", "access-groups/" + sb.get(id).AccessGroups[0].ID + "/details"} {
		if status, body := sb.send(approver(), http.MethodGet, path, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	for _, verb := range []string{"revoke", "extend", "request-again", "favorite"} {
		body := map[string]string{"request-again": `{"justification":"x"}`, "favorite": `{"favorite":true}`}[verb]
		if status, body := sb.send(approver(), http.MethodPost, "access-requests/"+id+"/"+verb, body); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", verb, status, body)
		}
	}
	if !must(sb.api.AccessSession(t.Context(), session.ID))(t).Credentials.AreNew() {
		t.Error("another user used the secret")
	}
}

func TestRequestFields(t *testing.T) {
	sb := newSandboxFixture(t)
	paths := []string{"playground-scratch", "acme-emr-bootstrap", "acme-vpc-flow-logs", "acme-public-website", "acme-data-lake-landing", "acme-data-lake-curated"}
	id := sb.create(sb.newRequest("aws-account/Playground", "aws-account-s3-bucket", permission.ReadWrite, paths...))[0]
	r := sb.get(id)
	if r.Requestor.Value.ID != DemoUser || r.Grantee.Value.ID != DemoUser || *r.Justification != "Fixing OPS-1" || r.CreationTime.Time().UTC() != sb.clock.Now() {
		t.Errorf("request %+v", r)
	}
	if len(r.AccessUnitsSummary) != defaultSummarySize || len(r.DistinctResourceNames) != len(paths) {
		t.Errorf("summary %v, names %v", r.AccessUnitsSummary, r.DistinctResourceNames)
	}
	g := r.AccessGroups[0]
	if g.Integration.Title() != "aws-account/Playground" || *g.TotalResources != 6 || *g.TotalPermissions != 6 || g.ResourceTypes.Value[0].Name != "S3 Bucket" {
		t.Errorf("group %+v", g)
	}
	units := must(sb.api.RequestUnits(t.Context(), id))(t)[0].AccessUnits
	if len(units) != 6 || units[0].Status == nil || units[0].Status.Status != client.StatusInitializing {
		t.Errorf("units %+v", units)
	}
	if got := sb.list("access-groups/" + g.ID + "/units?limit=4"); len(got.Data) != 4 || *got.Pagination.Total != 6 {
		t.Errorf("units of the group: %+v", got)
	}
}

func TestReset(t *testing.T) {
	sb := newSandboxFixture(t)
	_, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	secret := password(t, sb.details(session.ID))
	if err := sb.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if err := sb.Sandbox.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(must(sb.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 {
		t.Errorf("%d requests are left", n)
	}
	wantReason(t, sb, session.ID, secret, ReasonWrong)
	if on, err := sb.CustomFields(t.Context()); on || err != nil {
		t.Errorf("custom fields are on: %v %v", on, err)
	}
	if id := sb.create(sb.shopRequest(permission.ReadOnly))[0]; id != "AR-00001" {
		t.Errorf("the first request afterwards is %s", id)
	}
}
