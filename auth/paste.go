package auth

import (
	"context"
	"net/url"
	"strings"
	"unicode"
)

// Paste logs in with a browser on any machine: the person opens the address,
// and pastes the one that the browser ends on, which it cannot show a page for.
func (f *Flow) Paste(ctx context.Context) (*Result, error) {
	a, err := f.attempt(f.ports()[0])
	if err != nil {
		return nil, err
	}
	f.Person.ShowURL(a.address(), ErrNotOpened)
	answer, err := f.pasted(ctx, a)
	if err != nil {
		return nil, err
	}
	got, err := a.redeem(ctx, answer)
	if err != nil {
		return nil, err
	}
	return f.result(got), nil
}

// pasted asks until the answer is one to this attempt.
func (f *Flow) pasted(ctx context.Context, a attempt) (url.Values, error) {
	var problem *LoginError
	for range maxPastes {
		var before error
		if problem != nil {
			before = problem
		}
		text, err := f.Person.PasteURL(ctx, before)
		if err != nil {
			return nil, err
		}
		answer := readPasted(text)
		switch {
		case !answer.Has("code") && !answer.Has("error"):
			problem = a.failed(BadPaste)
		case !a.isOurs(answer):
			problem = a.failed(StateMismatch)
		default:
			return answer, nil
		}
	}
	return nil, problem
}

// readPasted finds the parameters in whatever a person copies: the address with
// line breaks of a terminal in it, between quotes, or only what follows the "?".
func readPasted(text string) url.Values {
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
	// What cannot be read is left out, and missed by the caller.
	values, _ := url.ParseQuery(text)
	return values
}
