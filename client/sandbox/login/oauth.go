package login

import (
	"encoding/json"
	"net/http"
)

// oauthError is a refusal in OAuth's own words (RFC 6749, section 5.2).
type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
	// Interval goes with slow_down: the seconds to wait from now on.
	Interval int64 `json:"interval,omitempty"`
}

// Error says what was refused and why.
func (e *oauthError) Error() string { return e.Code + ": " + e.Description }

func refuse(code, description string) *oauthError {
	return &oauthError{Code: code, Description: description}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // a client that went away
}

// writeRefusal answers a client's request that failed; a failure of the
// server's own is not explained.
func writeRefusal(w http.ResponseWriter, refused *oauthError, err error) {
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, refuse("server_error", "the sandbox's logins cannot be read or written"))
		return
	}
	writeJSON(w, http.StatusBadRequest, refused)
}

// metadata is RFC 8414's description of the server.
type metadata struct {
	Issuer        string   `json:"issuer"`
	Authorize     string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Device        string   `json:"device_authorization_endpoint"`
	ResponseTypes []string `json:"response_types_supported"`
	GrantTypes    []string `json:"grant_types_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	ClientAuth    []string `json:"token_endpoint_auth_methods_supported"`
}

func (s *Server) showMetadata(w http.ResponseWriter, r *http.Request) {
	root := rootOf(r)
	writeJSON(w, http.StatusOK, metadata{
		Issuer:        root,
		Authorize:     root + "/oauth/authorize",
		Token:         root + "/oauth/token",
		Device:        root + "/oauth/device_authorization",
		ResponseTypes: []string{"code"},
		GrantTypes:    []string{grantCode, grantRefresh, grantDevice},
		Challenges:    []string{"S256"},
		ClientAuth:    []string{"none"},
	})
}

// rootOf is the server's own address, as the client sees it.
func rootOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
