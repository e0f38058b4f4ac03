package client

import (
	"context"
	"net/http"
	"time"

	"apono/render/safetext"
)

// PersonalToken is one of the user's personal tokens, without its secret (schema
// UserPersonalToken).
type PersonalToken struct {
	ID        string        `json:"id"`
	AccountID Lenient[Text] `json:"account_id"`
	UserID    Lenient[Text] `json:"user_id"`
	Name      string        `json:"name"`
	Masked    Text          `json:"masked_token"`
	Expires   *Instant      `json:"expiry_date"` // nil means never
	Created   Instant       `json:"created_date"`
}

// HasExpired reports whether the token no longer works at a time.
func (t PersonalToken) HasExpired(now time.Time) bool {
	return t.Expires != nil && !t.Expires.Time().After(now)
}

// CreatedToken is a personal token that has just been created (schema Unmasked). Token is
// its secret, which the service does not show again.
type CreatedToken struct {
	ID        string        `json:"id"`
	AccountID Lenient[Text] `json:"account_id"`
	UserID    Lenient[Text] `json:"user_id"`
	Name      string        `json:"name"`
	Token     string        `json:"token"`
	Expires   *Instant      `json:"expiry_date"` // nil means never
	Created   Instant       `json:"created_date"`
}

// personalTokens is the answer with all personal tokens of the user.
type personalTokens []PersonalToken

func (l *personalTokens) missing() string {
	if *l == nil {
		return "the list"
	}
	for _, t := range *l {
		if safetext.Blank(t.ID) {
			return "id"
		}
	}
	return ""
}

func (t *CreatedToken) missing() string {
	return first(field{"id", t.ID}, field{"token", t.Token})
}

const personalTokensPath = "/api/client/v1/personal-tokens"

// PersonalTokens returns the user's personal tokens. The result is never nil.
func (cl *Client) PersonalTokens(ctx context.Context) ([]PersonalToken, error) {
	var list personalTokens
	err := cl.do(ctx, get(personalTokensPath, nil), &list)
	return nonNil(list), err
}

// CreatePersonalToken creates a personal token that works until a time; the zero time
// means that it does not expire. It never retries: an error e for which
// e.MayHaveSucceeded is true means that a token may have been created, whose secret
// nobody knows.
func (cl *Client) CreatePersonalToken(ctx context.Context, name string, expires time.Time) (*CreatedToken, error) {
	body := struct {
		Name    string   `json:"name"`
		Expires *Instant `json:"expiry_date,omitempty"`
	}{Name: name}
	if !expires.IsZero() {
		at := At(expires)
		body.Expires = &at
	}
	var t CreatedToken
	if err := cl.do(ctx, post(personalTokensPath, body), &t); err != nil {
		return nil, err
	}
	return &t, nil
}

// DeletePersonalToken deletes a personal token, which no longer works from then on.
func (cl *Client) DeletePersonalToken(ctx context.Context, id string) error {
	c := call{method: http.MethodDelete, path: personalTokensPath + "/" + segment(id), changes: true}
	return cl.do(ctx, c, &acknowledgment{})
}
