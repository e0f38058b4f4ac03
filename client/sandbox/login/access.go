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
	// errNotAccess is a text that does not have the form of an access token.
	errNotAccess = errors.New("not an access token")
	errRevoked   = errors.New("the token is not good any more")
)

// accessClaims is what an access token says (RFC 7519), under the names that
// the service's own tokens use.
type accessClaims struct {
	AccountID string   `json:"account_id"`
	UserID    string   `json:"user_id"`
	ClientID  string   `json:"client_id"`
	Scopes    []string `json:"scopes"`
	// Grant is the login that the token belongs to.
	Grant   string `json:"authorization_id"`
	Issued  int64  `json:"iat"`
	Expires int64  `json:"exp"`
	// ID makes two tokens of the same second differ.
	ID string `json:"jti"`
}

const accessHeader = `{"alg":"HS256","typ":"JWT"}`

func (s *Server) newAccess(grant, userID, scope string) (string, error) {
	now := s.now()
	payload, err := json.Marshal(accessClaims{
		AccountID: s.options.AccountID, UserID: userID, ClientID: ClientID,
		Scopes: strings.Fields(scope), Grant: grant, ID: newSecret("")[:16],
		Issued: now.Unix(), Expires: now.Add(s.options.AccessLifetime).Unix(),
	})
	if err != nil {
		return "", fmt.Errorf("encode an access token: %w", err)
	}
	text := encodePart([]byte(accessHeader)) + "." + encodePart(payload)
	return text + "." + s.signJWT(text), nil
}

// readAccess checks the signature and the time. The header is not asked for the
// algorithm: there is one.
func (s *Server) readAccess(token string) (accessClaims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return accessClaims{}, errNotAccess
	}
	want := s.signJWT(parts[0] + "." + parts[1])
	if !hmac.Equal([]byte(want), []byte(parts[2])) {
		return accessClaims{}, errRevoked
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return accessClaims{}, errRevoked
	}
	var claims accessClaims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return accessClaims{}, errRevoked
	}
	if !s.now().Before(time.Unix(claims.Expires, 0)) {
		return accessClaims{}, errRevoked
	}
	return claims, nil
}

func encodePart(part []byte) string { return base64.RawURLEncoding.EncodeToString(part) }
