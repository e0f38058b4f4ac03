package client

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"testing"
)

func silent() *log.Logger { return log.New(io.Discard, "", 0) }

// onceCalls are the calls that are sent once, whatever happens.
func onceCalls() map[string]func(context.Context, *Client) error {
	return map[string]func(context.Context, *Client) error{
		"create": func(ctx context.Context, cl *Client) error {
			_, err := cl.CreateRequest(ctx, NewRequest{BundleIDs: []string{"b"}})
			return err
		},
		"access details": func(ctx context.Context, cl *Client) error {
			_, err := cl.AccessDetails(ctx, "s")
			return err
		},
		"reset": func(ctx context.Context, cl *Client) error { return cl.ResetCredentials(ctx, "s") },
	}
}

func TestSentOnce(t *testing.T) {
	failures := passing()
	failures["redirect within the host"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}
	failures["redirect to another method"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}
	for call, send := range onceCalls() {
		for name, fail := range failures {
			t.Run(call+", "+name, func(t *testing.T) {
				seen, handler := failing(1, func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					fail(w, r)
				})
				err := send(t.Context(), newService(t, handler).client)
				tolerant := call == "reset" && name == "HTML for an answer" // its answer is not read
				if (err == nil) != tolerant {
					t.Errorf("error %v", err)
				}
				if seen.count() != 1 {
					t.Errorf("sent %d times", seen.count())
				}
			})
		}
	}
}

// A connection that was kept from an earlier call may be closed by the server
// in the very moment in which the next request is read. net/http repeats a GET
// then, and never a POST; a GET that must be sent once goes over a connection of
// its own.
func TestSentOnceOverAConnectionThatBreaks(t *testing.T) {
	for call, send := range onceCalls() {
		t.Run(call, func(t *testing.T) {
			var once counter
			kept := map[string]bool{}
			s := newService(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/client/v1/session" {
					kept[r.RemoteAddr] = true
					answer(w, http.StatusOK, aSession)
					return
				}
				defer once.leave()
				once.enter()
				if kept[r.RemoteAddr] != (r.Method == http.MethodPost) {
					t.Errorf("%s, sent over a connection that was kept: %v", r.Method, kept[r.RemoteAddr])
				}
				io.Copy(io.Discard, r.Body)
				hangUp(w)
			})
			if _, err := s.client.UserSession(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := send(t.Context(), s.client); asError(t, err).Status != 0 {
				t.Errorf("error %v", err)
			}
			if once.count() != 1 {
				t.Errorf("sent %d times", once.count())
			}
		})
	}
}

// refreshing is a token source with a second token.
type refreshing struct {
	tokens  []string
	refused int
	fails   error
}

func (r *refreshing) Token(context.Context) (string, error) { return r.tokens[r.refused], nil }

func (r *refreshing) Refused(context.Context) error {
	r.refused++
	return r.fails
}

// A refused token changes nothing, so that a call with another one is the first
// that counts.
func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	for _, c := range []struct {
		name     string
		good     string
		fails    error
		requests int
		ok       bool
	}{
		{"the second is good", "second", nil, 2, true},
		{"none is good", "third", nil, 2, false},
		{"there is no second", "second", fmt.Errorf("log in again"), 1, false},
	} {
		for call, send := range onceCalls() {
			t.Run(c.name+", "+call, func(t *testing.T) {
				var seen counter
				s := newService(t, func(w http.ResponseWriter, r *http.Request) {
					defer seen.leave()
					seen.enter()
					if r.Header.Get("Authorization") != "Bearer "+c.good {
						answer(w, http.StatusUnauthorized, "")
						return
					}
					answer(w, http.StatusOK, "{}")
				})
				s.client.tokens = &refreshing{tokens: []string{"first", "second", "?"}, fails: c.fails}
				err := send(t.Context(), s.client)
				if (err == nil) != c.ok || seen.count() != c.requests {
					t.Errorf("%v after %d requests", err, seen.count())
				}
				if c.fails != nil && err != c.fails {
					t.Errorf("%v in place of the source's own error", err)
				}
			})
		}
	}
}
