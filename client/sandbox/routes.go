package sandbox

import "net/http"

const base = "/api/client/v1/"

// route is one operation of the API.
type route struct {
	method, path string // the path below base
	status       int    // of a good answer
	act          action
}

// operations is everything that the sandbox serves.
func (s *Sandbox) operations() []route {
	const ok, created = http.StatusOK, http.StatusCreated
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{get, "session", ok, s.getSession},
		{get, "session/is-mfa-enrolled", ok, s.isMFAEnrolled},
		{get, "cli-notifications", ok, s.notifications},
		{post, "analytics", created, forget},
		{post, "analytics/bulk", created, forget},
		{post, "logs", ok, s.acceptLog},
		{post, "mcp", ok, s.mcp},

		{get, "inventory/integrations", ok, s.listIntegrations},
		{get, "inventory/resource-types", ok, s.listResourceTypes},
		{get, "inventory/resources", ok, s.listResources},
		{get, "inventory/permissions", ok, s.listPermissions},
		{get, "inventory/bundles", ok, s.listBundles},
		{get, "inventory/access-units", ok, s.listAccessUnits},
		{get, "inventory/grantees", ok, s.listGrantees},

		{get, "access-requests", ok, s.listRequests},
		{post, "access-requests", ok, s.createRequest},
		{post, "access-requests/dry-run", ok, s.dryRun},
		{post, "access-requests/pass-mfa", ok, s.passMFA},
		{get, "access-requests/access_units", ok, s.requestUnits},
		{get, "access-requests/{id}", ok, s.getRequest},
		{post, "access-requests/{id}/approve", ok, s.approve},
		{post, "access-requests/{id}/reject", ok, s.reject},
		{post, "access-requests/{id}/revoke", ok, s.revoke},
		{post, "access-requests/{id}/extend", ok, s.extend},
		{post, "access-requests/{id}/favorite", ok, s.favorite},
		{post, "access-requests/{id}/dry-run", ok, s.dryRunAgain},
		{post, "access-requests/{id}/request-again", ok, s.requestAgain},

		{get, "access-groups/{id}/details", ok, s.groupDetails},
		{post, "access-groups/{id}/reset", ok, s.resetGroup},
		{get, "access-groups/{id}/units", ok, s.groupUnits},

		{get, "access-sessions", ok, s.listSessions},
		{get, "access-sessions/{id}", ok, s.getAccessSession},
		{get, "access-sessions/{id}/access-details", ok, s.accessDetails},
		{get, "access-sessions/{id}/request-template", ok, s.requestTemplate},
		{post, "access-sessions/{id}/reset-credentials", ok, s.resetCredentials},
		{get, "access-session-groups", ok, s.listSessionGroups},
		{post, "access-session-sync", ok, s.syncSessions},
	}
}

func (s *Sandbox) newRoutes() http.Handler {
	mux := http.NewServeMux()
	for _, op := range s.operations() {
		mux.Handle(op.method+" "+base+op.path, serve(op.status, op.act))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, refuse(http.StatusNotFound, "The sandbox does not answer %s %s", r.Method, r.URL.Path))
	})
	return mux
}
