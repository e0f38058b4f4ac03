package command

import (
	"context"
	"errors"
	"strings"

	"github.com/mdp/qrterminal/v3"
	"github.com/spf13/cobra"

	"apono/auth"
	"apono/auth/browser"
	"apono/auth/oauth"
	"apono/auth/secrets"
	"apono/client"
	"apono/render"
	"apono/wizard"
	"apono/wizard/prompt"
)

// loginOptions are the flags of apono login.
type loginOptions struct {
	profile   string
	personal  string // a token, or - to be asked for it
	noBrowser bool
	insecure  bool
	overrides auth.Profile
}

func (a *App) loginCommand() *cobra.Command {
	var o loginOptions
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Log in to Apono",
		Long: `Log in to Apono, in a browser where one can open, and else with a code or an
address to open anywhere. The login is kept in the system's keyring, or in a
file that only you can read where there is none.

For CI, no login is needed: set ` + auth.TokenVariable + ` (and ` + auth.APIURLVariable + `).`,
		Example: `  apono login
  apono login --profile work --no-browser
  apono login --personal-token - < token.txt`,
		Args:    noArgs,
		GroupID: groupAccount,
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.profile, "profile", "p", "", "Keep the login under this `name` (default "+auth.DefaultProfile+")")
	flags.StringVar(&o.personal, "personal-token", "", "Log in with a personal `token`; - reads it from stdin or asks for it")
	flags.BoolVar(&o.noBrowser, "no-browser", false, "Open no browser here: log in on another device")
	flags.BoolVar(&o.insecure, "insecure-storage", false, "Keep the login in a file rather than in the keyring")
	for name, field := range map[string]*string{"client-id": &o.overrides.ClientID, "api-url": &o.overrides.APIURL, "app-url": &o.overrides.AppURL, "portal-url": &o.overrides.PortalURL, "token-url": &o.overrides.TokenURL} {
		flags.StringVar(field, name, "", "For other installations of the service")
		_ = flags.MarkHidden(name)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), o) }
	return cmd
}

// login logs the person in, proves that the login works, and keeps it.
func (a *App) login(ctx context.Context, o loginOptions) error {
	cfg, err := a.config(ctx)
	if err != nil {
		return err
	}
	profile, err := cfg.ForLogin(a.loginName(o), o.overrides)
	if err != nil {
		return err
	}
	token, profile, err := a.obtain(ctx, profile, o)
	if err != nil {
		return err
	}
	session, err := a.whoIs(ctx, profile, token)
	if err != nil {
		return err
	}
	profile.AccountID, profile.AccountName = session.Account.ID, session.Account.Name
	profile.UserID, profile.UserName, profile.UserEmail = session.User.ID, session.User.Name, session.User.Email
	place := secrets.PlaceKeyring
	if o.insecure {
		place = secrets.PlaceFile
	}
	saved, err := a.logins().Save(ctx, profile, token, place)
	if err != nil {
		return err
	}
	a.tellLogin(session, profile, saved)
	return nil
}

// loginName is the profile to log in to: the one that was named, by flag or by
// the environment, or the default one.
func (a *App) loginName(o loginOptions) string {
	for _, name := range []string{o.profile, a.flags.profile, a.getenv(auth.ProfileVariable)} {
		if name != "" {
			return name
		}
	}
	return auth.DefaultProfile
}

// obtain gets a token in the way that the options and the machine allow.
func (a *App) obtain(ctx context.Context, profile auth.Profile, o loginOptions) (auth.Token, auth.Profile, error) {
	if o.personal != "" {
		token, err := a.personalToken(ctx, o.personal)
		return token, profile, err
	}
	machine := browser.ThisMachine()
	flow := &oauth.Flow{Profile: profile, UI: &person{a}, Open: machine.Open}
	way := flow.Browser
	if why := machine.NoBrowser(); o.noBrowser || why != "" {
		if !o.noBrowser {
			a.Streams.Printf("No browser can be opened: %s\n", why)
		}
		flow.Open, way = nil, flow.Remote
	}
	result, err := way(ctx)
	var failed *auth.LoginError
	if errors.As(err, &failed) && failed.Kind == auth.PortsTaken {
		a.Streams.Printf("%s %s\n  Logging in another way\n", a.Streams.PaletteErr().Waiting("!"), sentence(failed.Error()))
		result, err = flow.Remote(ctx)
	}
	if err != nil {
		return auth.Token{}, profile, err
	}
	if result.NoRefresh {
		a.Streams.Printf("%s The service gave a login that cannot be renewed: it ends with its token\n", a.Streams.PaletteErr().Waiting("!"))
	}
	if result.ClockOff != 0 {
		a.Streams.Printf("%s This machine's clock is off by %s: set it, or logins will seem to end at the wrong time\n", a.Streams.PaletteErr().Waiting("!"), render.Duration(result.ClockOff.Abs()))
	}
	return result.Token, result.Profile, nil
}

