package command

import (
	"context"
	"net/http"
	"sync"

	"apono/client/sandbox"
	"apono/client/sandbox/login"
)

// sandboxTokens serves the personal tokens of the sandbox's users. They are kept by its
// login server, which is opened when it is needed.
type sandboxTokens struct {
	dir string

	mu     sync.Mutex // calls of an embedded sandbox may outlive the command's use of them
	server *login.Server
	closed bool
}

// of returns the handler for a user. It is Options.PersonalTokens.
func (s *sandboxTokens) of(userID string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server, err := s.open(r.Context())
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		server.PersonalTokensOf(userID).ServeHTTP(w, r)
	})
}

func (s *sandboxTokens) open(ctx context.Context) (*login.Server, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, context.Canceled
	case s.server != nil:
		return s.server, nil
	}
	var err error
	s.server, err = login.Open(ctx, login.Options{Dir: s.dir, Users: loginUsers(), AccountID: sandbox.AccountID})
	return s.server, err
}

// Close implements io.Closer.
func (s *sandboxTokens) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}

// loginUsers returns the sandbox's users for its login server.
func loginUsers() []login.User {
	var users []login.User
	for _, u := range sandbox.Users() {
		users = append(users, login.User{ID: u.ID, Name: u.Name, Email: u.Email, Description: u.Description})
	}
	return users
}
