package login_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPersonalTokensAPI(t *testing.T) {
	f := newFixture(t)
	own, err := f.server.NewPersonalToken(t.Context(), ada, "first")
	if err != nil {
		t.Fatal(err)
	}
	bobs, err := f.server.NewPersonalToken(t.Context(), bob, "bob's")
	if err != nil {
		t.Fatal(err)
	}
	f.clock.advance(time.Second)
	end := f.clock.now().Add(time.Hour)
	var created map[string]any
	f.call(own, http.MethodPost, "", fmt.Sprintf(`{"name":" ci ","expiry_date":%d.5}`, end.Unix()), http.StatusOK, &created)
	ci, _ := created["token"].(string)
	if f.owner(ci) != ada || created["name"] != "ci" || created["account_id"] != "account-1" || created["expiry_date"] != float64(end.Unix())+0.5 {
		t.Fatalf("created %v", created)
	}
	var list []map[string]any
	f.call(own, http.MethodGet, "", "", http.StatusOK, &list)
	if len(list) != 2 || list[0]["name"] != "first" || list[1]["id"] != created["id"] || list[1]["token"] != nil || list[0]["masked_token"] == own {
		t.Errorf("list %v", list)
	}
	id := "/" + created["id"].(string)
	f.call(bobs, http.MethodGet, id, "", http.StatusNotFound, nil)
	f.call(bobs, http.MethodDelete, id, "", http.StatusNotFound, nil)
	f.call(own, http.MethodPut, id+"/expiry", fmt.Sprintf(`{"expiry_date":%d}`, end.Add(time.Hour).Unix()), http.StatusOK, &created)
	f.clock.advance(90 * time.Minute)
	if f.owner(ci) != ada {
		t.Error("the later expiry has no effect")
	}
	f.clock.advance(time.Hour)
	if f.owner(ci) != "" {
		t.Error("the token is valid after it expires")
	}
	f.call(ci, http.MethodGet, "", "", http.StatusUnauthorized, nil)
	f.call(own, http.MethodDelete, id, "", http.StatusOK, nil)
	f.call(own, http.MethodGet, id, "", http.StatusNotFound, nil)
}

func TestPersonalTokensAPIErrors(t *testing.T) {
	f := newFixture(t)
	own, err := f.server.NewPersonalToken(t.Context(), ada, "first")
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"", "{", `{"name":" "}`, `{"name":"x","expiry_date":1}`, `{"name":5}`} {
		f.call(own, http.MethodPost, "", body, http.StatusBadRequest, nil)
	}
	f.call("", http.MethodGet, "", "", http.StatusUnauthorized, nil)
	if _, err := f.server.NewPersonalToken(t.Context(), "no-such-user", "x"); err == nil {
		t.Error("a token was created for an unknown user")
	}
}

// call calls the API and checks the status.
func (f *fixture) call(token, method, path, body string, want int, into any) {
	f.Helper()
	req, err := http.NewRequestWithContext(f.Context(), method, f.web.URL+"/api/client/v1/personal-tokens"+path, strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		f.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != want {
		f.Errorf("%s %s %s: status %d, want %d", method, path, body, resp.StatusCode, want)
	}
	if into != nil {
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			f.Error(err)
		}
	}
}
