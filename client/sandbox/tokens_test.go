package sandbox

import (
	"net/http"
	"testing"
	"time"

	"apono/client/sandbox/login"
)

// withTokens makes a sandbox serve personal tokens.
func withTokens(t *testing.T) func(*Options) {
	return func(o *Options) {
		server, err := login.Open(t.Context(), login.Options{Dir: o.Dir, AccountID: AccountID, Now: o.Now, Users: []login.User{{ID: DemoUser}, {ID: ApproverUser}}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Close() })
		o.PersonalTokens, o.Authenticate = server.PersonalTokensOf, server.Authenticate
	}
}

// TestPersonalTokens checks every call against the API description, too.
func TestPersonalTokens(t *testing.T) {
	sb := newSandboxFixture(t, withTokens(t))
	forever := must(sb.api.CreatePersonalToken(t.Context(), "forever", time.Time{}))(t)
	sb.clock.advance(time.Second)
	expires := sb.clock.Now().Add(time.Hour)
	hour := must(sb.api.CreatePersonalToken(t.Context(), "an hour", expires))(t)
	list := must(sb.api.PersonalTokens(t.Context()))(t)
	if len(list) != 2 || list[0].Expires != nil || !list[1].Expires.Time().Equal(expires) {
		t.Fatalf("got %+v, want two tokens, of which one expires", list)
	}
	if others := must(newClient(t, sb.transport(approver())).PersonalTokens(t.Context()))(t); len(others) != 0 {
		t.Errorf("another user sees %v", others)
	}
	if user, ok := sb.userOf(forever.Token); !ok || user.ID != DemoUser {
		t.Errorf("the token is %v's", user)
	}
	if err := sb.api.DeletePersonalToken(t.Context(), forever.ID); err != nil {
		t.Fatal(err)
	}
	sb.clock.advance(2 * time.Hour)
	for _, secret := range []string{forever.Token, hour.Token} {
		if _, ok := sb.userOf(secret); ok {
			t.Error("a token works that was deleted or has expired")
		}
	}
	wantError(t, sb.api.DeletePersonalToken(t.Context(), forever.ID), http.StatusNotFound, "no personal token")
	if status, body := sb.send(demoUser(), http.MethodGet, "personal-tokens/"+hour.ID, ""); status != http.StatusOK {
		t.Errorf("got %d %s", status, body)
	}
	if status, body := sb.send(demoUser(), http.MethodPut, "personal-tokens/"+hour.ID+"/expiry", `{"expiry_date":1893456000}`); status != http.StatusOK {
		t.Errorf("got %d %s", status, body)
	}
}

func TestNoPersonalTokens(t *testing.T) {
	sb := newSandboxFixture(t)
	if status, body := sb.send(demoUser(), http.MethodGet, "personal-tokens", ""); status != http.StatusNotFound {
		t.Errorf("got %d %s, want 404", status, body)
	}
}
