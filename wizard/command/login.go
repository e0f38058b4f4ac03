package command

import (
	"cmp"
	"context"
	"errors"
	"runtime"
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
	"apono/wizard/command/explain"
	"apono/wizard/prompt"
)

// loginOptions are those of apono login.
type loginOptions struct {
	streams    *render.Streams
	getenv     func(string) string
	prompter   func() prompt.Prompter
	config     func(context.Context) (*auth.Config, error)
	logins     func() *auth.Logins
	newService func(client.Config) (*service, error)

	name          string // of the profile; "" for the environment's or the default one
	personalToken string // a token, or - to read it from stdin or to prompt for it
	noBrowser     bool
	insecure      bool
	overrides     auth.Profile
}

func newLoginOptions(f *factory) *loginOptions {
	return &loginOptions{streams: f.streams, getenv: f.getenv, prompter: f.prompter, config: f.config, logins: f.logins, newService: f.newService, name: f.flags.profile}
}

func newLoginCmd(f *factory, runF func(context.Context, *loginOptions) error) *cobra.Command {
	o := newLoginOptions(f)
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Log in to Apono",
		Long: `Log in to Apono with your browser, or on another device if no browser can open
here. The login is stored in the system's keyring. If there is no keyring, it is
stored in a file that only you can read.

In CI you do not need to log in: set ` + auth.TokenVariable + ` (and ` + auth.APIURLVariable + `).`,
		Example: `  apono login
  apono login --profile work --no-browser
  apono login --personal-token - < token.txt`,
		Args:    noArgs,
		GroupID: groupAccount,
	}
	flags := cmd.Flags()
	profile := flags.StringP("profile", "p", "", "Store the login as the profile `name` (default "+auth.DefaultProfile+")")
	flags.StringVar(&o.personalToken, "personal-token", "", "Log in with a personal `token` (- reads it from stdin or prompts for it)")
	flags.BoolVar(&o.noBrowser, "no-browser", false, "Do not open a browser; log in on another device")
	flags.BoolVar(&o.insecure, "insecure-storage", false, "Store the login in a file instead of the keyring")
	for name, field := range map[string]*string{"client-id": &o.overrides.ClientID, "api-url": &o.overrides.APIURL, "app-url": &o.overrides.AppURL, "portal-url": &o.overrides.PortalURL, "token-url": &o.overrides.TokenURL} {
		flags.StringVar(field, name, "", "For other installations of the service")
		_ = flags.MarkHidden(name)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.name = cmp.Or(*profile, f.flags.profile)
		return runOr(cmd.Context(), o, runF, runLogin)
	}
	return cmd
}

// runLogin logs the user in, checks that the login works, and stores it.
func runLogin(ctx context.Context, o *loginOptions) error {
	cfg, err := o.config(ctx)
	if err != nil {
		return err
	}
	profile, err := cfg.ForLogin(cmp.Or(o.name, o.getenv(auth.ProfileVariable), auth.DefaultProfile), o.overrides)
	if err != nil {
		return err
	}
	token, profile, err := o.obtainToken(ctx, profile)
	if err != nil {
		return err
	}
	session, err := o.checkToken(ctx, profile, token)
	if err != nil {
		return err
	}
	profile.AccountID, profile.AccountName = session.Account.ID, session.Account.Name
	profile.UserID, profile.UserName, profile.UserEmail = session.User.ID, session.User.Name, string(session.User.Email)
	saved, err := o.logins().Save(ctx, profile, token, tokenPlace(o.insecure))
	if err != nil {
		return err
	}
	o.printLogin(session, profile, saved)
	return nil
}

// tokenPlace returns where to store tokens.
func tokenPlace(insecure bool) secrets.Place {
	if insecure {
		return secrets.PlaceFile
	}
	return secrets.PlaceKeyring
}

// obtainToken gets a token in the way that the options and the machine allow.
func (o *loginOptions) obtainToken(ctx context.Context, profile auth.Profile) (auth.Token, auth.Profile, error) {
	if o.personalToken != "" {
		token, err := o.readToken(ctx)
		return token, profile, err
	}
	s := o.streams
	machine := browser.ThisMachine()
	flow := &oauth.Flow{Profile: profile, UI: &loginPrompt{o.streams, o.prompter}, Open: machine.Open, Transport: client.NewTransport()}
	logIn := flow.Browser
	if why := machine.NoBrowser(); o.noBrowser || why != "" {
		if !o.noBrowser {
			s.Printf("Cannot open a browser: %s\n", why)
		}
		flow.Open, logIn = nil, flow.Remote
	}
	result, err := logIn(ctx)
	var failed *auth.LoginError
	if errors.As(err, &failed) && failed.Kind == auth.PortsTaken {
		s.Warn("%s", explain.Sentence(failed.Error()))
		s.Printf("  Logging in on another device instead\n")
		result, err = flow.Remote(ctx)
	}
	if err != nil {
		return auth.Token{}, profile, err
	}
	if result.NoRefresh {
		s.Warn("This login cannot be renewed: you have to log in again when its token expires")
	}
	if result.ClockOff != 0 {
		s.Warn("This machine's clock is off by %s. Set it, or logins will appear to expire at the wrong time", render.Duration(result.ClockOff.Abs()))
	}
	return result.Token, result.Profile, nil
}

