package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/permission"
)

func text(s string) *string  { return &s }
func seconds(n int32) *int32 { return &n }
func hours(n int32) *int32   { return seconds(n * 3600) }

// problemsOf returns the code and the field of each error of a dry run.
func problemsOf(d *client.DryRun) []string {
	var codes []string
	for _, e := range d.Errors {
		codes = append(codes, e.Code+"/"+e.Field)
	}
	return codes
}

const (
	noJustification = client.DryRunFieldMissing + "/" + client.DryRunJustification
	badDuration     = client.DryRunInvalidDuration + "/" + client.DryRunDuration
)

func TestFlowRules(t *testing.T) {
	sb := newSandboxFixture(t)
	bucket := sb.newRequest("aws-account/Playground", "aws-account-s3-bucket", permission.ReadOnly, "playground-scratch")
	shop := sb.shopRequest(permission.ReadOnly)
	replica := sb.newRequest("postgresql/analytics-replica", "postgresql-replica-database", permission.ReadOnly, "analytics")
	billing := sb.newRequest("mysql/billing-production", "mysql-database", permission.ReadOnly, "billing")
	for _, c := range []struct {
		name          string
		request       client.NewRequest
		justification *string
		duration      *int32
		longest       time.Duration
		problems      []string
	}{
		{"all given", bucket, text("why"), hours(8), 8 * time.Hour, nil},
		{"nothing given", bucket, nil, nil, 8 * time.Hour, []string{noJustification, badDuration}},
		{"only spaces", bucket, text(" \t "), hours(1), 8 * time.Hour, []string{noJustification}},
		{"too long", bucket, text("why"), seconds(8*3600 + 1), 8 * time.Hour, []string{badDuration}},
		{"zero", bucket, text("why"), seconds(0), 8 * time.Hour, []string{badDuration}},
		{"negative", bucket, text("why"), seconds(-60), 8 * time.Hour, []string{badDuration}},
		{"both optional", shop, nil, nil, 12 * time.Hour, nil},
		{"optional but too long", shop, nil, hours(13), 12 * time.Hour, []string{badDuration}},
		{"only a justification", replica, nil, nil, 24 * time.Hour, []string{noJustification}},
		{"only a justification, given", replica, text("why"), nil, 24 * time.Hour, nil},
		{"approval", billing, text("why"), hours(5), 4 * time.Hour, []string{badDuration}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.request.Justification, c.request.DurationInSec = c.justification, c.duration
			d := must(sb.api.DryRunRequest(t.Context(), c.request))(t)
			if got := problemsOf(d); !slices.Equal(got, c.problems) {
				t.Errorf("dry run reports %v, want %v", got, c.problems)
			}
			if want := int64(c.longest.Seconds()); d.MaxDurationInSec == nil || *d.MaxDurationInSec != want {
				t.Errorf("longest duration %v, want %d", d.MaxDurationInSec, want)
			}
			for _, e := range d.Errors {
				var details struct {
					Max int64 `json:"max_duration"`
				}
				if err := json.Unmarshal(e.Details, &details); err != nil || e.Code == client.DryRunInvalidDuration && details.Max != *d.MaxDurationInSec {
					t.Errorf("details %s: %v", e.Details, err)
				}
			}
			_, err := sb.api.CreateRequest(t.Context(), c.request)
			if len(c.problems) == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantError(t, err, http.StatusUnprocessableEntity)
		})
	}
}

func TestDefaultDuration(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.shopRequest(permission.ReadOnly)
	n.DurationInSec = nil
	if d := sb.get(sb.create(n)[0]).DurationInSec; d == nil || *d != 3600 {
		t.Errorf("duration %v, want an hour", d)
	}
}

