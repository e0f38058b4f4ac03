package command

import (
	"context"
	"errors"
	"time"

	"apono/auth"
	"apono/auth/detached"
	"apono/client"
	"apono/wizard/catalog"
)

// requestFill is the request that this program sends to itself to fill the catalog of a
// profile in the background.
const requestFill = "__fill-catalog"

// fillLimit bounds a filling, for which nobody waits.
const fillLimit = 15 * time.Minute

// startFill starts a process that fills the catalog of a login. If it fails, the next
// search tries again.
func (f *factory) startFill(login auth.Login) {
	_, _ = detached.Start(append(program(), requestFill, login.Profile.Name), auth.TokenEnvironment(f.getenv))
}

// fillCatalog is that process. It never renews a login, because it could store it after a
// logout.
func (a *App) fillCatalog(ctx context.Context, profile string) error {
	ctx, cancel := context.WithTimeout(ctx, fillLimit)
	defer cancel()
	_, program := a.newQuietProgram(a.Streams.Out)
	f := program.(*quietProgram).factory
	login, err := f.resolve(ctx, profile)
	if err != nil {
		return err
	}
	token, err := f.unrenewed(ctx, login)
	if err != nil {
		return err
	}
	s, err := f.newService(client.Config{BaseURL: login.Profile.APIURL, Tokens: client.StaticToken(token), Transport: catalog.Budget(client.NewTransport())})
	if err != nil {
		return err
	}
	store := f.catalog(login)
	return f.close(catalog.FromClient(ctx, s.client, store).Fill(ctx))
}

// errExpired is why a login cannot be used without being renewed.
var errExpired = errors.New("the login has expired")

// unrenewed returns the token of a login as it is.
func (f *factory) unrenewed(ctx context.Context, login auth.Login) (string, error) {
	if login.Origin == auth.FromToken {
		return f.logins().Source(login).Token(ctx)
	}
	token, err := f.logins().StoredToken(ctx, login.Profile)
	if err == nil && !token.Expiry.IsZero() && !time.Now().Before(token.Expiry) {
		err = errExpired
	}
	return token.Access, err
}
