package login

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"

	"zombiezen.com/go/sqlite"
)

const (
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
	grantDevice  = "urn:ietf:params:oauth:grant-type:device_code"
)

// tokenResponse is the response to an exchange (RFC 6749, section 5.1).
type tokenResponse struct {
	Access    string `json:"access_token"`
	Type      string `json:"token_type"`
	ExpiresIn int64  `json:"expires_in"`
	Refresh   string `json:"refresh_token"`
	Scope     string `json:"scope"`
}

// parseClientForm parses a form from the known client. If it cannot, it writes an
// error and returns false.
func parseClientForm(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		writeError(w, newOAuthError("invalid_request", "the form could not be read"), nil)
		return false
	}
	if r.PostForm.Get("client_id") != ClientID {
		writeJSON(w, http.StatusUnauthorized, newOAuthError("invalid_client", "unknown client"))
		return false
	}
	return true
}

// issueToken serves POST /oauth/token.
func (s *Server) issueToken(w http.ResponseWriter, r *http.Request) {
	if !parseClientForm(w, r) {
		return
	}
	exchange := map[string]func(context.Context, *http.Request) (*tokenResponse, *oauthError, error){
		grantCode: s.exchangeCode, grantRefresh: s.exchangeRefresh, grantDevice: s.exchangeDevice,
	}[r.PostForm.Get("grant_type")]
	if exchange == nil {
		writeError(w, newOAuthError("unsupported_grant_type", "grant_type must be a code, a refresh token or a device code"), nil)
		return
	}
	response, refused, err := exchange(r.Context(), r)
	if refused != nil || err != nil {
		writeError(w, refused, err)
		return
	}
	writeJSON(w, http.StatusOK, response)
}

// exchangeCode exchanges an authorization code for tokens. A second use of a code
// revokes the tokens of the first, because the code may have been intercepted
// (RFC 6749, section 4.1.2).
func (s *Server) exchangeCode(ctx context.Context, r *http.Request) (response *tokenResponse, refused *oauthError, err error) {
	form := r.PostForm
	err = s.db.Write(ctx, func(conn *sqlite.Conn) (err error) {
		code, found, err := findCode(conn, form.Get("code"))
		switch {
		case err != nil:
			return err
		case !found:
			refused = newOAuthError("invalid_grant", "unknown code")
			return nil
		case code.used:
			refused = newOAuthError("invalid_grant", "the code was already used")
			return revoke(conn, code.grant)
		}
		refused = s.checkCode(code, form.Get("redirect_uri"), form.Get("code_verifier"))
		if refused != nil {
			return useCode(conn, code.hash, "")
		}
		grant, err := s.newGrant(conn, code.userID, code.scope)
		if err != nil {
			return err
		}
		if err := useCode(conn, code.hash, grant); err != nil {
			return err
		}
		response, err = s.newTokens(conn, grant, code.userID, code.scope)
		return err
	})
	return response, refused, err
}

// checkCode checks a code's expiry, redirect and PKCE verifier.
func (s *Server) checkCode(code authorizationCode, redirect, verifier string) *oauthError {
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	switch {
	case s.now().UnixMilli() >= code.expires:
		return newOAuthError("invalid_grant", "the code has expired")
	case redirect != code.redirect:
		return newOAuthError("invalid_grant", "redirect_uri differs from the one in the authorization request")
	case verifier == "":
		return newOAuthError("invalid_request", "code_verifier is missing: this server requires PKCE")
	case subtle.ConstantTimeCompare([]byte(challenge), []byte(code.challenge)) != 1:
		return newOAuthError("invalid_grant", "code_verifier does not match the challenge")
	}
	return nil
}

// exchangeRefresh exchanges a refresh token for new tokens. A second use of a token
// revokes the whole login, because the token may have been stolen (RFC 9700,
// section 4.14).
func (s *Server) exchangeRefresh(ctx context.Context, r *http.Request) (response *tokenResponse, refused *oauthError, err error) {
	err = s.db.Write(ctx, func(conn *sqlite.Conn) (err error) {
		token, found, err := findRefresh(conn, r.PostForm.Get("refresh_token"))
		switch {
		case err != nil:
			return err
		case !found:
			refused = newOAuthError("invalid_grant", "unknown refresh token")
			return nil
		case token.used:
			refused = newOAuthError("invalid_grant", "the refresh token was already used, so the login was revoked")
			return revoke(conn, token.grant)
		case token.revoked, s.now().UnixMilli() >= token.expires:
			refused = newOAuthError("invalid_grant", "the login has expired or was revoked")
			return nil
		}
		if err := exec(conn, `UPDATE refresh_tokens SET used = ? WHERE hash = ?`, s.now().UnixMilli(), token.hash); err != nil {
			return err
		}
		response, err = s.newTokens(conn, token.grant, token.userID, token.scope)
		return err
	})
	if response != nil && err == nil {
		s.refreshes.Add(1)
	}
	return response, refused, err
}
