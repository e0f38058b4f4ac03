package auth

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"apono/client/sandbox/login/logintest"
)

func TestPastedLogin(t *testing.T) {
	w := newLoginServer(t)
	for name, paste := range map[string]func(address string) string{
		"as it is":              func(a string) string { return a },
		"quoted, with a break":  func(a string) string { return "  '" + a[:40] + "\r\n  " + a[40:] + "'\n" },
		"only the parameters":   func(a string) string { return a[strings.Index(a, "?")+1:] },
		"from the question":     func(a string) string { return a[strings.Index(a, "?"):] },
		"with a fragment":       func(a string) string { return a + "#top" },
		"in angle brackets":     func(a string) string { return "<" + a + ">" },
		"the wrong thing first": nil,
	} {
		t.Run(name, func(t *testing.T) {
			f := w.flow(ada)
			var problems []LoginKind
			f.Person.(*visitor).paste = func(landed *url.URL, problem error) (string, error) {
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
			w.mustOwn(got.Token.Access)
			if paste == nil && fmt.Sprint(problems) != fmt.Sprint([]LoginKind{"", BadPaste, StateMismatch}) {
				t.Errorf("the person was told %v", problems)
			}
			if person := f.Person.(*visitor); !errors.Is(person.opened, ErrNotOpened) {
				t.Errorf("shown with %v", person.opened)
			}
		})
	}
}

func TestPastedLoginThatFails(t *testing.T) {
	w := newLoginServer(t)
	f := w.flow(logintest.Deny)
	if _, err := f.Paste(t.Context()); kindOf(err) != LoginDenied {
		t.Errorf("denied: %v", err)
	}
	f = w.flow(ada)
	asked := 0
	f.Person.(*visitor).paste = func(*url.URL, error) (string, error) { asked++; return "nonsense", nil }
	if _, err := f.Paste(t.Context()); kindOf(err) != BadPaste || asked != maxPastes {
		t.Errorf("nonsense: %v after %d times", err, asked)
	}
	gone := errors.New("the person has gone")
	f.Person.(*visitor).paste = func(*url.URL, error) (string, error) { return "", gone }
	if _, err := f.Paste(t.Context()); !errors.Is(err, gone) {
		t.Errorf("gone: %v", err)
	}
	f = w.flow(ada)
	var landed string
	f.Person.(*visitor).paste = func(at *url.URL, _ error) (string, error) { landed = at.String(); return landed, nil }
	if _, err := f.Paste(t.Context()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprint(w.replay(f, landed)), url.QueryEscape(landed)) {
		t.Error("the error holds the code")
	}
}

// replay uses a code a second time.
func (w *world) replay(f *Flow, landed string) error {
	w.Helper()
	parsed, err := url.Parse(landed)
	if err != nil {
		w.Fatal(err)
	}
	a := attempt{server: f.endpoint(), redirect: "http://localhost:64131", verifier: "any"}
	_, err = a.redeem(w.Context(), parsed.Query())
	if kindOf(err) != CodeUsed {
		w.Errorf("a code used twice: %v", err)
	}
	return err
}
