package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"apono/client"
)

func text(s string) *string  { return &s }
func seconds(n int32) *int32 { return &n }
func hour(n float64) *int32  { return seconds(int32(n * 3600)) }
func faultsOf(d *client.DryRun) []string {
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

func TestRulesOfFlows(t *testing.T) {
	b := newBox(t)
	bucket := b.asks("aws-account/Playground", "aws-account-s3-bucket", ReadOnly, "playground-scratch")
	shop := b.shop(ReadOnly)
	replica := b.asks("postgresql/analytics-replica", "postgresql-replica-database", ReadOnly, "analytics")
	billing := b.asks("mysql/billing-production", "mysql-database", ReadOnly, "billing")
	for _, c := range []struct {
		name          string
		ask           client.NewRequest
		justification *string
		duration      *int32
		longest       time.Duration
		faults        []string
	}{
		{"all given", bucket, text("why"), hour(8), 8 * time.Hour, nil},
		{"nothing given", bucket, nil, nil, 8 * time.Hour, []string{noJustification, badDuration}},
		{"only spaces", bucket, text(" \t "), hour(1), 8 * time.Hour, []string{noJustification}},
		{"too long", bucket, text("why"), seconds(8*3600 + 1), 8 * time.Hour, []string{badDuration}},
		{"zero", bucket, text("why"), seconds(0), 8 * time.Hour, []string{badDuration}},
		{"negative", bucket, text("why"), seconds(-60), 8 * time.Hour, []string{badDuration}},
		{"both optional", shop, nil, nil, 12 * time.Hour, nil},
		{"optional but too long", shop, nil, hour(13), 12 * time.Hour, []string{badDuration}},
		{"only a justification", replica, nil, nil, 24 * time.Hour, []string{noJustification}},
		{"only a justification, given", replica, text("why"), nil, 24 * time.Hour, nil},
		{"approval", billing, text("why"), hour(5), 4 * time.Hour, []string{badDuration}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.ask.Justification, c.ask.DurationInSec = c.justification, c.duration
			d := must(b.api.DryRunRequest(t.Context(), c.ask))(t)
			if got := faultsOf(d); !slices.Equal(got, c.faults) {
				t.Errorf("dry run finds %v, want %v", got, c.faults)
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
			_, err := b.api.CreateRequest(t.Context(), c.ask)
			if len(c.faults) == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, http.StatusUnprocessableEntity)
		})
	}
}

func TestDurationDefaultsToTheFlows(t *testing.T) {
	b := newBox(t)
	ask := b.shop(ReadOnly)
	ask.DurationInSec = nil
	if d := b.get(b.create(ask)[0]).DurationInSec; d == nil || *d != 3600 {
		t.Errorf("duration %v, want an hour", d)
	}
}

func TestWhatCannotBeAskedFor(t *testing.T) {
	b := newBox(t)
	bucket := b.asks("aws-account/Playground", "aws-account-s3-bucket", ReadOnly, "playground-scratch")
	var many []string
	for range maxResources + 1 {
		many = append(many, stableID("no", "such"))
	}
	change := func(f func(*client.NewRequest)) client.NewRequest {
		n := bucket
		f(&n)
		return n
	}
	for _, c := range []struct {
		name  string
		ask   client.NewRequest
		texts []string
	}{
		{"integration", change(func(n *client.NewRequest) { n.IntegrationIDs = []string{"nope"} }), []string{"integration", "nope"}},
		{"resource type", change(func(n *client.NewRequest) { n.ResourceTypeIDs = []string{"nope"} }), []string{"resource type", "nope"}},
		{"resource", change(func(n *client.NewRequest) { n.Resources = client.ByID("nope") }), []string{"resource", "nope"}},
		{"permission", change(func(n *client.NewRequest) { n.PermissionIDs = []string{"nope"} }), []string{"permission", "nope"}},
		{"bundle", client.NewRequest{BundleIDs: []string{"nope"}}, []string{"bundle", "nope"}},
		{"access unit", client.NewRequest{AccessUnitIDs: []string{"nope"}}, []string{"access unit", "nope"}},
		{"resource of another type", change(func(n *client.NewRequest) { n.ResourceTypeIDs = []string{"aws-account-secret"} }), []string{"does not go with"}},
		{"nothing", client.NewRequest{}, []string{"Nothing is asked for"}},
		{"no permission", change(func(n *client.NewRequest) { n.PermissionIDs = nil }), []string{"permission"}},
		{"two permissions", change(func(n *client.NewRequest) { n.PermissionIDs = []string{ReadOnly, Admin} }), []string{"S3 Bucket takes one permission"}},
		{"too many resources", change(func(n *client.NewRequest) { n.Resources = client.ByID(many...) }), []string{"at most 1000"}},
		{"for somebody else", change(func(n *client.NewRequest) { n.GranteeID = text(ApproverUser) }), []string{"your own"}},
		{"unknown custom field", change(func(n *client.NewRequest) { n.CustomFields = map[string]string{"ticket": "X"} }), []string{"ticket"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := b.api.CreateRequest(t.Context(), c.ask)
			refused(t, err, http.StatusUnprocessableEntity, c.texts...)
		})
	}
	if n := len(must(b.api.Requests(t.Context(), client.RequestQuery{}))(t)); n != 0 {
		t.Errorf("%d requests were made all the same", n)
	}
}

