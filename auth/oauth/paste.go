package oauth

import (
	"context"
	"net/url"
	"strings"
	"unicode"

	"apono/auth"
)

// Paste logs in with a browser on any machine. The user opens an address there, and
// pastes the address of the page that the browser ends on. That page does not load,
// because nothing listens on its port. The error after maxPastes wrong addresses is
// an *auth.LoginError of kind BadPaste or StateMismatch.
func (f *Flow) Paste(ctx context.Context) (*Result, error) {
	a, err := f.newAttempt(f.ports()[0])
	if err != nil {
		return nil, err
	}
	f.UI.ShowURL(a.address(), ErrNotOpened)
	response, err := f.askForResponse(ctx, a)
	if err != nil {
		return nil, err
	}
	issued, err := a.redeem(ctx, response)
	if err != nil {
		return nil, err
	}
	return f.result(issued), nil
}

// askForResponse asks for an address until it contains a response that matches a.
func (f *Flow) askForResponse(ctx context.Context, a attempt) (url.Values, error) {
	var problem error
	for range maxPastes {
		text, err := f.UI.PasteURL(ctx, problem)
		if err != nil {
			return nil, err
		}
		response := parsePasted(text)
		switch {
		case !hasResult(response):
			problem = a.server.NewError(auth.BadPaste)
		case !a.matches(response):
			problem = a.server.NewError(auth.StateMismatch)
		default:
			return response, nil
		}
	}
	return nil, problem
}

// parsePasted returns the query parameters of a pasted address. The address may
// contain line breaks from a terminal, may be in quotes, and may lack everything
// before the parameters.
func parsePasted(text string) url.Values {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"'<>`, r) {
			return -1
		}
		return r
	}, text)
	if _, query, found := strings.Cut(text, "?"); found {
		text = query
	}
	text, _, _ = strings.Cut(text, "#")
	// ParseQuery returns the valid parameters even if it fails. The caller checks
	// for those that it needs.
	values, _ := url.ParseQuery(text)
	return values
}
