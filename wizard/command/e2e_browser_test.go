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

// The ports that a login's answer comes back to are the machine's, so one login
// follows the other.
func TestE2EBrowser(t *testing.T) {
	program := buildProgram(t)
	address := newWorkstation(t, program).serve()
	browser := newChromium(t)
	for _, c := range []struct {
		name  string
		login func(*testing.T, *workstation, *chromium, *front)
	}{
		{"code", logInByCode}, {"denied", denyLogin}, {"device", logInOnAnotherDevice}, {"device denied", denyDevice}, {"pasted", pasteAddress},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab := &chromium{t: t, tab: browser.tab}
			c.login(t, newWorkstation(t, program), tab, newFront(t, address))
		})
	}
}

// logInByCode is the usual login: the program opens the browser, which comes
// back to it.
func logInByCode(t *testing.T, w *workstation, browser *chromium, service *front) {
	addresses := w.handOver()
	terminal, program := w.onScreen(to(service.URL)...)
	browser.open(await(t, addresses, "the address that is opened"))
	browser.shows("Log in to the sandbox", "robin.meyer@acme.example", "dana.levi@acme.example")
	browser.fits("authorize")
	browser.press("Robin Meyer")
	browser.shows(authorized)
	browser.fits("authorized")
	terminal.Shows(loggedIn)
	if code := program.Code(); code != 0 {
		t.Fatalf("the login ended with %d:\n%s", code, terminal.Text())
	}
	w.works(service)
}

// works checks that the stored login is good for another process.
func (w *workstation) works(service *front) {
	w.t.Helper()
	w.run("requests", "list", "--profile", "demo").ends(0)
	if !service.served(listCall) {
		w.t.Fatal("the service was not asked for the list")
	}
}

// isOut checks that nothing is stored.
func (w *workstation) isOut() {
	w.t.Helper()
	w.run("requests", "list", "--profile", "demo").ends(2)
}

func denyLogin(t *testing.T, w *workstation, browser *chromium, service *front) {
	addresses := w.handOver()
	terminal, program := w.onScreen(to(service.URL)...)
	browser.open(await(t, addresses, "the address that is opened"))
	browser.press("Deny")
	browser.shows("Not logged in", "The login was denied in the browser")
	browser.fits("denied")
	terminal.Shows("✗ The login was denied in the browser", "Start again: apono login --profile demo")
	if code := program.Code(); code != 1 {
		t.Errorf("the login ended with %d", code)
	}
	w.isOut()
}

// logInOnAnotherDevice is a login on a server without a browser and without a
// keyring.
func logInOnAnotherDevice(t *testing.T, w *workstation, browser *chromium, service *front) {
	w.env = append(w.env, "SSH_CONNECTION=192.0.2.1 50022 192.0.2.2 22")
	terminal, program := w.onScreen(to(service.URL)...)
	terminal.Shows("Waiting for you to confirm it there")
	theOnly(t, terminal.Written(), "No browser can be opened: this is an SSH session")
	code := strings.TrimPrefix(theOnly(t, terminal.Text(), `Code: [A-Z]{4}-[A-Z]{4}`), "Code: ")
	browser.open(theOnly(t, terminal.Text(), `http://\S+/device\b`))
	browser.fits("enter the code")
	browser.enter("Code", "BBBB BBBB")
	browser.press("Continue")
	browser.shows("No login waits for this code")
	browser.fits("wrong code")
	browser.open(theOnly(t, terminal.Text(), `http://\S+/device\b`))
	browser.enter("Code", strings.ToLower(strings.ReplaceAll(code, "-", "")))
	browser.press("Continue")
	browser.shows("Does the terminal show this code?", code)
	browser.fits("device")
	browser.press("Robin Meyer")
	browser.shows(authorized)
	terminal.Shows(loggedIn, "is stored in a file that only you can read")
	if code := program.Code(); code != 0 {
		t.Fatalf("the login ended with %d:\n%s", code, terminal.Text())
	}
	w.works(service)
}

func denyDevice(t *testing.T, w *workstation, browser *chromium, service *front) {
	terminal, program := w.onScreen(append(to(service.URL), "--no-browser")...)
	terminal.Shows("Waiting for you to confirm it there")
	code := strings.TrimPrefix(theOnly(t, terminal.Text(), `Code: [A-Z]{4}-[A-Z]{4}`), "Code: ")
	browser.open(service.URL + "/device?user_code=" + code)
	browser.press("Deny")
	browser.shows("Denied", "The terminal has not been logged in")
	browser.fits("device denied")
	terminal.Shows("✗ The login was denied in the browser")
	if code := program.Code(); code != 1 {
		t.Errorf("the login ended with %d", code)
	}
	w.isOut()
}

// pasteAddress logs in where the service has no device flow: the browser ends
// on a page that does not answer, since the program runs elsewhere.
func pasteAddress(t *testing.T, w *workstation, browser *chromium, service *front) {
	service.noDevice.Store(true)
	terminal, program := w.onScreen(append(to(service.URL), "--no-browser")...)
	terminal.Shows("Paste the address")
	browser.open(theOnly(t, terminal.Written(), `http://[^\s\x1b]+/oauth/authorize\?[^\s\x1b]+`))
	ended := browser.pressAway("Robin Meyer")
	if !strings.HasPrefix(ended, "http://localhost:64131") {
		t.Fatalf("the browser ended on %s", ended)
	}
	terminal.Press(strings.Replace(ended, "state=", "state=x", 1), "\r")
	terminal.Shows("✗ The answer belongs to another login")
	terminal.Press(ended, "\r")
	terminal.Shows(loggedIn)
	if code := program.Code(); code != 0 {
		t.Fatalf("the login ended with %d:\n%s", code, terminal.Text())
	}
	w.works(service)
}
