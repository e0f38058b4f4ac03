package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"apono/client/sandbox/inprocess"
)

// Handler serves the API to users with a token that Options.Authenticate
// accepts. Other requests get 401.
func (s *Sandbox) Handler() http.Handler {
	return recoverPanics(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, ok := s.userOf(bearerToken(r))
		if !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeError(w, errorf(http.StatusUnauthorized, "You are not logged in, or your login has expired. Run: apono login"))
			return
		}
		s.serveAs(user).ServeHTTP(w, r)
	}))
}

// Transport returns a transport that calls the API in this process as the demo
// user. It ignores the token, the scheme and the host of a request.
func (s *Sandbox) Transport() http.RoundTripper { return s.transportAs(demoUser()) }

// ApproverTransport is Transport for the user who approves requests.
func (s *Sandbox) ApproverTransport() http.RoundTripper { return s.transportAs(approver()) }

func (s *Sandbox) transportAs(user User) http.RoundTripper {
	return inprocess.Transport{Handler: recoverPanics(s.serveAs(user))}
}

// userKey is the context key of the user who makes a request.
type userKey struct{}

// serveAs serves the API as user.
func (s *Sandbox) serveAs(user User) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.personalTokens != nil && isPersonalTokenPath(r.URL.Path) {
			s.personalTokens(user.ID).ServeHTTP(w, r)
			return
		}
		s.routes().ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, user)))
	})
}

func (s *Sandbox) userOf(token string) (User, bool) {
	if token == "" || s.authenticate == nil {
		return User{}, false
	}
	id, ok := s.authenticate(token)
	if !ok {
		return User{}, false
	}
	return userByID(id)
}

// bearerToken returns the token of a request, or "".
func bearerToken(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// recoverPanics responds with 500 if next panics, so that a bug in the sandbox
// does not end the program that embeds it.
func recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				writeError(w, fmt.Errorf("panic at %s %s: %v", r.Method, r.URL.Path, p))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// apiPath is the prefix of every operation's path.
const apiPath = "/api/client/v1/"

// isPersonalTokenPath reports whether a path is one of the operations that
// Options.PersonalTokens serves.
func isPersonalTokenPath(path string) bool {
	const root = apiPath + "personal-tokens"
	return path == root || strings.HasPrefix(path, root+"/")
}

// route is one operation of the API.
type route struct {
	method, path string // path is relative to apiPath
	status       int    // of a successful response
	endpoint     endpoint
}

// operations returns everything that the sandbox serves.
func (s *Sandbox) operations() []route {
	const ok, created = http.StatusOK, http.StatusCreated
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{get, "session", ok, s.getSession},
		{get, "session/is-mfa-enrolled", ok, s.isMFAEnrolled},
		{get, "cli-notifications", ok, listNotifications},
		{post, "analytics", created, discardAnalytics},
		{post, "analytics/bulk", created, discardAnalytics},
		{post, "logs", ok, acceptLog},
		{post, "mcp", ok, mcp},

		{get, "inventory/integrations", ok, s.listIntegrations},
		{get, "inventory/resource-types", ok, s.listResourceTypes},
		{get, "inventory/resources", ok, s.listResources},
		{get, "inventory/permissions", ok, s.listPermissions},
		{get, "inventory/bundles", ok, s.listBundles},
		{get, "inventory/access-units", ok, s.listAccessUnits},
		{get, "inventory/grantees", ok, s.listGrantees},

		{post, "justification-validation", ok, s.checkJustification},

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

		{get, "access-request-templates", ok, s.listTemplates},
		{get, "access-request-templates/{id}", ok, s.getTemplate},

		{get, "access-groups/{id}/details", ok, s.getGroupDetails},
		{post, "access-groups/{id}/reset", ok, s.resetGroup},
		{get, "access-groups/{id}/units", ok, s.listGroupUnits},

		{get, "access-sessions", ok, s.listSessions},
		{get, "access-sessions/{id}", ok, s.getAccessSession},
		{get, "access-sessions/{id}/access-details", ok, s.accessDetails},
		{get, "access-sessions/{id}/request-template", ok, s.getRequestTemplate},
		{post, "access-sessions/{id}/reset-credentials", ok, s.resetCredentials},
		{get, "access-session-groups", ok, s.listSessionGroups},
		{post, "access-session-sync", ok, s.syncSessions},
	}
}

func (s *Sandbox) newRoutes() http.Handler {
	mux := http.NewServeMux()
	for _, op := range s.operations() {
		mux.Handle(op.method+" "+apiPath+op.path, serveEndpoint(op.status, op.endpoint))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, errorf(http.StatusNotFound, "The sandbox has no operation %s %s", r.Method, r.URL.Path))
	})
	return mux
}
