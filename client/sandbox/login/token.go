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

// tokenAnswer is what a client gets (RFC 6749, section 5.1).
type tokenAnswer struct {
	Access    string `json:"access_token"`
	Type      string `json:"token_type"`
	ExpiresIn int64  `json:"expires_in"`
	Refresh   string `json:"refresh_token"`
	Scope     string `json:"scope"`
}

// readClientForm reads a form of the one client there is; where it cannot, it
// answers and returns false.
func readClientForm(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		writeRefusal(w, refuse("invalid_request", "the form cannot be read"), nil)
		return false
	}
	if r.PostForm.Get("client_id") != ClientID {
		writeJSON(w, http.StatusUnauthorized, refuse("invalid_client", "no such client"))
		return false
	}
	return true
}

// issueToken is /oauth/token.
func (s *Server) issueToken(w http.ResponseWriter, r *http.Request) {
	if !readClientForm(w, r) {
		return
	}
	exchange := map[string]func(context.Context, *http.Request) (*tokenAnswer, *oauthError, error){
		grantCode: s.exchangeCode, grantRefresh: s.exchangeRefresh, grantDevice: s.exchangeDevice,
	}[r.PostForm.Get("grant_type")]
	if exchange == nil {
		writeRefusal(w, refuse("unsupported_grant_type", "the grants are a code, a refresh token, a device code"), nil)
		return
	}
	answer, refused, err := exchange(r.Context(), r)
	if refused != nil || err != nil {
		writeRefusal(w, refused, err)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// exchangeCode trades an authorization code. A second use of one ends what the
// first use gave: somebody has read the code on its way.
func (s *Server) exchangeCode(ctx context.Context, r *http.Request) (answer *tokenAnswer, refused *oauthError, err error) {
	form := r.PostForm
	err = s.db.write(ctx, func(conn *sqlite.Conn) (err error) {
		code, found, err := findCode(conn, form.Get("code"))
		switch {
		case err != nil:
			return err
		case !found:
			refused = refuse("invalid_grant", "no such code")
			return nil
		case code.used:
			refused = refuse("invalid_grant", "the code has been used already")
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
		answer, err = s.newTokens(conn, grant, code.userID, code.scope)
		return err
	})
	return answer, refused, err
}

func (s *Server) checkCode(code authorizationCode, redirect, verifier string) *oauthError {
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	switch {
	case s.now().UnixMilli() >= code.expires:
		return refuse("invalid_grant", "the code has expired")
	case redirect != code.redirect:
		return refuse("invalid_grant", "redirect_uri is not the one that the code was made for")
	case verifier == "":
		return refuse("invalid_request", "code_verifier is missing: this server requires PKCE")
	case subtle.ConstantTimeCompare([]byte(challenge), []byte(code.challenge)) != 1:
		return refuse("invalid_grant", "code_verifier does not match the challenge")
	}
	return nil
}

// exchangeRefresh trades a refresh token for a new one. A second use of one
// ends the whole login: one of the two users must have stolen it.
func (s *Server) exchangeRefresh(ctx context.Context, r *http.Request) (answer *tokenAnswer, refused *oauthError, err error) {
	err = s.db.write(ctx, func(conn *sqlite.Conn) (err error) {
		token, found, err := findRefresh(conn, r.PostForm.Get("refresh_token"))
		switch {
		case err != nil:
			return err
		case !found:
			refused = refuse("invalid_grant", "no such refresh token")
			return nil
		case token.used:
			refused = refuse("invalid_grant", "the refresh token has been used already: the login is over")
			return revoke(conn, token.grant)
		case token.revoked, s.now().UnixMilli() >= token.expires:
			refused = refuse("invalid_grant", "the login is over")
			return nil
		}
		if err := run(conn, `UPDATE refresh_tokens SET used = ? WHERE hash = ?`, s.now().UnixMilli(), token.hash); err != nil {
			return err
		}
		answer, err = s.newTokens(conn, token.grant, token.userID, token.scope)
		return err
	})
	if answer != nil && err == nil {
		s.refreshes.Add(1)
	}
	return answer, refused, err
}
