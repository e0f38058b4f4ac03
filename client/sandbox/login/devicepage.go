package login

import (
	"net/http"
	"net/url"
)

// showDevice asks for the code, or, with a code that waits, for the decision.
func (s *Server) showDevice(w http.ResponseWriter, r *http.Request) {
	typed := r.URL.Query().Get("user_code")
	if typed == "" {
		writeEntry(w, http.StatusOK, entry{})
		return
	}
	code := asUserCode(typed)
	waits, err := s.waiting(r.Context(), code)
	switch {
	case err != nil:
		writeMessage(w, http.StatusInternalServerError, message{Title: "This login cannot go on", Text: "The sandbox's logins cannot be read."})
	case !waits:
		writeEntry(w, http.StatusNotFound, entry{Typed: typed, Problem: "No login waits for this code. Compare it with the terminal, or start again there: codes end after ten minutes."})
	default:
		writeChoice(w, choice{
			Title: "Log in to the sandbox", Lead: "Does the terminal show this code? Then choose as whom it logs in. If you did not start this login, deny it.",
			Code: code, Action: "/device", Users: s.options.Users,
			Hidden: s.sealed(w, r, deviceFields(code)),
		})
	}
}

func deviceFields(code string) url.Values { return url.Values{"user_code": {code}} }

// decideDevice notes the decision.
func (s *Server) decideDevice(w http.ResponseWriter, r *http.Request) {
	form, ok := s.readForm(w, r)
	if !ok {
		return
	}
	code := form.Get("user_code")
	if !s.isSealed(r, form, deviceFields(code)) {
		writeMessage(w, http.StatusForbidden, message{Title: "This login cannot go on", Text: "The form is not one that this browser was given. Open the address from the terminal again."})
		return
	}
	user := s.users[form.Get("user")]
	decided, err := s.decide(r.Context(), code, user.ID)
	switch {
	case err != nil:
		writeMessage(w, http.StatusInternalServerError, message{Title: "This login cannot go on", Text: "The sandbox's logins cannot be written."})
	case !decided:
		writeMessage(w, http.StatusConflict, message{Title: "Too late", Text: "This code has been answered already, or has expired."})
	case user.ID == "":
		writeMessage(w, http.StatusOK, message{Title: "Denied", Text: "The terminal has not been logged in. You can close this tab."})
	default:
		writeMessage(w, http.StatusOK, message{Good: true, Title: "Authorized, you can close this tab", Text: "The terminal goes on as " + user.Name + "."})
	}
}
