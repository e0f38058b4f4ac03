package login

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"apono/client"
)

// wireToken is a personal token of the API (schemas UserPersonalToken, with
// masked_token, and Unmasked, with token).
type wireToken struct {
	ID        string          `json:"id"`
	AccountID string          `json:"account_id"`
	UserID    string          `json:"user_id"`
	Name      string          `json:"name"`
	Masked    string          `json:"masked_token,omitempty"`
	Token     string          `json:"token,omitempty"`
	Expires   *client.Instant `json:"expiry_date"`
	Created   *client.Instant `json:"created_date"`
}

// PersonalTokens serves the API's paths below /api/client/v1/personal-tokens to
// the user whose token the request carries, and nothing else.
func (s *Server) PersonalTokens() http.Handler {
	const root = "/api/client/v1/personal-tokens"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+root, s.forUser(s.listPersonal))
	mux.HandleFunc("POST "+root, s.forUser(s.createPersonal))
	mux.HandleFunc("GET "+root+"/{id}", s.forUser(s.getPersonal))
	mux.HandleFunc("DELETE "+root+"/{id}", s.forUser(s.removePersonal))
	mux.HandleFunc("PUT "+root+"/{id}/expiry", s.forUser(s.updatePersonal))
	return mux
}

// userCall answers one call of a user's.
type userCall func(r *http.Request, userID string) (any, error)

// badRequest is a call that the API refuses with 400; its text is the message.
type badRequest string

// Error is the message.
func (e badRequest) Error() string { return string(e) }

func (s *Server) forUser(call userCall) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		userID, ok := s.Authenticate(token)
		if !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeJSON(w, http.StatusUnauthorized, said("You are not logged in, or the login has expired"))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		answer, err := call(r, userID)
		var bad badRequest
		switch {
		case err == nil:
			writeJSON(w, http.StatusOK, answer)
		case errors.Is(err, errUnknownToken):
			writeJSON(w, http.StatusNotFound, said("No personal token has this ID"))
		case errors.As(err, &bad):
			writeJSON(w, http.StatusBadRequest, said(bad.Error()))
		default:
			writeJSON(w, http.StatusInternalServerError, said("The sandbox's logins cannot be read or written"))
		}
	}
}

func said(message string) map[string]string { return map[string]string{"message": message} }

func (s *Server) listPersonal(r *http.Request, userID string) (any, error) {
	tokens, err := s.personalTokens(r.Context(), userID, "")
	list := make([]wireToken, len(tokens))
	for i, t := range tokens {
		list[i] = s.wire(t)
	}
	return list, err
}

func (s *Server) getPersonal(r *http.Request, userID string) (any, error) {
	tokens, err := s.personalTokens(r.Context(), userID, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.wire(tokens[0]), nil
}

func (s *Server) createPersonal(r *http.Request, userID string) (any, error) {
	var body struct {
		Name    string          `json:"name"`
		Expires *client.Instant `json:"expiry_date"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, badRequest("The body must be JSON with a name")
	}
	body.Name = strings.TrimSpace(body.Name)
	if body.Name == "" {
		return nil, badRequest("name is required")
	}
	if err := s.checkExpiry(body.Expires); err != nil {
		return nil, err
	}
	secret, t, err := s.addPersonal(r.Context(), userID, body.Name, millisOf(body.Expires))
	answer := s.wire(t)
	answer.Masked, answer.Token = "", secret
	return answer, err
}

func (s *Server) removePersonal(r *http.Request, userID string) (any, error) {
	return said("Token deleted"), s.deletePersonal(r.Context(), userID, r.PathValue("id"))
}

// updatePersonal answers as the description says, with a token; but as only its
// hash is kept, what it can show of it is the mask.
func (s *Server) updatePersonal(r *http.Request, userID string) (any, error) {
	var body struct {
		Expires *client.Instant `json:"expiry_date"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, badRequest("The body must be JSON with an expiry_date")
	}
	if err := s.checkExpiry(body.Expires); err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if err := s.setPersonalExpiry(r.Context(), userID, id, millisOf(body.Expires)); err != nil {
		return nil, err
	}
	tokens, err := s.personalTokens(r.Context(), userID, id)
	if err != nil {
		return nil, err
	}
	answer := s.wire(tokens[0])
	answer.Masked, answer.Token = "", tokens[0].masked
	return answer, nil
}

func (s *Server) checkExpiry(at *client.Instant) error {
	if at != nil && !at.Time().After(s.now()) {
		return badRequest("expiry_date is in the past")
	}
	return nil
}

func (s *Server) wire(t personalToken) wireToken {
	return wireToken{
		ID: t.id, AccountID: s.options.AccountID, UserID: t.userID, Name: t.name, Masked: t.masked,
		Expires: instantOf(t.expires), Created: instantOf(t.created),
	}
}
