package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"apono/client"
	"apono/client/sandbox/catalog"
	"apono/client/sandbox/permission"
)

// descriptionFile is the service's API description, which is not part of the
// project. Without it, calls are not checked.
var descriptionFile = filepath.Join("..", "..", "..", "shared", "api", "apono-client-openapi.json")

// description is read once for all tests; nil if there is no file.
var description = sync.OnceValues(func() (*openapi3.T, error) {
	if _, err := os.Stat(descriptionFile); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(descriptionFile)
	if err != nil {
		return nil, err
	}
	return normalize(doc), nil
})

// normalize rewrites what the validator would misread.
func normalize(doc *openapi3.T) *openapi3.T {
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			// The only cookie is an object, and for browsers.
			op.Parameters = slices.DeleteFunc(op.Parameters, func(p *openapi3.ParameterRef) bool { return p.Value.In == openapi3.ParameterInCookie })
			for _, p := range op.Parameters {
				if all := p.Value.Schema.Value.AllOf; len(all) > 0 {
					p.Value.Schema = all[0] // the other element only sets a default
				}
			}
		}
	}
	for _, schema := range doc.Components.Schemas {
		for _, property := range schema.Value.Properties {
			if property.Value.Type == nil && len(property.Value.AllOf) == 0 {
				property.Value.Nullable = true // a schema without a type allows any value, including null
			}
		}
	}
	return doc
}

// contract checks every request and every successful response against the
// description.
type contract struct {
	t   *testing.T
	doc *openapi3.T
	mux *http.ServeMux

	mu   sync.Mutex
	used map[string]bool // operations and query parameters that were used
}

// newContract returns nil if there is no description.
func newContract(t *testing.T) *contract {
	t.Helper()
	doc, err := description()
	if err != nil {
		t.Fatal(err)
	}
	if doc == nil {
		return nil
	}
	c := &contract{t: t, doc: doc, mux: http.NewServeMux(), used: map[string]bool{}}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			route := &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}
			c.mux.Handle(method+" "+path, describedRoute{route})
		}
	}
	return c
}

// describedRoute is a handler only so that the mux can find the route.
type describedRoute struct{ *routers.Route }

func (describedRoute) ServeHTTP(http.ResponseWriter, *http.Request) {}

// checkedTransport checks what next carries against a contract.
type checkedTransport struct {
	*contract
	next http.RoundTripper
}

func (c checkedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	handler, pattern := c.mux.Handler(req)
	route, ok := handler.(describedRoute)
	if !ok {
		c.t.Errorf("%s %s is not in the description", req.Method, req.URL.Path)
		return c.next.RoundTrip(req)
	}
	input := &openapi3filter.RequestValidationInput{
		Request:    req,
		PathParams: pathParams(pattern, req),
		Route:      route.Route,
		Options:    &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true},
	}
	if err := openapi3filter.ValidateRequest(req.Context(), input); err != nil {
		c.t.Errorf("the request %s %s: %v", req.Method, req.URL, err)
	}
	c.recordUse(route, req)
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	c.validate(input, resp)
	return resp, nil
}

// validate checks a successful response against the description, and any other
// for a message.
func (c *contract) validate(input *openapi3filter.RequestValidationInput, resp *http.Response) {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Error(err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if at := nullIn(body); at != "" {
		c.t.Errorf("%s %s returns null for %s: %s", input.Request.Method, input.Route.Path, at, body)
	}
	if input.Route.Path == apiPath+"mcp" && bytes.Contains(body, []byte(`"error"`)) {
		return // the description requires a result even beside an error, which JSON-RPC forbids
	}
	if resp.StatusCode >= 300 {
		if !strings.Contains(string(body), `"message":"`) {
			c.t.Errorf("%s %s returns %d without a message: %s", input.Request.Method, input.Request.URL, resp.StatusCode, body)
		}
		return
	}
	if input.Route.Operation.Responses.Status(resp.StatusCode) == nil {
		c.t.Errorf("%s %s returns %d, which is not in the description", input.Request.Method, input.Request.URL, resp.StatusCode)
	}
	response := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: resp.StatusCode, Header: resp.Header, Options: input.Options}
	response.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(input.Request.Context(), response); err != nil {
		c.t.Errorf("the response to %s %s: %v", input.Request.Method, input.Request.URL, err)
	}
}

// nullIn returns the first member or element of a response that is null and must be left
// out instead; empty if there is none.
func nullIn(body []byte) string {
	var value any
	if len(body) == 0 || json.Unmarshal(body, &value) != nil {
		return ""
	}
	return findNull("the response", value)
}

