package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// recordedCall is a call as the server received it.
type recordedCall struct {
	method, path string // as in the request line
	query        url.Values
	body         string
	header       http.Header
}

// soundAnswer returns the least that the service may answer to a request.
func soundAnswer(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.Path, "/api/client/v1/")
	switch {
	case path == "session":
		return `{"user":{"id":"u"},"account":{"id":"a"}}`
	case path == "cli-notifications":
		return `{"notifications":[]}`
	case path == "mcp":
		return `{"jsonrpc":"2.0"}`
	case strings.HasSuffix(path, "/dry-run"):
		return `{"status":"Success","errors":[]}`
	case strings.HasSuffix(path, "/access-details"):
		return `{"instructions":{"plain":"Use it"}}`
	case path == "access-requests" && r.Method == http.MethodPost:
		return `{"request_ids":["AR-1"]}`
	case r.Method == http.MethodPost:
		return `{"message":"done"}`
	case strings.HasPrefix(path, "access-requests/") || strings.Contains(path, "/access-requests/"):
		return `{"id":"AR-1","status":{"status":"Active"}}`
	case strings.HasPrefix(path, "access-sessions/"):
		return `{"id":"s"}`
	}
	return `{"data":[]}`
}

// recordingClient returns a client whose server records calls and responds with
// body; with a sound answer if body is empty.
func recordingClient(t *testing.T, body string) (*Client, *recordedCall) {
	var seen recordedCall
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		path, _, _ := strings.Cut(r.RequestURI, "?")
		seen = recordedCall{r.Method, path, r.URL.Query(), string(sent), r.Header}
		if body == "" {
			respond(w, http.StatusOK, soundAnswer(r))
			return
		}
		respond(w, http.StatusOK, body)
	})
	return s.client, &seen
}

// callTest is a call and the request that it must send.
type callTest struct {
	name     string
	call     func(context.Context, *Client) error
	response string
	method   string
	target   string // path and query, the parameters sorted
	body     string
}

func (c callTest) check(t *testing.T) {
	cl, seen := recordingClient(t, c.response)
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
	for _, c := range []callTest{
		{"session", func(ctx context.Context, cl *Client) error { _, err := cl.UserSession(ctx); return err },
			"", "GET", "/api/client/v1/session", ""},
		{"integrations", func(ctx context.Context, cl *Client) error { _, err := cl.Integrations(ctx); return err },
			"", "GET", inventory + "integrations?limit=100", ""},
		{"resource types", func(ctx context.Context, cl *Client) error { _, err := cl.ResourceTypes(ctx, "i&d"); return err },
			"", "GET", inventory + "resource-types?integration-id=i%26d&limit=100", ""},
		{"resources", func(ctx context.Context, cl *Client) error {
			_, err := cl.Resources(ctx, ResourceQuery{IntegrationID: "i", ResourceTypeID: "t", SourceIDs: []string{"a,b", "c"}, Search: "x y"})
			return err
		}, "", "GET", inventory + "resources?integration-id=i&limit=1000&resource-type-id=t&search=x+y&source-id=a%2Cb&source-id=c", ""},
		{"all resources", func(ctx context.Context, cl *Client) error { _, err := cl.Resources(ctx, ResourceQuery{}); return err },
			"", "GET", inventory + "resources?limit=1000", ""},
		{"permissions", func(ctx context.Context, cl *Client) error { _, err := cl.Permissions(ctx, "i", "t"); return err },
			"", "GET", inventory + "permissions?integration-id=i&limit=100&resource-type-id=t", ""},
		{"bundles", func(ctx context.Context, cl *Client) error { _, err := cl.Bundles(ctx); return err },
			"", "GET", inventory + "bundles?limit=100", ""},
		{"bundle units", func(ctx context.Context, cl *Client) error { _, err := cl.BundleUnits(ctx, "b"); return err },
			"", "GET", inventory + "access-units?bundle-ids=b&limit=100", ""},
		{"requests", func(ctx context.Context, cl *Client) error { _, err := cl.Requests(ctx, RequestQuery{}); return err },
			"", "GET", requests + "?limit=100&scope=MyRequests", ""},
		{"some requests", func(ctx context.Context, cl *Client) error {
			_, err := cl.Requests(ctx, RequestQuery{Scope: ScopeMyTasks, RequestIDs: []string{"1", "2"}, Statuses: []Status{StatusActive, StatusFailed}})
			return err
		}, "", "GET", requests + "?limit=100&request_ids=1&request_ids=2&scope=MyTasks&statuses=Active&statuses=Failed", ""},
		{"whether there are requests", func(ctx context.Context, cl *Client) error {
			_, err := cl.HasRequests(ctx, RequestQuery{})
			return err
		}, "", "GET", requests + "?limit=1&scope=MyRequests", ""},
		{"request", func(ctx context.Context, cl *Client) error { _, err := cl.Request(ctx, "AR-1"); return err },
			"", "GET", requests + "/AR-1", ""},
		{"request units", func(ctx context.Context, cl *Client) error { _, err := cl.RequestUnits(ctx, "1", "2"); return err },
			"[]", "GET", requests + "/access_units?request_id=1&request_id=2", ""},
		{"access sessions", func(ctx context.Context, cl *Client) error {
			_, err := cl.AccessSessions(ctx, SessionQuery{})
			return err
		}, "", "GET", sessions + "?limit=100", ""},
		{"some sessions", func(ctx context.Context, cl *Client) error {
			_, err := cl.AccessSessions(ctx, SessionQuery{IntegrationIDs: []string{"1", "2"}, BundleIDs: []string{"3"}, RequestIDs: []string{"4", "5"}})
			return err
		}, "", "GET", sessions + "?bundle_id=3&integration_id=1&integration_id=2&limit=100&request_id=4&request_id=5", ""},
		{"access session", func(ctx context.Context, cl *Client) error { _, err := cl.AccessSession(ctx, "s"); return err },
			"", "GET", sessions + "/s", ""},
		{"access details", func(ctx context.Context, cl *Client) error { _, err := cl.AccessDetails(ctx, "s"); return err },
			"", "GET", sessions + "/s/access-details?consumed_by=apono_cli", ""},
		{"MFA enrollment", func(ctx context.Context, cl *Client) error { _, err := cl.MFAEnrolled(ctx); return err },
			`{"is_mfa_enrolled":true}`, "GET", "/api/client/v1/session/is-mfa-enrolled", ""},
		{"notifications", func(ctx context.Context, cl *Client) error { _, err := cl.Notifications(ctx); return err },
			"", "GET", "/api/client/v1/cli-notifications", ""},
	} {
		t.Run(c.name, c.check)
	}
}

