//go:build e2e && !windows

package command_test

import (
	"net/http"
	"strings"
	"testing"
)

const (
	authorized = "Authorized, you can close this tab"
	loggedIn   = "You successfully logged in to Acme as Robin Meyer (robin.meyer@acme.example)"
	listCall   = http.MethodGet + " /api/client/v1/access-requests"
)

// The logins run one after the other, because they use the same ports of this
// machine.
func TestE2EBrowser(t *testing.T) {
	program := buildProgram(t)
	address := newWorkstation(t, program).serve()
	browser := newChromium(t)
	for _, c := range []struct {
		name  string
		login func(*testing.T, *workstation, *chromium, *proxy)
	}{
		{"code", logInByCode}, {"denied", denyLogin}, {"device", logInOnAnotherDevice}, {"device denied", denyDevice}, {"pasted", pasteAddress},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab := &chromium{t: t, tab: browser.tab}
			c.login(t, newWorkstation(t, program), tab, newProxy(t, address))
		})
	}
}

// logInByCode is the usual login: the program opens the browser, which redirects to
// it.
func logInByCode(t *testing.T, w *workstation, browser *chromium, service *proxy) {
	addresses := w.catchBrowser()
	terminal, program := w.onScreen(loginArgs(service.URL)...)
	browser.open(await(t, addresses, "the address to open"))
	browser.shows("Log in to the sandbox", "robin.meyer@acme.example", "dana.levi@acme.example")
	browser.fits("authorize")
	browser.press("Robin Meyer")
	browser.shows(authorized)
	browser.fits("authorized")
	terminal.Shows(loggedIn)
	if code := program.Code(); code != 0 {
		t.Fatalf("the login exited with %d:\n%s", code, terminal.Text())
	}
	w.checkLogin(service)
}

// checkLogin checks that another process can use the stored login.
func (w *workstation) checkLogin(service *proxy) {
	w.t.Helper()
	w.run("requests", "list", "--profile", "demo").mustExit(0)
	if !service.served(listCall) {
		w.t.Fatal("the service received no request for the list")
	}
}

// checkNoLogin checks that nothing is stored.
func (w *workstation) checkNoLogin() {
	w.t.Helper()
	w.run("requests", "list", "--profile", "demo").mustExit(2)
}

func denyLogin(t *testing.T, w *workstation, browser *chromium, service *proxy) {
	addresses := w.catchBrowser()
	terminal, program := w.onScreen(loginArgs(service.URL)...)
	browser.open(await(t, addresses, "the address to open"))
	browser.press("Deny")
	browser.shows("Not logged in", "The login was denied in the browser")
	browser.fits("denied")
	terminal.Shows("✗ The login was denied in the browser", "To try again, run: apono login --profile demo")
	if code := program.Code(); code != 1 {
		t.Errorf("the login exited with %d", code)
	}
	w.checkNoLogin()
}

// logInOnAnotherDevice is a login on a server without a browser or a keyring.
func logInOnAnotherDevice(t *testing.T, w *workstation, browser *chromium, service *proxy) {
	w.env = append(w.env, "SSH_CONNECTION=192.0.2.1 50022 192.0.2.2 22")
	terminal, program := w.onScreen(loginArgs(service.URL)...)
	terminal.Shows("Waiting for you to confirm")
	firstMatch(t, terminal.Written(), "Cannot open a browser: this is an SSH session")
	code := strings.TrimPrefix(firstMatch(t, terminal.Text(), `Code: [A-Z]{4}-[A-Z]{4}`), "Code: ")
	browser.open(firstMatch(t, terminal.Text(), `http://\S+/device\b`))
	browser.fits("enter the code")
	browser.enter("Code", "BBBB BBBB")
	browser.press("Continue")
	browser.shows("No login is waiting for this code")
	browser.fits("wrong code")
	browser.open(firstMatch(t, terminal.Text(), `http://\S+/device\b`))
	browser.enter("Code", strings.ToLower(strings.ReplaceAll(code, "-", "")))
	browser.press("Continue")
	browser.shows("Does the terminal show this code?", code)
	browser.fits("device")
	browser.press("Robin Meyer")
	browser.shows(authorized)
	terminal.Shows(loggedIn, "is stored in a file that only you can read")
	if code := program.Code(); code != 0 {
		t.Fatalf("the login exited with %d:\n%s", code, terminal.Text())
	}
	w.checkLogin(service)
}

func denyDevice(t *testing.T, w *workstation, browser *chromium, service *proxy) {
	terminal, program := w.onScreen(append(loginArgs(service.URL), "--no-browser")...)
	terminal.Shows("Waiting for you to confirm")
	code := strings.TrimPrefix(firstMatch(t, terminal.Text(), `Code: [A-Z]{4}-[A-Z]{4}`), "Code: ")
	browser.open(service.URL + "/device?user_code=" + code)
	browser.press("Deny")
	browser.shows("Login denied", "The terminal was not logged in")
	browser.fits("device denied")
	terminal.Shows("✗ The login was denied in the browser")
	if code := program.Code(); code != 1 {
		t.Errorf("the login exited with %d", code)
	}
	w.checkNoLogin()
}

// pasteAddress is a login without a device flow. The browser ends on a page that it
// cannot load, because the program runs elsewhere.
func pasteAddress(t *testing.T, w *workstation, browser *chromium, service *proxy) {
	service.noDevice.Store(true)
	terminal, program := w.onScreen(append(loginArgs(service.URL), "--no-browser")...)
	terminal.Shows("Paste the address")
	browser.open(firstMatch(t, terminal.Written(), `http://[^\s\x1b]+/oauth/authorize\?[^\s\x1b]+`))
	ended := browser.pressAway("Robin Meyer")
	if !strings.HasPrefix(ended, "http://localhost:64131") {
		t.Fatalf("the browser ended on %s", ended)
	}
	terminal.Press(strings.Replace(ended, "state=", "state=x", 1), "\r")
	terminal.Shows("✗ The response belongs to another login attempt")
	terminal.Press(ended, "\r")
	terminal.Shows(loggedIn)
	if code := program.Code(); code != 0 {
		t.Fatalf("the login exited with %d:\n%s", code, terminal.Text())
	}
	w.checkLogin(service)
}
