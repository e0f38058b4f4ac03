package command

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/cli/browser"

	"apono/client"
	"apono/client/sandbox"
	"apono/wizard"
)

// sandboxProfile is the built-in profile that needs no login.
const sandboxProfile = "sandbox"

// The variables that choose a service, for where no profile is wanted.
const (
	profileVariable = "APONO_PROFILE"
	tokenVariable   = "APONO_TOKEN"
	apiURLVariable  = "APONO_API_URL"
)

const defaultPortalURL = "https://portal.apono.io"

// service is what a command talks to.
type service struct {
	client    *client.Client
	portalURL string
	// profile is the profile's name where the person chose it by hand; it goes
	// into the commands that are printed.
	profile string
}

// connect opens the service that flags and environment name.
func (a *App) connect(ctx context.Context) (*service, error) {
	name := a.flags.profile
	token, _ := a.Env(tokenVariable)
	if name == "" && token == "" {
		name, _ = a.Env(profileVariable)
	}
	switch {
	case name == sandboxProfile:
		return a.connectSandbox(ctx)
	case name != "":
		return nil, &wizard.UsageError{Message: fmt.Sprintf("there is no profile %q", name), Hint: "The profiles are: " + sandboxProfile}
	case token != "":
		url, _ := a.Env(apiURLVariable)
		if url == "" {
			url = client.DefaultAPIURL
		}
		return a.newService(client.Config{BaseURL: url, Tokens: client.StaticToken(token)}, defaultPortalURL)
	}
	return nil, &loginNeeded{}
}

func (a *App) connectSandbox(ctx context.Context) (*service, error) {
	box, err := a.openSandbox(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.newService(client.Config{BaseURL: "http://localhost", Transport: box.Transport()}, "http://localhost")
	if s != nil {
		s.profile = a.flags.profile
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
		return nil, &wizard.UsageError{Message: err.Error(), Hint: "Check " + apiURLVariable}
	}
	return &service{client: api, portalURL: portalURL, profile: a.flags.profile}, nil
}

// openSandbox opens the embedded service; it is closed when the command ends.
func (a *App) openSandbox(ctx context.Context) (*sandbox.Sandbox, error) {
	box, err := sandbox.Open(ctx, sandbox.Options{Dir: filepath.Join(a.dirs.State, "sandbox"), Program: program()})
	if err != nil {
		return nil, err
	}
	a.open = append(a.open, box)
	return box, nil
}

// flow is the guided flows over a service. There is nobody to ask where there
// is no terminal.
func (a *App) flow(s *service) *wizard.Flow {
	f := &wizard.Flow{Client: s.client, Streams: a.Streams, Profile: s.profile, PortalURL: s.portalURL, OpenURL: browser.OpenURL, HandOver: a.Interrupts.HandOver}
	if a.Streams.CanAsk() {
		f.Prompter = wizard.NewPrompter(a.Streams)
	}
	return f
}