func TestWrites(t *testing.T) {
	yes := true
	why, seconds := "why", int32(60)
	const empty = `{"filter_integration_ids":[],"filter_bundle_ids":[],"filter_resource_type_ids":[],"filter_resource_ids":[],"filter_resources":[],"filter_permission_ids":[],"filter_access_unit_ids":[]`
	for _, c := range []callTest{
		{"create nothing", func(ctx context.Context, cl *Client) error {
			_, err := cl.CreateRequest(ctx, NewRequest{})
			return err
		}, "", "POST", requests, empty + "}"},
		{"create", func(ctx context.Context, cl *Client) error {
			_, err := cl.CreateRequest(ctx, NewRequest{Justification: &why, DurationInSec: &seconds, CustomFields: map[string]string{"k": "v"}, RunValidations: &yes, GranteeID: &why})
			return err
		}, "", "POST", requests, empty + `,"justification":"why","duration_in_sec":60,"custom_fields":{"k":"v"},"run_pre_approval_validations":true,"grantee_id":"why"}`},
		{"dry run, without custom fields", func(ctx context.Context, cl *Client) error {
			_, err := cl.DryRunRequest(ctx, NewRequest{CustomFields: map[string]string{"k": "v"}, Justification: &why})
			return err
		}, "", "POST", requests + "/dry-run", empty + `,"justification":"why"}`},
		{"revoke", func(ctx context.Context, cl *Client) error { return cl.Revoke(ctx, "r") },
			"", "POST", requests + "/r/revoke", ""},
		{"reset", func(ctx context.Context, cl *Client) error { return cl.ResetCredentials(ctx, "s") },
			"", "POST", sessions + "/s/reset-credentials", ""},
	} {
		t.Run(c.name, c.check)
	}
}

func TestAccessDetailsPreservesJSON(t *testing.T) {
	cl, _ := recordingClient(t, `{"instructions":{},"json":{"b":1.50,"a":"\u001b"}}`)
	details, err := cl.AccessDetails(t.Context(), "s")
	if err != nil || string(details.JSON) != `{"b":1.50,"a":"\u001b"}` {
		t.Errorf("%s, %v", details.JSON, err)
	}
}

// Any ID stays one segment of the path and arrives unchanged.
func TestIDsAreOneSegment(t *testing.T) {
	cl, seen := recordingClient(t, "")
	check := func(id string) (path string, err error) {
		_, err = cl.Request(context.Background(), id)
		var e *Error
		if errors.As(err, &e) && e.Malformed {
			err = nil // the answer is about AR-1, not about id
		}
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
			t.Fatalf("%q was sent as %q", id, segment)
		}
		if got, err := url.PathUnescape(segment); err != nil || got != id {
			t.Fatalf("%q arrived as %q (%v)", id, got, err)
		}
	})
}

func TestBaseURLWithPath(t *testing.T) {
	var path string
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.RequestURI
		respond(w, http.StatusOK, `{"id":"a/b","status":{"status":"Active"}}`)
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

func TestNoTokenSendsNoHeader(t *testing.T) {
	for name, source := range map[string]TokenSource{"no source": nil, "empty token": StaticToken("")} {
		cl, seen := recordingClient(t, "")
		cl.tokens = source
		if _, err := cl.UserSession(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, ok := seen.header["Authorization"]; ok {
			t.Errorf("%s: sent an Authorization header", name)
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

func TestInstantJSONRoundTrips(t *testing.T) {
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

func TestInstantKeepsMicroseconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		micros := rapid.Int64Range(0, 4e15).Draw(t, "microseconds since 1970")
		at := Instant(float64(micros) / 1e6).Time()
		if at.UnixMicro() != micros || !At(at).Time().Equal(at) {
			t.Fatalf("%d became %d", micros, at.UnixMicro())
		}
	})
}
