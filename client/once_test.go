package client

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"testing"
)

func discardLogger() *log.Logger { return log.New(io.Discard, "", 0) }

// singleCalls returns the calls that must never be retried.
func singleCalls() map[string]func(context.Context, *Client) error {
	calls := changingCalls()
	calls["access details"] = func(ctx context.Context, cl *Client) error {
		_, err := cl.AccessDetails(ctx, "s")
		return err
	}
	return calls
}

func TestCallsThatAreNotRetried(t *testing.T) {
	failures := temporaryFailures()
	failures["redirect within the host"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}
	failures["redirect to another method"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}
	for call, send := range singleCalls() {
		for name, fail := range failures {
			t.Run(call+", "+name, func(t *testing.T) {
				seen, handler := failFirst(1, func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					fail(w, r)
				})
				err := send(t.Context(), newTestServer(t, handler).client)
				if err == nil {
					t.Error("no error")
				}
				if seen.count() != 1 {
					t.Errorf("sent %d times", seen.count())
				}
			})
		}
	}
}

// A server may close a reused connection just as the next request arrives.
// net/http then sends a GET again, but never a POST. A GET that must not be
// retried therefore needs a connection of its own.
func TestCallsThatAreNotRetriedIfAConnectionBreaks(t *testing.T) {
	for call, send := range singleCalls() {
		t.Run(call, func(t *testing.T) {
			var once counter
			reused := map[string]bool{}
			s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/client/v1/session" {
					reused[r.RemoteAddr] = true
					respond(w, http.StatusOK, sessionJSON)
					return
				}
				defer once.leave()
				once.enter()
				if reused[r.RemoteAddr] != (r.Method == http.MethodPost) {
					t.Errorf("%s sent over a reused connection: %v", r.Method, reused[r.RemoteAddr])
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

// refreshing is a Refresher with several tokens.
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

// A call with an invalid token changes nothing, so it can be sent again with
// another one.
func TestUnauthorizedCallIsSentAgainOnce(t *testing.T) {
	for _, c := range []struct {
		name     string
		valid    string
		fails    error
		requests int
		ok       bool
	}{
		{"second token valid", "second", nil, 2, true},
		{"no token valid", "third", nil, 2, false},
		{"no second token", "second", fmt.Errorf("log in again"), 1, false},
	} {
		for call, send := range singleCalls() {
			t.Run(c.name+", "+call, func(t *testing.T) {
				var seen counter
				s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
					defer seen.leave()
					seen.enter()
					if r.Header.Get("Authorization") != "Bearer "+c.valid {
						respond(w, http.StatusUnauthorized, "")
						return
					}
					respond(w, http.StatusOK, soundAnswer(r))
				})
				s.client.tokens = &refreshing{tokens: []string{"first", "second", "?"}, fails: c.fails}
				err := send(t.Context(), s.client)
				if (err == nil) != c.ok || seen.count() != c.requests {
					t.Errorf("%v after %d requests", err, seen.count())
				}
				if c.fails != nil && err != c.fails {
					t.Errorf("%v, want the error of the token source", err)
				}
			})
		}
	}
}