func findNull(name string, value any) string {
	switch v := value.(type) {
	case nil:
		return name
	case []any:
		for _, element := range v {
			if found := findNull(name, element); found != "" {
				return found
			}
		}
	case map[string]any:
		_, rpc := v["jsonrpc"]
		for key, member := range v {
			if key == "json" || key == "metadata" || key == "id" && rpc {
				continue // free-form, or null by JSON-RPC
			}
			if found := findNull(key, member); found != "" {
				return found
			}
		}
	}
	return ""
}

// TestNullIn checks the check.
func TestNullIn(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":1}`: "", `{"a":null}`: "a", `{"a":[{"b":null}]}`: "b", `[1,null]`: "the response", `null`: "the response",
		`{"json":{"a":null},"metadata":{"b":null}}`: "", `{"jsonrpc":"2.0","id":null,"result":{}}`: "", `{"id":null}`: "id", `{"jsonrpc":"2.0","error":null}`: "error",
	} {
		if got := nullIn([]byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// TestErrorResponsesHaveNoNull calls what fails: errors have no nulls either.
func TestErrorResponsesHaveNoNull(t *testing.T) {
	sb := newSandboxFixture(t)
	sb.contract = nil // some of the requests are invalid on purpose
	for _, c := range []struct{ method, path, body string }{
		{http.MethodPost, "mcp", `{"jsonrpc":"2.0","id":1,"method":"no/such"}`},
		{http.MethodPost, "mcp", `{"jsonrpc":"2.0","method":"no/such"}`},
		{http.MethodPost, "mcp", `{"jsonrpc":"2.0","id":1,"method":"ping"}`},
		{http.MethodPost, "mcp", `{`},
		{http.MethodGet, "nothing", ""},
		{http.MethodGet, "access-requests/AR-99999", ""},
		{http.MethodGet, "access-sessions/none/access-details", ""},
		{http.MethodPost, "access-requests", `{}`},
		{http.MethodPost, "access-requests/dry-run", `{}`},
		{http.MethodPost, "access-requests/AR-99999/request-again", `{}`},
	} {
		_, body := sb.send(demoUser(), c.method, c.path, c.body)
		if at := nullIn([]byte(body)); at != "" {
			t.Errorf("%s %s: null for %s: %s", c.method, c.path, at, body)
		}
		if c.path == "mcp" && strings.Contains(body, `"result"`) && strings.Contains(body, `"error"`) {
			t.Errorf("%s: a result and an error: %s", c.body, body)
		}
	}
}

// recordUse records what was used, and reports unknown query parameters.
func (c *contract) recordUse(route describedRoute, req *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := route.Method + " " + route.Path
	c.used[name] = true
	for param := range req.URL.Query() {
		if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, param) == nil {
			c.t.Errorf("%s has no query parameter %q", name, param)
		}
		c.used[name+"?"+param] = true
	}
}

// pathParams returns the values of placeholders such as {id} in a path.
func pathParams(pattern string, req *http.Request) map[string]string {
	values := map[string]string{}
	_, path, _ := strings.Cut(pattern, " ")
	got := strings.Split(req.URL.Path, "/")
	for i, part := range strings.Split(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			values[strings.TrimSuffix(name, "}")] = got[i]
		}
	}
	return values
}