func TestSeveralPermissionsWhereTheTypeAllowsThem(t *testing.T) {
	b := newBox(t)
	ask := b.asks("aws-account/Playground", "aws-account-dynamodb-table", "dynamodb:GetItem", "carts", "sessions")
	ask.PermissionIDs = append(ask.PermissionIDs, "dynamodb:Query")
	id := b.create(ask)[0]
	units := must(b.api.RequestUnits(t.Context(), id))(t)[0].AccessUnits
	if len(units) != 4 || units[0].Permission.Name != "GetItem" {
		t.Errorf("units %+v", units)
	}
}

func TestSubmissionSplitsByFlow(t *testing.T) {
	b := newBox(t)
	ask := b.asks("mongodb-atlas/orders-cluster", "mongodb-atlas-database", "read", "orders-staging", "orders-production", "returns-staging")
	made := must(b.api.CreateRequest(t.Context(), ask))(t)
	if len(made.RequestIDs) != 2 || made.Message == nil || !strings.Contains(*made.Message, made.RequestIDs[1]) {
		t.Fatalf("became %+v", made)
	}
	d := must(b.api.DryRunRequest(t.Context(), ask))(t)
	if *d.MaxDurationInSec != 2*3600 {
		t.Errorf("longest duration %d: not that of the stricter flow", *d.MaxDurationInSec)
	}
	b.clock.advance(granting)
	names := map[client.Status]string{}
	for _, id := range made.RequestIDs {
		r := b.get(id)
		names[r.Status.Status] = strings.Join(r.DistinctResourceNames, " ")
	}
	if names[client.StatusActive] != "orders-staging returns-staging" || names[client.StatusPending] != "orders-production" {
		t.Errorf("requests by status: %v", names)
	}
}

func TestBundles(t *testing.T) {
	b := newBox(t)
	bundles := map[string]client.Bundle{}
	for _, bundle := range must(b.api.Bundles(t.Context()))(t) {
		bundles[bundle.Name] = bundle
	}
	onCall := bundles["Checkout on call"]
	units := must(b.api.BundleUnits(t.Context(), onCall.ID))(t)
	whole := b.create(client.NewRequest{BundleIDs: []string{onCall.ID}, Justification: text("pager")})
	part := b.create(client.NewRequest{BundleIDs: []string{onCall.ID}, Justification: text("pager"), AccessUnitIDs: []string{units[3].ID, units[10].ID}})
	if len(whole) != 1 || len(part) != 1 {
		t.Fatalf("a bundle became %v and %v", whole, part)
	}
	r := b.get(whole[0])
	if r.Bundle == nil || r.Bundle.Name != "Checkout on call" || len(r.AccessGroups) != 4 {
		t.Errorf("bundle %v in %d groups", r.Bundle, len(r.AccessGroups))
	}
	got := must(b.api.RequestUnits(t.Context(), part[0]))(t)[0].AccessUnits
	if len(got) != 2 || got[0].ID != units[3].ID || got[1].ID != units[10].ID {
		t.Errorf("part of a bundle: %+v", got)
	}
	other := must(b.api.BundleUnits(t.Context(), bundles["Shop support"].ID))(t)
	_, err := b.api.CreateRequest(t.Context(), client.NewRequest{BundleIDs: []string{onCall.ID}, Justification: text("pager"), AccessUnitIDs: []string{units[0].ID, other[0].ID}})
	refused(t, err, http.StatusUnprocessableEntity, "not in the bundle")
}

