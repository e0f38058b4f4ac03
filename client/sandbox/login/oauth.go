package login

import (
	"encoding/json"
	"net/http"
)

// oauthError is an OAuth error response (RFC 6749, section 5.2).
type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
	// Interval is the new polling interval in seconds, only for slow_down.
	Interval int64 `json:"interval,omitempty"`
}

// Error returns the code and the description.
func (e *oauthError) Error() string { return e.Code + ": " + e.Description }

func newOAuthError(code, description string) *oauthError {
	return &oauthError{Code: code, Description: description}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // fails only if the client is gone
}

// writeError responds to a request that failed: with 500 if err is not nil, without
// its text, otherwise with refused.
func writeError(w http.ResponseWriter, refused *oauthError, err error) {
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, newOAuthError("server_error", "the sandbox's login database failed"))
		return
	}
	writeJSON(w, http.StatusBadRequest, refused)
}

// metadata describes the server (RFC 8414).
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
	root := baseURL(r)
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

// baseURL returns the server's own address, as the client sees it.
func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
