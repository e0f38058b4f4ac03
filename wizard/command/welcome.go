package command

import (
	"context"
	"errors"

	"apono/auth"
	"apono/auth/secrets"
	"apono/client"
	"apono/wizard/prompt"
)

// welcome is bare apono for somebody without a login: it offers what can be
// done about that, and goes on with what was chosen.
func (a *App) welcome(ctx context.Context) (*service, error) {
	old, err := a.oldLogins(ctx)
	if err != nil {
		return nil, err
	}
	list := prompt.List{Title: "You are not logged in. What do you want to do?", Options: []prompt.Option{{Label: "Log in to Apono"}, {Label: "Try it in the sandbox"}}}
	if old != nil {
		list.Options = append(list.Options, prompt.Option{Label: "Import the logins of the official tool (" + legacyNames(old) + ")"})
	}
	chosen, err := a.prompter().Select(ctx, list)
	if err != nil {
		return nil, err
	}
	if old != nil && chosen != 2 {
		if err := a.logins().DeclineImport(ctx); err != nil {
			return nil, err
		}
	}
	switch chosen {
	case 1:
		a.flags.profile = auth.SandboxProfile
	case 2:
		err = a.importLogins(ctx, old, secrets.PlaceKeyring)
	default:
		err = a.login(ctx, loginOptions{})
	}
	if err != nil {
		return nil, err
	}
	return a.connect(ctx)
}

// oldLogins are the official tool's, where they are there and were not offered
// before.
func (a *App) oldLogins(ctx context.Context) (*auth.Legacy, error) {
	cfg, err := a.config(ctx)
	if err != nil || cfg.LegacyOffered {
		return nil, err
	}
	path, err := auth.LegacyPath()
	if err != nil {
		return nil, nil
	}
	old, err := auth.ReadLegacy(path)
	if err != nil {
		return nil, nil // what cannot be read cannot be offered; profiles import says why
	}
	return old, nil
}

// loginDied says whether an error is mended by logging in again.
func loginDied(err error) bool {
	var login *auth.LoginError
	if errors.As(err, &login) {
		return login.NeedsLogin() && login.Kind != auth.NotLoggedIn
	}
	return client.IsUnauthorized(err)
}

// offerLogin offers to log in again after a command that found its login dead.
// It says whether the person did, so that the command can be run again.
func (a *App) offerLogin(ctx context.Context, err error) bool {
	prompter := a.prompter()
	if prompter == nil || !loginDied(err) || a.changed() || ctx.Err() != nil {
		return false
	}
	login, resolveErr := a.resolve(ctx)
	if resolveErr != nil || login.Origin == auth.FromToken || login.Sandbox() {
		return false
	}
	a.Streams.Printf("%s %s\n", a.Streams.PaletteErr().Waiting("!"), explain(err).message)
	yes, askErr := prompter.Confirm(ctx, "Log in again?", true)
	if askErr != nil || !yes {
		return false
	}
	if loginErr := a.login(ctx, loginOptions{profile: login.Profile.Name}); loginErr != nil {
		a.tellProblem(explain(loginErr))
		return false
	}
	return true
}
