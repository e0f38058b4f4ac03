// Package sandbox is the Apono client API, embedded: the same paths, parameters
// and answers as the service, over a demo catalogue, one SQLite file and the
// clock. It knows the wire types of package client, the rules that the demo
// account's access flows set, and how access is given and taken away again. It
// must not know flags, prompts, profiles, how somebody logs in, or how anything
// is shown.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options is what Open needs. Only Dir is required.
type Options struct {
	// Dir is the folder for all state. It is made, for this user alone, when it
	// is missing.
	Dir string
	// Now is the clock that requests move by; nil means time.Now.
	Now func() time.Time
	// Program is the command that starts this program again, such as the path
	// of its executable. Sessions of the embedded database are opened with it;
	// empty means "apono".
	Program []string
	// Lifecycle is how long each step of a request takes.
	Lifecycle Lifecycle
	// Postgres is a real server to offer as one more integration; nil offers none.
	Postgres PostgresServer
	// PostgresAddr is the host:port that sessions on Postgres connect to.
	PostgresAddr string
	// Authenticate tells who a bearer token belongs to, for Handler; nil
	// accepts no token.
	Authenticate func(token string) (userID string, ok bool)
}

// Sandbox is one opened sandbox. It is safe for concurrent use, and several
// processes may have the same Dir open at once.
type Sandbox struct {
	dir          string
	now          func() time.Time
	program      []string
	lifecycle    Lifecycle
	authenticate func(token string) (string, bool)
	store        *store
	postgres     *postgresSource     // nil when no server is offered
	catalogue    func() *catalogue   // built at first use, so that opening stays cheap
	routes       func() http.Handler // the API without its door; built at first use
}

// Open opens the sandbox in opts.Dir, and makes it when there is none.
func Open(ctx context.Context, opts Options) (*Sandbox, error) {
	if opts.Dir == "" {
		return nil, errors.New("the sandbox needs a folder")
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the sandbox's folder: %w", err)
	}
	st, err := openStore(ctx, filepath.Join(opts.Dir, "sandbox.db"))
	if err != nil {
		return nil, fmt.Errorf("open the sandbox: %w", err)
	}
	s := &Sandbox{
		dir:          opts.Dir,
		now:          opts.Now,
		program:      opts.Program,
		lifecycle:    opts.Lifecycle.withDefaults(),
		authenticate: opts.Authenticate,
		store:        st,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if len(s.program) == 0 {
		s.program = []string{"apono"}
	}
	if opts.Postgres != nil {
		s.postgres = newPostgresSource(opts.Postgres, opts.PostgresAddr, s.now)
	}
	s.catalogue = sync.OnceValue(func() *catalogue { return newCatalogue(s.postgres != nil) })
	s.routes = sync.OnceValue(s.newRoutes)
	return s, nil
}

// Close closes the sandbox. Access that was granted stays granted.
func (s *Sandbox) Close() error { return s.store.close() }

// ShopPath is the file of the embedded shop database. It may not exist yet.
func (s *Sandbox) ShopPath() string { return filepath.Join(s.dir, "shop.db") }

const customFieldsSetting = "custom_fields"

// SetCustomFields switches the demo account's custom fields on or off. They
// are off in a new sandbox.
func (s *Sandbox) SetCustomFields(ctx context.Context, on bool) error {
	return s.store.write(ctx, func(t *tx) error { return t.setSetting(customFieldsSetting, on) })
}

// CustomFields says whether the demo account's custom fields are switched on.
func (s *Sandbox) CustomFields(ctx context.Context) (on bool, err error) {
	err = s.store.read(ctx, func(t *tx) error {
		on, err = t.setting(customFieldsSetting)
		return err
	})
	return on, err
}

// Reset forgets every request, session and switch, takes away what was
// granted, and removes the shop database, which is made anew at its next use.
// Where a real server cannot be reached to take its roles away, everything
// else is done and the error says so.
func (s *Sandbox) Reset(ctx context.Context) error {
	var roles []string
	err := s.store.write(ctx, func(t *tx) (err error) {
		if roles, err = s.openRoles(t); err != nil {
			return err
		}
		return t.deleteAll()
	})
	if err != nil {
		return fmt.Errorf("reset the sandbox: %w", err)
	}
	errs := []error{s.revokeRoles(ctx, roles)}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(s.ShopPath() + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, fmt.Errorf("remove the shop database: %w", err))
		}
	}
	return errors.Join(errs...)
}
