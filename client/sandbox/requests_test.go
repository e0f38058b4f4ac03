package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"apono/client"
)

func (b *box) ids(user User, query string) []string {
	b.t.Helper()
	status, said := b.send(user, http.MethodGet, "access-requests?"+query, "")
	if status != http.StatusOK {
		b.t.Fatalf("%s: %d %s", query, status, said)
	}
	var found []string
	for _, part := range strings.Split(said, `{"id":"AR-`)[1:] {
		found = append(found, "AR-"+part[:5])
	}
	return found
}

func TestListsOfRequests(t *testing.T) {
	b := newBox(t)
	shop, _ := b.active(b.shop(ReadOnly))
	billing := b.asks("mysql/billing-production", "mysql-database", ReadOnly, "billing")
	waiting, approved, rejected := b.create(billing)[0], b.create(billing)[0], b.create(billing)[0]
	b.clock.advance(granting)
	if err := b.Approve(t.Context(), approved, ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Reject(t.Context(), rejected, ""); err != nil {
		t.Fatal(err)
	}
	b.clock.advance(granting)
	b.post(demoUser(), "access-requests/"+shop+"/favorite", `{"favorite":true}`)
	for _, c := range []struct {
		user  User
		query string
		want  []string
	}{
		{demoUser(), "scope=MyRequests", []string{rejected, approved, waiting, shop}},
		{demoUser(), "scope=MyRequests&statuses=Active&statuses=rejected", []string{rejected, approved, shop}},
		{demoUser(), "scope=MyRequests&request_ids=" + shop + "&request_ids=" + waiting, []string{waiting, shop}},
		{demoUser(), "scope=MyRequests&favorite_only=true", []string{shop}},
		{demoUser(), "scope=MyRequests&requestor_ids=" + ApproverUser, nil},
		{demoUser(), "scope=MyRequests&limit=2&skip=1", []string{approved, waiting}},
		{demoUser(), "scope=MyTasks", nil},
		{demoUser(), "scope=MyDelegatedRequests", nil},
		{approver(), "scope=MyRequests", nil},
		{approver(), "scope=MyTasks", []string{waiting}},
		{approver(), "scope=MyHistoricTasks", []string{rejected, approved}},
	} {
		if got := b.ids(c.user, c.query); !slices.Equal(got, c.want) {
			t.Errorf("%s lists %v for %s, want %v", c.user.Name, got, c.query, c.want)
		}
	}
	b.contract = nil
	if status, _ := b.send(demoUser(), http.MethodGet, "access-requests?scope=Everything", ""); status != http.StatusBadRequest {
		t.Errorf("an unknown scope: %d", status)
	}
}

func TestApproversAnswerOverTheAPI(t *testing.T) {
	b := newBox(t)
	ask := b.asks("mongodb-atlas/orders-cluster", "mongodb-atlas-database", "read", "orders-production")
	mine := b.create(ask)[0]
	b.clock.advance(granting)
	answer := func(user User, id, verb, body string) (int, string) {
		return b.send(user, http.MethodPost, "access-requests/"+id+"/"+verb, body)
	}
	for _, c := range []struct {
		what   string
		user   User
		body   string
		status int
	}{
		{"by whoever asked", demoUser(), `{"justification":"me"}`, http.StatusForbidden},
		{"without the reason that is wanted", approver(), `{}`, http.StatusUnprocessableEntity},
		{"with an endless reason", approver(), `{"justification":"` + strings.Repeat("é", 125) + `"}`, http.StatusUnprocessableEntity},
		{"with a long reason", approver(), `{"justification":"` + strings.Repeat("é", 124) + `"}`, http.StatusOK},
		{"once more", approver(), `{"justification":"again"}`, http.StatusConflict},
	} {
		if status, said := answer(c.user, mine, "approve", c.body); status != c.status {
			t.Errorf("%s: %d %s, want %d", c.what, status, said, c.status)
		}
	}
	b.wants(mine, client.StatusGranting)
	if r := b.get(mine); r.RequireApproverReason == nil || !*r.RequireApproverReason {
		t.Error("the request does not say that approvers have to give a reason")
	}
}

func TestOthersDoNotSeeWhatIsNotTheirs(t *testing.T) {
	b := newBox(t)
	id, session := b.active(b.shop(ReadOnly))
	for _, path := range []string{"access-requests/" + id, "access-requests/access_units?request_id=" + id, "access-sessions/" + session.ID,
		"access-sessions/" + session.ID + "/access-details", "access-groups/" + b.get(id).AccessGroups[0].ID + "/details"} {
		if status, said := b.send(approver(), http.MethodGet, path, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, status, said)
		}
	}
	for _, verb := range []string{"revoke", "extend", "request-again", "favorite"} {
		body := map[string]string{"request-again": `{"justification":"x"}`, "favorite": `{"favorite":true}`}[verb]
		if status, said := b.send(approver(), http.MethodPost, "access-requests/"+id+"/"+verb, body); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", verb, status, said)
		}
	}
	if !must(b.api.AccessSession(t.Context(), session.ID))(t).Credentials.AreNew() {
		t.Error("somebody else used up the secret")
	}
}

func TestRequestTellsEverything(t *testing.T) {
	b := newBox(t)
	paths := []string{"playground-scratch", "acme-emr-bootstrap", "acme-vpc-flow-logs", "acme-public-website", "acme-data-lake-landing", "acme-data-lake-curated"}
	id := b.create(b.asks("aws-account/Playground", "aws-account-s3-bucket", ReadWrite, paths...))[0]
	r := b.get(id)
	if r.Requestor.ID != DemoUser || r.Grantee.ID != DemoUser || *r.Justification != "Fixing OPS-1" || r.CreationTime.Time().UTC() != b.clock.Now() {
		t.Errorf("request %+v", r)
	}
	if len(r.AccessUnitsSummary) != summarySize || len(r.DistinctResourceNames) != len(paths) {
		t.Errorf("summary %v, names %v", r.AccessUnitsSummary, r.DistinctResourceNames)
	}
	g := r.AccessGroups[0]
	if g.Integration.Title() != "aws-account/Playground" || *g.TotalResources != 6 || *g.TotalPermissions != 6 || g.ResourceTypes[0].Name != "S3 Bucket" {
		t.Errorf("group %+v", g)
	}
	units := must(b.api.RequestUnits(t.Context(), id))(t)[0].AccessUnits
	if len(units) != 6 || units[0].Status == nil || units[0].Status.Status != client.StatusInitializing {
		t.Errorf("units %+v", units)
	}
	if got := b.list("access-groups/" + g.ID + "/units?limit=4"); len(got.Data) != 4 || *got.Pagination.Total != 6 {
		t.Errorf("units of the group: %+v", got)
	}
}

func TestReset(t *testing.T) {
	b := newBox(t)
	_, session := b.active(b.shop(ReadOnly))
	secret := password(t, b.details(session.ID))
	if err := b.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if err := b.Sandbox.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(must(b.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 {
		t.Errorf("%d requests are left", n)
	}
	wantsReason(t, b, session.ID, secret, ReasonWrong)
	if on, err := b.CustomFields(t.Context()); on || err != nil {
		t.Errorf("custom fields are on: %v %v", on, err)
	}
	if id := b.create(b.shop(ReadOnly))[0]; id != "AR-00001" {
		t.Errorf("the first request afterwards is %s", id)
	}
}
