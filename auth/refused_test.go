package auth

import (
	"net/http"
	"testing"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	w := newWorld(t)
	s := w.source()
	first := w.token(s)
	if err := s.Refused(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := w.token(s)
	if second == first || w.server.Refreshes() != 1 {
		t.Errorf("the same token after %d refreshes: %v", w.server.Refreshes(), second == first)
	}
	w.mustOwn(second)
	if err := s.Refused(t.Context()); kindOf(err) != LoginRefused {
		t.Errorf("a second refusal: %v", err)
	}
}

func TestRefusedTokenThatSomebodyElseHasRenewed(t *testing.T) {
	w := newWorld(t)
	s := w.source()
	w.token(s)
	other := w.source()
	w.token(other)
	if err := other.Refused(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Refused(t.Context()); err != nil || w.token(s) != w.token(other) || w.server.Refreshes() != 1 {
		t.Errorf("%v after %d refreshes", err, w.server.Refreshes())
	}
}

func TestRefusedTokenWithoutAnother(t *testing.T) {
	w := newWorld(t)
	w.change(func(t *Token) { *t = Token{Access: "personal", Kind: Personal} })
	s := w.source()
	w.token(s)
	if err := s.Refused(t.Context()); kindOf(err) != LoginRefused {
		t.Errorf("a personal token: %v", err)
	}
}
