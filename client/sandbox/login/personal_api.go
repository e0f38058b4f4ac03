package login

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"apono/client"
)

// wireToken is a personal token as the API sends it. Only one of Masked and Token
// is set, depending on the schema.
type wireToken struct {
	ID        string          `json:"id"`
	AccountID string          `json:"account_id"`
	UserID    string          `json:"user_id"`
	Name      string          `json:"name"`
	Masked    string          `json:"masked_token,omitempty"`
	Token     string          `json:"token,omitempty"`
	Expires   *client.Instant `json:"expiry_date,omitempty"`
	Created   *client.Instant `json:"created_date"`
}

// PersonalTokens serves the API below /api/client/v1/personal-tokens to users with a
// token. Users see and change only their own tokens.
func (s *Server) PersonalTokens() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		userID, ok := s.Authenticate(token)
		if !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeJSON(w, http.StatusUnauthorized, messageBody("You are not logged in, or the login has expired"))
			return
		}
		s.PersonalTokensOf(userID).ServeHTTP(w, r)
	})
}

// PersonalTokensOf serves the same to one user, whom the caller has authenticated.
func (s *Server) PersonalTokensOf(userID string) http.Handler {
	const root = "/api/client/v1/personal-tokens"
	mux := http.NewServeMux()
	for pattern, serve := range map[string]userCall{
		"GET " + root:                  s.listPersonal,
		"POST " + root:                 s.createPersonal,
		"GET " + root + "/{id}":        s.getPersonal,
		"DELETE " + root + "/{id}":     s.removePersonal,
		"PUT " + root + "/{id}/expiry": s.updatePersonal,
	} {
		mux.HandleFunc(pattern, s.forUser(userID, serve))
	}
	return mux
}

// userCall handles an authenticated API call and returns the response body.
type userCall func(r *http.Request, userID string) (any, error)

// badRequest is an error that the API reports with status 400 and this message.
type badRequest string

// Error returns the message.
func (e badRequest) Error() string { return string(e) }

// forUser makes a call as a user, and writes its result or error.
func (s *Server) forUser(userID string, call userCall) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		response, err := call(r, userID)
		var bad badRequest
		switch {
		case err == nil:
			writeJSON(w, http.StatusOK, response)
		case errors.Is(err, errNoPersonalToken):
			writeJSON(w, http.StatusNotFound, messageBody("There is no personal token with this ID"))
		case errors.As(err, &bad):
			writeJSON(w, http.StatusBadRequest, messageBody(bad.Error()))
		default:
			writeJSON(w, http.StatusInternalServerError, messageBody("The sandbox's login database failed"))
		}
	}
}

// messageBody is the body of a response that is only a message.
func messageBody(message string) map[string]string { return map[string]string{"message": message} }

func (s *Server) listPersonal(r *http.Request, userID string) (any, error) {
	tokens, err := s.personalTokens(r.Context(), userID, "")
	list := make([]wireToken, len(tokens))
	for i, t := range tokens {
		list[i] = s.toWire(t)
	}
	return list, err
}

func (s *Server) getPersonal(r *http.Request, userID string) (any, error) {
	tokens, err := s.personalTokens(r.Context(), userID, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.toWire(tokens[0]), nil
}

func (s *Server) createPersonal(r *http.Request, userID string) (any, error) {
	var body struct {
		Name    string          `json:"name"`
		Expires *client.Instant `json:"expiry_date"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, badRequest("The body must be a JSON object with a name")
	}
	body.Name = strings.TrimSpace(body.Name)
	if body.Name == "" {
		return nil, badRequest("name is required")
	}
	if err := s.checkExpiry(body.Expires); err != nil {
		return nil, err
	}
	secret, t, err := s.addPersonal(r.Context(), userID, body.Name, toMillis(body.Expires))
	response := s.toWire(t)
	response.Masked, response.Token = "", secret
	return response, err
}

func (s *Server) removePersonal(r *http.Request, userID string) (any, error) {
	return messageBody("Token deleted"), s.deletePersonal(r.Context(), userID, r.PathValue("id"))
}

// updatePersonal changes the expiry. By the API's schema it returns the token,
// but only the hash is stored, so it returns the masked token instead.
func (s *Server) updatePersonal(r *http.Request, userID string) (any, error) {
	var body struct {
		Expires *client.Instant `json:"expiry_date"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, badRequest("The body must be a JSON object with an expiry_date")
	}
	if err := s.checkExpiry(body.Expires); err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if err := s.setPersonalExpiry(r.Context(), userID, id, toMillis(body.Expires)); err != nil {
		return nil, err
	}
	tokens, err := s.personalTokens(r.Context(), userID, id)
	if err != nil {
		return nil, err
	}
	response := s.toWire(tokens[0])
	response.Masked, response.Token = "", tokens[0].masked
	return response, nil
}

func (s *Server) checkExpiry(at *client.Instant) error {
	if at != nil && !at.Time().After(s.now()) {
		return badRequest("expiry_date must be in the future")
	}
	return nil
}

func (s *Server) toWire(t personalToken) wireToken {
	return wireToken{
		ID: t.id, AccountID: s.options.AccountID, UserID: t.userID, Name: t.name, Masked: t.masked,
		Expires: toInstant(t.expires), Created: toInstant(t.created),
	}
}
