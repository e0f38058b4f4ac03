package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode"
)

// Kind says how a token came about.
type Kind string

// The kinds of tokens.
const (
	// OAuth is a token of a login; it is refreshed.
	OAuth Kind = "oauth"
	// Personal is a token that a person made in the portal; it is used as it is.
	Personal Kind = "personal"
)

// Token is a login's secret. It prints as a placeholder.
type Token struct {
	Access string
	// Refresh is empty where the token cannot be renewed.
	Refresh string
	// Expiry is when Access ends; zero where nobody knows.
	Expiry time.Time
	Kind   Kind
}

const redacted = "(secret)"

// Format keeps the token out of every message made with package fmt.
func (Token) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue keeps the token out of logs.
func (Token) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON refuses: a token goes nowhere but into a Secrets.
func (Token) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a token is not written as JSON")
}

// skew is how long before its end a token is no longer used, so that it does
// not end on its way.
const skew = time.Minute

func (t Token) usable(now time.Time) bool {
	return t.Access != "" && (t.Expiry.IsZero() || now.Add(skew).Before(t.Expiry))
}

// useUntil is how long a token that is taken up now is used: to a minute before
// its end, or for half its time, so that one that is shorter than the minute is
// not renewed for every request. It is zero for a token without an end.
func (t Token) useUntil(now time.Time) time.Time {
	if t.Expiry.IsZero() {
		return time.Time{}
	}
	return t.Expiry.Add(-min(skew, t.Expiry.Sub(now)/2))
}

// ended says that the token is of no use any more, even without a margin.
func (t Token) ended(now time.Time) bool {
	return t.Access == "" || (!t.Expiry.IsZero() && !now.Before(t.Expiry))
}

// PersonalToken returns the token in a text that somebody pasted or piped in.
func PersonalToken(text string) (Token, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Token{}, errors.New("the personal token is empty")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || r == ' ' }) {
		return Token{}, errors.New("the personal token holds blanks or characters that no token has: copy it again, alone")
	}
	token := Token{Access: text, Kind: Personal}
	token.Expiry = claimsOf(text).Expiry
	return token, nil
}

// storedToken is a token's form in a Secrets.
type storedToken struct {
	Access  string    `json:"access"`
	Refresh string    `json:"refresh,omitempty"`
	Expiry  time.Time `json:"expiry,omitzero"`
	Kind    Kind      `json:"kind"`
}

func (t Token) encode() (string, error) {
	data, err := json.Marshal(storedToken(t))
	if err != nil {
		return "", fmt.Errorf("encode the token: %w", err)
	}
	return string(data), nil
}

func decodeToken(secret string) (Token, error) {
	var stored storedToken
	if json.Unmarshal([]byte(secret), &stored) != nil || stored.Access == "" {
		// The cause could quote the secret.
		return Token{}, errors.New("what is stored is not a token")
	}
	return Token(stored), nil
}
