package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestTokenIsNeverPrinted(t *testing.T) {
	token := Token{Access: "hunter2", Refresh: "hunter2", Kind: OAuth}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", token, "issued", Issued{Token: token}, "login", Login{token: &token})
	_, err := json.Marshal(token)
	for _, text := range []string{
		fmt.Sprint(token), fmt.Sprintf("%v %+v %#v %s %q %x", token, token, token, token, token, token),
		fmt.Sprintf("%+v %#v", Issued{Token: token}, &token), fmt.Sprintf("%+v %#v", Login{token: &token}, &Source{token: &token}), log.String(), fmt.Sprint(err),
	} {
		if strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("printed: %s", text)
		}
	}
}

func TestTokenRoundTrip(t *testing.T) {
	want := Token{Access: "a", Refresh: "r", Expiry: time.Unix(1_800_000_000, 0).UTC(), Kind: OAuth}
	secret, err := want.encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decodeToken(secret); got != want || err != nil {
		t.Errorf("decoded another token, %v", err)
	}
	for _, damaged := range []string{"", "{", "null", `{"refresh":"secret"}`, `"secret"`} {
		if _, err := decodeToken(damaged); err == nil || strings.Contains(err.Error(), "secret\"") {
			t.Errorf("%q: %v", damaged, err)
		}
	}
}

func TestPersonalToken(t *testing.T) {
	got, err := PersonalToken("  abc.def\n")
	if err != nil || got.Access != "abc.def" || got.Kind != Personal || !got.Expiry.IsZero() {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", " \n", "hunter2 x", "hunter2\x1b[0m", "hunter2…"} {
		if _, err := PersonalToken(bad); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func jwt(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(payload)) + ".sig"
}

func TestClaims(t *testing.T) {
	got := claimsOf(jwt(`{"account_id":"a","user_id":"u","iat":100,"exp":1800000000.5,"other":[1]}`))
	if got.AccountID != "a" || got.UserID != "u" || got.Issued.Unix() != 100 || got.Expiry.UnixMilli() != 1_800_000_000_500 {
		t.Errorf("got %+v", got)
	}
	for _, token := range []string{"", "opaque", "a.b", "a.b.c", jwt(`[]`), jwt(`{"exp":"soon"}`), jwt(`{"exp":1e300}`), jwt(`{"exp":-1}`)} {
		if got := claimsOf(token); got.Expiry != (time.Time{}) || got.UserID != "" {
			t.Errorf("%q: %+v", token, got)
		}
	}
}