// readToken returns the personal token of the flag. For -, it prompts for one
// without echo, or reads stdin if there is no terminal.
func (o *loginOptions) readToken(ctx context.Context) (auth.Token, error) {
	if o.personalToken != "-" {
		o.streams.Warn("The token is now in your shell's history. Next time, use --personal-token -")
		return auth.PersonalToken(o.personalToken)
	}
	if prompter := o.prompter(); prompter != nil {
		typed, err := prompter.Input(ctx, prompt.Text{Title: "Paste your personal token", Secret: true, Check: func(typed string) error {
			_, err := auth.PersonalToken(typed)
			return err
		}})
		if err != nil {
			return auth.Token{}, err
		}
		return auth.PersonalToken(typed)
	}
	piped, err := readIn(ctx, o.streams)
	if err != nil {
		return auth.Token{}, err
	}
	return auth.PersonalToken(string(piped))
}

// checkToken asks the service who the token belongs to, which shows that it
// works.
func (o *loginOptions) checkToken(ctx context.Context, profile auth.Profile, token auth.Token) (*client.UserSession, error) {
	s, err := o.newService(client.Config{BaseURL: profile.APIURL, Tokens: client.StaticToken(token.Access)})
	if err != nil {
		return nil, err
	}
	progress := o.streams.Progress("Checking the login", progressDelay)
	defer progress.Stop()
	session, err := s.client.UserSession(ctx)
	var refused *client.Error
	if errors.As(err, &refused) && refused.Unauthorized() {
		return nil, &auth.LoginError{Kind: auth.LoginRefused, Profile: profile.Name, Status: refused.Status, Host: refused.Host}
	}
	return session, err
}

func (o *loginOptions) printLogin(session *client.UserSession, profile auth.Profile, saved auth.Saved) {
	s := o.streams
	s.Done("You successfully logged in to %s as %s (%s)", session.Account.Name, session.User.Name, session.User.Email)
	printStored(s, profile.Name, saved.Stored)
	if saved.Current != profile.Name {
		s.Say(render.Text(render.Clean("  The current profile is still " + saved.Current + ". Use this one with --profile " + profile.Name)))
		s.Advise("Or switch to it", render.CommandLine{Shell: render.ShellFor(runtime.GOOS)}.Join("profiles", "set", profile.Name))
	}
}

// printStored prints where a token is, if it is not in the keyring.
func printStored(s *render.Streams, profile string, stored secrets.Stored) {
	if stored.Place != secrets.PlaceFile {
		return
	}
	why := "as you asked"
	if stored.KeyringErr != nil {
		why = "because the keyring is not available (" + stored.KeyringErr.Error() + ")"
	}
	s.Warn("The login of %s is stored in a file that only you can read, %s:", profile, why)
	s.Printf("  %s\n", stored.Path)
}

// loginPrompt shows a login in the terminal.
type loginPrompt struct {
	streams  *render.Streams
	prompter func() prompt.Prompter
}

// ShowURL implements oauth.UI.
func (p *loginPrompt) ShowURL(address string, opened error) {
	s, colors := p.streams, p.streams.PaletteErr()
	switch {
	case opened == nil:
		s.Say("Log in in the browser that just opened, or open this address:")
		s.Printf("\n  %s\n\n", colors.Command(address))
	case errors.Is(opened, oauth.ErrNotOpened):
		s.Say("Open this address in a browser, on any device:")
		s.Printf("\n  %s\n\n", colors.Command(address))
	default:
		s.Say(render.Text("The browser did not open (" + render.Clean(opened.Error()) + "). Open this address yourself:"))
		s.Printf("\n  %s\n\n", colors.Command(address))
	}
}

// ShowCode implements oauth.UI.
func (p *loginPrompt) ShowCode(code oauth.DeviceCode) {
	s, colors := p.streams, p.streams.PaletteErr()
	s.Printf("Open this address on any device and enter the code:\n\n  %s\n\n  Code: %s\n\n", colors.Command(render.Clean(code.URL)), colors.Bold(render.Clean(code.User)))
	if code.CompleteURL != "" && s.ErrTerminal && s.Width() >= qrWidth && s.Height() >= qrHeight {
		qrterminal.GenerateHalfBlock(code.CompleteURL, qrterminal.L, s.Err)
		s.Printf("\n")
	}
	s.Printf("Waiting for you to confirm (press Ctrl-C to cancel)\n")
}

// The QR code of a typical address fits into this many columns and rows.
const (
	qrWidth  = 50
	qrHeight = 30
)

// PasteURL implements oauth.UI.
func (p *loginPrompt) PasteURL(ctx context.Context, problem error) (string, error) {
	prompter := p.prompter()
	if prompter == nil {
		return "", &wizard.MissingError{Flags: []string{"--personal-token -"}, Hint: "Pipe a personal token into stdin", NoTerminal: true}
	}
	s := p.streams
	if problem != nil {
		s.Printf("%s %s\n", s.PaletteErr().Bad("✗"), explain.Sentence(problem.Error()))
	} else {
		s.Say("After you log in, the browser shows a page that it cannot load. Copy the address of that page")
	}
	return prompter.Input(ctx, prompt.Text{Title: "Paste the address", Check: func(typed string) error {
		if strings.TrimSpace(typed) == "" {
			return errors.New("paste the whole address, starting with http")
		}
		return nil
	}})
}
