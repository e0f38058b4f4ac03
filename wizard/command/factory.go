package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"apono/auth"
	"apono/auth/secrets"
	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/catalog"
	"apono/wizard/command/explain"
	"apono/wizard/prompt"
)

// factory is what commands are built from. Each execution of a command line has
// its own. A command takes from it only what its options need, and stores
// nothing in it.
type factory struct {
	streams    *render.Streams
	getenv     func(name string) string // "" if the variable is not set
	setting    func(key string) string  // its default if there is no configuration
	version    Version
	interrupts *Interrupts
	flags      globalFlags // set when the command line is parsed
	dirs       auth.Dirs   // invalid if dirsErr is not nil
	dirsErr    error
	stored     *auth.Logins
	// prompter returns nil if there is no terminal.
	prompter func() prompt.Prompter
	// answers are the answers to a request that an earlier execution could not
	// send, or nil.
	answers *wizard.Answers

	warned   bool        // of damage in the configuration
	closers  []io.Closer // in the order in which they were opened
	services []*service  // that the command connected to
}

// globalFlags are the flags that every command has.
type globalFlags struct {
	profile string
	verbose bool
	noColor bool
	noCache bool
}

func newFactory(a *App, prompter func() prompt.Prompter, answers *wizard.Answers) *factory {
	f := &factory{
		streams: a.Streams, setting: a.setting, version: a.Version, interrupts: a.Interrupts, prompter: prompter, answers: answers,
		getenv: func(name string) string {
			value, _ := a.Env(name)
			return value
		},
	}
	f.dirs, f.dirsErr = auth.UserDirs()
	f.stored = auth.NewLogins(f.dirs)
	f.stored.Transport = client.NewTransport()
	f.stored.Moved = func(profile string, stored secrets.Stored) { printStored(f.streams, profile, stored) }
	return f
}

// logins returns the stored logins.
func (f *factory) logins() *auth.Logins { return f.stored }

// config returns the configuration. If it is damaged, it has been moved aside: a
// notice says so, and the result is an empty one.
func (f *factory) config(ctx context.Context) (*auth.Config, error) {
	cfg, err := f.stored.Store.Load(ctx)
	var damaged *auth.ConfigError
	if errors.As(err, &damaged) && damaged.Aside != "" {
		f.streams.Warn("%s", explain.Sentence(damaged.Error()))
		f.streams.Printf("  %s\n", damaged.Hint())
		return cfg, nil
	}
	if err == nil {
		f.warnDamaged(cfg)
	}
	return cfg, err
}

// warnDamaged says once which parts of the configuration are ignored.
func (f *factory) warnDamaged(cfg *auth.Config) {
	if parts := cfg.Damaged(); len(parts) > 0 && !f.warned {
		f.warned = true
		f.streams.Warn("Ignored what is damaged in the configuration: %s", strings.Join(parts, ", "))
		f.streams.Printf("  Repair it in %s, or set it anew\n", f.stored.Store.Path())
	}
}

// resolve returns the login that the environment and the configuration select,
// unless profile names one.
func (f *factory) resolve(ctx context.Context, profile string) (auth.Login, error) {
	cfg, err := f.config(ctx)
	if err != nil && profile == "" && auth.HasToken(f.getenv) && ctx.Err() == nil {
		f.streams.Warn("%s", explain.Error(err).Message)
		f.streams.Printf("  Going on with the token in the environment\n")
		cfg, err = &auth.Config{}, nil
	}
	if err != nil {
		return auth.Login{}, err
	}
	return cfg.Resolve(profile, f.getenv)
}

// noCacheVariable turns off the catalog.
const noCacheVariable = "APONO_NO_CACHE"

// catalog returns the catalog of a login, or nil if it is turned off. The account and
// the user are part of the folder's name, so that they never see each other's.
func (f *factory) catalog(login auth.Login) *catalog.Store {
	if f.flags.noCache || f.getenv(noCacheVariable) != "" || f.setting(auth.SettingCatalog) == "false" {
		return nil
	}
	p := login.Profile
	who := sha256.Sum256([]byte(strings.Join([]string{p.APIURL, p.AccountID, p.UserID, f.envToken(login)}, "\x00")))
	store := catalog.Open(filepath.Join(f.catalogDir(p.Name), hex.EncodeToString(who[:8])))
	if login.Origin != auth.FromToken && !login.Sandbox() {
		store.CreateIf(func() bool { return f.isLoggedIn(p) })
	}
	f.onExit(store)
	return store
}

// isLoggedIn reports whether a login is still that of its profile.
func (f *factory) isLoggedIn(p auth.Profile) bool {
	cfg, err := f.logins().Store.Peek()
	if err != nil {
		return false
	}
	now, ok := cfg.Profiles[p.Name]
	return ok && now.LoggedIn() && now.AccountID == p.AccountID && now.UserID == p.UserID
}

// envToken returns the login's token if it comes from the environment, and else
// "". Such a login has no account to tell it from others.
func (f *factory) envToken(login auth.Login) string {
	if login.Origin != auth.FromToken {
		return ""
	}
	return f.getenv(auth.TokenVariable) + f.getenv(auth.PersonalTokenVariable)
}

// catalogDir returns the folder of a profile's catalogs. A login from the
// environment has no profile name.
func (f *factory) catalogDir(profile string) string {
	if profile == "" {
		profile = "_environment"
	}
	return filepath.Join(f.dirs.Cache, profile)
}

// closer is a function that closes something and cannot fail.
type closer func()

// Close implements io.Closer.
func (c closer) Close() error {
	c()
	return nil
}

// onExit closes c when the command ends.
func (f *factory) onExit(c io.Closer) { f.closers = append(f.closers, c) }

// close closes what the command opened, in reverse order. It returns err, or the
// first error of closing if err is nil.
func (f *factory) close(err error) error {
	for i := len(f.closers) - 1; i >= 0; i-- {
		if closeErr := f.closers[i].Close(); err == nil {
			err = closeErr
		}
	}
	f.closers = nil
	return err
}

// maxInput bounds what is read from stdin, in bytes.
const maxInput = 1 << 20

// readIn reads all of stdin. It returns when ctx ends, even if stdin does not.
func readIn(ctx context.Context, s *render.Streams) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(s.In, maxInput))
		read <- result{data, err}
	}()
	select {
	case r := <-read:
		if r.err != nil {
			return nil, fmt.Errorf("read stdin: %w", r.err)
		}
		return r.data, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// program returns the command that starts this program again.
func program() []string {
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	return []string{path}
}
