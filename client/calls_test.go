package client

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// seenCall is what a server saw of one call.
type seenCall struct {
	method, path string // as it stood in the request line
	query        url.Values
	body         string
	header       http.Header
}

// recording returns a client whose calls are answered with body and recorded.
func recording(t *testing.T, body string) (*Client, *seenCall) {
	var seen seenCall
	s := newService(t, func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		path, _, _ := strings.Cut(r.RequestURI, "?")
		seen = seenCall{r.Method, path, r.URL.Query(), string(sent), r.Header}
		answer(w, http.StatusOK, body)
	})
	return s.client, &seen
}

// oneCall is a call and what it must look like on the wire.
type oneCall struct {
	name   string
	call   func(context.Context, *Client) error
	answer string
	method string
	target string // path and query, the parameters sorted
	body   string
}

func (c oneCall) check(t *testing.T) {
	cl, seen := recording(t, c.answer)
	if err := c.call(t.Context(), cl); err != nil {
		t.Fatal(err)
	}
	target := seen.path
	if len(seen.query) > 0 {
		target += "?" + seen.query.Encode()
	}
	if seen.method != c.method || target != c.target || seen.body != c.body {
		t.Errorf("sent %s %s\n%s\nwant %s %s\n%s", seen.method, target, seen.body, c.method, c.target, c.body)
	}
	for name, want := range map[string]string{"Authorization": "Bearer the-token", "Accept": "application/json", "User-Agent": "apono"} {
		if got := seen.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := seen.header.Get("Content-Type"); (got == "application/json") != (c.body != "") {
		t.Errorf("Content-Type %q", got)
	}
}

func TestReads(t *testing.T) {
	for _, c := range []oneCall{
		{"session", func(ctx context.Context, cl *Client) error { _, err := cl.UserSession(ctx); return err },
			"{}", "GET", "/api/client/v1/session", ""},
		{"integrations", func(ctx context.Context, cl *Client) error { _, err := cl.Integrations(ctx); return err },
			"{}", "GET", inventory + "integrations?limit=100", ""},
		{"resource types", func(ctx context.Context, cl *Client) error { _, err := cl.ResourceTypes(ctx, "i&d"); return err },
			"{}", "GET", inventory + "resource-types?integration-id=i%26d&limit=100", ""},
		{"resources", func(ctx context.Context, cl *Client) error {
			_, err := cl.Resources(ctx, ResourceQuery{IntegrationID: "i", ResourceTypeID: "t", SourceIDs: []string{"a,b", "c"}, Search: "x y"})
			return err
		}, "{}", "GET", inventory + "resources?integration-id=i&limit=1000&resource-type-id=t&search=x+y&source-id=a%2Cb&source-id=c", ""},
		{"all resources", func(ctx context.Context, cl *Client) error { _, err := cl.Resources(ctx, ResourceQuery{}); return err },
			"{}", "GET", inventory + "resources?limit=1000", ""},
		{"permissions", func(ctx context.Context, cl *Client) error { _, err := cl.Permissions(ctx, "i", "t"); return err },
			"{}", "GET", inventory + "permissions?integration-id=i&limit=100&resource-type-id=t", ""},
		{"bundles", func(ctx context.Context, cl *Client) error { _, err := cl.Bundles(ctx); return err },
			"{}", "GET", inventory + "bundles?limit=100", ""},
		{"bundle units", func(ctx context.Context, cl *Client) error { _, err := cl.BundleUnits(ctx, "b"); return err },
			"{}", "GET", inventory + "access-units?bundle-ids=b&limit=100", ""},
		{"requests", func(ctx context.Context, cl *Client) error { _, err := cl.Requests(ctx, RequestQuery{}); return err },
			"{}", "GET", requests + "?limit=100&scope=MyRequests", ""},
		{"some requests", func(ctx context.Context, cl *Client) error {
			_, err := cl.Requests(ctx, RequestQuery{Scope: ScopeMyTasks, RequestIDs: []string{"1", "2"}, Statuses: []string{"Active", "Failed"}})
			return err
		}, "{}", "GET", requests + "?limit=100&request_ids=1&request_ids=2&scope=MyTasks&statuses=Active&statuses=Failed", ""},
		{"request", func(ctx context.Context, cl *Client) error { _, err := cl.Request(ctx, "AR-1"); return err },
			"{}", "GET", requests + "/AR-1", ""},
		{"request units", func(ctx context.Context, cl *Client) error { _, err := cl.RequestUnits(ctx, "1", "2"); return err },
			"[]", "GET", requests + "/access_units?request_id=1&request_id=2", ""},
		{"access sessions", func(ctx context.Context, cl *Client) error {
			_, err := cl.AccessSessions(ctx, SessionQuery{})
			return err
		}, "{}", "GET", sessions + "?limit=100", ""},
		{"some sessions", func(ctx context.Context, cl *Client) error {
			_, err := cl.AccessSessions(ctx, SessionQuery{IntegrationIDs: []string{"1", "2"}, BundleIDs: []string{"3"}, RequestIDs: []string{"4", "5"}})
			return err
		}, "{}", "GET", sessions + "?bundle_id=3&integration_id=1&integration_id=2&limit=100&request_id=4&request_id=5", ""},
		{"access session", func(ctx context.Context, cl *Client) error { _, err := cl.AccessSession(ctx, "s"); return err },
			"{}", "GET", sessions + "/s", ""},
		{"access details", func(ctx context.Context, cl *Client) error { _, err := cl.AccessDetails(ctx, "s"); return err },
			"{}", "GET", sessions + "/s/access-details?consumed_by=apono_cli", ""},
	} {
		t.Run(c.name, c.check)
	}
}

func TestWrites(t *testing.T) {
	yes := true
	why, seconds := "why", int32(60)
	const empty = `{"filter_integration_ids":[],"filter_bundle_ids":[],"filter_resource_type_ids":[],"filter_resource_ids":[],"filter_resources":[],"filter_permission_ids":[],"filter_access_unit_ids":[]`
	for _, c := range []oneCall{
		{"create nothing", func(ctx context.Context, cl *Client) error {
			_, err := cl.CreateRequest(ctx, NewRequest{})
			return err
		}, "{}", "POST", requests, empty + "}"},
		{"create", func(ctx context.Context, cl *Client) error {
			_, err := cl.CreateRequest(ctx, NewRequest{Justification: &why, DurationInSec: &seconds, CustomFields: map[string]string{"k": "v"}, RunValidations: &yes, GranteeID: &why})
			return err
		}, "{}", "POST", requests, empty + `,"justification":"why","duration_in_sec":60,"custom_fields":{"k":"v"},"run_pre_approval_validations":true,"grantee_id":"why"}`},
		{"dry run, without custom fields", func(ctx context.Context, cl *Client) error {
			_, err := cl.DryRunRequest(ctx, NewRequest{CustomFields: map[string]string{"k": "v"}, Justification: &why})
			return err
		}, "{}", "POST", requests + "/dry-run", empty + `,"justification":"why"}`},
		{"reset", func(ctx context.Context, cl *Client) error { return cl.ResetCredentials(ctx, "s") },
			"", "POST", sessions + "/s/reset-credentials", ""},
	} {
		t.Run(c.name, c.check)
	}
}

func TestAccessDetailsKeepsJSONAsItWas(t *testing.T) {
	cl, _ := recording(t, `{"instructions":{},"json":{"b":1.50,"a":"\u001b"}}`)
	details, err := cl.AccessDetails(t.Context(), "s")
	if err != nil || string(details.JSON) != `{"b":1.50,"a":"\u001b"}` {
		t.Errorf("%s, %v", details.JSON, err)
	}
}

// Whatever an ID is, it stays one segment of the path, and arrives unchanged.
func TestIDsStayOneSegment(t *testing.T) {
	cl, seen := recording(t, "{}")
	check := func(id string) (path string, err error) {
		_, err = cl.Request(context.Background(), id)
		return strings.TrimPrefix(seen.path, requests+"/"), err
	}
	for _, id := range []string{"", ".", ".."} {
		if path, err := check(id); err == nil {
			t.Errorf("%q was sent as %q", id, path)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a./?#%;:@&=+ \\\x00\r\n"é-]{1,12}`)).
			Filter(func(s string) bool { return s != "" && s != "." && s != ".." }).Draw(t, "id")
		segment, err := check(id)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(segment, "/?#\r\n ") {
			t.Fatalf("%q is sent as %q", id, segment)
		}
		if got, err := url.PathUnescape(segment); err != nil || got != id {
			t.Fatalf("%q arrives as %q (%v)", id, got, err)
		}
	})
}

func TestPrefixOfTheBaseURL(t *testing.T) {
	var path string
	s := newService(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.RequestURI
		answer(w, http.StatusOK, "{}")
	})
	cl, err := New(Config{BaseURL: s.URL + "/behind%2Fa/proxy//", UserAgent: "other/1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cl.Request(t.Context(), "a/b"); err != nil {
		t.Fatal(err)
	}
	if path != "/behind%2Fa/proxy"+requests+"/a%2Fb" {
		t.Errorf("path %s", path)
	}
}

func TestNoTokenNoHeader(t *testing.T) {
	for name, source := range map[string]TokenSource{"no source": nil, "empty token": StaticToken("")} {
		cl, seen := recording(t, "{}")
		cl.tokens = source
		if _, err := cl.UserSession(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, ok := seen.header["Authorization"]; ok {
			t.Errorf("%s: a header all the same", name)
		}
	}
}

func TestStatusesOfARequest(t *testing.T) {
	for _, c := range []struct {
		status                         string
		active, refused, mfa, approval bool
	}{
		{"Initializing", false, false, false, false},
		{"Pending", false, false, false, true},
		{"pending", false, false, false, true},
		{"PendingMFA", false, false, true, false},
		{"Granting", false, false, false, false},
		{"Active", true, false, false, false},
		{"GRANTED", true, false, false, false},
		{"Rejected", false, true, false, false},
		{"Revoking", false, true, false, false},
		{"Revoked", false, true, false, false},
		{"Expired", false, true, false, false},
		{"Failed", false, true, false, false},
		{"SomethingNew", false, false, false, false},
	} {
		r := Request{Status: RequestStatus{Status: c.status}, Challenge: &Challenge{Approvers: []Approver{{}}}}
		if r.IsActive() != c.active || r.IsRefused() != c.refused || r.WaitsForMFA() != c.mfa || r.WaitsForPeople() != c.approval {
			t.Errorf("%s: %v %v %v %v", c.status, r.IsActive(), r.IsRefused(), r.WaitsForMFA(), r.WaitsForPeople())
		}
		for _, r.Challenge = range []*Challenge{nil, {}} {
			if r.WaitsForPeople() {
				t.Errorf("%s: waits for nobody", c.status)
			}
		}
	}
}

func TestCredentialsAreNew(t *testing.T) {
	for _, c := range []struct {
		credentials *Credentials
		want        bool
	}{{nil, false}, {&Credentials{Status: "NEW"}, true}, {&Credentials{Status: "new"}, true}, {&Credentials{Status: "DISPLAYED"}, false}, {&Credentials{}, false}} {
		if c.credentials.AreNew() != c.want {
			t.Errorf("%+v", c.credentials)
		}
	}
}

func TestInstantsRoundTrip(t *testing.T) {
	for _, text := range []string{"0", "1700000000", "1700000000.5", "1700000000.123456", "4102444799.999999", "-1.5"} {
		var i Instant
		if err := json.Unmarshal([]byte(text), &i); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(i); err != nil || string(got) != text {
			t.Errorf("%s became %s, %v", text, got, err)
		}
	}
}

func TestInstantsAreExactToTheMicrosecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		micros := rapid.Int64Range(0, 4e15).Draw(t, "microseconds since 1970")
		at := Instant(float64(micros) / 1e6).Time()
		if at.UnixMicro() != micros || !At(at).Time().Equal(at) {
			t.Fatalf("%d became %d", micros, at.UnixMicro())
		}
	})
}