func TestInvalidRequests(t *testing.T) {
	sb := newSandboxFixture(t)
	bucket := sb.newRequest("aws-account/Playground", "aws-account-s3-bucket", permission.ReadOnly, "playground-scratch")
	var many []string
	for range 1001 {
		many = append(many, catalog.StableID("no", "such"))
	}
	change := func(f func(*client.NewRequest)) client.NewRequest {
		n := bucket
		f(&n)
		return n
	}
	for _, c := range []struct {
		name    string
		request client.NewRequest
		texts   []string
	}{
		{"integration", change(func(n *client.NewRequest) { n.IntegrationIDs = []string{"nope"} }), []string{"integration", "nope"}},
		{"resource type", change(func(n *client.NewRequest) { n.ResourceTypeIDs = []string{"nope"} }), []string{"resource type", "nope"}},
		{"resource", change(func(n *client.NewRequest) { n.Resources = client.ByID("nope") }), []string{"resource", "nope"}},
		{"permission", change(func(n *client.NewRequest) { n.PermissionIDs = []string{"nope"} }), []string{"permission", "nope"}},
		{"bundle", client.NewRequest{BundleIDs: []string{"nope"}}, []string{"bundle", "nope"}},
		{"access unit", client.NewRequest{AccessUnitIDs: []string{"nope"}}, []string{"access unit", "nope"}},
		{"resource of another type", change(func(n *client.NewRequest) { n.ResourceTypeIDs = []string{"aws-account-secret"} }), []string{"does not match"}},
		{"nothing", client.NewRequest{}, []string{"The request is empty"}},
		{"no permission", change(func(n *client.NewRequest) { n.PermissionIDs = nil }), []string{"permission"}},
		{"two permissions", change(func(n *client.NewRequest) { n.PermissionIDs = []string{permission.ReadOnly, permission.Admin} }), []string{"S3 Bucket takes one permission"}},
		{"too many resources", change(func(n *client.NewRequest) { n.Resources = client.ByID(many...) }), []string{"at most 1000"}},
		{"for nobody", change(func(n *client.NewRequest) { n.GranteeID = text("nope") }), []string{"no grantee", "nope"}},
		{"unknown custom field", change(func(n *client.NewRequest) { n.CustomFields = map[string]string{"ticket": "X"} }), []string{"ticket"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := sb.api.CreateRequest(t.Context(), c.request)
			wantError(t, err, http.StatusUnprocessableEntity, c.texts...)
		})
	}
	if n := len(must(sb.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 {
		t.Errorf("%d requests were created", n)
	}
}

func TestSeveralPermissions(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("aws-account/Playground", "aws-account-dynamodb-table", "dynamodb:GetItem", "carts", "sessions")
	n.PermissionIDs = append(n.PermissionIDs, "dynamodb:Query")
	id := sb.create(n)[0]
	units := must(sb.api.RequestUnits(t.Context(), id))(t)[0].AccessUnits
	if len(units) != 4 || units[0].Permission.Name != "GetItem" {
		t.Errorf("units %+v", units)
	}
}

func TestRequestIsSplitByFlow(t *testing.T) {
	sb := newSandboxFixture(t)
	n := sb.newRequest("mongodb-atlas/orders-cluster", "mongodb-atlas-database", "read", "orders-staging", "orders-production", "returns-staging")
	made := must(sb.api.CreateRequest(t.Context(), n))(t)
	if len(made.RequestIDs) != 2 || made.Message == nil || !strings.Contains(*made.Message, made.RequestIDs[1]) {
		t.Fatalf("became %+v", made)
	}
	d := must(sb.api.DryRunRequest(t.Context(), n))(t)
	if *d.MaxDurationInSec != 2*3600 {
		t.Errorf("longest duration %d, not that of the stricter flow", *d.MaxDurationInSec)
	}
	sb.clock.advance(grantDelay)
	names := map[client.Status]string{}
	for _, id := range made.RequestIDs {
		r := sb.get(id)
		names[r.Status.Status] = strings.Join(r.DistinctResourceNames, " ")
	}
	if names[client.StatusActive] != "orders-staging returns-staging" || names[client.StatusPending] != "orders-production" {
		t.Errorf("requests by status: %v", names)
	}
}

func TestBundles(t *testing.T) {
	sb := newSandboxFixture(t)
	bundles := map[string]client.Bundle{}
	for _, bundle := range must(sb.api.Bundles(t.Context()))(t) {
		bundles[bundle.Name] = bundle
	}
	onCall := bundles["Checkout on call"]
	units := must(sb.api.BundleUnits(t.Context(), onCall.ID))(t)
	whole := sb.create(client.NewRequest{BundleIDs: []string{onCall.ID}, Justification: text("pager")})
	part := sb.create(client.NewRequest{BundleIDs: []string{onCall.ID}, Justification: text("pager"), AccessUnitIDs: []string{units[3].ID, units[10].ID}})
	if len(whole) != 1 || len(part) != 1 {
		t.Fatalf("the bundles became %v and %v", whole, part)
	}
	r := sb.get(whole[0])
	if r.Bundle == nil || r.Bundle.Name != "Checkout on call" || len(r.AccessGroups) != 4 {
		t.Errorf("bundle %v in %d groups", r.Bundle, len(r.AccessGroups))
	}
	got := must(sb.api.RequestUnits(t.Context(), part[0]))(t)[0].AccessUnits
	if len(got) != 2 || got[0].ID != units[3].ID || got[1].ID != units[10].ID {
		t.Errorf("part of a bundle: %+v", got)
	}
	other := must(sb.api.BundleUnits(t.Context(), bundles["Shop support"].ID))(t)
	_, err := sb.api.CreateRequest(t.Context(), client.NewRequest{BundleIDs: []string{onCall.ID}, Justification: text("pager"), AccessUnitIDs: []string{units[0].ID, other[0].ID}})
	wantError(t, err, http.StatusUnprocessableEntity, "not in the bundle")
}

func TestCustomFields(t *testing.T) {
	sb := newSandboxFixture(t)
	if fields := must(sb.api.UserSession(t.Context()))(t).Settings.CustomFields; len(fields) != 0 {
		t.Errorf("a new sandbox has %d custom fields", len(fields))
	}
	if err := sb.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if fields := must(sb.api.UserSession(t.Context()))(t).Settings.CustomFields; len(fields) != 2 || !fields[0].Required || fields[1].Default == nil {
		t.Errorf("custom fields %+v", fields)
	}
	for _, c := range []struct {
		name    string
		values  map[string]string
		message string // empty: accepted
	}{
		{"none", nil, "ticket"},
		{"blank", map[string]string{"ticket": "  "}, "ticket"},
		{"only the required one", map[string]string{"ticket": "OPS-1"}, ""},
		{"both", map[string]string{"ticket": "OPS-1", "environment": "prod"}, ""},
		{"not in the list", map[string]string{"ticket": "OPS-1", "environment": "moon"}, "environment"},
		{"unknown", map[string]string{"ticket": "OPS-1", "color": "red"}, "color"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := sb.shopRequest(permission.ReadOnly)
			n.CustomFields = c.values
			made, err := sb.api.CreateRequest(t.Context(), n)
			if c.message != "" {
				wantError(t, err, http.StatusUnprocessableEntity, c.message)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := sb.get(made.RequestIDs[0]).CustomFields["ticket"]; got != "OPS-1" {
				t.Errorf("ticket %q", got)
			}
		})
	}
}

func TestDryRunOfTypes(t *testing.T) {
	sb := newSandboxFixture(t)
	in := sb.integration("mysql/billing-production")
	body, err := json.Marshal(map[string]any{
		"filter_integration_ids": []string{in.ID}, "filter_bundle_ids": []string{}, "filter_resource_type_ids": []string{"mysql-database"},
		"filter_resource_ids": []string{}, "filter_resources": []string{}, "filter_permission_ids": []string{}, "filter_access_unit_ids": []string{},
	})
	if err != nil {
		t.Fatal(err)
	}
	var d client.DryRun
	if err := json.Unmarshal([]byte(sb.post(demoUser(), "access-requests/dry-run?resource_type_only_mode=true", string(body))), &d); err != nil {
		t.Fatal(err)
	}
	if got := problemsOf(&d); !slices.Equal(got, []string{noJustification, badDuration}) {
		t.Errorf("problems %v", got)
	}
}

func TestRequestAgain(t *testing.T) {
	sb := newSandboxFixture(t)
	id, _ := sb.createActive(sb.newRequest("aws-account/Playground", "aws-account-s3-bucket", permission.ReadWrite, "playground-scratch"))
	var made client.Submitted
	if err := json.Unmarshal([]byte(sb.post(demoUser(), "access-requests/"+id+"/request-again", `{"justification":"once more"}`)), &made); err != nil {
		t.Fatal(err)
	}
	first, again := sb.get(id), sb.get(made.RequestIDs[0])
	if *again.Justification != "once more" || *again.DurationInSec != *first.DurationInSec || again.AccessUnitsSummary[0] != first.AccessUnitsSummary[0] {
		t.Errorf("again: %+v", again)
	}
	status, body := sb.send(demoUser(), http.MethodPost, "access-requests/"+id+"/request-again", `{"justification":" "}`)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("with a blank justification: %d %s", status, body)
	}
	sb.contract = nil // the description requires a justification
	status, body = sb.send(demoUser(), http.MethodPost, "access-requests/"+id+"/request-again", `{}`)
	if status != http.StatusBadRequest || !strings.Contains(body, "justification") {
		t.Errorf("without a justification: %d %s", status, body)
	}
}

// A repeated request keeps the custom fields, unless it brings its own.
func TestRequestAgainKeepsCustomFields(t *testing.T) {
	sb := newSandboxFixture(t)
	if err := sb.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	n := sb.shopRequest(permission.ReadOnly)
	n.CustomFields = map[string]string{"ticket": "OPS-1"}
	id, _ := sb.createActive(n)
	for body, want := range map[string]string{
		`{"justification":"again"}`:                                    "OPS-1",
		`{"justification":"again","custom_fields":{"ticket":"OPS-2"}}`: "OPS-2",
	} {
		var made client.Submitted
		if err := json.Unmarshal([]byte(sb.post(demoUser(), "access-requests/"+id+"/request-again", body)), &made); err != nil {
			t.Fatal(err)
		}
		if got := sb.get(made.RequestIDs[0]).CustomFields["ticket"]; got != want {
			t.Errorf("%s: ticket %q, want %q", body, got, want)
		}
	}
}

func TestMalformedRequests(t *testing.T) {
	sb := newSandboxFixture(t)
	sb.contract = nil // the requests are invalid on purpose
	for _, body := range []string{"", "{", "[]", `{"filter_bundle_ids":[]}`,
		`{"filter_integration_ids":"x","filter_bundle_ids":[],"filter_resource_type_ids":[],"filter_resource_ids":[],"filter_resources":[],"filter_permission_ids":[],"filter_access_unit_ids":[]}`} {
		if status, body := sb.send(demoUser(), http.MethodPost, "access-requests", body); status != http.StatusBadRequest || !strings.Contains(body, "message") {
			t.Errorf("%q: %d %s", body, status, body)
		}
	}
}
