package oauth

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"apono/auth"
	"apono/client/sandbox/login/logintest"
)

func TestPasteLogin(t *testing.T) {
	server := newLoginServer(t)
	for name, paste := range map[string]func(address string) string{
		"unchanged":           func(a string) string { return a },
		"quoted, line breaks": func(a string) string { return "  '" + a[:40] + "\r\n  " + a[40:] + "'\n" },
		"only the parameters": func(a string) string { return a[strings.Index(a, "?")+1:] },
		"from the ? on":       func(a string) string { return a[strings.Index(a, "?"):] },
		"with a fragment":     func(a string) string { return a + "#top" },
		"in angle brackets":   func(a string) string { return "<" + a + ">" },
		"wrong text first":    nil,
	} {
		t.Run(name, func(t *testing.T) {
			f, user := server.flow(logintest.UserID)
			var problems []auth.LoginKind
			user.paste = func(landed *url.URL, problem error) (string, error) {
				if paste != nil {
					return paste(landed.String()), nil
				}
				problems = append(problems, kindOf(problem))
				return []string{"what?", "http://localhost:64131/?code=x&state=other", landed.String()}[len(problems)-1], nil
			}
			got, err := f.Paste(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			server.CheckToken(got.Token.Access)
			if paste == nil && fmt.Sprint(problems) != fmt.Sprint([]auth.LoginKind{"", auth.BadPaste, auth.StateMismatch}) {
				t.Errorf("the problems are %v", problems)
			}
			if !errors.Is(user.opened, ErrNotOpened) {
				t.Errorf("ShowURL got %v", user.opened)
			}
		})
	}
}

func TestPasteLoginFails(t *testing.T) {
	server := newLoginServer(t)
	f, _ := server.flow(logintest.Deny)
	if _, err := f.Paste(t.Context()); kindOf(err) != auth.LoginDenied {
		t.Errorf("denied: %v", err)
	}
	f, user := server.flow(logintest.UserID)
	asked := 0
	user.paste = func(*url.URL, error) (string, error) { asked++; return "nonsense", nil }
	if _, err := f.Paste(t.Context()); kindOf(err) != auth.BadPaste || asked != maxPastes {
		t.Errorf("nonsense: %v after %d times", err, asked)
	}
	canceled := errors.New("canceled")
	user.paste = func(*url.URL, error) (string, error) { return "", canceled }
	if _, err := f.Paste(t.Context()); !errors.Is(err, canceled) {
		t.Errorf("canceled: %v", err)
	}
	f, user = server.flow(logintest.UserID)
	var landed string
	user.paste = func(at *url.URL, _ error) (string, error) { landed = at.String(); return landed, nil }
	if _, err := f.Paste(t.Context()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprint(server.replay(f, landed)), url.QueryEscape(landed)) {
		t.Error("the error contains the code")
	}
}

// replay redeems a code for the second time, and returns the error.
func (s *loginServer) replay(f *Flow, landed string) error {
	s.t.Helper()
	parsed, err := url.Parse(landed)
	if err != nil {
		s.t.Fatal(err)
	}
	a := attempt{server: f.server(), redirect: "http://localhost:64131", verifier: "any"}
	_, err = a.redeem(s.t.Context(), parsed.Query())
	if kindOf(err) != auth.CodeUsed {
		s.t.Errorf("got %v", err)
	}
	return err
}
