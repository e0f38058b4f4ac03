package auth

import (
	"errors"
	"strings"
	"testing"
)

func TestLoginErrorsAndHints(t *testing.T) {
	kinds := []LoginKind{
		NotLoggedIn, LoginExpired, LoginRefused, LoginDenied, StateMismatch, CodeUsed, DeviceExpired, DeviceUnsupported,
		PortsTaken, BadPaste, LoginTimeout, LoginNetwork, BadResponse, ServerFailed, ClockWrong, LoginRejected,
	}
	texts := map[string]LoginKind{}
	for _, kind := range kinds {
		e := &LoginError{Kind: kind, Profile: "work", Host: "app.example", Ports: []int{1, 2}}
		if other, taken := texts[e.Error()]; taken {
			t.Errorf("%s and %s have the same message: %v", kind, other, e)
		}
		texts[e.Error()] = kind
		if e.Hint() == "" || strings.Contains(e.Hint(), "apono login") != strings.Contains(e.Hint(), "apono login --profile work") {
			t.Errorf("%s: the hint is %q", kind, e.Hint())
		}
		if needs := kind == NotLoggedIn || kind == LoginExpired || kind == LoginRefused; e.NeedsLogin() != needs {
			t.Errorf("%s: NeedsLogin is %v", kind, e.NeedsLogin())
		}
	}
	cause := errors.New("no route")
	e := &LoginError{Kind: LoginNetwork, Host: "app.example", Err: cause}
	if e.Error() != "cannot connect to app.example: no route" || !errors.Is(e, cause) {
		t.Errorf("with a cause: %v", e)
	}
	if got := (&LoginError{Kind: LoginRejected, Code: "invalid_scope", Status: 400}).Error(); got != "the login server rejected the login (status 400): invalid_scope" {
		t.Errorf("rejected: %s", got)
	}
	if got := (&LoginError{Kind: NotLoggedIn, Profile: DefaultProfile}).Hint(); got != "To log in, run: apono login" {
		t.Errorf("the default profile: %s", got)
	}
}
