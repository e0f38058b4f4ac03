package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/permission"
)

func TestCatalogHasEveryCase(t *testing.T) {
	sb := newSandboxFixture(t)
	var titles []string
	for _, in := range must(sb.api.Integrations(t.Context()))(t) {
		titles = append(titles, in.Title())
	}
	want := []string{"aws-account/Playground", "azure-subscription/legacy-crm", "gcp-organization/acme.example", "github/acme-archive",
		"kubernetes/staging-eks", "mongodb-atlas/orders-cluster", "mysql/billing-production", "postgresql/analytics-replica", "sqlite/shop"}
	if !slices.Equal(titles, want) {
		t.Errorf("integrations %v", titles)
	}
	aws := sb.integration("aws-account/Playground")
	buckets := must(sb.api.Resources(t.Context(), client.ResourceQuery{IntegrationID: aws.ID, ResourceTypeID: "aws-account-s3-bucket"}))(t)
	if len(buckets) < 300 {
		t.Errorf("%d buckets", len(buckets))
	}
	one := must(sb.api.Resources(t.Context(), client.ResourceQuery{IntegrationID: aws.ID, ResourceTypeID: "aws-account-s3-bucket",
		SourceIDs: []string{"arn:aws:s3:::playground-env-terraform-01-state"}}))(t)
	if len(one) != 1 || one[0].Name != "playground-env-terraform-01-state" {
		t.Errorf("the bucket of the documentation: %+v", one)
	}
	if n := len(must(sb.api.Resources(t.Context(), client.ResourceQuery{IntegrationID: aws.ID, ResourceTypeID: "aws-account-redshift-cluster"}))(t)); n != 0 {
		t.Errorf("%d clusters in the type without resources", n)
	}
	if n := len(must(sb.api.ResourceTypes(t.Context(), sb.integration("github/acme-archive").ID))(t)); n != 0 {
		t.Errorf("%d types in the archive", n)
	}
	replica := sb.integration("postgresql/analytics-replica")
	types := must(sb.api.ResourceTypes(t.Context(), replica.ID))(t)
	if len(types) != 1 || len(must(sb.api.Permissions(t.Context(), replica.ID, types[0].ID))(t)) != 1 ||
		len(must(sb.api.Resources(t.Context(), client.ResourceQuery{IntegrationID: replica.ID, ResourceTypeID: types[0].ID}))(t)) != 1 {
		t.Error("a step of the replica has more than one option")
	}
}

// namedPage is a page of items with names and IDs.
type namedPage struct {
	Data       []struct{ ID, Name, Path string }
	Pagination client.Pagination
}

func (sb *sandboxFixture) list(path string) namedPage {
	sb.t.Helper()
	status, body := sb.send(demoUser(), http.MethodGet, path, "")
	if status != http.StatusOK {
		sb.t.Fatalf("%s: %d %s", path, status, body)
	}
	var page namedPage
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		sb.t.Fatal(err)
	}
	return page
}

func TestPages(t *testing.T) {
	sb := newSandboxFixture(t)
	aws := sb.integration("aws-account/Playground").ID
	buckets, _ := sb.catalog().ResourceType("aws-account-s3-bucket")
	all := len(buckets.Resources)
	path := "inventory/resources?integration-id=" + aws + "&resource-type-id=aws-account-s3-bucket"
	for _, c := range []struct {
		query               string
		got, limit, skipped int
		more                bool
	}{
		{"", 100, 100, 0, true},
		{"&limit=10", 10, 10, 0, true},
		{"&limit=5000", all, 1000, 0, false},
		{"&limit=10&skip=" + fmt.Sprint(all-3), 3, 10, all - 3, false},
		{"&skip=5000", 0, 100, 5000, false},
		{"&limit=0", 100, 100, 0, true},
	} {
		p := sb.list(path + c.query)
		if len(p.Data) != c.got || p.Pagination.Limit != c.limit || p.Pagination.Offset != c.skipped || *p.Pagination.Total != all || *p.Pagination.HasMore != c.more {
			t.Errorf("%q: %d of %d, limit %d, offset %d, more %v", c.query, len(p.Data), *p.Pagination.Total, p.Pagination.Limit, p.Pagination.Offset, *p.Pagination.HasMore)
		}
	}
	if p := sb.list("inventory/access-units?integration-ids=" + aws + "&limit=1000"); p.Pagination.Limit != 100 {
		t.Errorf("a page of units has up to %d", p.Pagination.Limit)
	}
	sb.contract = nil // the requests are invalid on purpose
	for _, query := range []string{"limit=-1", "limit=x", "skip=1.5", "skip=-2"} {
		if status, body := sb.send(demoUser(), http.MethodGet, "inventory/bundles?"+query, ""); status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", query, status, body)
		}
	}
}

