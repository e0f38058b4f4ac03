package login

import (
	"net/http"
	"net/url"
)

// showDevice asks for the code, or, if it has a code that is waiting, for the
// decision.
func (s *Server) showDevice(w http.ResponseWriter, r *http.Request) {
	typed := r.URL.Query().Get("user_code")
	if typed == "" {
		writeCodePage(w, http.StatusOK, codePage{})
		return
	}
	code := parseUserCode(typed)
	waiting, err := s.isWaiting(r.Context(), code)
	switch {
	case err != nil:
		writeMessagePage(w, http.StatusInternalServerError, messagePage{Title: "Login failed", Text: "The sandbox's login database could not be read."})
	case !waiting:
		writeCodePage(w, http.StatusNotFound, codePage{Typed: typed, Problem: "No login is waiting for this code. Check it against the terminal. Codes expire after ten minutes; start the login again there for a new one."})
	default:
		writeUserPage(w, userPage{
			Title: "Log in to the sandbox", Lead: "Does the terminal show this code? If so, choose the user to log in as. If you did not start this login, deny it.",
			Code: code, Action: "/device", Users: s.options.Users,
			Hidden: s.withCSRFToken(w, r, deviceFields(code)),
		})
	}
}

// deviceFields returns the code as form fields, to be posted back.
func deviceFields(code string) url.Values { return url.Values{"user_code": {code}} }

// submitDevice stores the user's decision.
func (s *Server) submitDevice(w http.ResponseWriter, r *http.Request) {
	form, ok := s.parseForm(w, r)
	if !ok {
		return
	}
	code := form.Get("user_code")
	if !s.validCSRFToken(r, form, deviceFields(code)) {
		writeMessagePage(w, http.StatusForbidden, messagePage{Title: "Login failed", Text: "This form is not from your browser session. Open the address from the terminal again."})
		return
	}
	user := s.users[form.Get("user")]
	decided, err := s.decide(r.Context(), code, user.ID)
	switch {
	case err != nil:
		writeMessagePage(w, http.StatusInternalServerError, messagePage{Title: "Login failed", Text: "The sandbox's login database could not be written."})
	case !decided:
		writeMessagePage(w, http.StatusConflict, messagePage{Title: "Code no longer valid", Text: "This code was already used, or it has expired. Start the login again in the terminal."})
	case user.ID == "":
		writeMessagePage(w, http.StatusOK, messagePage{Title: "Login denied", Text: "The terminal was not logged in. You can close this tab."})
	default:
		writeMessagePage(w, http.StatusOK, messagePage{Good: true, Title: "Authorized, you can close this tab", Text: "The terminal is logged in as " + user.Name + "."})
	}
}
