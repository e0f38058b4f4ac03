package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"apono/auth"
	"apono/auth/browser"
	"apono/client"
	"apono/client/sandbox"
	"apono/client/sandbox/postgres"
	"apono/wizard"
	"apono/wizard/prompt"
)

// postgresVariable is the admin URL of a PostgreSQL server that the sandbox is
// to offer.
const postgresVariable = "APONO_SANDBOX_POSTGRES_URL"

// closer is a function that closes something without an error.
type closer func()

// Close implements io.Closer.
func (c closer) Close() error {
	c()
	return nil
}

// service is what a command talks to.
type service struct {
	client    *client.Client
	portalURL string
	sandbox   bool
	recall    *wizard.Recall
	// profile is the profile's name where the person chose it by hand; it goes
	// into the commands that are printed.
	profile string
}

// connect opens the service that flags, environment and configuration name.
func (a *App) connect(ctx context.Context) (*service, error) {
	login, err := a.resolve(ctx)
	if err != nil {
		return nil, err
	}
	if login.Sandbox() {
		return a.connectSandbox(ctx)
	}
	source := a.logins().Source(login)
	if _, err := source.Token(ctx); err != nil {
		return nil, err
	}
	s, err := a.newService(client.Config{BaseURL: login.Profile.APIURL, Tokens: source}, login.Profile.PortalURL)
	if s != nil {
		s.recall = a.recall(login)
	}
	return s, err
}

// noCacheVariable turns off what is kept between commands.
const noCacheVariable = "APONO_NO_CACHE"

// recall is what is kept between commands for a login; nil where the person
// wants nothing kept. Who is logged in is part of the folder's name, so that
// nobody sees what another account was offered.
func (a *App) recall(login auth.Login) *wizard.Recall {
	if a.flags.noCache || a.getenv(noCacheVariable) != "" {
		return nil
	}
	p := login.Profile
	who := sha256.Sum256([]byte(strings.Join([]string{p.APIURL, p.AccountID, p.UserID, a.tokenMark(login)}, "\x00")))
	return wizard.NewRecall(filepath.Join(a.recallDir(p.Name), hex.EncodeToString(who[:8])))
}

// tokenMark tells apart the tokens of the environment, which name no account.
func (a *App) tokenMark(login auth.Login) string {
	if login.Origin != auth.FromToken {
		return ""
	}
	return a.getenv(auth.TokenVariable) + a.getenv(auth.PersonalTokenVariable)
}

// recallDir is where everything of a profile is kept; the environment's has no
// name.
func (a *App) recallDir(profile string) string {
	if profile == "" {
		profile = "_environment"
	}
	return filepath.Join(a.dirs.Cache, profile)
}

// resolve says which login counts. A configuration that cannot be read has been
// set aside by then, and the person is told.
func (a *App) resolve(ctx context.Context) (auth.Login, error) {
	cfg, err := a.config(ctx)
	if err != nil {
		return auth.Login{}, err
	}
	login, err := cfg.Resolve(a.flags.profile, a.getenv)
	if err == nil && login.Origin == auth.FromEnvironment {
		// Chosen by hand too: a command that is pasted elsewhere has to name it.
		a.flags.profile = a.getenv(auth.ProfileVariable)
	}
	return login, err
}

func (a *App) config(ctx context.Context) (*auth.Config, error) {
	cfg, err := a.logins().Store.Load(ctx)
	var damaged *auth.ConfigError
	if errors.As(err, &damaged) && damaged.Aside != "" {
		a.Streams.Printf("%s %s\n  %s\n", a.Streams.PaletteErr().Waiting("!"), sentence(damaged.Error()), damaged.Hint())
		return cfg, nil
	}
	return cfg, err
}

// logins are the stored logins; a token that had to move is told of.
func (a *App) logins() *auth.Logins {
	if a.stored == nil {
		a.stored = auth.NewLogins(a.dirs)
		a.stored.Moved = a.tellStored
	}
	return a.stored
}

func (a *App) getenv(name string) string {
	value, _ := a.Env(name)
	return value
}

func (a *App) connectSandbox(ctx context.Context) (*service, error) {
	box, err := a.openSandbox(ctx, nil)
	if err != nil {
		return nil, err
	}
	s, err := a.newService(client.Config{BaseURL: "http://localhost", Transport: box.Transport()}, "")
	if s != nil {
		s.sandbox = true
		s.recall = a.recall(auth.Login{Profile: auth.Profile{Name: auth.SandboxProfile}})
	}
	return s, err
}

func (a *App) newService(cfg client.Config, portalURL string) (*service, error) {
	cfg.UserAgent = "apono/" + a.Version.Version
	if a.flags.verbose {
		cfg.Transport = client.Trace(cfg.Transport, a.Streams.Err)
	}
	api, err := client.New(cfg)
	if err != nil {
		return nil, &wizard.UsageError{Message: err.Error(), Hint: "Check " + auth.APIURLVariable + " and the profile's URLs"}
	}
	a.clients = append(a.clients, api)
	return &service{client: api, portalURL: portalURL, profile: a.flags.profile}, nil
}

// openSandbox opens the embedded service; it is closed when the command ends.
// authenticate is for a sandbox that is served; nil else.
func (a *App) openSandbox(ctx context.Context, authenticate func(string) (string, bool)) (*sandbox.Sandbox, error) {
	options := sandbox.Options{Dir: a.sandboxDir(), Program: program(), Authenticate: authenticate}
	if url := a.getenv(postgresVariable); url != "" {
		server, err := postgres.New(url)
		if err != nil {
			return nil, &wizard.UsageError{Message: postgresVariable + " cannot be used: " + err.Error(), Hint: "Set it to a URL such as postgres://admin@localhost:5432/postgres"}
		}
		a.onExit(closer(server.Close))
		options.Postgres, options.PostgresAddr = server, net.JoinHostPort(server.Host(), strconv.Itoa(server.Port()))
	}
	box, err := sandbox.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	a.onExit(box)
	return box, nil
}

func (a *App) sandboxDir() string { return filepath.Join(a.dirs.State, "sandbox") }

// flow is the guided flows over a service. There is nobody to ask where there
// is no terminal.
func (a *App) flow(s *service) *wizard.Flow {
	f := &wizard.Flow{Client: s.client, Streams: a.Streams, Profile: s.profile, PortalURL: s.portalURL, Sandbox: s.sandbox, HandOver: a.Interrupts.HandOver, Recall: s.recall}
	if machine := browser.ThisMachine(); machine.NoBrowser() == "" {
		f.OpenURL = machine.Open
	}
	f.Prompter = a.prompter()
	return f
}

// prompter asks the person; nil where there is nobody.
func (a *App) prompter() prompt.Prompter {
	if !a.Streams.CanAsk() {
		return nil
	}
	if a.asks == nil {
		a.asks = prompt.New(a.Streams)
	}
	return a.asks
}

// changed reports whether this command changed something at a service, so that
// it must not run again.
func (a *App) changed() bool { return slices.ContainsFunc(a.clients, (*client.Client).Changed) }
