package command

import (
	"context"
	"errors"

	"apono/auth"
	"apono/auth/secrets"
	"apono/render"
	"apono/wizard"
	"apono/wizard/command/output"
	"apono/wizard/prompt"
)

// menuOptions are those of apono without a command: the guided flow.
type menuOptions struct {
	streams  *render.Streams
	prompter func() prompt.Prompter
	connect  func(context.Context) (*service, error)
	welcome  func(context.Context) (*service, error) // connect, for a user without a login
	flow     func(*service) *wizard.Flow
	answers  *wizard.Answers // to a request that could not be sent, or nil
}

func newMenuOptions(f *factory) *menuOptions {
	return &menuOptions{
		streams: f.streams, prompter: f.prompter, connect: f.connect, flow: f.flow, answers: f.answers,
		welcome: func(ctx context.Context) (*service, error) { return welcome(ctx, newWelcomeOptions(f)) },
	}
}

func runMenu(ctx context.Context, o *menuOptions) error {
	s, err := o.connect(ctx)
	var login *auth.LoginError
	if errors.As(err, &login) && login.Kind == auth.NotLoggedIn && o.prompter() != nil {
		return runWelcome(ctx, o)
	}
	if err != nil {
		return err
	}
	return guide(ctx, o, o.flow(s), true)
}

// runWelcome asks a user without a login how to go on, and goes on. From the
// sandbox, Esc returns to that question.
func runWelcome(ctx context.Context, o *menuOptions) error {
	for {
		s, err := o.welcome(ctx)
		if err != nil {
			return err
		}
		flow := o.flow(s)
		err = guide(ctx, o, flow, !s.sandbox)
		if !errors.Is(err, prompt.ErrBack) || !s.sandbox {
			return err
		}
		flow.Rewind(0)
	}
}

// guide runs the guided flow. first is true if Esc at its first question ends the
// program.
func guide(ctx context.Context, o *menuOptions, flow *wizard.Flow, first bool) error {
	if flow.Prompter == nil {
		return &wizard.UsageError{
			Message: "the guided flow needs a terminal",
			Hint:    "Give the answers as flags instead: apono requests create --help",
		}
	}
	if o.answers != nil {
		return request(ctx, flow, &createOptions{streams: o.streams, answers: *o.answers, output: output.Table()})
	}
	defer flow.OpenFrontPage(ctx)()
	for {
		mark := flow.Mark()
		choice, err := flow.Menu(ctx, first)
		if err != nil {
			return err
		}
		switch choice {
		case wizard.MenuConnect:
			err = exitStatus(flow.Use(ctx, wizard.AccessQuery{}))
		case wizard.MenuSearch:
			err = find(ctx, o.streams, flow, "")
		case wizard.MenuReview:
			err = flow.Review(ctx)
		case wizard.MenuAgain:
			err = guideAgain(ctx, o.streams, flow)
		case wizard.MenuExtend:
			err = guideExtend(ctx, flow)
		default:
			err = request(ctx, flow, &createOptions{streams: o.streams, output: output.Table()})
		}
		gone := nothingLeft(choice, err)
		if !errors.Is(err, prompt.ErrBack) && gone == "" {
			return err
		}
		flow.Rewind(mark)
		if gone != "" {
			o.streams.Warn("%s", gone)
		}
	}
}

// welcomeOptions are those of the first prompt of a user without a login.
type welcomeOptions struct {
	streams   *render.Streams
	prompter  func() prompt.Prompter
	config    func(context.Context) (*auth.Config, error)
	logins    func() *auth.Logins
	login     func(context.Context) error
	connectTo func(ctx context.Context, profile string) (*service, error)
	profile   string // the --profile flag
}

func newWelcomeOptions(f *factory) *welcomeOptions {
	return &welcomeOptions{
		streams: f.streams, prompter: f.prompter, config: f.config, logins: f.logins, connectTo: f.connectTo, profile: f.flags.profile,
		login: func(ctx context.Context) error { return runLogin(ctx, newLoginOptions(f)) },
	}
}

// welcome asks how to go on without a login, and connects.
func welcome(ctx context.Context, o *welcomeOptions) (*service, error) {
	old, err := officialLogins(ctx, o.config)
	if err != nil {
		return nil, err
	}
	list := prompt.List{Title: "You are not logged in. What do you want to do?", EscVerb: "quits", Options: []prompt.Option{
		{Label: "Log in to Apono", Columns: []string{"opens your browser"}},
		{Label: "Try it in the sandbox", Columns: []string{"no account needed, everything stays on this machine"}},
	}}
	if old != nil {
		list.Options = append(list.Options, prompt.Option{Label: "Import the logins of the official tool (" + legacyNames(old) + ")"})
	}
	chosen, err := o.prompter().Select(ctx, list)
	if err != nil {
		return nil, err
	}
	if old != nil && chosen != 2 {
		if err := o.logins().DeclineImport(ctx); err != nil {
			return nil, err
		}
	}
	switch chosen {
	case 1:
		return o.connectTo(ctx, auth.SandboxProfile)
	case 2:
		err = importLogins(ctx, o.streams, o.logins(), old, secrets.PlaceKeyring)
	default:
		err = o.login(ctx)
	}
	if err != nil {
		return nil, err
	}
	return o.connectTo(ctx, o.profile)
}

// officialLogins returns the logins of the official tool, or nil if there are
// none or importing them has been offered before.
func officialLogins(ctx context.Context, config func(context.Context) (*auth.Config, error)) (*auth.Legacy, error) {
	cfg, err := config(ctx)
	if err != nil || cfg.LegacyOffered {
		return nil, err
	}
	path, err := auth.LegacyPath()
	if err != nil {
		return nil, nil
	}
	old, err := auth.ReadLegacy(path)
	if err != nil {
		return nil, nil // profiles import reports what is wrong with the file
	}
	return old, nil
}
