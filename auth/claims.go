package auth

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// claims is what an access token says about itself.
type claims struct {
	AccountID, UserID string
	Issued, Expiry    time.Time
}

// claimsOf reads the payload of a token that is a JWT; any other token has no
// claims. The signature is not checked: this end only names a profile after
// them and plans a refresh, and could not do more with a forged token than
// with none, as it is the service that decides what a token is good for.
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
	return claims{AccountID: raw.AccountID, UserID: raw.UserID, Issued: fromSeconds(raw.Issued), Expiry: fromSeconds(raw.Expiry)}
}

// fromSeconds reads a NumericDate of RFC 7519; zero stays the zero time.
func fromSeconds(seconds float64) time.Time {
	if seconds <= 0 || seconds > math.MaxInt32*100 {
		return time.Time{}
	}
	return time.UnixMilli(int64(seconds * 1000)).UTC()
}