// personalToken reads a token: hidden from a person, from stdin where that is a
// pipe. One that stands in the command line stands in the shell's history too.
func (a *App) personalToken(ctx context.Context, given string) (auth.Token, error) {
	if given != "-" {
		a.Streams.Printf("%s A token in the command line stays in your shell's history: next time use --personal-token -\n", a.Streams.PaletteErr().Waiting("!"))
		return auth.PersonalToken(given)
	}
	if prompter := a.prompter(); prompter != nil {
		typed, err := prompter.Input(ctx, prompt.Text{Title: "Paste your personal token", Secret: true, Check: checkToken})
		if err != nil {
			return auth.Token{}, err
		}
		return auth.PersonalToken(typed)
	}
	piped, err := a.readIn(ctx)
	if err != nil {
		return auth.Token{}, err
	}
	return auth.PersonalToken(string(piped))
}

func checkToken(typed string) error {
	_, err := auth.PersonalToken(typed)
	return err
}

// whoIs asks the service who the token belongs to, which proves that it works.
func (a *App) whoIs(ctx context.Context, profile auth.Profile, token auth.Token) (*client.UserSession, error) {
	s, err := a.newService(client.Config{BaseURL: profile.APIURL, Tokens: client.StaticToken(token.Access)}, profile.PortalURL)
	if err != nil {
		return nil, err
	}
	progress := a.Streams.Progress("Checking the login", quick)
	defer progress.Stop()
	session, err := s.client.UserSession(ctx)
	var refused *client.Error
	if errors.As(err, &refused) && refused.Unauthorized() {
		return nil, &auth.LoginError{Kind: auth.LoginRefused, Profile: profile.Name, Status: refused.Status, Host: refused.Host}
	}
	return session, err
}

func (a *App) tellLogin(session *client.UserSession, profile auth.Profile, saved auth.Saved) {
	s, colors := a.Streams, a.Streams.PaletteErr()
	s.Printf("%s You successfully logged in to %s as %s (%s)\n", colors.Good("✓"), session.Account.Name, session.User.Name, session.User.Email)
	a.tellStored(profile.Name, saved.Stored)
	if saved.Current != profile.Name {
		s.Printf("  The current profile is still %s. Use this one with --profile %s, or make it the current one with: %s\n", saved.Current, profile.Name, colors.Command("apono profiles set "+profile.Name))
	}
}

// tellStored says plainly when a token is not in the keyring, and where it is.
func (a *App) tellStored(profile string, stored secrets.Stored) {
	if stored.Place != secrets.PlaceFile {
		return
	}
	why := "as you asked"
	if stored.KeyringErr != nil {
		why = "since the keyring cannot be used (" + stored.KeyringErr.Error() + ")"
	}
	a.Streams.Printf("%s The login of %s is kept in a file that only you can read, %s:\n  %s\n", a.Streams.PaletteErr().Waiting("!"), profile, why, stored.Path)
}

// person shows a login to whoever sits at the terminal.
type person struct{ app *App }

// ShowURL implements oauth.UI.
func (p *person) ShowURL(address string, opened error) {
	s, colors := p.app.Streams, p.app.Streams.PaletteErr()
	switch {
	case opened == nil:
		s.Printf("Log in with the browser that was opened, or open this address:\n\n  %s\n\n", colors.Command(address))
	case errors.Is(opened, oauth.ErrNotOpened):
		s.Printf("Open this address in a browser, on any device:\n\n  %s\n\n", colors.Command(address))
	default:
		s.Printf("The browser did not open (%s). Open this address yourself:\n\n  %s\n\n", opened, colors.Command(address))
	}
}

// ShowCode implements oauth.UI.
func (p *person) ShowCode(code oauth.DeviceCode) {
	s, colors := p.app.Streams, p.app.Streams.PaletteErr()
	s.Printf("Open this address on any device, and enter the code:\n\n  %s\n\n  Code: %s\n\n", colors.Command(render.Clean(code.URL)), colors.Bold(render.Clean(code.User)))
	if code.CompleteURL != "" && s.ErrTerminal && s.Width() >= qrWidth && s.Height() >= qrHeight {
		qrterminal.GenerateHalfBlock(code.CompleteURL, qrterminal.L, s.Err)
		s.Printf("\n")
	}
	s.Printf("Waiting for you to confirm it there (Ctrl-C cancels)\n")
}

// A QR code of a usual address needs this much room.
const (
	qrWidth  = 50
	qrHeight = 30
)

// PasteURL implements oauth.UI.
func (p *person) PasteURL(ctx context.Context, problem error) (string, error) {
	prompter := p.app.prompter()
	if prompter == nil {
		return "", &wizard.MissingError{Flags: []string{"--personal-token -"}, Hint: "Without a terminal, pipe a personal token in"}
	}
	s := p.app.Streams
	if problem != nil {
		s.Printf("%s %s\n", s.PaletteErr().Bad("✗"), sentence(problem.Error()))
	} else {
		s.Printf("The browser ends on a page that it cannot show. Copy that page's address from its address bar.\n")
	}
	return prompter.Input(ctx, prompt.Text{Title: "Paste the address", Check: func(typed string) error {
		if strings.TrimSpace(typed) == "" {
			return errors.New("paste the whole address, starting with http")
		}
		return nil
	}})
}
