// Package sandbox implements the Apono client API in this process: the paths,
// parameters and responses of the service, with a demo catalog and one SQLite
// file. It knows the lifecycle of requests and sessions. It must not know flags,
// prompts, profiles, how users log in, or how anything is shown.
//
// Its subpackages are the demo catalog (catalog), the stored requests (store), the
// validation of new requests (submission), how to open sessions (connect) and the
// transport without a network (inprocess). Others use these too: the permissions
// (permission), the shop database (shop), a real PostgreSQL server (postgres) and
// an OAuth server (login). Packages store and login share sqlitefile.
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

	"apono/client/sandbox/catalog"
	"apono/client/sandbox/store"
)

// Options configures Open. Only Dir is required.
type Options struct {
	// Dir is the folder for all state. Open creates it, readable only by the
	// user, if it does not exist.
	Dir string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Program is the command that starts this program, such as the path of its
	// executable. Sessions of the embedded database run it; empty means "apono".
	Program []string
	// NameDir names Dir in the commands of the embedded database, for users whose
	// own program would look elsewhere.
	NameDir bool
	// Lifecycle is how long each step of a request takes.
	Lifecycle Lifecycle
	// Postgres is a real server to offer as another integration; nil offers none.
	Postgres PostgresServer
	// PostgresAddr is the host:port that sessions on Postgres connect to.
	PostgresAddr string
	// Authenticate returns the user of a bearer token, for Handler; nil accepts
	// no token.
	Authenticate func(token string) (userID string, ok bool)
	// PersonalTokens returns the handler of the operations on a user's personal
	// tokens; nil serves none.
	PersonalTokens func(userID string) http.Handler
}

// Sandbox is an open sandbox. It is safe for concurrent use, and several
// processes can open the same Dir.
type Sandbox struct {
	dir          string
	now          func() time.Time
	program      []string
	nameDir      bool
	lifecycle    Lifecycle
	authenticate func(token string) (string, bool)
	store        *store.Store

	personalTokens func(userID string) http.Handler // nil if there are none
	postgres       *postgresSource                  // nil if no server is offered
	catalog        func() *catalog.Catalog          // built on first use, so that Open is cheap
	routes         func() http.Handler              // the API without authentication; built on first use
}

// Open opens the sandbox in opts.Dir, and creates it if it does not exist.
func Open(ctx context.Context, opts Options) (*Sandbox, error) {
	if opts.Dir == "" {
		return nil, errors.New("sandbox: Options.Dir is required")
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the sandbox folder: %w", err)
	}
	st, err := store.Open(ctx, filepath.Join(opts.Dir, "sandbox.db"))
	if err != nil {
		return nil, fmt.Errorf("open the sandbox: %w", err)
	}
	s := &Sandbox{
		dir:          opts.Dir,
		now:          opts.Now,
		program:      opts.Program,
		nameDir:      opts.NameDir,
		lifecycle:    opts.Lifecycle.withDefaults(),
		authenticate: opts.Authenticate,
		store:        st,

		personalTokens: opts.PersonalTokens,
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
	s.catalog = sync.OnceValue(func() *catalog.Catalog { return catalog.New(approver().apiUser(), s.postgres != nil) })
	s.routes = sync.OnceValue(s.newRoutes)
	return s, nil
}

// Close closes the sandbox. Granted access stays granted.
func (s *Sandbox) Close() error { return s.store.Close() }

// ShopDirFlag is the flag of this program's command for the embedded database that says
// in which folder the sandbox is.
const ShopDirFlag = "--dir"

func (s *Sandbox) shopFlags() []string {
	if !s.nameDir {
		return nil
	}
	return []string{ShopDirFlag, s.dir}
}

// ShopPath returns the path of the embedded shop database, which may not exist
// yet.
func (s *Sandbox) ShopPath() string { return filepath.Join(s.dir, "shop.db") }

const customFieldsSetting = "custom_fields"

// SetCustomFields switches the demo account's custom fields on or off. They are
// off in a new sandbox.
func (s *Sandbox) SetCustomFields(ctx context.Context, on bool) error {
	return s.store.Write(ctx, func(t *store.Tx) error { return t.SetSetting(customFieldsSetting, on) })
}

// CustomFields reports whether the demo account's custom fields are on.
func (s *Sandbox) CustomFields(ctx context.Context) (on bool, err error) {
	err = s.store.Read(ctx, func(t *store.Tx) error {
		on, err = t.Setting(customFieldsSetting)
		return err
	})
	return on, err
}

// Reset deletes every request, session and setting, revokes all access, and
// deletes the shop database, which is created again on its next use. If it
// cannot reach the real server to remove the roles there, it does the rest and
// returns an error.
func (s *Sandbox) Reset(ctx context.Context) error {
	var roles []string
	err := s.store.Write(ctx, func(t *store.Tx) (err error) {
		if roles, err = openRoles(t); err != nil {
			return err
		}
		return t.DeleteAll()
	})
	if err != nil {
		return fmt.Errorf("reset the sandbox: %w", err)
	}
	errs := []error{s.revokeRoles(ctx, roles)}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(s.ShopPath() + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, fmt.Errorf("delete the shop database: %w", err))
		}
	}
	return errors.Join(errs...)
}
