package login

import (
	"net/http"
	"net/url"
	"slices"
)

// maxForm limits the size of a form or a body, in bytes.
const maxForm = 64 << 10

// authorizeRequest is a client's request to log a user in.
type authorizeRequest struct {
	Redirect, State, Challenge, Scope string
}

// parseAuthorizeRequest parses a client's request. If the browser must not be
// redirected to the client, problem explains why to the user. If the request is
// invalid otherwise, refused is the error to send to the client.
func parseAuthorizeRequest(values url.Values) (a authorizeRequest, problem string, refused *oauthError) {
	a = authorizeRequest{
		Redirect: values.Get("redirect_uri"), State: values.Get("state"),
		Challenge: values.Get("code_challenge"), Scope: values.Get("scope"),
	}
	switch {
	case values.Get("client_id") != ClientID:
		return a, "The sandbox does not know the app that sent you here.", nil
	case !isRegistered(a.Redirect):
		return a, "The app that sent you here asked for a redirect to an address that is not registered.", nil
	case values.Get("response_type") != "code":
		return a, "", newOAuthError("unsupported_response_type", "response_type must be code")
	case a.Challenge == "":
		return a, "", newOAuthError("invalid_request", "code_challenge is missing: this server requires PKCE")
	case values.Get("code_challenge_method") != "S256":
		return a, "", newOAuthError("invalid_request", "code_challenge_method must be S256")
	}
	return a, "", nil
}

// isRegistered reports whether the browser may be redirected to address: any path
// on the ports of this machine that the command line listens on.
func isRegistered(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Scheme == "http" && parsed.User == nil && parsed.Fragment == "" &&
		parsed.Hostname() == "localhost" &&
		slices.Contains([]string{"64131", "64132", "64133", "64134"}, parsed.Port())
}

// showAuthorize shows the page on which a user logs in.
func (s *Server) showAuthorize(w http.ResponseWriter, r *http.Request) {
	a, problem, refused := parseAuthorizeRequest(r.URL.Query())
	switch {
	case problem != "":
		writeMessagePage(w, http.StatusBadRequest, messagePage{Title: "Login failed", Text: problem})
	case refused != nil:
		redirectToClient(w, r, a, url.Values{"error": {refused.Code}, "error_description": {refused.Description}})
	default:
		writeUserPage(w, userPage{
			Title: "Log in to the sandbox", Lead: "The apono command line is asking for access. Choose the user to log in as.",
			Action: "/oauth/authorize", Users: s.options.Users,
			Hidden: s.withCSRFToken(w, r, a.fields()),
		})
	}
}

// fields returns the request as form fields, to be posted back.
func (a authorizeRequest) fields() url.Values {
	return url.Values{
		"client_id": {ClientID}, "response_type": {"code"}, "redirect_uri": {a.Redirect}, "state": {a.State},
		"code_challenge": {a.Challenge}, "code_challenge_method": {"S256"}, "scope": {a.Scope},
	}
}

// submitAuthorize redirects to the client with the user's decision.
func (s *Server) submitAuthorize(w http.ResponseWriter, r *http.Request) {
	form, ok := s.parseForm(w, r)
	if !ok {
		return
	}
	a, problem, refused := parseAuthorizeRequest(form)
	if problem != "" || refused != nil || !s.validCSRFToken(r, form, a.fields()) {
		writeMessagePage(w, http.StatusForbidden, messagePage{Title: "Login failed", Text: "This form is not from your browser session. Start the login again in the terminal."})
		return
	}
	user, known := s.users[form.Get("user")]
	if !known {
		redirectToClient(w, r, a, url.Values{"error": {"access_denied"}, "error_description": {"the user denied the login"}})
		return
	}
	code, err := s.newCode(r.Context(), a, user.ID)
	if err != nil {
		redirectToClient(w, r, a, url.Values{"error": {"server_error"}})
		return
	}
	redirectToClient(w, r, a, url.Values{"code": {code}})
}

// parseForm parses a posted form. If it cannot, it shows why and returns false.
func (s *Server) parseForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		writeMessagePage(w, http.StatusBadRequest, messagePage{Title: "Login failed", Text: "The form could not be read. Start the login again in the terminal."})
		return nil, false
	}
	return r.PostForm, true
}

// redirectToClient redirects the browser to the client with response and the state.
func redirectToClient(w http.ResponseWriter, r *http.Request, a authorizeRequest, response url.Values) {
	target, err := url.Parse(a.Redirect)
	if err != nil { // cannot happen: parseAuthorizeRequest parsed it
		writeMessagePage(w, http.StatusBadRequest, messagePage{Title: "Login failed", Text: "The redirect address could not be read."})
		return
	}
	query := target.Query()
	for name, values := range response {
		query[name] = values
	}
	if a.State != "" {
		query.Set("state", a.State)
	}
	target.RawQuery = query.Encode()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, target.String(), http.StatusSeeOther)
}
