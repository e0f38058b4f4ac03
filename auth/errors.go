package auth

import (
	"errors"
	"fmt"
	"strings"
)

// LoginKind says in which way a login is missing, over or failed. The words are
// stable: scripts may see them.
type LoginKind string

// The kinds of LoginError.
const (
	// NotLoggedIn is a profile without a login, or no profile at all.
	NotLoggedIn LoginKind = "not_logged_in"
	// LoginExpired is a stored login that the service does not renew any more.
	LoginExpired LoginKind = "login_expired"
	// LoginRefused is a token that the service does not take, though it looks valid.
	LoginRefused LoginKind = "login_refused"
	// LoginDenied is somebody who pressed Deny.
	LoginDenied LoginKind = "login_denied"
	// StateMismatch is an answer that belongs to another login.
	StateMismatch LoginKind = "state_mismatch"
	// CodeUsed is an authorization code that was used before, or is too old.
	CodeUsed LoginKind = "code_used"
	// DeviceExpired is a device code that nobody confirmed in time.
	DeviceExpired LoginKind = "device_code_expired"
	// DeviceUnsupported is a service that offers no device flow.
	DeviceUnsupported LoginKind = "device_unsupported"
	// PortsTaken means that no port for the browser's answer is free.
	PortsTaken LoginKind = "ports_taken"
	// BadPaste is a pasted text that is not the address a login ends on.
	BadPaste LoginKind = "bad_paste"
	// LoginTimeout means that the deadline passed before anybody answered.
	LoginTimeout LoginKind = "login_timeout"
	// LoginNetwork is a login server that did not answer.
	LoginNetwork LoginKind = "network"
	// BadAnswer is an answer that no login server gives, such as a proxy's page.
	BadAnswer LoginKind = "bad_answer"
	// ServerFailed is a login server that answers but is out of order.
	ServerFailed LoginKind = "server_failed"
	// ClockWrong means that this machine's clock is too far off.
	ClockWrong LoginKind = "clock_wrong"
	// LoginRejected is every other refusal; Code has the server's word.
	LoginRejected LoginKind = "login_rejected"
)

// LoginError is every way in which a login can be missing or fail. It never
// holds a token, a code or a server's whole answer.
type LoginError struct {
	// Kind tells what happened.
	Kind LoginKind
	// Profile is the profile it happened to; empty where there is none.
	Profile string
	// Code is the server's OAuth word, such as "invalid_scope"; often empty.
	Code string
	// Description is the server's explanation. It must be cleaned of control
	// characters before it is shown. Often empty.
	Description string
	// Host is the login server's host; may be empty.
	Host string
	// Status is the HTTP status of the answer; 0 where there was none.
	Status int
	// Ports are the ports that were tried, for PortsTaken.
	Ports []int
	// Err is the cause below; may be nil.
	Err error
}

// Error says what happened, in one line, without what to do about it.
func (e *LoginError) Error() string {
	text := e.what()
	switch {
	case e.Kind != LoginRejected && e.Kind != ServerFailed:
		// The other kinds say it already.
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

// Unwrap returns the cause below.
func (e *LoginError) Unwrap() error { return e.Err }

// NeedsLogin says that logging in (again) is what mends it.
func (e *LoginError) NeedsLogin() bool {
	return e.Kind == NotLoggedIn || e.Kind == LoginExpired || e.Kind == LoginRefused
}

func (e *LoginError) what() string {
	switch e.Kind {
	case NotLoggedIn:
		return e.nobody()
	case LoginExpired:
		return "the login" + e.forProfile() + " has expired"
	case LoginRefused:
		return "the service does not accept the login" + e.forProfile() + " any more"
	case LoginDenied:
		return "the login was denied in the browser"
	case StateMismatch:
		return "the answer belongs to another login"
	case CodeUsed:
		return "the login's code has been used already, or is too old"
	case DeviceExpired:
		return "the code was not confirmed in time"
	case DeviceUnsupported:
		return e.server() + " offers no login by code"
	case PortsTaken:
		return "every port for the browser's answer is taken (" + joinInts(e.Ports) + ")"
	default:
		return e.whatServerDid()
	}
}

func (e *LoginError) whatServerDid() string {
	switch e.Kind {
	case BadPaste:
		return "that is not the address that a login ends on"
	case LoginTimeout:
		return "nobody finished the login in time"
	case LoginNetwork:
		return e.server() + " cannot be reached"
	case BadAnswer:
		return e.server() + " gave an answer that no login server gives" + e.status()
	case ServerFailed:
		return e.server() + " is out of order" + e.status()
	case ClockWrong:
		return "this machine's clock does not agree with " + e.server()
	default:
		return e.server() + " refused the login" + e.status()
	}
}

// Hint says what to do next, in one or two sentences.
func (e *LoginError) Hint() string {
	if e.Kind == LoginRefused && e.Profile == "" {
		return "Check " + TokenVariable + " and " + APIURLVariable // no profile: the environment's token
	}
	switch e.Kind {
	case NotLoggedIn, LoginExpired, LoginRefused:
		return "Log in: " + e.command("")
	case PortsTaken:
		return "Close the programs that use these ports, or log in without them: " + e.command("--no-browser")
	case DeviceUnsupported:
		return "Open the login's address in any browser and paste where it ends, or use a personal token: " + e.command("--personal-token -")
	case BadPaste:
		return "Paste the whole address; it begins with http://localhost and holds code= and state="
	case LoginNetwork, ServerFailed:
		return "Try again when it answers. A stored login is unchanged"
	case BadAnswer:
		return "Is there a proxy or a sign-in page of the network in between, or is the URL another service's?"
	case ClockWrong:
		return "Set this machine's clock, then log in again: " + e.command("")
	default:
		return "Start again: " + e.command("")
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

func (e *LoginError) nobody() string {
	if e.forProfile() == "" {
		return "you are not logged in"
	}
	return "profile " + e.Profile + " is not logged in"
}

func (e *LoginError) forProfile() string {
	if e.Profile == "" || e.Profile == DefaultProfile {
		return ""
	}
	return " of profile " + e.Profile
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

// ErrSecretNotFound is what a store of secrets says of a name it does not hold.
var ErrSecretNotFound = errors.New("no such secret")

// SecretError is a place for secrets that does not work.
type SecretError struct {
	// Place is PlaceKeyring or PlaceFile.
	Place Place
	// Path is the file, for PlaceFile.
	Path string
	// Slow means that the keyring did not answer within its limit, as a locked
	// one does while it waits for its password.
	Slow bool
	// Err is the cause; nil when Slow.
	Err error
}

// Error says which place failed and how.
func (e *SecretError) Error() string {
	switch {
	case e.Slow:
		return "the system keyring does not answer (is it locked?)"
	case e.Place == PlaceFile:
		return fmt.Sprintf("the file with the secret, %s: %v", e.Path, e.Err)
	default:
		return fmt.Sprintf("the system keyring: %v", e.Err)
	}
}

// Unwrap returns the cause.
func (e *SecretError) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *SecretError) Hint() string {
	if e.Place == PlaceFile {
		return "Check who owns the file and that the disk has room"
	}
	return "Unlock the keyring and try again, or log in with a file instead: apono login --insecure-storage"
}
