package auth

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// claims is the part of an access token's payload that is used.
type claims struct {
	AccountID, UserID string
	Issued, Expiry    time.Time
}

// claimsOf returns the claims of a JWT, and none for any other token. It does
// not verify the signature, because nothing here depends on it: the claims only
// fill in the profile and schedule a refresh. The service decides what the token
// gives access to.
func claimsOf(token string) claims {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return claims{}
	}
	var raw struct {
		AccountID string  `json:"account_id"`
		UserID    string  `json:"user_id"`
		Issued    float64 `json:"iat"`
		Expiry    float64 `json:"exp"`
	}
	if json.Unmarshal(payload, &raw) != nil {
		return claims{}
	}
	return claims{AccountID: raw.AccountID, UserID: raw.UserID, Issued: numericDate(raw.Issued), Expiry: numericDate(raw.Expiry)}
}

// numericDate converts a NumericDate of RFC 7519. It returns the zero time for
// values that are zero, negative or out of range.
func numericDate(seconds float64) time.Time {
	if seconds <= 0 || seconds > math.MaxInt32*100 {
		return time.Time{}
	}
	return time.UnixMilli(int64(seconds * 1000)).UTC()
}
