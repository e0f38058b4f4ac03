package command_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"apono/client/sandbox"
)

// addPersonalToken creates a personal token at a service and returns its ID.
func (s *sandboxServer) addPersonalToken(name string) string {
	s.t.Helper()
	w := httptest.NewRecorder()
	body := strings.NewReader(`{"name":"` + name + `"}`)
	s.tokens.PersonalTokensOf(sandbox.DemoUser).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/client/v1/personal-tokens", body))
	var created struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &created); err != nil || created.ID == "" {
		s.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return created.ID
}
