package login

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

var (
	// errNotAccessToken is returned for text that does not look like an access
	// token.
	errNotAccessToken = errors.New("not an access token")
	// errInvalidToken is returned for an access token that is forged, expired or
	// revoked.
	errInvalidToken = errors.New("the token is invalid, expired or revoked")
)

// accessClaims are the claims of an access token (RFC 7519), named as in the
// service's own tokens.
type accessClaims struct {
	AccountID string   `json:"account_id"`
	UserID    string   `json:"user_id"`
	ClientID  string   `json:"client_id"`
	Scopes    []string `json:"scopes"`
	// Grant is the ID of the login that the token belongs to.
	Grant   string `json:"authorization_id"`
	Issued  int64  `json:"iat"`
	Expires int64  `json:"exp"`
	// ID makes tokens that are issued in the same second differ.
	ID string `json:"jti"`
}

const accessHeader = `{"alg":"HS256","typ":"JWT"}`

// newAccessToken returns a signed token for a login.
func (s *Server) newAccessToken(grant, userID, scope string) (string, error) {
	now := s.now()
	payload, err := json.Marshal(accessClaims{
		AccountID: s.options.AccountID, UserID: userID, ClientID: ClientID,
		Scopes: strings.Fields(scope), Grant: grant, ID: newSecret("")[:16],
		Issued: now.Unix(), Expires: now.Add(s.options.AccessLifetime).Unix(),
	})
	if err != nil {
		return "", fmt.Errorf("encode access token: %w", err)
	}
	text := encodeSegment([]byte(accessHeader)) + "." + encodeSegment(payload)
	return text + "." + s.signJWT(text), nil
}

// parseAccessToken checks the signature and the expiry. It ignores the header,
// because there is only one algorithm.
func (s *Server) parseAccessToken(token string) (accessClaims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return accessClaims{}, errNotAccessToken
	}
	want := s.signJWT(parts[0] + "." + parts[1])
	if !hmac.Equal([]byte(want), []byte(parts[2])) {
		return accessClaims{}, errInvalidToken
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return accessClaims{}, errInvalidToken
	}
	var claims accessClaims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return accessClaims{}, errInvalidToken
	}
	if !s.now().Before(time.Unix(claims.Expires, 0)) {
		return accessClaims{}, errInvalidToken
	}
	return claims, nil
}

func encodeSegment(part []byte) string { return base64.RawURLEncoding.EncodeToString(part) }
