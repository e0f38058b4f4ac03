package auth

import (
	"fmt"
	"strings"
)

// LoginKind is the reason for a LoginError. The values must not change, because
// scripts may read them.
type LoginKind string

// The kinds of LoginError.
const (
	// NotLoggedIn means that the profile has no login, or that there is no profile.
	NotLoggedIn LoginKind = "not_logged_in"
	// LoginExpired means that the token has expired and cannot be refreshed.
	LoginExpired LoginKind = "login_expired"
	// LoginRefused means that the service does not accept a token although it has
	// not expired.
	LoginRefused LoginKind = "login_refused"
	// LoginDenied means that the user denied the login in the browser.
	LoginDenied LoginKind = "login_denied"
	// StateMismatch means that the response is for another login attempt.
	StateMismatch LoginKind = "state_mismatch"
	// CodeUsed means that the authorization code was already used or has expired.
	CodeUsed LoginKind = "code_used"
	// DeviceExpired means that the device code was not confirmed in time.
	DeviceExpired LoginKind = "device_code_expired"
	// DeviceUnsupported means that the service has no device flow.
	DeviceUnsupported LoginKind = "device_unsupported"
	// PortsTaken means that all ports that the browser can return to are in use.
	PortsTaken LoginKind = "ports_taken"
	// BadPaste means that the pasted text is not the address of the page that a
	// login ends on.
	BadPaste LoginKind = "bad_paste"
	// LoginTimeout means that the user did not complete the login in time.
	LoginTimeout LoginKind = "login_timeout"
	// LoginNetwork means that the login server did not respond.
	LoginNetwork LoginKind = "network"
	// BadResponse means that the response is not that of a login server. It may be
	// a proxy's page.
	BadResponse LoginKind = "bad_answer"
	// ServerFailed means that the login server cannot handle the request now.
	ServerFailed LoginKind = "server_failed"
	// ClockWrong means that this machine's clock is so far off that logins fail.
	ClockWrong LoginKind = "clock_wrong"
	// LoginRejected means any other refusal. LoginError.Code is the reason.
	LoginRejected LoginKind = "login_rejected"
)

// LoginError means that a login is missing, has expired or failed. It never
// contains a token, an authorization code or a whole response.
type LoginError struct {
	Kind LoginKind
	// Profile is the profile's name; may be empty.
	Profile string
	// Code is the server's OAuth error code, such as "invalid_scope"; may be empty.
	Code string
	// Description is the server's explanation; may be empty. Remove control
	// characters before showing it.
	Description string
	// Host is the login server's host; may be empty.
	Host string
	// Status is the HTTP status of the response; 0 if there was none.
	Status int
	// Ports are the ports that were tried, for PortsTaken.
	Ports []int
	// Err is the cause; may be nil.
	Err error
}

// Error returns what happened, in one line. Hint returns what to do about it.
func (e *LoginError) Error() string {
	text := e.message()
	switch {
	case e.Kind != LoginRejected && e.Kind != ServerFailed:
		// The message is specific enough.
	case e.Description != "":
		text += ": " + e.Description
	case e.Code != "":
		text += ": " + e.Code
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *LoginError) Unwrap() error { return e.Err }

// NeedsLogin reports whether the user must log in to continue.
func (e *LoginError) NeedsLogin() bool {
	return e.Kind == NotLoggedIn || e.Kind == LoginExpired || e.Kind == LoginRefused
}

func (e *LoginError) message() string {
	switch e.Kind {
	case NotLoggedIn:
		if e.forProfile() == "" {
			return "you are not logged in"
		}
		return "profile " + e.Profile + " is not logged in"
	case LoginExpired:
		return "the login" + e.forProfile() + " has expired"
	case LoginRefused:
		return "the service no longer accepts the login" + e.forProfile()
	case LoginDenied:
		return "the login was denied in the browser"
	case StateMismatch:
		return "the response belongs to another login attempt"
	case CodeUsed:
		return "the authorization code has expired or was already used"
	case DeviceExpired:
		return "the code was not confirmed in time"
	case DeviceUnsupported:
		return e.server() + " does not support logging in with a code"
	case PortsTaken:
		return "all ports for the browser login are in use (" + joinInts(e.Ports) + ")"
	case BadPaste:
		return "not the address of the page that the login ended on"
	case LoginTimeout:
		return "the login was not completed in time"
	default:
		return e.serverMessage()
	}
}

func (e *LoginError) serverMessage() string {
	switch e.Kind {
	case LoginNetwork:
		return "cannot connect to " + e.server()
	case BadResponse:
		return "unexpected response from " + e.server() + e.status()
	case ServerFailed:
		return e.server() + " is unavailable" + e.status()
	case ClockWrong:
		return "this machine's clock does not match the clock of " + e.server()
	default:
		return e.server() + " rejected the login" + e.status()
	}
}

// Hint returns what to do next.
func (e *LoginError) Hint() string {
	if e.Kind == LoginRefused && e.Profile == "" {
		return "Check " + TokenVariable + " and " + APIURLVariable // the token is from the environment
	}
	switch e.Kind {
	case NotLoggedIn, LoginExpired, LoginRefused:
		return "To log in, run: " + e.command("")
	case PortsTaken:
		return "Close the programs that use these ports, or run: " + e.command("--no-browser")
	case DeviceUnsupported:
		return "Log in without a code, or use a personal token: " + e.command("--personal-token -")
	case BadPaste:
		return "Paste the whole address. It starts with http://localhost and contains code= and state="
	case LoginNetwork, ServerFailed:
		return "Try again later. Stored logins have not changed"
	case BadResponse:
		return "Check that the URL is right and that no proxy or network sign-in page is in the way"
	case ClockWrong:
		return "Set this machine's clock, then run: " + e.command("")
	default:
		return "To try again, run: " + e.command("")
	}
}

func (e *LoginError) command(arguments string) string {
	words := []string{"apono login"}
	if e.Profile != "" && e.Profile != DefaultProfile {
		words = append(words, "--profile "+e.Profile)
	}
	if arguments != "" {
		words = append(words, arguments)
	}
	return strings.Join(words, " ")
}

func (e *LoginError) forProfile() string {
	if e.Profile == "" || e.Profile == DefaultProfile {
		return ""
	}
	return " for profile " + e.Profile
}

func (e *LoginError) server() string {
	if e.Host == "" {
		return "the login server"
	}
	return e.Host
}

func (e *LoginError) status() string {
	if e.Status == 0 {
		return ""
	}
	return fmt.Sprintf(" (status %d)", e.Status)
}

func joinInts(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ", ")
}
