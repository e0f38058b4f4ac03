//go:build e2e && !windows

package command_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"apono/client/sandbox"
	"apono/client/sandbox/login/logintest"
)

// TestE2EExpiredLogin ends logins at the service, without the program's knowledge.
func TestE2EExpiredLogin(t *testing.T) {
	program := buildProgram(t)
	for _, c := range []struct {
		name  string
		serve []string
		end   func(t *testing.T, w, server *workstation, service *proxy) (secret string)
		died  string
	}{
		// The program sees that the token has expired, and cannot renew it.
		{"refresh refused", []string{shortLife}, endLogin, "The login for profile demo has expired"},
		// The token looks valid until the service refuses it.
		{"token refused", nil, endLogin, "The login for profile demo has expired"},
		{"personal token deleted", nil, deletePersonalToken, "The service no longer accepts the login for profile demo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, server := newWorkstation(t, program), newWorkstation(t, program)
			service := newProxy(t, server.serve(c.serve...))
			secret := c.end(t, w, server, service)
			w.run("requests", "list", "--profile", "demo").mustExit(4, c.died, "apono login --profile demo").hides(secret)
			logInAgain(t, w, service, c.died)
		})
	}
}

func endLogin(t *testing.T, w, _ *workstation, service *proxy) string {
	w.logIn(service)
	service.endLogin(t)
	_, refresh := service.newest(t)
	return refresh
}

func deletePersonalToken(t *testing.T, w, server *workstation, service *proxy) string {
	token := strings.TrimSpace(server.run("sandbox", "token").mustExit(0).out)
	w.pipe(token, append(loginArgs(service.URL), "--personal-token", "-")...).mustExit(0, loggedIn)
	var list []struct{ ID string }
	path := service.URL + "/api/client/v1/personal-tokens"
	if err := json.Unmarshal(ask(t, token, http.MethodGet, path), &list); err != nil || len(list) != 1 {
		t.Fatalf("%d tokens: %v", len(list), err)
	}
	ask(t, token, http.MethodDelete, path+"/"+list[0].ID)
	return token
}

// ask makes an API call that must succeed.
func ask(t *testing.T, token, method, address string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s %s %v", method, address, resp.Status, body, err)
	}
	return body
}

// logInAgain accepts the offer to log in again, and the command succeeds.
func logInAgain(t *testing.T, w *workstation, service *proxy, died string) {
	terminal, program := w.onScreen("requests", "list", "--profile", "demo")
	terminal.Shows(died, "Log in again?")
	terminal.Press("n\r")
	if code := program.Code(); code != 4 {
		t.Errorf("without logging in again the exit code is %d", code)
	}
	addresses := w.catchBrowser()
	terminal, program = w.onScreen("requests", "list", "--profile", "demo")
	terminal.Shows(died, "Log in again?")
	terminal.Press("\r")
	if _, err := logintest.Visit(t.Context(), await(t, addresses, "the address to open"), sandbox.DemoUser); err != nil {
		t.Fatal(err)
	}
	terminal.Shows(loggedIn, "No requests yet")
	if code := program.Code(); code != 0 {
		t.Fatalf("the list exited with %d:\n%s", code, terminal.Text())
	}
	w.checkLogin(service)
}
