package command

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"apono/auth"
	"apono/auth/browser"
	"apono/client"
	"apono/client/sandbox"
	"apono/client/sandbox/postgres"
	"apono/render"
	"apono/wizard"
	"apono/wizard/catalog"
	"apono/wizard/command/explain"
)

// service is the service that a command uses, and how the login reaches it.
type service struct {
	client    *client.Client
	portalURL string
	sandbox   bool
	catalog   *catalog.Store // nil if it is turned off
	login     auth.Login
	// profile is the profile that the user chose by flag, by environment variable
	// or in the first prompt. Printed commands name it. It is empty for the
	// current profile.
	profile string
	// announcements are shown after the command; nil for none.
	announcements *announcements
}

// commandLine returns one of this program's commands as the user types it, with
// the profile to name.
func (s *service) commandLine(words ...string) render.Command {
	return render.CommandLine{Shell: render.ShellFor(runtime.GOOS), Profile: s.profile}.Join(words...)
}

// connect returns the service that the flags, the environment and the
// configuration select.
func (f *factory) connect(ctx context.Context) (*service, error) {
	return f.connectTo(ctx, f.flags.profile)
}

// connectTo is connect with profile in place of the flag.
func (f *factory) connectTo(ctx context.Context, profile string) (*service, error) {
	login, err := f.resolve(ctx, profile)
	if err != nil {
		return nil, err
	}
	connect := f.connectLogin
	if login.Sandbox() {
		connect = func(ctx context.Context, login auth.Login) (*service, error) {
			return f.connectSandboxAs(ctx, login.Profile.Name)
		}
	}
	s, err := connect(ctx, login)
	if err != nil {
		return nil, err
	}
	s.profile = profile
	if login.Origin == auth.FromEnvironment {
		s.profile = f.getenv(auth.ProfileVariable)
	}
	s.announcements = f.fetchAnnouncements(ctx, s.client)
	return s, nil
}

func (f *factory) connectLogin(ctx context.Context, login auth.Login) (*service, error) {
	source := f.logins().Source(login)
	if _, err := source.Token(ctx); err != nil {
		return nil, err
	}
	s, err := f.newService(client.Config{BaseURL: login.Profile.APIURL, Tokens: source})
	if err != nil {
		return nil, err
	}
	s.portalURL, s.catalog, s.login = login.Profile.PortalURL, f.catalog(login), login
	return s, nil
}

// connectSandbox connects to the sandbox as the user who requests access.
func (f *factory) connectSandbox(ctx context.Context) (*service, error) {
	return f.connectSandboxAs(ctx, auth.SandboxProfile)
}

// connectSandboxAs connects to the sandbox as the user of a built-in profile.
func (f *factory) connectSandboxAs(ctx context.Context, profile string) (*service, error) {
	box, err := f.openSandbox(ctx, nil)
	if err != nil {
		return nil, err
	}
	transport := box.Transport()
	if profile == auth.SandboxApproverProfile {
		transport = box.ApproverTransport()
	}
	s, err := f.newService(client.Config{BaseURL: "http://localhost", Transport: transport})
	if err != nil {
		return nil, err
	}
	s.sandbox, s.catalog = true, f.catalog(auth.Login{Profile: auth.Profile{Name: profile}})
	return s, nil
}

func (f *factory) newService(cfg client.Config) (*service, error) {
	cfg.UserAgent = "apono/" + f.version.Version
	if cfg.Transport == nil {
		cfg.Transport = client.NewTransport()
	}
	if f.flags.verbose {
		cfg.Transport = client.Trace(cfg.Transport, f.streams.Err)
	}
	var err error
	if cfg.Deadline, err = f.deadline(); err != nil {
		return nil, err
	}
	cfg.Waiting = func(e *client.Error, delay time.Duration) { f.streams.Waiting(explain.Waiting(e), delay) }
	api, err := client.New(cfg)
	if err != nil {
		return nil, &wizard.UsageError{Message: err.Error(), Hint: "Check " + auth.APIURLVariable + " and the URLs of the profile"}
	}
	s := &service{client: api, profile: f.flags.profile}
	f.services = append(f.services, s)
	return s, nil
}

// deadline returns how long an exchange with the service may take; 0 is the default.
func (f *factory) deadline() (time.Duration, error) {
	text := f.getenv(client.DeadlineVariable)
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, &wizard.UsageError{Message: fmt.Sprintf("%s is not a duration: %q", client.DeadlineVariable, text), Hint: "Use 2m, for example, or 90s"}
	}
	return d, nil
}

// changed reports whether the command changed something at a service, so that it
// must not run again.
func (f *factory) changed() bool {
	return slices.ContainsFunc(f.services, func(s *service) bool { return s.client.Changed() })
}

// postgresVariable is the admin URL of a PostgreSQL server that the sandbox
// offers access to.
const postgresVariable = "APONO_SANDBOX_POSTGRES_URL"

// openSandbox opens the embedded service until the command ends. authenticate
// checks the tokens of a sandbox that is served, and is nil otherwise.
func (f *factory) openSandbox(ctx context.Context, authenticate func(string) (string, bool)) (*sandbox.Sandbox, error) {
	tokens := &sandboxTokens{dir: f.sandboxDir()}
	f.onExit(tokens)
	return f.openSandboxIn(ctx, sandbox.Options{
		Dir: f.sandboxDir(), Program: program(), Authenticate: authenticate,
		// The command may run where the variable is not set, or for another user.
		NameDir:        authenticate != nil || f.getenv(auth.ConfigDirVariable) != "",
		PersonalTokens: tokens.of,
	})
}

// openSandboxIn opens the embedded service with options until the command ends.
func (f *factory) openSandboxIn(ctx context.Context, options sandbox.Options) (*sandbox.Sandbox, error) {
	if url := f.getenv(postgresVariable); url != "" {
		server, err := postgres.New(url)
		if err != nil {
			return nil, &wizard.UsageError{Message: postgresVariable + " is not valid: " + err.Error(), Hint: "Set it to a URL such as postgres://admin@localhost:5432/postgres"}
		}
		f.onExit(closer(server.Close))
		options.Postgres, options.PostgresAddr = server, net.JoinHostPort(server.Host(), strconv.Itoa(server.Port()))
	}
	box, err := sandbox.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	f.onExit(box)
	return box, nil
}

func (f *factory) sandboxDir() string { return filepath.Join(f.dirs.State, "sandbox") }

// flow returns the guided flows over a service.
func (f *factory) flow(s *service) *wizard.Flow {
	flow := &wizard.Flow{
		Client: s.client, Streams: f.streams, Prompter: f.prompter(), Profile: s.profile, PortalURL: s.portalURL,
		Sandbox: s.sandbox, HandOver: f.interrupts.HandOver, Catalog: s.catalog, StartFill: func() { f.startFill(s.login) },
		NoReplay: f.setting(auth.SettingReplayNotice) == "false",
		Ring:     f.ring(), Reason: func(err error) string { return explain.Error(err).Message },
	}
	if shell, ok := render.ShellForProgram(f.getenv("SHELL")); ok {
		flow.Shell = shell
	}
	if machine := browser.ThisMachine(); machine.NoBrowser() == "" {
		flow.OpenURL = machine.Open
	}
	return flow
}

// connectFlow connects and returns the flows over the service.
func (f *factory) connectFlow(ctx context.Context) (*wizard.Flow, error) {
	s, err := f.connect(ctx)
	if err != nil {
		return nil, err
	}
	return f.flow(s), nil
}