func TestCustomFields(t *testing.T) {
	b := newBox(t)
	if fields := must(b.api.UserSession(t.Context()))(t).Settings.CustomFields; len(fields) != 0 {
		t.Errorf("a new sandbox has %d custom fields", len(fields))
	}
	if err := b.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if fields := must(b.api.UserSession(t.Context()))(t).Settings.CustomFields; len(fields) != 2 || !fields[0].Required || fields[1].Default == nil {
		t.Errorf("custom fields %+v", fields)
	}
	for _, c := range []struct {
		name   string
		values map[string]string
		says   string // empty: accepted
	}{
		{"none", nil, "ticket"},
		{"blank", map[string]string{"ticket": "  "}, "ticket"},
		{"only the required one", map[string]string{"ticket": "OPS-1"}, ""},
		{"both", map[string]string{"ticket": "OPS-1", "environment": "prod"}, ""},
		{"not in the list", map[string]string{"ticket": "OPS-1", "environment": "moon"}, "environment"},
		{"unknown", map[string]string{"ticket": "OPS-1", "color": "red"}, "color"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ask := b.shop(ReadOnly)
			ask.CustomFields = c.values
			made, err := b.api.CreateRequest(t.Context(), ask)
			if c.says != "" {
				refused(t, err, http.StatusUnprocessableEntity, c.says)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := b.get(made.RequestIDs[0]).CustomFields["ticket"]; got != "OPS-1" {
				t.Errorf("ticket %q", got)
			}
		})
	}
}

func TestDryRunOfTypesOnly(t *testing.T) {
	b := newBox(t)
	in := b.integration("mysql/billing-production")
	body, err := json.Marshal(map[string]any{
		"filter_integration_ids": []string{in.ID}, "filter_bundle_ids": []string{}, "filter_resource_type_ids": []string{"mysql-database"},
		"filter_resource_ids": []string{}, "filter_resources": []string{}, "filter_permission_ids": []string{}, "filter_access_unit_ids": []string{},
	})
	if err != nil {
		t.Fatal(err)
	}
	var d client.DryRun
	if err := json.Unmarshal([]byte(b.post(demoUser(), "access-requests/dry-run?resource_type_only_mode=true", string(body))), &d); err != nil {
		t.Fatal(err)
	}
	if got := faultsOf(&d); !slices.Equal(got, []string{noJustification, badDuration}) {
		t.Errorf("faults %v", got)
	}
}

func TestRequestAgain(t *testing.T) {
	b := newBox(t)
	id, _ := b.active(b.asks("aws-account/Playground", "aws-account-s3-bucket", ReadWrite, "playground-scratch"))
	var made client.Submitted
	if err := json.Unmarshal([]byte(b.post(demoUser(), "access-requests/"+id+"/request-again", `{"justification":"once more"}`)), &made); err != nil {
		t.Fatal(err)
	}
	first, again := b.get(id), b.get(made.RequestIDs[0])
	if *again.Justification != "once more" || *again.DurationInSec != *first.DurationInSec || again.AccessUnitsSummary[0] != first.AccessUnitsSummary[0] {
		t.Errorf("again: %+v", again)
	}
	status, said := b.send(demoUser(), http.MethodPost, "access-requests/"+id+"/request-again", `{"justification":" "}`)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("without a justification: %d %s", status, said)
	}
}

func TestSubmissionsThatAreNotWellFormed(t *testing.T) {
	b := newBox(t)
	b.contract = nil // these are meant to break it
	for _, body := range []string{"", "{", "[]", `{"filter_bundle_ids":[]}`,
		`{"filter_integration_ids":"x","filter_bundle_ids":[],"filter_resource_type_ids":[],"filter_resource_ids":[],"filter_resources":[],"filter_permission_ids":[],"filter_access_unit_ids":[]}`} {
		if status, said := b.send(demoUser(), http.MethodPost, "access-requests", body); status != http.StatusBadRequest || !strings.Contains(said, "message") {
			t.Errorf("%q: %d %s", body, status, said)
		}
	}
}