func TestInventoryFilters(t *testing.T) {
	sb := newSandboxFixture(t)
	aws, shop := sb.integration("aws-account/Playground").ID, sb.integration("sqlite/shop").ID
	for _, c := range []struct {
		path string
		want []string
	}{
		{"integrations?search=mongo", []string{"orders-cluster"}},
		{"integrations?search=PLAYGROUND%20aws", []string{"Playground"}},
		{"integrations?search=nothing-like-it", nil},
		{"integrations?grantee_id=" + DemoUser + "&search=sqlite", []string{"shop"}},
		{"resource-types?integration-id=" + shop, []string{"Database", "Table"}},
		{"resource-types?integration-id=" + aws + "&search=s3", []string{"S3 Bucket"}},
		{"resources?integration-id=" + shop, []string{"shop", "customers", "items", "orders", "payments"}},
		{"resources?integration-id=" + shop + "&resource-type-id=sqlite-table&search=or", []string{"orders"}},
		{"resources?resource-type-id=sqlite-database&resource-type-id=postgresql-replica-database", []string{"analytics", "shop"}},
		{"resources?source-id=shop.orders&source-id=analytics", []string{"analytics", "orders"}},
		{"resources?search=" + url.QueryEscape("o'brien"), []string{"/prod/app/o'brien"}},
		{"resources?search=" + url.QueryEscape("価格"), []string{"/prod/app/価格表"}},
		{"permissions?integration-id=" + aws + "&resource-type-id=aws-account-dynamodb-table", []string{"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}},
		{"permissions?resource-type-id=kubernetes-namespace&search=admin", []string{"admin", "cluster-admin"}},
		{"permissions?integration-id=" + shop, []string{permission.ReadOnly, permission.ReadWrite, permission.Admin}},
		{"bundles?search=on%20call", []string{"Checkout on call"}},
	} {
		var names []string
		for _, item := range sb.list("inventory/" + c.path).Data {
			names = append(names, item.Name)
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("%s: %q, want %q", c.path, names, c.want)
		}
	}
}

func TestAccessUnitFilters(t *testing.T) {
	sb := newSandboxFixture(t)
	shop := sb.integration("sqlite/shop").ID
	carts := sb.resources("aws-account/Playground", "aws-account-dynamodb-table", "carts")[0]
	for _, c := range []struct {
		path string
		want int
	}{
		{"resource-ids=" + carts, 6},
		{"resource-ids=" + carts + "&permission-search=item", 4},
		{"resource-ids=" + carts + "&permission-ids=dynamodb:Scan", 1},
		{"integration-ids=" + shop + "&search=orders", 3},
		{"resource-type-ids=sqlite-database&resource-type-ids=sqlite-table", 15},
		{"bundle-ids=" + catalog.StableID("bundle", "Shop support"), 2},
		{"bundle-ids=" + catalog.StableID("bundle", "Checkout on call") + "&integration-ids=" + shop, 2},
	} {
		if got := *sb.list("inventory/access-units?" + c.path).Pagination.Total; got != c.want {
			t.Errorf("access-units?%s: %d, want %d", c.path, got, c.want)
		}
	}
}

func TestInventoryOfUnknownIDs(t *testing.T) {
	sb := newSandboxFixture(t)
	for path, want := range map[string]int{
		"resources?integration-id=nope": http.StatusNotFound,
		"access-units?bundle-ids=nope":  http.StatusNotFound,
		"integrations?grantee_id=nope":  http.StatusForbidden,
		"bundles?grantee_id=nope":       http.StatusForbidden,
		"integrations?session_id=nope":  http.StatusNotFound,
	} {
		if status, body := sb.send(demoUser(), http.MethodGet, "inventory/"+path, ""); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

func TestInventoryOfASession(t *testing.T) {
	sb := newSandboxFixture(t)
	_, session := sb.createActive(sb.shopRequest(permission.ReadOnly))
	if p := sb.list("inventory/integrations?session_id=" + session.ID); len(p.Data) != 1 || p.Data[0].ID != session.Integration.ID {
		t.Errorf("integrations of a session: %+v", p.Data)
	}
}