// TestOperationsMatchTheDescription calls every operation of the sandbox, with
// every query parameter that the description has for it.
func TestOperationsMatchTheDescription(t *testing.T) {
	sb := newSandboxFixture(t)
	if sb.contract == nil {
		t.Skipf("%s does not exist: there is nothing to check the sandbox against", descriptionFile)
	}
	if err := sb.SetCustomFields(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	n := sb.shopRequest(permission.ReadOnly)
	n.CustomFields = map[string]string{"ticket": "OPS-1"}
	request, session := sb.createActive(n)
	other := sb.create(n)[0]
	pending := [2]string{}
	for i := range pending {
		billing := sb.newRequest("mysql/billing-production", "mysql-database", permission.ReadOnly, "billing")
		billing.CustomFields = n.CustomFields
		pending[i] = sb.create(billing)[0]
	}
	sb.clock.advance(grantDelay)

	examples := newExamples(request, other, pending)
	for _, op := range sb.operations() {
		name := op.method + " " + op.path
		example, ok := examples[name]
		if !ok {
			example.user = demoUser()
		}
		if name == "POST access-requests" {
			continue // done above
		}
		id := example.id
		switch {
		case id != "":
		case strings.HasPrefix(op.path, "access-request-templates"):
			id = sb.catalog().Templates[0].ID
		case strings.HasPrefix(op.path, "access-requests"):
			id = request
		case strings.HasPrefix(op.path, "access-sessions"):
			id = session.ID
		case strings.HasPrefix(op.path, "access-groups"):
			id = groupID(1, 0)
		}
		path := strings.ReplaceAll(op.path, "{id}", id) + sb.everyParameter(op, request, session)
		if status, text := sb.send(example.user, op.method, path, example.body); status != op.status {
			t.Errorf("%s %s: %d %s", op.method, path, status, text)
		}
	}
	sb.wantAllUsed()
}

// example is how to call an operation that needs a body, another user or another
// request than the default.
type example struct {
	user     User
	id, body string
}

func newExamples(request, other string, pending [2]string) map[string]example {
	const empty = `{"filter_integration_ids":[],"filter_bundle_ids":[],"filter_resource_type_ids":[],"filter_resource_ids":[],"filter_resources":[],"filter_permission_ids":[],"filter_access_unit_ids":[]}`
	return map[string]example{
		"POST access-requests/{id}/approve":       {approver(), pending[0], `{"justification":"yes"}`},
		"POST access-requests/{id}/reject":        {approver(), pending[1], `{"justification":null}`},
		"POST access-requests/{id}/favorite":      {demoUser(), request, `{"favorite":true}`},
		"POST access-requests/{id}/request-again": {demoUser(), request, `{"justification":"again","custom_fields":{"ticket":"OPS-2"}}`},
		"POST access-requests/{id}/revoke":        {demoUser(), other, ""},
		"POST access-requests/dry-run":            {demoUser(), "", empty},
		"POST analytics":                          {demoUser(), "", `{"event_name":"x","client_type":"cli","properties":{}}`},
		"POST analytics/bulk":                     {demoUser(), "", `{"events":[]}`},
		"POST justification-validation":           {demoUser(), "", empty},
		"POST logs":                               {demoUser(), "", `{"session_id":"x","level":"info","message":"x"}`},
		"POST mcp":                                {demoUser(), "", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`},
	}
}

// everyParameter returns a query with all parameters of an operation.
func (sb *sandboxFixture) everyParameter(op route, request string, session client.AccessSession) string {
	described := sb.contract.doc.Paths.Value(apiPath + op.path).GetOperation(op.method)
	in := session.Integration
	values := map[string]string{
		"limit": "5", "skip": "0", "scope": "MyRequests", "request_ids": request, "request_id": request, "statuses": "Active",
		"integration-id": in.ID, "integration-ids": in.ID, "integration_id": in.ID, "integration_types": in.Type,
		"resource-type-id": catalog.ShopDatabaseType, "resource-type-ids": catalog.ShopDatabaseType, "search": "shop", "source-id": "shop",
		"grantee_id": DemoUser, "grantee_type": "User", "grantee_ids": DemoUser, "requestor_ids": DemoUser, "session_id": session.ID,
		"permission-ids": permission.ReadOnly, "permission-search": "read", "access_units_summary_limit": "1", "category": "featureAnnouncement",
		"consumed_by": "apono_cli", "credentials_id": session.Credentials.ID, "session_types": session.Type.ID, "status": session.Status,
		"sessions-page-size": "1", "favorite_only": "false", "include_autogrant": "false", "include_disconnected": "true",
		"resource_type_only_mode": "false", "filter-available": "true", "format_type": "cli", "bundle-ids": sb.catalog().Bundles[0].ID, "bundle_id": "none",
		"resource-ids": sb.resources("sqlite/shop", catalog.ShopDatabaseType, "shop")[0],
	}
	var query []string
	for _, p := range described.Parameters {
		if p.Value.In != openapi3.ParameterInQuery {
			continue
		}
		value, ok := values[p.Value.Name]
		if !ok {
			sb.t.Errorf("%s %s: no value for %s", op.method, op.path, p.Value.Name)
		}
		query = append(query, p.Value.Name+"="+value)
	}
	return "?" + strings.Join(query, "&")
}

func (sb *sandboxFixture) wantAllUsed() {
	sb.t.Helper()
	for _, op := range sb.operations() {
		path := apiPath + op.path
		described := sb.contract.doc.Paths.Value(path).GetOperation(op.method)
		if described == nil {
			sb.t.Errorf("%s %s is not in the description", op.method, path)
			continue
		}
		if name := op.method + " " + path; !sb.contract.used[name] {
			sb.t.Errorf("%s was not called", name)
		}
		for _, p := range described.Parameters {
			if name := fmt.Sprintf("%s %s?%s", op.method, path, p.Value.Name); p.Value.In == openapi3.ParameterInQuery && !sb.contract.used[name] {
				sb.t.Errorf("%s was not used", name)
			}
		}
	}
}
