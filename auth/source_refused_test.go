package auth

import "testing"

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	server := newLoginServer(t)
	s := server.source()
	first := server.token(s)
	if err := s.Refused(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := server.token(s)
	if second == first || server.Refreshes() != 1 {
		t.Errorf("after %d refreshes, the token is unchanged: %v", server.Refreshes(), second == first)
	}
	server.CheckToken(second)
	if err := s.Refused(t.Context()); kindOf(err) != LoginRefused {
		t.Errorf("second refusal: %v", err)
	}
}

func TestRefusedTokenIsReplacedByANewerStoredOne(t *testing.T) {
	server := newLoginServer(t)
	s, other := server.source(), server.source()
	server.token(s)
	server.token(other)
	if err := other.Refused(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Refused(t.Context()); err != nil || server.token(s) != server.token(other) || server.Refreshes() != 1 {
		t.Errorf("%v after %d refreshes", err, server.Refreshes())
	}
}

func TestRefusedPersonalTokenNeedsLogin(t *testing.T) {
	server := newLoginServer(t)
	server.edit(func(t *Token) { *t = Token{Access: "personal", Kind: Personal} })
	s := server.source()
	server.token(s)
	if err := s.Refused(t.Context()); kindOf(err) != LoginRefused {
		t.Errorf("got %v", err)
	}
}
