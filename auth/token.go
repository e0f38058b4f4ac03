package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"apono/auth/secrets"
)

// Kind is how a token was obtained.
type Kind string

// The kinds of tokens.
const (
	// OAuth is a token from a login. It can be refreshed.
	OAuth Kind = "oauth"
	// Personal is a token that a user created in the portal. It cannot be
	// refreshed.
	Personal Kind = "personal"
)

// Token is a login's secret. It prints as a placeholder.
type Token struct {
	Access string
	// Refresh is empty if the token cannot be refreshed.
	Refresh string
	// Expiry is when Access expires; zero if that is unknown.
	Expiry time.Time
	Kind   Kind
}

const redacted = "(secret)"

// Format keeps the token out of messages formatted with package fmt.
func (Token) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue keeps the token out of logs.
func (Token) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON always fails, so that a token is not written by accident.
func (Token) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a token must not be encoded as JSON")
}

// expiryMargin is how long before its expiry a token is no longer used, so that
// it does not expire in transit.
const expiryMargin = time.Minute

// usable reports whether the token stays valid for longer than expiryMargin.
func (t Token) usable(now time.Time) bool {
	return t.Access != "" && (t.Expiry.IsZero() || now.Add(expiryMargin).Before(t.Expiry))
}

// reuseUntil returns until when a process that gets the token now may reuse it.
// That is expiryMargin before the expiry or, so that a token with a lifetime of
// less than a minute is not refreshed for every request, half of the remaining
// time. The result is zero for a token without an expiry.
func (t Token) reuseUntil(now time.Time) time.Time {
	if t.Expiry.IsZero() {
		return time.Time{}
	}
	return t.Expiry.Add(-min(expiryMargin, t.Expiry.Sub(now)/2))
}

// expired reports whether the token is missing or past its expiry, ignoring
// expiryMargin.
func (t Token) expired(now time.Time) bool {
	return t.Access == "" || (!t.Expiry.IsZero() && !now.Before(t.Expiry))
}

// PersonalToken returns the personal token in text, which the user typed or
// piped in. The error does not contain text.
func PersonalToken(text string) (Token, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Token{}, errors.New("the personal token is empty")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || r == ' ' }) {
		return Token{}, errors.New("the personal token contains spaces or invalid characters: copy it again")
	}
	return Token{Access: text, Kind: Personal, Expiry: claimsOf(text).Expiry}, nil
}

// storedToken is the form in which a token is stored as a secret.
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
		return Token{}, errors.New("the stored secret is not a token")
	}
	return Token(stored), nil
}

// putToken stores the token of the profile called name. It fails with a
// *secrets.Error.
func putToken(ctx context.Context, v *secrets.Vault, name string, t Token, place secrets.Place) (secrets.Stored, error) {
	secret, err := t.encode()
	if err != nil {
		return secrets.Stored{}, err
	}
	return v.Put(ctx, name, secret, place)
}

// getToken returns the token of the profile called name. It fails with
// secrets.ErrNotFound or a *secrets.Error.
func getToken(ctx context.Context, v *secrets.Vault, name string, place secrets.Place) (Token, error) {
	secret, err := v.Get(ctx, name, place)
	if err != nil {
		return Token{}, err
	}
	t, err := decodeToken(secret)
	if err != nil {
		return Token{}, &secrets.Error{Place: place, Path: v.Path(name), Err: err}
	}
	return t, nil
}
