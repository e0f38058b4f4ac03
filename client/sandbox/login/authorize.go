package login

import (
	"net/http"
	"net/url"
	"slices"
)

// maxForm bounds a form; none of this server's comes near it.
const maxForm = 64 << 10

// ask is what a client asks a person for.
type ask struct {
	Redirect, State, Challenge, Scope string
}

// readAsk reads a client's request. problem is for the person, where the client
// cannot be trusted with an answer; refused is for the client.
func readAsk(values url.Values) (a ask, problem string, refused *oauthError) {
	a = ask{
		Redirect: values.Get("redirect_uri"), State: values.Get("state"),
		Challenge: values.Get("code_challenge"), Scope: values.Get("scope"),
	}
	switch {
	case values.Get("client_id") != ClientID:
		return a, "The program that sent you here is not known to this sandbox.", nil
	case !registered(a.Redirect):
		return a, "The program that sent you here wants the answer at an address that is not registered.", nil
	case values.Get("response_type") != "code":
		return a, "", refuse("unsupported_response_type", "response_type must be code")
	case a.Challenge == "":
		return a, "", refuse("invalid_request", "code_challenge is missing: this server requires PKCE")
	case values.Get("code_challenge_method") != "S256":
		return a, "", refuse("invalid_request", "code_challenge_method must be S256")
	}
	return a, "", nil
}

// registered says whether an answer may go to address: the ports that the
// command line listens on, on this machine, any path.
func registered(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Scheme == "http" && parsed.User == nil && parsed.Fragment == "" &&
		parsed.Hostname() == "localhost" &&
		slices.Contains([]string{"64131", "64132", "64133", "64134"}, parsed.Port())
}

// showAuthorize asks the person.
func (s *Server) showAuthorize(w http.ResponseWriter, r *http.Request) {
	a, problem, refused := readAsk(r.URL.Query())
	switch {
	case problem != "":
		writeMessage(w, http.StatusBadRequest, message{Title: "This login cannot go on", Text: problem})
	case refused != nil:
		sendBack(w, r, a, url.Values{"error": {refused.Code}, "error_description": {refused.Description}})
	default:
		writeChoice(w, choice{
			Title: "Log in to the sandbox", Lead: "The command line wants to act for you. As whom do you log in?",
			Action: "/oauth/authorize", Users: s.options.Users,
			Hidden: s.sealed(w, r, a.fields()),
		})
	}
}

// fields is what the form has to bring back.
func (a ask) fields() url.Values {
	return url.Values{
		"client_id": {ClientID}, "response_type": {"code"}, "redirect_uri": {a.Redirect}, "state": {a.State},
		"code_challenge": {a.Challenge}, "code_challenge_method": {"S256"}, "scope": {a.Scope},
	}
}

// decideAuthorize takes the person's decision to the client.
func (s *Server) decideAuthorize(w http.ResponseWriter, r *http.Request) {
	form, ok := s.readForm(w, r)
	if !ok {
		return
	}
	a, problem, refused := readAsk(form)
	if problem != "" || refused != nil || !s.isSealed(r, form, a.fields()) {
		writeMessage(w, http.StatusForbidden, message{Title: "This login cannot go on", Text: "The form is not one that this browser was given. Start the login again in the terminal."})
		return
	}
	user, known := s.users[form.Get("user")]
	if !known {
		sendBack(w, r, a, url.Values{"error": {"access_denied"}, "error_description": {"the login was denied"}})
		return
	}
	code, err := s.newCode(r.Context(), a, user.ID)
	if err != nil {
		sendBack(w, r, a, url.Values{"error": {"server_error"}})
		return
	}
	sendBack(w, r, a, url.Values{"code": {code}})
}

func (s *Server) readForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		writeMessage(w, http.StatusBadRequest, message{Title: "This login cannot go on", Text: "The form cannot be read. Start the login again in the terminal."})
		return nil, false
	}
	return r.PostForm, true
}

// sendBack sends the browser to the client with the answer.
func sendBack(w http.ResponseWriter, r *http.Request, a ask, answer url.Values) {
	target, err := url.Parse(a.Redirect)
	if err != nil { // readAsk has parsed it
		writeMessage(w, http.StatusBadRequest, message{Title: "This login cannot go on", Text: "The address for the answer cannot be read."})
		return
	}
	query := target.Query()
	for name, values := range answer {
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
